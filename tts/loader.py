"""Voices by name."""

from assistant.errors import EngineMissing, SettingsError
from tts.base import Voice
from tts.options import EspeakOptions

NAMES = ("espeak",)


def load_voice(name: str, espeak: EspeakOptions | None = None) -> Voice:
    """The voice of this name, ready to speak.

    Raises:
        SettingsError: there is none of this name, or its options do not fit.
        EngineMissing: its package or data are not here.
    """
    try:
        match name:
            case "espeak":
                from tts.espeak import Espeak

                return Espeak(espeak)
            case _:
                raise SettingsError(f'There is no voice "{name}"; there is {", ".join(NAMES)}.')
    except ImportError as error:
        raise EngineMissing(
            f'The voice "{name}" needs a package that is not installed: pip install {error.name}.'
        ) from error
