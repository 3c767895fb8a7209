"""Noise of any colour, steady or on the move, made and filtered in the frequency domain."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, samples_of

Colour: TypeAlias = tuple[tuple[float, float], ...]
"""A spectrum: pairs of hertz and decibels, with straight lines between them over the logarithm of frequency."""
Floats: TypeAlias = NDArray[np.float32]
Real: TypeAlias = NDArray[np.floating[Any]]
Gain: TypeAlias = Callable[[Floats], Real]
"""What a sound is multiplied by at seconds of shape (n,)."""

WHITE: Colour = ((20.0, 0.0), (20_000.0, 0.0))
PINK: Colour = ((20.0, 0.0), (20_000.0, -30.0))
BROWN: Colour = ((20.0, 0.0), (20_000.0, -60.0))
CHUNK_S = 1.8
"""How much of a bed is made at once."""
JOINT_S = 0.15
"""How long one chunk goes over into the next."""
FRAME = 1024
"""Samples between two filters of noise that changes."""


def band(low: float, high: float, slope_db: float = 24.0) -> Colour:
    """Flat between two frequencies, falling by `slope_db` an octave outside."""
    return (
        (low / 8, -3 * slope_db),
        (low, 0.0),
        (high, 0.0),
        (high * 8, -3 * slope_db),
    )


@lru_cache(maxsize=256)
def response(colour: Colour, size: int) -> Floats:
    """The amplitude of each of `size // 2 + 1` frequencies."""
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    points, levels = zip(*colour, strict=True)
    db = np.interp(np.log2(np.maximum(hertz, 1.0)), np.log2(points), levels)
    made = np.asarray(10 ** (db / 20), np.float32)
    made[0] = 0.0
    return made


def fast(count: int) -> int:
    """A length at least as large that is quick to transform."""
    power = 1 << max(4, (count - 1).bit_length())
    return next(size for size in (power * 9 // 16, power * 3 // 4, power) if size >= count)


def filtered(samples: Real, colour: Colour) -> Samples:
    """A sound of shape (n,) or (n, 2) through a filter without delay; what would ring on past its ends is cut."""
    size = fast(len(samples) + 2048)
    shape = response(colour, size)
    spectrum = np.fft.rfft(samples, size, axis=0)
    spectrum *= shape if samples.ndim == 1 else shape[:, None]
    return np.asarray(np.fft.irfft(spectrum, size, axis=0)[: len(samples)], np.float32)


def noise(count: int, colour: Colour, rng: Generator) -> Samples:
    """Noise of a colour, shape (count,), root mean square 1."""
    size = fast(count)
    shape = response(colour, size)
    drawn = rng.standard_normal((len(shape), 2), dtype=np.float32)
    spectrum = (drawn[:, 0] + 1j * drawn[:, 1]) * shape
    made = np.fft.irfft(spectrum, size)[:count]
    scale = size / (2 * np.sqrt(float(np.sum(np.square(shape)))))
    return np.asarray(made * scale, np.float32)


def wide(count: int, colour: Colour, rng: Generator, width: float = 0.8) -> Samples:
    """Noise in two channels that are the less alike the wider it is: shape (count, 2)."""
    middle, side = noise(count, colour, rng), noise(count, colour, rng) * np.float32(width)
    both = np.stack((middle + side, middle - side), axis=1)
    return np.asarray(both / np.sqrt(1 + width * width), np.float32)


def bed(
    colour: Colour,
    rng: Generator,
    gain: Gain | None = None,
    width: float = 0.8,
) -> Iterator[Grain]:
    """Noise without end. `gain` is told seconds, shape (n,), and gives what the sound is multiplied by."""
    step, over = samples_of(CHUNK_S), samples_of(JOINT_S)
    window = np.ones(step + over, np.float32)
    window[:over], window[-over:] = faded(over)[:over], faded(over)[over:]
    at = 0
    while True:
        made = np.asarray(wide(step + over, colour, rng, width) * window[:, None], np.float32)
        if gain is not None:
            loud = gain(np.asarray(np.arange(at, at + step + over) / RATE, np.float32))
            made *= np.asarray(loud, np.float32)[:, None]
        yield Grain(at, made)
        at += step


@lru_cache(maxsize=16)
def faded(half: int) -> Floats:
    """A window of two halves whose powers add up to 1 where it overlaps itself by half: shape (2 * half,)."""
    return np.asarray(np.sin(np.pi * (np.arange(2 * half) + 0.5) / (2 * half)), np.float32)


def moving(samples: Real, curves: Sequence[Colour] | Callable[[float], Colour]) -> Samples:
    """A sound of shape (n,) through a filter that changes.

    Args:
        curves: filters at equal distances in time, or what gives one for a share of the time from 0 to 1.
    """
    padded = np.pad(samples, (FRAME, 2 * FRAME))
    frames = np.lib.stride_tricks.sliding_window_view(padded, 2 * FRAME)[::FRAME]
    window = np.asarray(np.hanning(2 * FRAME + 1)[:-1], np.float32)
    spectra = np.fft.rfft(frames * window, axis=1)
    last = max(1, len(frames) - 1)
    for k in range(len(frames)):
        spectra[k] *= response(_curve(curves, k / last), 2 * FRAME)
    made = np.fft.irfft(spectra, axis=1).astype(np.float32)
    out = np.zeros((len(frames) + 1) * FRAME, np.float32)
    out[:-FRAME] += made[:, :FRAME].ravel()
    out[FRAME:] += made[:, FRAME:].ravel()
    return out[FRAME : FRAME + len(samples)]


def _curve(curves: Sequence[Colour] | Callable[[float], Colour], share: float) -> Colour:
    return curves(share) if callable(curves) else curves[round(share * (len(curves) - 1))]


def wander(rng: Generator, period_s: float, depth: float = 1.0) -> Callable[[Real], Floats]:
    """A slow way without aim about 0, with the standard deviation `depth`: a function of seconds of shape (n,)."""
    hertz = rng.uniform(0.35, 1.4, 6) / period_s
    phases = rng.uniform(0, 2 * np.pi, 6)
    scale = depth / np.sqrt(3.0)

    def way(seconds: Real) -> Floats:
        times = np.asarray(seconds, np.float64)
        sparse = (
            np.linspace(times.flat[0], times.flat[-1], max(2, times.size // 256 + 2)) if times.size > 512 else times
        )
        angles = 2 * np.pi * sparse[..., None] * hertz + phases
        found = scale * np.sin(angles).sum(axis=-1)
        return np.asarray(np.interp(times, sparse, found) if times.size > 512 else found, np.float32)

    return way


def crackles(count: int, a_second: float, rng: Generator, spread: float = 1.0) -> Floats:
    """Impulses at times of chance whose heights are log-normal: shape (count,)."""
    made = np.zeros(count, np.float32)
    number = int(rng.poisson(a_second * count / RATE))
    places = rng.integers(0, count, number)
    heights = np.exp(spread * rng.standard_normal(number)) * rng.choice((-1.0, 1.0), number)
    np.add.at(made, places, heights.astype(np.float32))
    return made
