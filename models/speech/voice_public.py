"""Public models that imitate a voice they never heard: what they are, without loading them."""

from dataclasses import dataclass

from models.base import Card
from models.entries import Entry, Weights

TASK = "transfer_style"
POCKET_LANGUAGES = {
    "en": ("english", "English"),
    "fr": ("french", "French"),
    "de": ("german", "German"),
    "es": ("spanish", "Spanish"),
    "it": ("italian", "Italian"),
    "pt": ("portuguese", "Portuguese"),
    "nl": ("dutch", "Dutch"),
}
"""By code: as Kyutai calls the model of a language, and as people call it."""
POCKET_MB = 440
"""Of each language."""
POCKET = Card(
    "pocket-tts",
    TASK,
    "model",
    "Kyutai's Pocket TTS, 110 million parameters, speaks in any voice from seconds of it, on a processor",
    "CC-BY-4.0",
    source="kyutai/pocket-tts",
    host_mb=1500.0,
)
WORDS = "pocket-tts-words"
"""How texts are cut into what the models read: in a repository of its own, for all languages."""
CHATTERBOX = Card(
    "chatterbox",
    TASK,
    "model",
    "Resemble AI's Chatterbox, 800 million parameters, English in any voice, with a watermark; wants a GPU",
    "MIT",
    source="ResembleAI/chatterbox",
    host_mb=7000.0,
)
SPEECHT5 = Card(
    "speecht5",
    TASK,
    "model",
    "SpeechT5, 144 million parameters, English at 16 kHz by the x-vector of a voice, which is only like it",
    "MIT",
    source="microsoft/speecht5_tts",
    host_mb=1500.0,
)
VOCODER, XVECTOR = "speecht5-hifigan", "spkrec-xvect"
"""What SpeechT5 needs besides: what makes sound of its spectra, and what tells voices apart."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Weights of SpeechT5's, and how they are told of."""

    name: str
    repo: str
    files: tuple[str, ...]
    size_mb: int
    licence: str
    about: str


_PARTS = (
    _Part(
        SPEECHT5.name,
        SPEECHT5.source,
        ("*.json", "spm_char.model", "*.safetensors", "pytorch_model.bin"),
        590,
        "MIT",
        f"{SPEECHT5.about}; takes Earshot's extra voices, and two more",
    ),
    _Part(
        VOCODER,
        "microsoft/speecht5_hifigan",
        ("config.json", "*.safetensors", "pytorch_model.bin"),
        51,
        "MIT",
        "What makes sound of SpeechT5's spectra",
    ),
    _Part(
        XVECTOR,
        "speechbrain/spkrec-xvect-voxceleb",
        ("embedding_model.ckpt",),
        17,
        "Apache-2.0",
        "SpeechBrain's x-vectors, by which SpeechT5 knows a voice",
    ),
)


def pocket_weights(code: str) -> str:
    """What the weights of a language are called."""
    return POCKET.name if code == "en" else f"{POCKET.name}-{code}"


def _use(card: Card) -> str:
    return f'models.engines.{card.task} = "{card.name}"'


def _pocket(code: str) -> Weights:
    folder, language = POCKET_LANGUAGES[code]
    about = f"{POCKET.about}, {language}; its terms are to be accepted; takes Earshot's extra voices, and {WORDS}"
    files = (f"languages/{folder}/model.safetensors", f"languages/{folder}/tokenizer.json")
    use = _use(POCKET) if code == "en" else f"{_use(POCKET)}, with pocket-tts pulled too, and texts are {language}"
    return Weights(pocket_weights(code), TASK, POCKET.source, files, POCKET_MB, POCKET.licence, about, use)


def _pocket_words() -> Weights:
    files = tuple(f"languages/{folder}/tokenizer.json" for folder, _ in POCKET_LANGUAGES.values())
    repo, about = f"{POCKET.source}-without-voice-cloning", "How Pocket TTS reads texts, in all its languages"
    return Weights(WORDS, TASK, repo, files, 3, POCKET.licence, about, f"{_use(POCKET)}, with pocket-tts pulled too")


def _chatterbox() -> Weights:
    files = ("ve.safetensors", "t3_cfg.safetensors", "s3gen.safetensors", "tokenizer.json")
    about = f"{CHATTERBOX.about}; takes the package chatterbox-tts in an environment of its own"
    use = f'{_use(CHATTERBOX)} and models.interpreters.{CHATTERBOX.name} = "a Python that has it"'
    return Weights(CHATTERBOX.name, TASK, CHATTERBOX.source, files, 3200, CHATTERBOX.licence, about, use)


def _part(one: _Part) -> Weights:
    others = " and ".join(part.name for part in _PARTS if part.name != one.name)
    use = f"{_use(SPEECHT5)}, with {others} pulled too"
    return Weights(one.name, TASK, one.repo, one.files, one.size_mb, one.licence, one.about, use)


VOICE_WEIGHTS: tuple[Weights, ...] = (
    *(_pocket(code) for code in POCKET_LANGUAGES),
    _pocket_words(),
    _chatterbox(),
    *(_part(one) for one in _PARTS),
)
VOICE_ENGINES: tuple[Entry, ...] = tuple(
    Entry(card, f"assistant.resident_imitation:{maker}", weights=card.name, apart=True)
    for card, maker in ((POCKET, "pocket_voices"), (CHATTERBOX, "chatterbox_voices"), (SPEECHT5, "speecht5_voices"))
)
"""Each in a process of its own: seeds, threads and packages are not shared."""
