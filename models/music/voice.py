"""What the singing engine takes: a voice whose phones, durations and F0 can be set. Plain data, so that no package of
voices has to be known here.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples


class Phrase(Protocol):
    """The n phones of some words, ready to be sung."""

    @property
    def symbols(self) -> Sequence[str]:
        """The phones in IPA, vowels with their stress in front."""

    @property
    def kinds(self) -> Sequence[str]:
        """Of each phone "vowel", which is a syllable, or "consonant"."""

    @property
    def words(self) -> Sequence[int]:
        """Index of the word that each belongs to, never falling."""

    @property
    def seconds(self) -> NDArray[np.float64]:
        """How long each is when it is spoken, shape (n,)."""

    def sound(self, frames: NDArray[np.int64], hertz: NDArray[np.floating], tract: float = 1.0) -> Samples:
        """Sing: frames of each phone, shape (n,); F0 of each frame → mono float32, `hop` samples a frame.

        `tract`: resonances lie so many times as high as the voice's own; a man's lie lower.

        Raises:
            EngineError: it fails, or was stopped.
        """

    def stop(self) -> None:
        """End `sound`, which another thread is in, soon; called again where that goes on with its next part."""


class Singer(Protocol):
    """A voice that sings."""

    rate: int
    """Hertz."""
    hop: int
    """Samples in a frame."""
    lowest: float
    highest: float
    """What it sings well, as MIDI numbers notes."""
    language: str
    """What it has learned, such as "en"."""

    def phrase(self, words: Sequence[str], language: str) -> Phrase:
        """Words as phones; those of another language by what is nearest.

        Raises:
            EngineError: that is too much for one breath.
        """
