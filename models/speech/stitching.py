"""Two voices that were parted piece by piece, as two voices throughout.

piece 1   A ────────────╲
          B ────────────╲
piece 2          ╱ B ────────────      its voices come in any order: that in which they are like those before
                 ╱ A ────────────      is kept, and the pieces are faded into each other
"""

from collections.abc import Sequence

import numpy as np

from assistant.audio import Samples
from models.speech.voice_print import VoicePrint

ALIGNED = 8.0
"""What certainty by what two pieces share is worth beside what the voices are like, in the distance of prints."""
ENOUGH = 0.25
"""Of a whole piece's power, from which on what is shared tells all; a breath that is shared tells little."""


class Stitcher:
    """Puts one recording together."""

    def __init__(self, hop: int) -> None:
        """Pieces begin `hop` samples after each other, and are at most twice as long."""
        self._hop = hop
        self._held = np.zeros((2, 0), np.float32)
        """What the next piece has too."""
        self.prints = (VoicePrint(), VoicePrint())
        """What is known of the voices by now."""
        self._power = 0.0
        """Of the loudest piece, for a sample."""

    def push(self, voices: Samples, prints: Sequence[VoicePrint]) -> Samples:
        """The next piece, (2, n), and what its voices are like; what is certain by now, (2, m)."""
        if self._crossed(voices, prints):
            voices, prints = voices[::-1], prints[::-1]
        self.prints = (self.prints[0] + prints[0], self.prints[1] + prints[1])
        shared, size = self._held, self._held.shape[1]
        ready = voices[:, : size or self._hop].copy()
        if size:
            rising = ((np.arange(size) + 0.5) / size).astype(np.float32)
            ready = shared + (ready - shared) * rising
        self._held = voices[:, size or self._hop :].copy()
        return ready

    def finish(self) -> Samples:
        """The rest, (2, n)."""
        rest, self._held = self._held, np.zeros((2, 0), np.float32)
        return rest

    def _crossed(self, voices: Samples, prints: Sequence[VoicePrint]) -> bool:
        """Whether the first voice of a piece is the second of those before."""
        shared = voices[:, : self._held.shape[1]]
        self._power = max(self._power, _power(voices))
        told = min(1.0, _power(shared) / (ENOUGH * self._power)) if self._power else 0.0
        return ALIGNED * told * alignment(self._held, shared) + closeness(self.prints, prints) < 0


def alignment(before: Samples, after: Samples) -> float:
    """How much likelier two voices (2, n) are in the same order than in the other, -1 to 1; 0 without sound."""
    products = before @ after.T
    power = float(np.sum(np.square(before)) + np.sum(np.square(after))) / 2
    straight, crossed = float(np.trace(products)), float(np.trace(products[::-1]))
    return (straight - crossed) / power if power > 0 else 0.0


def closeness(before: Sequence[VoicePrint], after: Sequence[VoicePrint]) -> float:
    """By how much two voices are more like those before in the same order than in the other."""
    straight = before[0].distance(after[0]) + before[1].distance(after[1])
    crossed = before[0].distance(after[1]) + before[1].distance(after[0])
    return crossed - straight


def _power(voices: Samples) -> float:
    return float(np.mean(np.square(voices))) if voices.size else 0.0
