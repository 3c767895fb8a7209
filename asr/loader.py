"""The recognizers by name."""

from dataclasses import replace

from asr.base import Recognizer
from asr.options import MoonshineOptions, WhisperOptions
from assistant.errors import EngineMissing, SettingsError

ENGLISH = ("", "auto", "en")


def load_recognizer(name: str, moonshine: MoonshineOptions, whisper: WhisperOptions, language: str) -> Recognizer:
    """Load a recognizer for a language: a code such as "en", or "auto" for whatever is spoken.

    Raises:
        SettingsError: there is none of that name, or it does not know the language.
        EngineMissing: its package or its weights are not here.
    """
    try:
        match name:
            case "moonshine":
                if language not in ENGLISH:
                    raise SettingsError(
                        f"The moonshine recognizer hears English, not {language!r}; choose --recognizer whisper."
                    )
                from asr.moonshine import Moonshine

                return Moonshine(moonshine)
            case "whisper":
                from asr.whisper import Whisper

                spoken = "" if language == "auto" else language
                return Whisper(replace(whisper, language=whisper.language or spoken))
            case other:
                raise SettingsError(f"There is no recognizer {other!r}; choose moonshine or whisper.")
    except ImportError as error:
        raise EngineMissing(
            f"The recognizer {name!r} needs a package that is not installed: pip install {error.name}."
        ) from error
