"""Sound cut into frames that overlap by half and fade into each other, and put together again.

    window  ▁╱╲▁
              ▁╱╲▁     together 1 everywhere
                ▁╱╲▁

What is done to each frame may differ; between two of them it goes over from the one to the other.
"""

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples

BLOCK = 32_768
"""Samples that are put together at once, 0.7 s."""
REACH = 3
"""Hops that a frame takes with what filters add to its end."""


class Frames:
    """Frames of one sound, as both ears hear it, block by block."""

    def __init__(self, hop: int) -> None:
        """`hop` samples from one frame to the next; a block is a multiple of it."""
        self.hop, self.size = hop, REACH * hop
        self._window = (0.5 - 0.5 * np.cos(np.pi * np.arange(2 * hop) / hop)).astype(np.float32)
        self._rest = np.zeros((2, REACH - 1, hop), np.float32)

    def begins(self, start: int) -> NDArray[np.intp]:
        """Where the frames begin that are needed for the block at `start`; before the very first one is half a frame
        that lies before it.
        """
        return np.arange(start - (self.hop if start == 0 else 0), start + BLOCK, self.hop)

    def cut(self, samples: Samples) -> Samples:
        """The frames of a sound that begins with the first of them, (n,) → (count, 2 * hop), faded at both ends."""
        return np.lib.stride_tricks.sliding_window_view(samples, 2 * self.hop)[:: self.hop] * self._window

    def add(self, frames: Samples) -> Samples:
        """The block that the frames make, (ears, count, REACH * hop) → (BLOCK, ears)."""
        count = frames.shape[1]
        made = np.zeros((2, count + REACH - 1, self.hop), np.float32)
        made[:, : REACH - 1] = self._rest
        for k, part in enumerate(np.split(frames, REACH, axis=2)):
            made[:, k : k + count] += part
        self._rest = made[:, count:]
        whole = made[:, count - BLOCK // self.hop : count]
        return whole.reshape(2, BLOCK).T
