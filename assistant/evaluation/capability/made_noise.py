"""Noise made by rule, as even as none that is recorded."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.random import Generator

from assistant.audio import RATE, Samples

SECONDS = 6.0
LOWEST_HZ = 30.0
BLADES_HZ = 95.0
"""How often a blade of the fan passes."""
OVERTONES = 6


def white(random: Generator) -> Samples:
    """As much power at any frequency, shape (n,) at 16 kHz."""
    return _sloped(random, 0.0)


def pink(random: Generator) -> Samples:
    """As much in any octave: 3 dB less with each."""
    return _sloped(random, 0.5)


def fan(random: Generator) -> Samples:
    """Rushing air, 6 dB less with each octave, and the hum of the blades."""
    air = _sloped(random, 1.0)
    at = np.arange(len(air)) / RATE
    hum = sum(
        np.sin(2 * np.pi * k * BLADES_HZ * at + random.uniform(0, 2 * np.pi)) / k for k in range(1, OVERTONES + 1)
    )
    return np.asarray(air + 0.5 * air.std() * hum, np.float32)


MADE: Mapping[str, Callable[[Generator], Samples]] = MappingProxyType({"white": white, "pink": pink, "fan": fan})
"""By what they are called."""


def _sloped(random: Generator, slope: float) -> Samples:
    """Noise whose amplitude falls with that power of the frequency."""
    size = round(SECONDS * RATE)
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    shape = np.where(hertz < LOWEST_HZ, 0, np.maximum(hertz, LOWEST_HZ) ** -slope)
    return np.asarray(np.fft.irfft(np.fft.rfft(random.standard_normal(size)) * shape, size), np.float32)
