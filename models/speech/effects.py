"""What is laid over a voice: an echo, a hall, a telephone; each is a filter of some taps, and for one a harder edge.

pieces of speech ─▶ filter, the end of each laid over the next ─▶ edge ─▶ pieces, and in the end what still sounds
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples

EFFECTS = ("echo", "hall", "telephone", "megaphone", "muffled")
ECHO_S, ECHO_GAIN, ECHOES = 0.28, 0.45, 5
HALL_S, HALL_DECAY_S, HALL_SHARE = 1.6, 1.4, 0.35
"""How long a hall's answer is, after how long it has fallen by 60 dB, and how strong it is beside the voice."""
BANDS = {"telephone": (300.0, 3400.0), "megaphone": (500.0, 3000.0), "muffled": (0.0, 700.0)}
"""Hertz that pass."""
TAPS = 511
DRIVE = 3.0
"""How hard a megaphone is driven."""
KNEE = 0.8
"""Where loud samples begin to be bent, so that none goes beyond 1."""

Filter = NDArray[np.float64]


@dataclass(slots=True)
class Effect:
    """Lays an effect over speech that comes in pieces."""

    name: str
    """One of `EFFECTS`."""
    rate: int
    """Hertz."""
    _tail: Filter | None = None

    def push(self, samples: Samples) -> Samples:
        """The next piece, mono, (n,) → (n,)."""
        if not len(samples):
            return samples
        whole = _convolved(samples, _filter(self.name, self.rate))
        if self._tail is not None:  # no longer than the taps, and so shorter than what is there now
            whole[: len(self._tail)] += self._tail
        self._tail = whole[len(samples) :]
        return self._edged(whole[: len(samples)])

    def end(self) -> Samples:
        """What still sounds behind the last piece."""
        tail, self._tail = self._tail, None
        return np.zeros(0, np.float32) if tail is None else self._edged(tail)

    def _edged(self, sound: Filter) -> Samples:
        driven = np.tanh(DRIVE * sound) * 0.6 if self.name == "megaphone" else sound
        loud = np.abs(driven)
        bent = KNEE + (1 - KNEE) * np.tanh((loud - KNEE) / (1 - KNEE))
        return np.asarray(np.where(loud > KNEE, np.sign(driven) * bent, driven), np.float32)


def pieces(name: str, rate: int, sounds: Iterator[Samples]) -> Iterator[Samples]:
    """Pieces of speech with the effect of that name, and what sounds behind the last."""
    effect = Effect(name, rate)
    for sound in sounds:
        yield effect.push(sound)
    yield effect.end()


def _convolved(samples: Samples, taps: Filter) -> Filter:
    count = len(samples) + len(taps) - 1
    size = 1 << (count - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(taps, size), size)[:count]


@cache
def _filter(name: str, rate: int) -> Filter:
    if name == "echo":
        taps = np.zeros(round(ECHO_S * rate) * (ECHOES - 1) + 1)
        taps[:: round(ECHO_S * rate)] = ECHO_GAIN ** np.arange(ECHOES)
        return np.asarray(taps * 0.8)
    if name == "hall":
        return _hall(rate)
    low, high = BANDS[name]
    return _band(low, min(high, 0.45 * rate), rate)


def _hall(rate: int) -> Filter:
    """The voice, and behind it noise that dies away, darker than the voice."""
    at = np.arange(round(HALL_S * rate)) / rate
    noise = np.random.default_rng(7).standard_normal(len(at)) * 10 ** (-3 * at / HALL_DECAY_S)
    noise = np.convolve(noise, np.hanning(9) / np.hanning(9).sum())[: len(at)]
    noise[: round(0.02 * rate)] = 0.0
    taps = noise * (np.sqrt(HALL_SHARE) / np.sqrt(np.sum(noise**2)))
    taps[0] = 0.8
    return np.asarray(taps)


def _band(low: float, high: float, rate: int) -> Filter:
    """A windowed sinc that lets pass what is between two frequencies, without a delay that anybody hears."""
    at = np.arange(TAPS) - TAPS // 2
    ends = [2 * hertz / rate * np.sinc(2 * hertz / rate * at) for hertz in (low, high)]
    return np.asarray((ends[1] - ends[0]) * np.hamming(TAPS) * (1.4 if low else 1.0))
