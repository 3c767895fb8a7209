"""Keeps the models of this machine: its memory, what was pulled, and the conversation's own engines among them."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assistant.audio import RATE, Samples
from assistant.errors import EngineMissing
from assistant.memory import resident_bytes
from assistant.resample import resample
from assistant.service.resources import gpu_memory
from config.settings import Settings
from models.base import Card, Engine, Job, Json, Made, Report
from models.budget import Footprint
from models.catalogue import ENGINES, WEIGHTS, Entry, Weights, make, missing
from models.face.program import HeadProgram
from models.face.talking_head import TalkingHead
from models.residency import Residency
from models.slot import Gauge
from models.sound.caption import MeasuredCaption
from models.speech.imitation import Imitator
from models.speech.recognized import Hear, Recognized
from models.speech.style_transfer import StyleTransfer
from models.speech.synthesis import Synthesis
from models.speech.transcription import Transcription
from models.speech.translation import SpeechTranslation
from tts.catalogue import voices
from tts.pronouncing import pronounced_by

if TYPE_CHECKING:
    from asr.base import Recognizer
    from asr.whisper import Whisper
    from models.music.voice import Singer
    from tts.base import Voice

CAPTION = Card("measures", "caption_audio", "dsp", "Length, loudness, and the speech in it")
TRANSLATION = Card("apertium", "translate_speech", "procedural", "Apertium, a translator by rules", "GPL-2.0-or-later")
MANNER = Card("manner", "transfer_style", "dsp", "The voice that is set, in somebody's pitch, pace and colour")
HEAD = Card("speaker", "make_talking_head", "procedural", "The built-in face, or a portrait, moved by what is said")
HEAD_PROGRAM = Card("head-program", "make_talking_head", "model", "Your own program", source="talking_head.command")
BATCH = 8
"""Stretches that a GPU recognizes side by side."""
TRANSLATING = tuple(f"whisper-{size}" for size in ("tiny", "base", "small", "medium", "large-v2", "large-v3"))
"""Whispers that were trained to translate."""
ADVISED = "whisper-small"
"""The one of them that is named where there is none."""
SPARE_MB = 300.0
"""About what a recognizer takes beside its weights."""


def open_residency(settings: Settings) -> Residency:
    """All engines that can be used here; enter it to load those that are always to be there."""
    return Residency([*ENGINES, *pulled_recognizers(settings)], settings.models, machine())


def machine() -> Gauge:
    """This machine's memory; of its GPUs, the first."""
    return Gauge(
        lambda: Footprint(resident_bytes() / 1e6, sum(gpu.used for gpu in gpu_memory() if gpu.index == 0) / 1e6),
        lambda: Footprint(_memory_bytes() / 1e6, sum(gpu.total for gpu in gpu_memory() if gpu.index == 0) / 1e6),
    )


def adopt_own(
    models: "Adopting", settings: Settings, recognizer: "Recognizer", voice: "Voice", took: Mapping[str, int]
) -> None:
    """Let the conversation's own engines do tasks too; `took` is the bytes of each, by its name."""
    words = _words_by(recognizer)
    card = recognizer_card(settings)
    transcription = Transcription(card, words, speech_in, _hearing_by(recognizer))
    models.adopt(card, transcription, Footprint(took.get(recognizer.name, 0) / 1e6))
    models.adopt(TRANSLATION, SpeechTranslation(TRANSLATION, transcription.run))
    card = voice_card(voice.name, settings)
    models.adopt(card, Synthesis(card, voice.speak, _clauses), Footprint(took.get(voice.name, 0) / 1e6))
    models.adopt(CAPTION, MeasuredCaption(CAPTION, words, speech_in, _hearing_by(recognizer)))
    imitator = Imitator(voice.speak, syllables, speech_in)
    models.adopt(MANNER, StyleTransfer(MANNER, imitator, _clauses, words))
    models.adopt(HEAD, TalkingHead(HEAD, words, speech_in, pronounced_by(voice)))
    if settings.talking_head.command:
        models.adopt(HEAD_PROGRAM, HeadProgram(HEAD_PROGRAM, settings.talking_head))


def recognizer_card(settings: Settings) -> Card:
    """What is known of the recognizer that is set."""
    task = "transcribe_speech"
    if settings.recognizer == "moonshine":
        return Card(
            "moonshine", task, "model", "Moonshine tiny, English", "MIT", source="in the package moonshine-voice"
        )
    size = settings.whisper.model
    known = next((one for one in WEIGHTS if one.name == f"whisper-{size}"), None)
    if known is None:
        return Card("whisper", task, "model", "Whisper, your own", source=size)
    return Card(known.name, task, "model", known.about, known.licence, source=known.repo)


def voice_card(name: str, settings: Settings) -> Card:
    """What is known of a voice."""
    listed = next((one for one in voices(settings.voice, settings.voice_options) if one.name == name), None)
    if listed is None:
        return Card(name, "synthesize_speech", "model", "A voice")
    how = "procedural" if listed.kind == "espeak-ng" else "model"
    about = listed.about or f"A voice of {listed.kind}"
    return Card(name, "synthesize_speech", how, about, listed.licence, source=listed.where)  # type: ignore[arg-type]


def pulled_recognizers(settings: Settings) -> Iterator[Entry]:
    """Recognizers that were pulled, as engines for recordings beside the ears' own; those that can translate too."""
    gpu = settings.whisper.device != "cpu" and bool(gpu_memory())
    for one in WEIGHTS:
        here = (settings.models.folder / one.name).is_dir()
        if one.task == "transcribe_speech" and here:
            yield Entry(_pulled_card(one, gpu), f"{__name__}:PulledWhisper", _pulled_options(settings), one.name)
        if one.name in TRANSLATING and (here or one.name == ADVISED):
            card = replace(
                _pulled_card(one, gpu),
                name=f"{one.name}-translate",
                task="translate_speech",
                about="Whisper, any language that it knows into English",
                languages=("en",),
            )
            yield Entry(card, f"{__name__}:whisper_translation", _pulled_options(settings), one.name)


def loader_of(name: str, settings: Settings) -> Callable[[], object]:
    """What loads a model of this name, whether or not anybody talks.

    Raises:
        EngineMissing: there is none of this name.
    """
    entries = {entry.card.name: entry for entry in (*ENGINES, *pulled_recognizers(settings))}
    if name in entries:
        return lambda: _loaded(entries[name], settings)
    if name in ("moonshine", recognizer_card(settings).name):
        return lambda: _loaded_recognizer(name, settings)
    if any(voice.name == name for voice in voices(settings.voice, settings.voice_options)):
        return lambda: _loaded_voice(name, settings)
    if any(one.name == name for one in WEIGHTS):
        raise EngineMissing(f"{name} is not here yet. Get it with: assistant models pull {name}")
    raise EngineMissing(f'There is no model "{name}"; `assistant models` lists them all.')


def speech_in(samples: Samples) -> Samples:
    """The probability of speech in each 512 samples of a sound at 16 kHz: shape (n,) → (ceil(n / 512),)."""
    from asr.vad import speech_in as found

    return found(samples)


def syllables(text: str) -> int:
    """How many an English text has, as it is pronounced."""
    from tts.phonemes import VOWELS, Phonemizer

    phones = Phonemizer().phones(text.split())
    return sum(phone.symbol.lstrip("ˈˌ")[:1] in tuple(VOWELS) for phone in phones)


class Adopting(Protocol):
    """Who takes in engines that are loaded already, as a residency does."""

    def adopt(self, card: Card, engine: Engine, takes: Footprint | None = None) -> None:
        """Take one in."""


class PulledWhisper:
    """An `Engine`: a Whisper that was pulled, for recordings."""

    def __init__(self, card: Card, folder: Path | None, **options: Json) -> None:
        """`options` are those of `asr.options.WhisperOptions`."""
        self.card = card
        self._folder = folder
        self._options = options
        self._inner: Transcription | None = None

    def load(self) -> None:
        """Load it, and recognize a second of silence, so that the first job is as quick as the others."""
        from asr.options import WhisperOptions
        from asr.whisper import Whisper

        recognizer = Whisper(WhisperOptions(str(self._folder), **self._options))  # type: ignore[arg-type]
        recognizer.transcribe(np.zeros(RATE, np.float32))
        at_once = BATCH if recognizer.device == "cuda" else 1
        self._inner = Transcription(self.card, _words_by(recognizer), speech_in, _timed_by(recognizer), at_once)

    def run(self, job: Job, report: Report) -> Made:
        """Transcribe `audio`; see `Transcription`."""
        assert self._inner is not None, "loaded before it is run"
        return self._inner.run(job, report)

    def drop(self) -> None:
        """Let it go."""
        self._inner = None


def spoken_translation(card: Card, folder: Path | None) -> Engine:
    """The engine around a network of transformers' that hears English and writes another language."""
    from models.speech.translation_spoken import SpokenTranslation

    return SpokenTranslation(card, lambda: _S2T(card, folder or Path()), speech_in)


def whisper_translation(card: Card, folder: Path | None, **options: Json) -> Engine:
    """The engine around a Whisper that was pulled, which hears any language and writes English."""
    from models.speech.translation_spoken import SpokenTranslation

    batch = BATCH if card.gpu_mb else 1
    return SpokenTranslation(card, lambda: _Translating(folder or Path(), options), speech_in, batch)


def separation(card: Card, folder: Path | None) -> Engine:
    """The engine that parts two speakers, with the ears' voice detector; its network lies in the tree."""
    from models.speech.separation import Separation
    from models.speech.separation_speeds import AtSpeeds

    return Separation(card, speech_in, AtSpeeds)


def singing(card: Card, folder: Path | None) -> Engine:
    """The engine that sings, with the voice that comes with the installation."""
    from models.music.singing import Singing

    return Singing(card, _singer)


def _singer() -> "Singer":
    from tts.cards import SHIPPED
    from tts.loader import EMBEDDED
    from tts.singing import SingingVoice

    return SingingVoice(SHIPPED / EMBEDDED)


class _S2T:
    """An `Interpreter` by transformers."""

    def __init__(self, card: Card, folder: Path) -> None:
        try:
            from models.speech.translation_s2t import SpeechToText
        except ImportError as error:
            raise EngineMissing(
                f"The engine {card.name} needs torch and transformers: pip install torch transformers."
            ) from error
        self._model = SpeechToText(folder)
        self.stop = self._model.stop

    def __call__(self, sounds: Sequence[Samples]) -> list[Recognized]:
        return [Recognized(text, "en") for text in self._model(sounds)]


class _Translating:
    """An `Interpreter` by Whisper, which finds out what language it hears."""

    def __init__(self, folder: Path, options: Mapping[str, Json]) -> None:
        from asr.options import WhisperOptions
        from asr.whisper import Whisper

        known = {**options, "language": ""}
        self._whisper = Whisper(WhisperOptions(str(folder), **known), "translate")  # type: ignore[arg-type]

    def __call__(self, sounds: Sequence[Samples]) -> list[Recognized]:
        return [Recognized(one.text, one.language) for one in self._whisper.timed(sounds, words=False)]

    def stop(self) -> None:
        """Nothing: a call is short, and cannot be ended."""


def _words_by(recognizer: "Recognizer") -> Callable[[Samples], str]:
    return lambda samples: recognizer.transcribe(resample(samples, RATE, recognizer.rate)).text


def _hearing_by(recognizer: "Recognizer") -> Hear:
    """All that any recognizer knows of stretches of a recording."""

    def hear(sounds: Sequence[Samples], timed: bool) -> list[Recognized]:
        found = [recognizer.transcribe(resample(sound, RATE, recognizer.rate)) for sound in sounds]
        return [Recognized(one.text, one.language, (), one.log_prob) for one in found]

    return hear


def _timed_by(recognizer: "Whisper") -> Hear:
    """The same of Whisper, which knows when each word is said."""

    def hear(sounds: Sequence[Samples], timed: bool) -> list[Recognized]:
        found = recognizer.timed(sounds, timed)
        return [Recognized(one.text, one.language, one.words, one.log_prob) for one in found]

    return hear


def _clauses(text: str) -> Sequence[str]:
    from tts.clauses import Clauses

    splitter = Clauses()
    return [*splitter.push(text), *splitter.flush()]


def _pulled_card(weights: Weights, gpu: bool) -> Card:
    """On the processor the weights are kept in 8 bits, half of what was fetched."""
    host_mb, gpu_mb = (SPARE_MB, weights.size_mb + SPARE_MB) if gpu else (weights.size_mb / 2 + SPARE_MB, 0.0)
    about, licence, source = weights.about, weights.licence, weights.repo
    return Card(weights.name, weights.task, "model", about, licence, weights.commercial, source, host_mb, gpu_mb)


def _pulled_options(settings: Settings) -> Mapping[str, Json]:
    whisper = settings.whisper
    spoken = whisper.language or ("" if settings.language == "auto" else settings.language)
    return {
        "device": whisper.device,
        "compute_type": whisper.compute_type,
        "language": spoken,
        "beam_size": whisper.beam_size,
        "threads": whisper.threads,
    }


def _loaded(entry: Entry, settings: Settings) -> object:
    if lack := missing(entry, settings.models):
        raise EngineMissing(lack)
    engine = make(entry, settings.models)
    engine.load()
    return engine


def _loaded_recognizer(name: str, settings: Settings) -> object:
    from asr.loader import load_recognizer

    kind = "moonshine" if name == "moonshine" else "whisper"
    recognizer = load_recognizer(kind, settings.moonshine, settings.whisper_options, settings.language)
    recognizer.transcribe(np.zeros(RATE, np.float32))
    return recognizer


def _loaded_voice(name: str, settings: Settings) -> object:
    from assistant.events import Manner
    from tts.loader import load_voice

    voice = load_voice(name, settings.voice_options)
    voice.speak("Ready.", Manner())
    return voice


def _memory_bytes() -> int:
    """What the machine has; without limit where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return 2**62
