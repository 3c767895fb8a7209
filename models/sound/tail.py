"""The decay of a room after a sound, of any length: convolution in partitions (Stockham 1966)."""

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.frames import BLOCK


class Tail:
    """A sound through a long response, block by block."""

    def __init__(self, response: Samples) -> None:
        """`response` has shape (n, 2)."""
        parts = -(-len(response) // BLOCK)
        padded = np.pad(response, ((0, parts * BLOCK - len(response)), (0, 0)))
        self._filters = np.fft.rfft(padded.reshape(parts, BLOCK, 2), 2 * BLOCK, axis=1).astype(np.complex64)
        self._heard: NDArray[np.complex64] = np.zeros((parts, BLOCK + 1), np.complex64)
        self._rest = np.zeros((BLOCK, 2), np.float32)

    def push(self, block: Samples) -> Samples:
        """What the ears hear of the next block, shape (BLOCK,) → (BLOCK, 2)."""
        self._heard = np.roll(self._heard, 1, axis=0)
        self._heard[0] = np.fft.rfft(block, 2 * BLOCK)
        made = np.fft.irfft(np.einsum("pf,pfe->fe", self._heard, self._filters), 2 * BLOCK, axis=0).astype(np.float32)
        out, self._rest = made[:BLOCK] + self._rest, made[BLOCK:]
        return out
