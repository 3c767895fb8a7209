"""What models there are: engines and how they are made, and weights that can be pulled for them.

An engine that is not here yet has no entry, so nobody is told that it could be used.
"""

from assistant.errors import EngineMissing
from models.base import Card, Engine
from models.entries import Entry as Entry
from models.entries import Weights as Weights
from models.making import ESPNET_FILES, MAKING_ENGINES, MAKING_WEIGHTS
from models.options import ModelsOptions
from models.picture.public import SEEING_ENGINES, SEEING_WEIGHTS
from models.process import Process
from models.sound.public import PUBLIC, Public
from models.spec import Spec, built
from models.speech.synthesis_foundation import VOICES, PublicVoice
from models.speech.voice_public import VOICE_ENGINES, VOICE_WEIGHTS

CT2_FILES = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")
"""What faster-whisper reads of a model in CTranslate2's format."""
S2T_FILES = ("config.json", "generation_config.json", "preprocessor_config.json", "vocab.json", "pytorch_model.bin")
"""What is read of a speech-to-text model in transformers' format; its tokenizer is not needed to read what it wrote."""
HEARING_FILES = ("*.json", "*.jinja", "merges.txt", "*.safetensors", "pytorch_model*.bin")
"""What is read of a model of sounds and words in transformers' format; of weights in two formats, one is fetched."""
VOICE_FILES = ("config.json", "vocab.json", "tokenizer_config.json", "*.safetensors", "pytorch_model.bin")
"""What is read of a voice in transformers' format."""
S2T_LANGUAGES = {
    "es": "Spanish",
    "de": "German",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
}
"""Those of MuST-C that there is a model for, from English."""


def _whisper(size: str, repo: str, size_mb: int, about: str) -> Weights:
    use = f'recognizer = "whisper" and whisper.model = "{size}"'
    return Weights(f"whisper-{size}", "transcribe_speech", repo, CT2_FILES, size_mb, "MIT", about, use)


def _systran(size: str, size_mb: int, about: str) -> Weights:
    whole = size.replace("distil-", "faster-distil-whisper-") if "distil" in size else f"faster-whisper-{size}"
    return _whisper(size, f"Systran/{whole}", size_mb, about)


def _espnet_use(task: str, name: str) -> str:
    return f'models.engines.{task} = "{name}" and models.interpreters.{name} = "a Python that has ESPnet"'


def _s2t(code: str, language: str) -> Weights:
    about = f"S2T, 31 million parameters, English speech into {language}; takes the packages torch and transformers"
    repo = f"facebook/s2t-small-mustc-en-{code}-st"
    return Weights(
        f"s2t-small-{code}", "translate_speech", repo, S2T_FILES, 125, "MIT", about, f"to ask for {language}"
    )


def _s2t_entry(code: str, language: str) -> Entry:
    about, repo = f"S2T, a network from English speech into {language}", f"facebook/s2t-small-mustc-en-{code}-st"
    card = Card(
        f"s2t-small-{code}",
        "translate_speech",
        "model",
        about,
        "MIT",
        source=repo,
        host_mb=600.0,
        languages=(code,),
    )
    return Entry(card, "assistant.resident:spoken_translation", weights=card.name)


def _public(one: Public) -> Weights:
    card = one.card
    about = f"{card.about}; takes the packages torch and transformers"
    use = f'models.engines.{card.task} = "{card.name}"'
    licence, commercial = card.licence, card.commercial
    return Weights(card.name, card.task, card.source, HEARING_FILES, one.size_mb, licence, about, use, commercial)


def _public_entry(one: Public) -> Entry:
    return Entry(one.card, f"models.sound.foundation:{one.maker}", weights=one.card.name)


def _voice(one: PublicVoice) -> Weights:
    card = one.card
    about = f"{card.about}; takes the packages torch and transformers"
    use = f'models.engines.{card.task} = "{card.name}"'
    licence, commercial = card.licence, card.commercial
    return Weights(card.name, card.task, card.source, VOICE_FILES, one.size_mb, licence, about, use, commercial)


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
    Weights(
        "espnet-conv-tasnet",
        "enhance_speech",
        "espnet/Wangyou_Zhang_chime4_enh_train_enh_conv_tasnet_raw",
        ESPNET_FILES,
        35,
        "CC-BY-4.0",
        "A ConvTasNet of 8.7 million weights for speech in noise; takes ESPnet in an environment of its own",
        _espnet_use("enhance_speech", "espnet-conv-tasnet"),
    ),
    Weights(
        "espnet-skim",
        "separate_speech",
        "lichenda/wsj0_2mix_skim_noncausal",
        ESPNET_FILES,
        24,
        "CC-BY-4.0",
        "SkiM, which parts two voices at 8 kHz; takes ESPnet in an environment of its own",
        _espnet_use("separate_speech", "espnet-skim"),
    ),
    *(_s2t(code, name) for code, name in S2T_LANGUAGES.items()),
    Weights(
        "espnet-multidecoder-de",
        "translate_speech",
        "espnet/brianyan918_must_c_v2_en-de_st_multidecoder",
        ESPNET_FILES,
        300,
        "CC-BY-4.0",
        "A MultiDecoder, English speech into German; takes ESPnet in an environment of its own",
        _espnet_use("translate_speech", "espnet-multidecoder-de"),
    ),
    *(_public(one) for one in PUBLIC),
    *(_voice(one) for one in VOICES),
    *MAKING_WEIGHTS,
    *SEEING_WEIGHTS,
    *VOICE_WEIGHTS,
)
"""All that can be pulled by name."""

ENGINES: tuple[Entry, ...] = (
    Entry(
        Card(
            "listener",
            "detect_sounds",
            "model",
            "A small network of our own that knows twelve kinds of sound",
            "Apache-2.0",
            source="in the tree",
            host_mb=20.0,
        ),
        "models.sound.detection:SoundDetection",
    ),
    Entry(
        Card(
            "target-listener",
            "detect_target_sound",
            "model",
            "The same network, asked for one sound by its name or by an example",
            "Apache-2.0",
            source="in the tree",
            host_mb=20.0,
        ),
        "models.sound.target_detection:TargetSoundDetection",
    ),
    Entry(
        Card(
            "picker",
            "extract_sound",
            "model",
            "A small LASSNet for twelve kinds of sound, and any other by an example or by when it is heard",
            "Apache-2.0",
            source="in the tree",
            host_mb=80.0,
        ),
        "models.sound.extraction:Extraction",
    ),
    Entry(
        Card(
            "kemar",
            "make_binaural",
            "dsp",
            "Any place or way around the head, and rooms, by the measured ears of a manikin",
            "MIT KEMAR (free to use, to be cited)",
            source="in the tree",
            host_mb=40.0,
        ),
        "models.sound.binaural:Binaural",
    ),
    Entry(
        Card(
            "separation",
            "separate_speech",
            "model",
            "A small network of our own that parts two people, heard at five speeds",
            "Apache-2.0",
            source="in the tree",
            host_mb=90.0,
        ),
        "assistant.resident:separation",
    ),
    Entry(
        Card(
            "enhancement",
            "enhance_speech",
            "model",
            "Takes noise out of speech where that makes it better: by a ConvTasNet, RNNoise and log-MMSE together",
            "Apache-2.0",
            source="in the tree",
            host_mb=60.0,
        ),
        "models.speech.enhancement:Enhancement",
    ),
    Entry(
        Card(
            "repair",
            "inpaint_audio",
            "dsp",
            "Short losses by autoregressive interpolation, long ones from what sounds alike; finds clicks and dropouts",
            host_mb=70.0,
        ),
        "models.sound.inpainting:Inpainting",
    ),
    Entry(
        Card(
            "song",
            "sing",
            "model",
            "Our own voice made to sing: any words and notes, scores in files, and some songs by heart",
            "Apache-2.0",
            source="in the tree",
            host_mb=120.0,
        ),
        "assistant.resident:singing",
    ),
    Entry(
        Card(
            "foley",
            "generate_audio",
            "procedural",
            "Over 130 kinds of sound and simple music, computed by rules from a description",
            host_mb=60.0,
        ),
        "models.sound.generation.engine:SoundGeneration",
    ),
    Entry(
        Card(
            "soundscape",
            "image_to_audio",
            "procedural",
            "What a place may sound like, by what a picture is said to show, or guessed by its colours and shapes",
            host_mb=60.0,
        ),
        "models.picture.sound:PictureSound",
    ),
    Entry(
        Card(
            "espnet-conv-tasnet",
            "enhance_speech",
            "model",
            "ESPnet's ConvTasNet, trained on speech in the noise of streets, cafés and buses (CHiME-4)",
            "CC-BY-4.0",
            source="espnet/Wangyou_Zhang_chime4_enh_train_enh_conv_tasnet_raw",
            host_mb=1200.0,
        ),
        "assistant.resident_espnet:espnet_enhancement",
        {"rate": 16_000},
        "espnet-conv-tasnet",
        apart=True,
    ),
    Entry(
        Card(
            "espnet-skim",
            "separate_speech",
            "model",
            "ESPnet's SkiM, trained on two people who read at once (WSJ0-2mix)",
            "CC-BY-4.0",
            source="lichenda/wsj0_2mix_skim_noncausal",
            host_mb=1000.0,
        ),
        "assistant.resident_espnet:espnet_separation",
        {"rate": 8_000},
        "espnet-skim",
        apart=True,
    ),
    Entry(
        Card(
            "espnet-separation",
            "separate_speech",
            "model",
            "A separator of your own that ESPnet trained, such as a TF-GridNet",
            source="your own",
            host_mb=1500.0,
        ),
        "assistant.resident_espnet:espnet_separation",
        {"rate": 8_000},
        "espnet-separation",
        apart=True,
    ),
    *(_s2t_entry(code, language) for code, language in S2T_LANGUAGES.items()),
    Entry(
        Card(
            "espnet-multidecoder-de",
            "translate_speech",
            "model",
            "ESPnet's MultiDecoder, from English speech into German by way of the words spoken (MuST-C)",
            "CC-BY-4.0",
            source="espnet/brianyan918_must_c_v2_en-de_st_multidecoder",
            host_mb=1500.0,
            languages=("de",),
        ),
        "assistant.resident_espnet:espnet_translation",
        weights="espnet-multidecoder-de",
        apart=True,
    ),
    *(_public_entry(one) for one in PUBLIC),
    *(Entry(one.card, "assistant.resident_voices:transformers_voice", weights=one.card.name) for one in VOICES),
    Entry(
        Card(
            "espnet-ljspeech",
            "synthesize_speech",
            "model",
            "ESPnet's FastSpeech 2 and HiFi-GAN of LJ Speech, English",
            "CC-BY-4.0",
            source="espnet/kan-bayashi_ljspeech_joint_finetune_conformer_fastspeech2_hifigan",
            host_mb=2000.0,
        ),
        "assistant.resident_voices:espnet_voice",
        weights="espnet-ljspeech",
        apart=True,
    ),
    *MAKING_ENGINES,
    *SEEING_ENGINES,
    *VOICE_ENGINES,
)
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
        if all(one.name != entry.weights for one in WEIGHTS):
            folder = options.folder / entry.weights
            return f"The engine {entry.card.name} lacks its weights. None are public; put your own into {folder}."
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
