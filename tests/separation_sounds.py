"""Two who hum syllables, for the tests of the separation of speakers."""

import numpy as np

from assistant.audio import RATE, Samples

LOW_HZ, HIGH_HZ = 110.0, 205.0


def voice(hertz: float, seconds: float, seed: int, rate: int = RATE) -> Samples:
    """Somebody who hums syllables with pauses, and hisses after some: shape (n,)."""
    random = np.random.default_rng(seed)
    size = round(seconds * rate)
    at = np.arange(size) / rate
    phase = 2 * np.pi * np.cumsum(hertz * 2 ** (0.1 * np.sin(2 * np.pi * 0.7 * at + seed))) / rate
    tones = sum(np.sin(k * phase) / (1 + (k * hertz / (400 + 200 * (seed % 3))) ** 2) for k in range(1, 18))
    steps = random.random(round(seconds / 0.2) + 2)
    syllables = np.interp(at / 0.2, np.arange(len(steps)), steps > 0.35)
    hisses = np.interp(at / 0.2 - 0.5, np.arange(len(steps)), (steps > 0.75) * 1.0)
    sound = np.asarray(tones * syllables + 0.4 * hisses * random.standard_normal(size), np.float32)
    return 0.1 * sound / max(1e-3, float(np.sqrt(np.mean(np.square(sound)))))


def pair(seconds: float, rate: int = RATE) -> tuple[Samples, Samples]:
    return voice(LOW_HZ, seconds, 1, rate), voice(HIGH_HZ, seconds, 2, rate)


def mixed(seconds: float, rate: int = RATE) -> Samples:
    first, second = pair(seconds, rate)
    return first + second
