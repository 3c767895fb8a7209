"""Voices by name."""

from assistant.errors import EngineMissing
from tts.base import Voice
from tts.options import EspeakOptions

NAMES = ("espeak",)


def load_voice(name: str, espeak: EspeakOptions | None = None) -> Voice:
    """The voice of this name, ready to speak.

    Raises:
        EngineMissing: there is none of this name, or its package or data are not here.
        SettingsError: its options do not fit.
    """
    try:
        match name:
            case "espeak":
                from tts.espeak import Espeak

                return Espeak(espeak)
            case _:
                raise EngineMissing(f'There is no voice "{name}"; there is {", ".join(NAMES)}.')
    except ImportError as error:
        raise EngineMissing(
            f'The voice "{name}" needs the package {error.name}, which is not installed: pip install earshot.'
        ) from error
