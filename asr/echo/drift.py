"""How fast the echo's path moves: the loudspeaker's second against the microphone's.

Two devices have two clocks. Their drift shifts the whole path steadily, by 1.6 samples a second for 100 ppm, and no
filter of half a second holds against that. But the filter, trying to follow, tells the shift: it is the slope of the
phase between the weights now and a moment ago.
"""

import numpy as np
from numpy.typing import NDArray

from asr.echo.kalman import BINS, HOP

LOOK_HOPS = 62
"""Hops between two looks: half a second."""
GAIN = 0.3
"""How much of the drift that is seen is corrected at once."""
LIMIT = 500e-6
"""No clock is worse than this."""
ALIKE = 0.5
"""How coherent the weights must be with those before."""
OMEGA = np.arange(BINS) * np.pi / HOP
"""Radians a sample."""
USED = (OMEGA > 0.1) & (OMEGA < 2.6)
"""Bins between 250 Hz and 6.6 kHz."""


class Drift:
    """Follows the drift of one path."""

    def __init__(self) -> None:
        self.rate = 1.0
        """Samples of the loudspeaker's in one of the microphone's."""
        self.seen = 1e-4
        """Size of the drift that was seen lately, as a ratio; small when it is being followed."""
        self._hops = 0
        self._before: NDArray[np.complex64] | None = None

    def reset(self) -> None:
        """The path jumped, or was forgotten: compare with nothing before."""
        self._before, self._hops, self.seen = None, 0, 1e-4

    def push(self, weights: NDArray[np.complex64]) -> None:
        """Take the weights after a hop, shape (partitions, BINS)."""
        self._hops += 1
        if self._hops % LOOK_HOPS:
            return
        if self._before is not None:
            self._compare(weights, self._before)
        self._before = weights.copy()

    def _compare(self, now: NDArray[np.complex64], before: NDArray[np.complex64]) -> None:
        crossed = (now * before.conj()).sum(axis=0)[USED]
        size, omega = np.abs(crossed), OMEGA[USED]
        whole = np.sqrt(np.square(np.abs(now)).sum(axis=0) * np.square(np.abs(before)).sum(axis=0))[USED].sum()
        if not whole > 0 or size.sum() < ALIKE * whole:
            return
        shift = -(omega * np.angle(crossed) * size).sum() / (np.square(omega) * size).sum()
        drift = float(shift) / (LOOK_HOPS * HOP)
        self.seen = 0.8 * self.seen + 0.2 * abs(drift)
        self.rate = float(np.clip(self.rate - GAIN * drift, 1 - LIMIT, 1 + LIMIT))
