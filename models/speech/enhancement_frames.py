"""Frames of a short-time Fourier transform, and sound again from them.

samples  ├──────────────────────┤
frame 0 ├──────┤                      the first reaches half a frame before the beginning
frame 1     ├──────┤
"""

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples

FRAME, HOP = 512, 256  # 32 ms every 16 ms at 16 kHz
BINS = FRAME // 2 + 1
HOP_S = HOP / RATE

Spectrum = NDArray[np.complex64]
"""Shape (frames, BINS)."""

WINDOW = np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)).astype(np.float32)
"""The root of Hann's: applied twice, neighbours add up to 1."""


def spectrum(samples: Samples) -> Spectrum:
    """The frames that lie wholly in samples of shape (n,): (n // HOP - 1, BINS); frame k begins at k * HOP."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
    return np.asarray(np.fft.rfft(frames * WINDOW), np.complex64)


def overlapped(frames: Spectrum) -> Samples:
    """The sum of frames, shape ((len(frames) + 1) * HOP,); what is right of it lies where two frames do."""
    pieces = np.fft.irfft(frames, FRAME).astype(np.float32) * WINDOW
    sound = np.zeros((len(frames) + 1, HOP), np.float32)
    sound[:-1] += pieces[:, :HOP]
    sound[1:] += pieces[:, HOP:]
    return sound.reshape(-1)
