"""What the network of sound detection sees: logarithmic mel bands, fifty times a second.

samples      |----320----|----320----|----320----|
frame 0   <------- 1024 ------->                    centred on its own 20 ms
frame 1               <------- 1024 ------->
"""

from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples

RATE = 16_000
"""Hertz."""
HOP = 320
"""Samples from one frame to the next, 20 ms."""
WINDOW = 1024
BANDS = 64
LOWEST_HZ = 50.0
FLOOR = 1e-8
"""Added to the power of each band: what lies below −80 dB of full scale is not seen."""
BLOCK = 1500
"""Frames that are transformed at once, 30 s."""

Frames: TypeAlias = NDArray[np.float32]
"""Shape (frames, bands)."""


def powers(samples: Samples) -> Frames:
    """The power in each band, the channels averaged: float32 of shape (n,) or (n, channels) → (ceil(n / HOP), BANDS).

    A sine at full scale comes to about 1.
    """
    channels = (samples if samples.ndim == 2 else samples[:, None]).T
    return np.asarray(np.mean([_powers(np.ascontiguousarray(one)) for one in channels], axis=0), np.float32)


def seen(power: Frames) -> Frames:
    """Powers as the network takes them: decibels, moved and scaled so that most lie between −1 and 1."""
    return np.asarray((10 * np.log10(power + FLOOR) + 50) / 20, np.float32)


def levels_db(power: Frames) -> NDArray[np.float32]:
    """The level of each frame, decibels of full scale, shape (frames,)."""
    return np.asarray(10 * np.log10(power.sum(axis=1) + FLOOR), np.float32)


def _powers(samples: Samples) -> Frames:
    count = -(-len(samples) // HOP)
    before = (WINDOW - HOP) // 2
    padded = np.pad(samples, (before, count * HOP - len(samples) + WINDOW))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count]
    made = np.empty((count, BANDS), np.float32)
    for start in range(0, count, BLOCK):
        spectrum = np.fft.rfft(frames[start : start + BLOCK] * _window(), axis=1)
        made[start : start + BLOCK] = (spectrum.real**2 + spectrum.imag**2) @ _filters()
    return made


@cache
def _window() -> NDArray[np.float32]:
    """Hann's, scaled so that a sine at full scale has the power 1."""
    window = np.hanning(WINDOW + 1)[:-1]
    return np.asarray(window * 2 / window.sum(), np.float32)


@cache
def _filters() -> NDArray[np.float32]:
    """Triangles at equal distances on the mel scale, shape (WINDOW // 2 + 1, BANDS)."""
    edges = _hertz(np.linspace(_mel(LOWEST_HZ), _mel(RATE / 2), BANDS + 2))
    bins = np.fft.rfftfreq(WINDOW, 1 / RATE)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0, np.minimum(rising, falling)), np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(700 * (10 ** (mel / 2595) - 1))
