"""The size of who speaks: a mel spectrum with its resonances moved, as a longer or shorter vocal tract has them.

The mel scale is that of Slaney's Auditory Toolbox (1998), from 0 Hz to half the sample rate.
"""

import numpy as np
from numpy.typing import NDArray

LINEAR_HZ, LINEAR_MEL = 1000.0, 15.0
STEP = np.log(6.4) / 27
"""Of a mel above `LINEAR_HZ`, in natural logarithms of frequency."""


def resized(mel: NDArray[np.float32], tract: float, rate: int) -> NDArray[np.float32]:
    """A log mel (T, m) whose resonances lie `tract` times as high; what comes from beyond its top is as the top."""
    if tract == 1.0 or not len(mel):
        return mel
    count = mel.shape[1]
    bands = np.arange(1, count + 1) * (_mels(np.array(rate / 2)) / (count + 1))
    sources = _mels(_hertz(bands) / tract) / (_mels(np.array(rate / 2)) / (count + 1)) - 1
    lower = np.clip(np.floor(sources).astype(int), 0, count - 1)
    part = np.clip(sources - lower, 0, 1)
    moved = (1 - part) * mel[:, lower] + part * mel[:, np.minimum(lower + 1, count - 1)]
    return np.asarray(moved, np.float32)


def _mels(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    above = LINEAR_MEL + np.log(np.maximum(hertz, LINEAR_HZ) / LINEAR_HZ) / STEP
    return np.where(hertz < LINEAR_HZ, hertz * LINEAR_MEL / LINEAR_HZ, above)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    above = LINEAR_HZ * np.exp(STEP * (np.maximum(mels, LINEAR_MEL) - LINEAR_MEL))
    return np.where(mels < LINEAR_MEL, mels * LINEAR_HZ / LINEAR_MEL, above)
