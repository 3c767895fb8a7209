"""What models there are: engines and how they are made, and weights that can be pulled for them.

An engine that is not here yet has no entry, so nobody is told that it could be used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.errors import EngineMissing
from models.base import Card, Engine, Json
from models.options import ModelsOptions
from models.process import Process
from models.spec import Spec, built

CT2_FILES = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")
"""What faster-whisper reads of a model in CTranslate2's format."""
ESPNET_FILES = ("*.yaml", "*.yml", "*.pth", "*.npz", "*.npy", "*.model", "*.md")
"""What ESPnet reads of a model as it packs them."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights on a hub."""

    name: str
    """Unique; the folder they are pulled into is called so."""
    task: str
    repo: str
    """On the hub, such as "Systran/faster-whisper-tiny"."""
    files: tuple[str, ...]
    """Patterns of those of its files that are needed."""
    size_mb: int
    """About how much has to be fetched."""
    licence: str
    about: str
    use: str
    """What uses them once they are here, as a setting."""
    commercial: bool = True
    """Whether the licence allows commercial use."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An engine, and how to make it."""

    card: Card
    target: str
    """What makes it: "module:name", called with the card, the folder of its weights (None: it has none) and the
    options by name. Its module is imported only then."""
    options: Mapping[str, Json] = field(default_factory=dict)
    weights: str = ""
    """The name of the weights that must have been pulled for it."""
    apart: bool = False
    """Whether it always runs in a process of its own."""


def _whisper(size: str, repo: str, size_mb: int, about: str) -> Weights:
    use = f'recognizer = "whisper" and whisper.model = "{size}"'
    return Weights(f"whisper-{size}", "transcribe_speech", repo, CT2_FILES, size_mb, "MIT", about, use)


def _systran(size: str, size_mb: int, about: str) -> Weights:
    whole = size.replace("distil-", "faster-distil-whisper-") if "distil" in size else f"faster-whisper-{size}"
    return _whisper(size, f"Systran/{whole}", size_mb, about)


WEIGHTS: tuple[Weights, ...] = (
    _systran("tiny", 78, "Whisper, 39 million parameters, a hundred languages"),
    _systran("tiny.en", 78, "Whisper, 39 million parameters, English"),
    _systran("base", 148, "Whisper, 74 million parameters, a hundred languages"),
    _systran("base.en", 148, "Whisper, 74 million parameters, English"),
    _systran("small", 486, "Whisper, 244 million parameters, a hundred languages"),
    _systran("small.en", 486, "Whisper, 244 million parameters, English"),
    _systran("medium", 1530, "Whisper, 769 million parameters, a hundred languages"),
    _systran("medium.en", 1530, "Whisper, 769 million parameters, English"),
    _systran("large-v2", 3090, "Whisper, 1.5 billion parameters, a hundred languages"),
    _systran("large-v3", 3090, "Whisper, 1.5 billion parameters, a hundred languages"),
    _whisper(
        "turbo",
        "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
        1620,
        "Whisper large-v3 with a small decoder, for a GPU that is to answer at once",
    ),
    _systran("distil-small.en", 336, "Whisper, distilled, 166 million parameters, English"),
    _systran("distil-medium.en", 793, "Whisper, distilled, 394 million parameters, English"),
    _systran("distil-large-v3", 1520, "Whisper, distilled, 756 million parameters, English"),
    Weights(
        "espnet-ljspeech",
        "synthesize_speech",
        "espnet/kan-bayashi_ljspeech_joint_finetune_conformer_fastspeech2_hifigan",
        ESPNET_FILES,
        290,
        "CC-BY-4.0",
        "A voice of FastSpeech 2 and HiFi-GAN, English; takes ESPnet in an environment of its own",
        'voice = "espnet" and espnet.model = "FOLDER"',
    ),
)
"""All that can be pulled by name."""

ENGINES: tuple[Entry, ...] = ()
"""The engines that do tasks, the preferred ones first. Recognition and voices are the conversation's own, and are
adopted when they are loaded."""


def weights(name: str) -> Weights:
    """The weights of a name.

    Raises:
        EngineMissing: there are none.
    """
    found = next((one for one in WEIGHTS if one.name == name), None)
    if found is None:
        raise EngineMissing(f'There is no model "{name}" to be pulled; there is {", ".join(w.name for w in WEIGHTS)}.')
    return found


def missing(entry: Entry, options: ModelsOptions) -> str:
    """Why an engine cannot be made, in a sentence; empty where it can, as far as that shows without trying."""
    if entry.weights and not (options.folder / entry.weights).is_dir():
        return f"The engine {entry.card.name} lacks its weights. Get them with: assistant models pull {entry.weights}"
    return ""


def make(entry: Entry, options: ModelsOptions) -> Engine:
    """An engine, not loaded yet: of this process, or of one of its own.

    Raises:
        EngineMissing: a package of it is not installed.
    """
    folder = options.folder / entry.weights if entry.weights else None
    interpreter = options.interpreter_of(entry.card.name)
    if entry.apart or interpreter:
        return Process(Spec(entry.card, entry.target, folder, entry.options), interpreter)
    return built(Spec(entry.card, entry.target, folder, entry.options))
