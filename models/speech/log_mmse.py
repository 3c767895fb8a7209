"""The log-spectral amplitude estimator of Ephraim and Malah (1985): noise that goes on as it is, taken out.

Noise is what the quietest frames have in common (minimum statistics, Martin 2001, over a window of 1 s), and the
speech above it is told from frame to frame by decisions made before (decision-directed).
"""

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from models.speech.enhancement_frames import HOP, overlapped, spectrum

MEMORY = 0.98
"""How much of the last frame's decision goes into the next."""
LEAST = 10 ** (-25 / 20)
"""Nothing is damped further than by 25 dB."""
WINDOW = 62
"""Frames among which the quietest is looked for."""
BIAS = 1.7
"""By how much the quietest of smoothed frames lies below the mean."""
NOTHING = 1e-10
"""Of the mean power: what is quieter counts as no noise."""

_Power = NDArray[np.float64]


def log_mmse(samples: Samples) -> Samples:
    """Speech at 16 kHz with less noise in it, shape (n,), the same."""
    frames = spectrum(np.pad(samples, (HOP, 2 * HOP + -len(samples) % HOP)))
    masks = gains(np.square(np.abs(frames)))
    return overlapped((frames * masks).astype(np.complex64))[HOP : HOP + len(samples)]


def gains(power: NDArray[np.floating]) -> NDArray[np.float32]:
    """What to multiply a spectrum of that power with, shape (frames, bins), by equations 20 and 51."""
    power = power + (NOTHING * np.mean(power, dtype=np.float64) + 1e-20)
    found = np.ones_like(power)
    before = np.ones(power.shape[1])
    for k, (seen, floor) in enumerate(zip(power, _noise(power), strict=True)):
        posterior = np.minimum(seen / floor, 1e4)
        prior = np.maximum(MEMORY * before + (1 - MEMORY) * np.maximum(posterior - 1, 0), 10**-2.5)
        share = prior / (1 + prior)
        found[k] = np.maximum(LEAST, share * np.exp(0.5 * _exponential_integral(posterior * share)))
        before = np.square(found[k]) * posterior
    return np.minimum(found, 1).astype(np.float32)


def _noise(power: _Power) -> _Power:
    """The power of the noise in each frame, shape (frames, bins)."""
    smooth = power.copy()
    for k in range(1, len(power)):
        smooth[k] = 0.8 * smooth[k - 1] + 0.2 * power[k]
    around = np.pad(smooth, ((WINDOW // 2, WINDOW // 2), (0, 0)), mode="edge")
    return np.asarray(BIAS * np.lib.stride_tricks.sliding_window_view(around, WINDOW + 1, axis=0).min(axis=-1))


def _exponential_integral(x: _Power) -> _Power:
    """E1 for x > 0 (Abramowitz and Stegun 5.1.53 and 5.1.56)."""
    low, high = np.clip(x, 1e-8, 1), np.maximum(x, 1)
    small = np.polyval([0.00107857, -0.00976004, 0.05519968, -0.24991055, 0.99999193, -0.57721566], low) - np.log(low)
    top = np.polyval([1, 8.5733287401, 18.0590169730, 8.6347608925, 0.2677737343], high)
    bottom = np.polyval([1, 9.5733223454, 25.6329561486, 21.0996530827, 3.9584969228], high)
    return np.where(x <= 1, small, np.exp(-high) / high * top / bottom)
