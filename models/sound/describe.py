"""What can be measured of a sound."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.audio import SILENCE_DBFS, Samples, dbfs


@dataclass(frozen=True, slots=True)
class Measures:
    """The figures of a sound."""

    seconds: float
    level_dbfs: float
    """Root mean square, relative to full scale."""
    peak_dbfs: float
    """The largest sample, relative to full scale."""


def measure(samples: Samples, rate: int) -> Measures:
    """Measure float32 of shape (n,), or of (n, channels) all channels together."""
    peak = float(np.abs(samples).max(initial=0.0))
    return Measures(
        len(samples) / rate, dbfs(samples), max(SILENCE_DBFS, 20 * float(np.log10(peak))) if peak > 0 else SILENCE_DBFS
    )


def combined(parts: Sequence[Measures]) -> Measures:
    """The figures of a sound whose parts were measured one after the other."""
    seconds = sum(part.seconds for part in parts)
    energy = sum(part.seconds * 10 ** (part.level_dbfs / 10) for part in parts)
    level = 10 * float(np.log10(energy / seconds)) if seconds else SILENCE_DBFS
    return Measures(seconds, max(SILENCE_DBFS, level), max((part.peak_dbfs for part in parts), default=SILENCE_DBFS))
