"""Sound between its samples: interpolation by a windowed sinc, from a table of phases."""

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples

TAPS = 16
PHASES = 256
BEFORE = TAPS // 2 - 1
"""Samples used before the one at or below a position."""
AFTER = TAPS - BEFORE
"""Samples used from there on."""


def _table() -> NDArray[np.float32]:
    """The kernel at every phase, shape (PHASES + 1, TAPS)."""
    offsets = np.arange(TAPS) - BEFORE - np.arange(PHASES + 1)[:, None] / PHASES
    window = np.i0(7 * np.sqrt(np.clip(1 - np.square(offsets / (TAPS / 2)), 0, None))) / np.i0(7)
    return np.asarray(np.sinc(offsets) * window, np.float32)


TABLE = _table()
AROUND = np.arange(TAPS) - BEFORE


def between(samples: Samples, positions: NDArray[np.float64]) -> Samples:
    """The sound at fractional positions, which need `BEFORE` samples before them and `AFTER` from them on."""
    whole = np.floor(positions).astype(np.int64)
    phase = np.rint((positions - whole) * PHASES).astype(np.int64)
    return np.asarray(np.einsum("nt,nt->n", samples[whole[:, None] + AROUND], TABLE[phase]), np.float32)
