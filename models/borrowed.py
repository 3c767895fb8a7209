"""Engines around what the conversation has loaded for itself: there is nothing for them to load, or to let go of."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from assistant.audio import Samples
from assistant.events import Spoken
from models.base import Card

Recognize: TypeAlias = Callable[[Samples], str]
"""The words in mono float32 of shape (n,) at `assistant.audio.RATE`."""
SpeechIn: TypeAlias = Callable[[Samples], Samples]
"""The probability of speech in each 512 samples of the same: shape (n,) → (ceil(n / 512),)."""
Pronounce: TypeAlias = Callable[[str], Iterable[Spoken]]
"""Words as voices say them, each with the times of its phones in `Spoken.phones`: one voice after the other."""


class Hearing:
    """The part of an `Engine` that hears by the ears' recognizer and voice detector."""

    def __init__(self, card: Card, recognize: Recognize, speech_in: SpeechIn) -> None:
        self.card = card
        self._recognize = recognize
        self._speech_in = speech_in

    def load(self) -> None:
        """Nothing: recognizer and voice detector belong to the ears."""

    def drop(self) -> None:
        """Nothing."""
