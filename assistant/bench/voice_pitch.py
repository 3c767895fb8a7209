"""Pitch, and how it compares. F0 by WORLD's DIO, refined by StoneMask (Morise et al. 2009, 2016; library pyworld).

Two sounds are compared frame by frame along a path from `assistant.bench.voice_spectrum.path`.
"""

import warnings

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks setuptools for its own version
    import pyworld

FRAME_S = 0.01
LOWEST, HIGHEST = 60.0, 500.0
"""Hertz."""
GROSS = 0.2
"""Relative error from which a pitch counts as wrong (Rabiner et al. 1976)."""
FEWEST = 10
"""Frames voiced in both, below which there is no telling whether two melodies go together."""

Pitch = NDArray[np.float64]
"""Hertz in each frame of 10 ms, shape (frames,), 0 where unvoiced."""
Path = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Indices of the frames of one and of the other that belong together."""


def pitch(samples: Samples, rate: int) -> Pitch:
    """F0 of a sound, shape (n,) → (frames,)."""
    sound = samples.astype(np.float64)
    rough, times = pyworld.dio(sound, rate, f0_floor=LOWEST, f0_ceil=HIGHEST, frame_period=1000 * FRAME_S)
    return np.asarray(pyworld.stonemask(sound, rough, times, rate))


def voiced(pitch: Pitch) -> Pitch:
    """The frames that have a pitch."""
    return pitch[pitch > 0]


def semitones(pitch: Pitch) -> float | None:
    """From the 5th to the 95th percentile, in semitones; None where nothing is voiced."""
    if not len(voiced(pitch)):
        return None
    low, high = np.percentile(voiced(pitch), (5, 95))
    return float(12 * np.log2(high / low))


def correlation(ours: Pitch, theirs: Pitch, path: Path) -> float | None:
    """Pearson's, of the logarithms where both are voiced; None where that is hardly ever, or one is monotone."""
    a, b = ours[path[0]], theirs[path[1]]
    both = (a > 0) & (b > 0)
    if both.sum() < FEWEST:
        return None
    x, y = np.log(a[both]), np.log(b[both])
    if min(x.std(), y.std()) < 1e-6:
        return None
    return float(np.corrcoef(x, y)[0, 1])


def frame_errors(ours: Pitch, theirs: Pitch, path: Path) -> tuple[int, int]:
    """Wrong frames, and frames: the two sides of the F0 frame error (Chu & Alwan 2009, eq. 4).

    Wrong is a frame voiced in one alone, or more than 20 % off in pitch.
    """
    a, b = ours[path[0]], theirs[path[1]]
    both = (a > 0) & (b > 0)
    gross = both & (np.abs(a - b) > GROSS * b)
    return int((((a > 0) != (b > 0)) | gross).sum()), len(a)


def in_register(ours: Pitch, median: float, wanted: float) -> Pitch:
    """The same melody, raised or lowered so that a speaker whose median is `median` hertz has that of another."""
    return ours * (wanted / median)
