"""Where in a mixture RNNoise hears a voice, and where what sounds is held.

RNNoise (Valin 2018) was trained on far more people than the networks here. What is held, the tones of an instrument,
stands in the spectrogram as a line along time, and noise does not (median filtering, Fitzgerald 2010).
"""

import ctypes

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.resample import resample
from models.sound.spectra import RATE, Mask, Spectrum
from models.speech.enhancement_views import kept
from models.speech.rnnoise import RNNoise

CANCELLED = 0.1
"""Where the mean of the channels has less than this share of their power, they cancel each other."""
ALONG, ACROSS = 31, 31
"""Frames (0.5 s) and bins (1 kHz) whose median is taken."""


def voiced(library: ctypes.CDLL, samples: Samples, rate: int) -> Mask:
    """How much of each place in the spectrum of float32 (n, channels) RNNoise leaves, shape (t, 257)."""
    mono = resample(_one(samples), rate, RATE)
    rnnoise = RNNoise(library)
    left = np.concatenate((rnnoise.push(mono), rnnoise.finish()))
    heard, whole = (Spectrum.of(sound[:, None], RATE).values[0] for sound in (left, mono))
    return kept(heard, whole)


def held(magnitude: NDArray[np.float32]) -> Mask:
    """How much of each place is held rather than struck, from magnitudes of shape (t, 257), the same shape."""
    tones, strokes = _median(magnitude, ALONG), _median(magnitude.T, ACROSS).T
    return np.asarray(tones**2 / (tones**2 + strokes**2 + 1e-12), np.float32)


def _one(samples: Samples) -> Samples:
    """One channel of several: their mean, or the loudest where they cancel each other; shape (n,)."""
    mean, power = samples.mean(axis=1), np.square(samples, dtype=np.float64).mean(axis=0)
    if np.square(mean, dtype=np.float64).mean() < CANCELLED * power.mean():
        mean = samples[:, int(power.argmax())]
    return np.ascontiguousarray(mean, np.float32)


def _median(rows: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """The median of so many rows around each; beyond the ends the last ones come again."""
    padded = np.pad(rows, ((size // 2, size // 2), (0, 0)), mode="symmetric" if len(rows) > size else "edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, size, axis=0)
    return np.asarray(np.partition(around, size // 2, axis=-1)[..., size // 2], np.float32)
