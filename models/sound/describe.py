"""What can be measured of a sound."""

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
    """Measure mono float32 of shape (n,)."""
    peak = float(np.abs(samples).max(initial=0.0))
    return Measures(
        len(samples) / rate, dbfs(samples), max(SILENCE_DBFS, 20 * float(np.log10(peak))) if peak > 0 else SILENCE_DBFS
    )
