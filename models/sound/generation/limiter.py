"""Keeps peaks below full scale: looks ahead, and turns down smoothly where they would not be.

blocks    |  1  |  2  |  3  |        each block asks for the gain that it can bear
gain      the lowest of three neighbours, straight lines from middle to middle
"""

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples

CEILING = 0.84
"""The highest peak, -1.5 dB of full scale."""
BLOCK = 256
"""Samples, 6 ms."""
RELEASE = 0.08
"""How much of the way back to 1 the gain goes with each block at most."""


class Limiter:
    """Gives what it takes two blocks later; `push` and then `finish`."""

    def __init__(self) -> None:
        self._held = np.zeros((0, 2), np.float32)
        self._asked = np.ones(2)
        """The gains of the two blocks before those that are held."""
        self._last = 1.0
        """The gain at the middle of the block before."""

    def push(self, samples: Samples) -> Samples:
        """More sound, shape (n, 2); what is ready of it."""
        self._held = np.concatenate((self._held, samples))
        blocks = len(self._held) // BLOCK
        return self._given(blocks - 2) if blocks > 2 else np.zeros((0, 2), np.float32)

    def finish(self) -> Samples:
        """The rest."""
        count = len(self._held)
        self._held = np.concatenate((self._held, np.zeros((3 * BLOCK - count % BLOCK, 2), np.float32)))
        return self._given(len(self._held) // BLOCK - 2)[:count]

    def _given(self, blocks: int) -> Samples:
        """So many blocks; two more are there to look at."""
        peaks = np.abs(self._held[: (blocks + 2) * BLOCK]).reshape(blocks + 2, -1).max(axis=1)
        asked = np.concatenate((self._asked, CEILING / np.maximum(peaks, CEILING)))
        lowest = np.minimum(np.minimum(asked[:-2], asked[1:-1]), asked[2:])  # of blocks -1, 0 … `blocks`
        gains = self._released(lowest)
        middles = (np.arange(len(gains)) - 1) * BLOCK + BLOCK / 2
        way = np.interp(np.arange(blocks * BLOCK), middles, gains).astype(np.float32)
        made = self._held[: blocks * BLOCK] * way[:, None]
        self._held, self._asked = self._held[blocks * BLOCK :], asked[blocks : blocks + 2]
        self._last = float(gains[blocks])
        return made

    def _released(self, lowest: NDArray[np.float64]) -> NDArray[np.float64]:
        """Down at once, up slowly; the first is known from before."""
        made = np.empty(len(lowest))
        made[0] = now = min(self._last, float(lowest[0]))
        for k in range(1, len(lowest)):
            now = min(float(lowest[k]), now + RELEASE * (1 - now))
            made[k] = now
        return made
