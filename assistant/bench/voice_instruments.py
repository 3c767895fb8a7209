"""What voices are measured with, as far as it is installed."""

from collections.abc import Callable, Iterator

from asr.loader import load_recognizer
from asr.options import WhisperOptions
from assistant.bench.voice_takes import Measure
from assistant.bench.voice_words import WordErrors
from assistant.errors import EngineError
from config.settings import Settings

PACKAGES = {"pkg_resources": "'setuptools<81'"}
"""What to install for a module that is not called like its package."""


def instruments(settings: Settings, leave_out: Callable[[str], None]) -> Iterator[Measure]:
    """Each, made when it is its turn; what is not here is left out with a sentence that says what to install."""
    for makes, make in (
        ("The word error by moonshine", lambda: _words("moonshine", settings)),
        ("DNSMOS", _quality),
        ("What is told of F0, FFE and MCD", _melody),
        ("The error of word boundaries", _boundaries),
        *((("The word error by whisper", lambda: _words("whisper", settings)),) if _has_whisper(settings) else ()),
    ):
        if instrument := made(makes, make, leave_out):
            yield instrument


def made(makes: str, make: Callable[[], Measure], leave_out: Callable[[str], None]) -> Measure | None:
    """An instrument, or None and a sentence."""
    try:
        return make()
    except ImportError as error:
        missing = str(error.name).partition(".")[0]
        leave_out(f"{makes} is left out: pip install {PACKAGES.get(missing, missing)}.")
    except EngineError as error:
        leave_out(f"{makes} is left out: {error}")
    return None


def _has_whisper(settings: Settings) -> bool:
    """Whether somebody chose Whisper or a model for it; the default one would be downloaded."""
    return settings.recognizer == "whisper" or settings.whisper_options.model != WhisperOptions().model


def _words(recognizer: str, settings: Settings) -> Measure:
    loaded = load_recognizer(recognizer, settings.moonshine, settings.whisper_options, "en")
    return WordErrors(loaded, "whisper" if recognizer == "whisper" else "wer")


def _quality() -> Measure:
    from assistant.bench.voice_quality import Quality

    return Quality()


def _melody() -> Measure:
    from assistant.bench.voice_melody import Melody

    return Melody()


def _boundaries() -> Measure:
    from assistant.bench.voice_alignment import Boundaries

    return Boundaries()
