"""Timbre, and how far two are apart: mel-cepstral distortion along a warped path.

Envelopes by WORLD's CheapTrick (Morise 2015; library pyworld), the path by dynamic time warping (library librosa).
"""

import warnings
from functools import cache

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.bench.voice_pitch import FRAME_S, LOWEST, Path, Pitch

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks setuptools for its own version
    import pyworld
    from librosa.sequence import dtw

ORDER = 24
"""Cepstral coefficients, the one for loudness not counted."""
WARPING = 0.42
"""The all-pass constant that comes closest to the mel scale at 16 kHz (Tokuda et al. 1994)."""
POINTS = 512
"""On the warped frequency axis."""
QUIET_DB = 40.0
"""Below the loudest frame by so much is silence, where it stands at either end."""
DB = 10 / np.log(10) * np.sqrt(2)

Cepstra = NDArray[np.float64]
"""Mel-cepstra, shape (frames, ORDER)."""


def cepstra(samples: Samples, pitch: Pitch, rate: int) -> Cepstra:
    """The mel-cepstrum of every frame that `pitch` has, shape (n,) → (frames, ORDER), without the loudness."""
    times = np.arange(len(pitch)) * FRAME_S
    power = pyworld.cheaptrick(samples.astype(np.float64), pitch, times, rate, f0_floor=LOWEST)
    left, right, share = _warped(power.shape[1])
    log = 0.5 * np.log(power)
    return np.asarray((log[:, left] * (1 - share) + log[:, right] * share) @ _cosines())


def path(ours: Cepstra, theirs: Cepstra) -> Path:
    """Which frames belong together, in order of time: the cheapest way through both, by Euclidean distance."""
    _, pairs = dtw(ours.T, theirs.T, metric="euclidean")
    return pairs[::-1, 0].copy(), pairs[::-1, 1].copy()


def distortion(ours: Cepstra, theirs: Cepstra, path: Path) -> float:
    """Mel-cepstral distortion in decibels (Kubichek 1993), the mean over the path."""
    return float(DB * np.sqrt(np.square(ours[path[0]] - theirs[path[1]]).sum(axis=1)).mean())


def without_ends(samples: Samples, rate: int) -> Samples:
    """The sound without the silence before and after it; shape (n,) → (m,), m ≤ n."""
    size = round(FRAME_S * rate)
    frames = samples[: len(samples) - len(samples) % size].reshape(-1, size)
    power = np.square(frames, dtype=np.float64).mean(axis=1)
    loud = np.flatnonzero(power > power.max(initial=0.0) * 10 ** (-QUIET_DB / 10))
    return samples[loud[0] * size : (loud[-1] + 1) * size] if len(loud) else samples[:0]


@cache
def _warped(bins: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """For each point of the warped axis: the bin below it, the one above, and how far it lies toward that."""
    mel = _axis()
    hertz = mel - 2 * np.arctan(WARPING * np.sin(mel) / (1 + WARPING * np.cos(mel)))
    position = hertz / np.pi * (bins - 1)
    below = np.minimum(position.astype(np.intp), bins - 2)
    return below, below + 1, position - below


@cache
def _cosines() -> NDArray[np.float64]:
    """From log amplitudes on the warped axis to coefficients 1 to ORDER, shape (POINTS, ORDER)."""
    return np.asarray(2 / POINTS * np.cos(np.outer(_axis(), np.arange(1, ORDER + 1))))


def _axis() -> NDArray[np.float64]:
    return (np.arange(POINTS) + 0.5) * np.pi / POINTS
