"""What devices and rooms do to sound, in the training: levels, distortion, responses, drift. All of it at `RATE`."""

import numpy as np

from assistant.audio import RATE, Samples
from assistant.bench.room_acoustics import active_dbfs

MOST_GAIN_DB = 50.0
"""What is all but silent stays so: a clip may begin with digital silence."""
LOUD = 0.8
"""The peak, near which a loudspeaker distorts."""


def leveled(samples: Samples, level_dbfs: float) -> Samples:
    """At an active level in decibels relative to full scale, or as near to it as `MOST_GAIN_DB` allows; shape kept."""
    gain_db = min(level_dbfs - active_dbfs(samples, RATE), MOST_GAIN_DB)
    return np.asarray(samples * 10 ** (gain_db / 20), np.float32)


def convolved(samples: Samples, response: Samples) -> Samples:
    """As heard through a response, cut to the length of the samples."""
    size = 1 << (len(samples) + len(response) - 1).bit_length()
    product = np.fft.rfft(samples, size) * np.fft.rfft(response, size)
    return np.asarray(np.fft.irfft(product, size)[: len(samples)], np.float32)


def distorted(samples: Samples, draw: np.random.Generator) -> Samples:
    """Through a small loudspeaker: soft clipping mostly, sometimes hard and lopsided, sometimes none; shape kept."""
    kind = draw.random()
    if kind < 0.75:
        drive = draw.uniform(0.1, 2.5)
        return np.asarray(np.tanh(drive * samples / LOUD) / drive * LOUD, np.float32)
    if kind < 0.85:
        most = draw.uniform(0.2, 0.6)
        return np.clip(samples, -most, most * draw.uniform(0.7, 1))
    return samples


def drifted(samples: Samples, ratio: float) -> Samples:
    """As taken by a clock that runs faster by a ratio, shape kept."""
    at = np.arange(len(samples)) * (1 + ratio)
    return np.asarray(np.interp(at, np.arange(len(samples)), samples), np.float32)


def made_up(draw: np.random.Generator) -> Samples:
    """A response that no room has: a direct path, a few reflections, and a tail that decays by 60 dB in T60."""
    t60_s = draw.uniform(0.12, 0.9)
    count = round(RATE * min(1.0, 1.2 * t60_s))
    tail = draw.standard_normal(count) * 10 ** (-3 * np.arange(count) / RATE / t60_s)
    tail *= 10 ** (draw.uniform(-14, 0) / 20) / np.sqrt(np.square(tail).sum())
    tail[0] += 1
    for _ in range(draw.integers(0, 3)):
        tail[draw.integers(8, 400)] += draw.uniform(-0.7, 0.7)
    return np.concatenate((np.zeros(round(draw.uniform(0, 0.02) * RATE)), tail)).astype(np.float32)


def trimmed(response: Samples) -> Samples:
    """A measured response from 20 ms before its peak on, 1.2 s of it."""
    peak = int(np.abs(response).argmax())
    return response[max(0, peak - RATE // 50) :][: round(1.2 * RATE)]


def normalized(response: Samples) -> Samples:
    """A response whose energy is 1, shape kept."""
    return np.asarray(response / np.sqrt(np.square(response).sum() + 1e-12), np.float32)


def hiss(count: int, draw: np.random.Generator) -> Samples:
    """Noise of shape (count,), white or falling with frequency."""
    noise = draw.standard_normal(count)
    if draw.random() < 0.5:
        noise = np.convolve(noise, [1, 0.9, 0.7, 0.5, 0.3, 0.2], "same")
    return np.asarray(noise, np.float32)
