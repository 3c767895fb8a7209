"""Engines that imitate a voice, around public models: how each is made, in a process of its own.

Only what loads one imports its packages. Nothing of the rest of Earshot is imported either, since the environment of
one of them need not have what that takes.
"""

from pathlib import Path

from assistant.audio import Samples
from assistant.errors import EngineMissing
from models.base import Card, Engine
from models.speech.voice_imitation import Speaker, VoiceImitation


def pocket_voices(card: Card, folder: Path | None) -> Engine:
    """The engine around Pocket TTS."""

    def load() -> Speaker:
        try:
            from models.speech.voice_pocket import PocketVoices
        except ImportError as error:
            raise _without(card) from error
        return PocketVoices(folder or Path())

    return VoiceImitation(card, load, _speech_in)


def speecht5_voices(card: Card, folder: Path | None) -> Engine:
    """The engine around SpeechT5."""

    def load() -> Speaker:
        try:
            from models.speech.voice_speecht5 import SpeechT5Voices
        except ImportError as error:
            raise _without(card) from error
        return SpeechT5Voices(folder or Path())

    return VoiceImitation(card, load, _speech_in)


def chatterbox_voices(card: Card, folder: Path | None) -> Engine:
    """The engine around Chatterbox."""

    def load() -> Speaker:
        try:
            from models.speech.voice_chatterbox import ChatterboxVoices
        except ImportError as error:
            raise EngineMissing(
                f"The engine {card.name} needs the package chatterbox-tts, which takes an environment of its own. "
                f"Install it there, and set models.interpreters.{card.name} to the Python in it."
            ) from error
        return ChatterboxVoices(folder or Path())

    return VoiceImitation(card, load, _speech_in)


def _without(card: Card) -> EngineMissing:
    return EngineMissing(
        f"The engine {card.name} needs packages that are not here. Install Earshot with its extra voices."
    )


def _speech_in(samples: Samples) -> Samples:
    from asr.vad import speech_in

    return speech_in(samples)
