"""Tones: glides, sawtooths, voices with formants, struck bodies, and the shapes of loudness they take."""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.generation.grain import RATE, samples_of
from models.sound.generation.noise import Colour, Floats, Real

Curve = Sequence[tuple[float, float]]
"""Pairs of a share of the time, 0 to 1, and a value; straight lines between them."""


def curve(count: int, points: Curve) -> NDArray[np.float64]:
    """A curve, shape (count,)."""
    shares, values = zip(*points, strict=True)
    return np.asarray(np.interp(np.linspace(0, 1, count), shares, values))


def rough(count: int, hertz: float, depth: float, rng: Generator) -> NDArray[np.float64]:
    """Chance that changes so many times a second, about 1 with the deviation `depth`: shape (count,)."""
    knots = max(2, round(count / RATE * hertz) + 1)
    return 1 + depth * np.interp(np.linspace(0, knots - 1, count), np.arange(knots), rng.standard_normal(knots))


def turns(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """How often a tone of changing frequency has gone around by each sample."""
    return np.cumsum(hertz) / RATE


def sine(hertz: NDArray[np.float64]) -> Samples:
    """A tone of changing frequency."""
    return np.asarray(np.sin(2 * np.pi * turns(hertz)), np.float32)


def saw(hertz: NDArray[np.float64]) -> Samples:
    """A sawtooth of changing frequency, its steps rounded so that little of it folds back (PolyBLEP)."""
    step = hertz / RATE
    phase = np.cumsum(step) % 1.0
    made = 2 * phase - 1
    rising, falling = phase / step, (phase - 1) / step
    made -= np.where(phase < step, 2 * rising - rising**2 - 1, 0.0)
    made -= np.where(phase > 1 - step, falling**2 + 2 * falling + 1, 0.0)
    return np.asarray(made, np.float32)


def harmonics(hertz: NDArray[np.float64], levels_db: Sequence[float]) -> Samples:
    """The first harmonics of a tone at given levels; those too high for the rate are left out."""
    angle, top = 2 * np.pi * turns(hertz), float(hertz.max())
    made = np.zeros(len(hertz))
    for k, level in enumerate(levels_db, 1):
        if k * top < RATE / 2:
            made += 10 ** (level / 20) * np.sin(k * angle)
    return np.asarray(made, np.float32)


def formants(peaks: Sequence[tuple[float, float, float]], tilt_db: float = 0.0, floor_db: float = -40.0) -> Colour:
    """The spectrum of a throat.

    Args:
        peaks: hertz, width in hertz, and level in decibels of each formant.
        tilt_db: falling with each octave above 500 hertz.
        floor_db: between them.
    """
    hertz = np.geomspace(40, 20_000, 60)
    power = np.full(len(hertz), 10 ** (floor_db / 10))
    for centre, width, level in peaks:
        power += 10 ** (level / 10) / (1 + ((hertz - centre) / (width / 2)) ** 2)
    db = 10 * np.log10(power) - tilt_db * np.maximum(0, np.log2(hertz / 500))
    return tuple((float(f), round(float(d), 1)) for f, d in zip(hertz, db, strict=True))


def struck(partials: Sequence[tuple[float, float, float]], seconds: float, rng: Generator) -> Samples:
    """A body that was struck (modal synthesis): hertz, amplitude and decay to a 1/e of each partial."""
    time = np.arange(samples_of(seconds)) / RATE
    made = np.zeros(len(time))
    for hertz, amplitude, decay_s in partials:
        if hertz < RATE / 2:
            angle = 2 * np.pi * hertz * time + rng.uniform(0, 2 * np.pi)
            made += amplitude * np.exp(-time / decay_s) * np.sin(angle)
    return softened(np.asarray(made, np.float32), 0.0008, 0.02)


def decay(count: int, seconds: float) -> Floats:
    """Falling to a 1/e in so many seconds, from 1: shape (count,)."""
    return np.asarray(np.exp(-np.arange(count) / (seconds * RATE)), np.float32)


def softened(samples: Real, rise_s: float, fall_s: float) -> Samples:
    """With its ends faded, so that they do not click; shape (n,) or (n, 2)."""
    made = np.array(samples, np.float32)
    for seconds, end in ((rise_s, made), (fall_s, made[::-1])):
        count = min(len(made), samples_of(seconds))
        ramp = np.asarray(np.sin(0.5 * np.pi * (np.arange(count) + 0.5) / count) ** 2, np.float32)
        end[:count] *= ramp if made.ndim == 1 else ramp[:, None]
    return made


def added(parts: Sequence[tuple[float, Samples]]) -> Samples:
    """Sounds of shape (n,), each begun at its second."""
    placed = [(samples_of(at) - 1, part) for at, part in parts]
    made = np.zeros(max((start + len(part) for start, part in placed), default=1), np.float32)
    for start, part in placed:
        made[start : start + len(part)] += part
    return made


def peaked(samples: Samples, peak: float = 1.0) -> Samples:
    """Scaled so that its highest peak is that."""
    top = float(np.abs(samples).max()) if len(samples) else 0.0
    return np.asarray(samples * (peak / top), np.float32) if top else samples


def even(samples: Samples, rms: float = 1.0) -> Samples:
    """Scaled to a root mean square."""
    now = float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0
    return np.asarray(samples * (rms / now), np.float32) if now else samples
