"""Voices by name: espeak-ng, ESPnet's, and every voice that is a folder."""

from pathlib import Path

from assistant.errors import EngineMissing, SettingsError
from tts.base import Voice
from tts.cards import voice_folders
from tts.options import VoiceOptions

AUTO = "auto"
"""The name that stands for the best voice there is."""
EMBEDDED = "lj"
"""The folder of the voice that comes with the installation."""
FALLBACK = "espeak"
"""The voice that always works."""
ESPNET_ADVICE = 'ESPnet wants an environment of its own; "What speaks" in docs/settings.md tells how to install it.'


def voice_names(options: VoiceOptions | None = None) -> tuple[str, ...]:
    """The name of every voice there is; one may still lack a package or a file."""
    options = options or VoiceOptions()
    own = [name for name in voice_folders(options.voices) if name not in (FALLBACK, "espnet", AUTO)]
    return (*own, FALLBACK, *(["espnet"] if options.espnet.model else []))


def chosen(name: str, options: VoiceOptions | None = None) -> str:
    """The name itself, or the one that "auto" stands for: the embedded voice, and espeak where that is not there or
    the conversation is in another language than English.
    """
    options = options or VoiceOptions()
    if name != AUTO:
        return name
    english = options.language == AUTO or options.language.startswith("en")
    return EMBEDDED if english and EMBEDDED in voice_names(options) else FALLBACK


def load_voice(name: str, options: VoiceOptions | None = None) -> Voice:
    """The voice of this name, ready to speak.

    Raises:
        SettingsError: there is none of this name, or its options do not fit.
        EngineMissing: its package, data or weights are not here.
    """
    options = options or VoiceOptions()
    name = chosen(name, options)
    try:
        match name:
            case "espeak":
                from tts.espeak import Espeak

                return Espeak(options.espeak)
            case "espnet":
                from tts.espnet_voice import EspnetVoice

                voice: Voice = EspnetVoice(options.espnet)
                return voice
            case _:
                return _from_folder(name, options)
    except ImportError as error:
        advice = ESPNET_ADVICE if name == "espnet" else f"pip install {error.name}."
        raise EngineMissing(f'The voice "{name}" needs a package that is not installed: {advice}') from error


def _from_folder(name: str, options: VoiceOptions) -> Voice:
    folder: Path | None = voice_folders(options.voices).get(name)
    if folder is None:
        raise SettingsError(f'There is no voice "{name}"; there is {", ".join(voice_names(options))}.')
    from tts.fastspeech2 import FastSpeech2
    from tts.pronunciations import read_pronunciations

    return FastSpeech2(folder, options.fastspeech2, read_pronunciations(options.pronunciations))
