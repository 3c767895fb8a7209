"""Words as voices say them that tell when they say each phone: what other speech of the same words is laid beside."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from assistant.errors import EngineError, SettingsError
from assistant.events import Manner, Spoken
from tts.base import Voice
from tts.loader import FALLBACK


def pronounced_by(voice: Voice) -> Callable[[str], Iterator[Spoken]]:
    """Words as the voice that is set says them; as espeak does, where that one does not tell its phones.

    Espeak is the second choice because it never says a thing twice alike, to the sample.
    """

    def pronounce(text: str) -> Iterator[Spoken]:
        for name in dict.fromkeys((voice.name, FALLBACK)):
            with suppress(EngineError, SettingsError):
                spoken = voice.speak(text, Manner(voice=name))
                if spoken.phones:
                    yield spoken
                    return

    return pronounce
