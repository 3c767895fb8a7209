"""Loudness: make a sound louder or softer without clipping it."""

import numpy as np

from assistant.audio import Samples

CEILING = 0.97
"""Highest amplitude that leaves the limiter."""
LOOK_AHEAD_S = 0.004
"""Seconds over which the limiter gives way before a peak, and comes back after it."""


def amplified(samples: Samples, gain_db: float, rate: int) -> Samples:
    """The sound changed by `gain_db` decibels; peaks that would clip are turned down, smoothly. Shape (n,) → (n,)."""
    if gain_db == 0 and not _peaks(samples):
        return samples
    louder = samples * np.float32(10 ** (gain_db / 20))
    return _limited(louder, round(LOOK_AHEAD_S * rate)) if _peaks(louder) else louder


def _peaks(samples: Samples) -> bool:
    return bool(len(samples)) and float(np.abs(samples).max()) > CEILING


def _limited(samples: Samples, reach: int) -> Samples:
    """Divide by an envelope that is at least as high as every sample and moves slowly.

    The highest of the 2 * reach + 1 samples around each, averaged over as many: each of the averaged values is at
    least the sample in their middle.
    """
    width = 2 * reach + 1
    over = np.maximum(np.abs(samples) / CEILING, 1)
    padded = np.pad(over, 2 * reach, mode="edge")
    highest = np.lib.stride_tricks.sliding_window_view(padded, width).max(axis=1)
    sums = np.cumsum(np.concatenate(([0.0], highest)), dtype=np.float64)
    envelope = (sums[width:] - sums[:-width]) / width
    return np.asarray(samples / envelope, np.float32)
