"""Streams of grains: several at once, impulses through what they strike, one sound again and again."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, One, Stream, Style, samples_of
from models.sound.generation.noise import fast

PART_S = 1.0
"""How much of a stream of impulses is made at once."""
MANY = 500
"""From so many in a part on, they are transformed and not laid one by one."""


def beside(*streams: Iterator[Grain]) -> Iterator[Grain]:
    """Several streams at once, their grains in order."""
    return heapq.merge(*streams, key=lambda grain: grain.at)


def convolved(samples: Samples, kernel: Samples) -> Samples:
    """Every sample as the beginning of a kernel: shape (n + k - 1,)."""
    size = len(samples) + len(kernel) - 1
    whole = fast(size)
    made = np.fft.irfft(np.fft.rfft(samples, whole) * np.fft.rfft(kernel, whole), whole)
    return np.asarray(made[:size], np.float32)


def dotted(
    a_second: float, kernels: Sequence[Samples], rng: Generator, level: float = 1.0, spread: float = 1.0
) -> Iterator[Grain]:
    """Kernels at times of chance with heights that are log-normal, from different places between the ears."""
    part, at = samples_of(PART_S), 0
    longest = max(map(len, kernels))
    padded = np.stack([np.pad(kernel, (0, longest - len(kernel))) for kernel in kernels])
    many = a_second * PART_S > MANY
    whole = fast(part + longest)
    spectra = np.fft.rfft(padded, whole, axis=1).astype(np.complex64)
    while True:
        number = int(rng.poisson(a_second * PART_S))
        dots = _Dots.drawn(number, part, len(kernels), spread, rng)
        made = dots.transformed(spectra, whole) if many else dots.laid(padded, part + longest)
        yield Grain(at, made[: part + longest] * np.float32(level))
        at += part


@dataclass(frozen=True, slots=True, eq=False)
class _Dots:
    """When which kernel sounds, how high, and where."""

    places: NDArray[np.int64]
    which: NDArray[np.int64]
    sides: NDArray[np.float32]
    """Height in the left and right channel, shape (n, 2)."""

    @classmethod
    def drawn(cls, number: int, part: int, kernels: int, spread: float, rng: Generator) -> "_Dots":
        heights = np.exp(spread * rng.standard_normal(number)) * rng.choice((-1.0, 1.0), number)
        which = rng.integers(0, kernels, number)
        where = 0.5 + 0.42 * np.sin(2.4 * which)
        sides = heights[:, None] * np.sqrt(np.stack((1 - where, where), axis=1))
        return cls(rng.integers(0, part, number), which, sides.astype(np.float32))

    def laid(self, kernels: Samples, size: int) -> Samples:
        """One by one: for few."""
        made = np.zeros((size, 2), np.float32)
        for place, kernel, sides in zip(self.places, self.which, self.sides, strict=True):
            made[place : place + kernels.shape[1]] += kernels[kernel][:, None] * sides
        return made

    def transformed(self, spectra: NDArray[np.complexfloating[Any, Any]], whole: int) -> Samples:
        """All of a kernel at once: for many."""
        made = np.zeros((2, whole // 2 + 1), np.complex64)
        for kernel, shape in enumerate(spectra):
            impulses = np.zeros((2, whole), np.float32)
            mine = self.which == kernel
            for side in (0, 1):
                np.add.at(impulses[side], self.places[mine], self.sides[mine, side])
            made += np.fft.rfft(impulses, axis=1) * shape
        return np.asarray(np.fft.irfft(made, whole, axis=1).T, np.float32)


def parts(make: Callable[[int, int], Samples], part_s: float = 1.0) -> Iterator[Grain]:
    """A sound that goes on, in parts that join without overlap.

    Args:
        make: gives the sound of so many samples from a sample on; it keeps whatever goes on from part to part.
    """
    size, at = samples_of(part_s), 0
    while True:
        yield Grain(at, make(at, size))
        at += size


def again(one: One, gap_s: tuple[float, float], style: Style, rng: Generator, count: int = 0) -> Iterator[Grain]:
    """A sound that happens, and happens again after a gap of chance; so many times, or without end."""
    at, done = 0, 0
    while not count or done < count:
        made = one(style, rng)
        yield Grain(at, made)
        at, done = at + len(made) + samples_of(rng.uniform(*gap_s) / style.pace), done + 1


def beaten(
    one: One, period_s: float, style: Style, rng: Generator, loose: float = 0.0, count: int = 0
) -> Iterator[Grain]:
    """A sound that comes at a steady beat; `loose` is the deviation of each as a share of the period."""
    at, done = 0.0, 0
    while not count or done < count:
        off = loose * period_s * abs(rng.standard_normal())
        yield Grain(round((at + off) * RATE), one(style, rng))
        at, done = at + period_s / style.pace, done + 1


def paced(one: One, period_s: float, loose: float = 0.03) -> Stream:
    """A sound that comes at a beat, as one that goes on."""

    def stream(style: Style, rng: Generator) -> Iterator[Grain]:
        return beaten(one, period_s, style, rng, loose)

    return stream
