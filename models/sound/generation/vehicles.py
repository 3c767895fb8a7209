"""Roads, rails and tools: what comes by, rolls and bites."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.engines import ENGINES
from models.sound.generation.grain import RATE, Grain, Style, samples_of
from models.sound.generation.noise import bed, filtered, moving, noise, wander
from models.sound.generation.streams import again, beaten, beside
from models.sound.generation.tones import added, curve, saw, softened, struck


def traffic(style: Style, rng: Generator) -> Iterator[Grain]:
    """A road from some way off: tyres and motors, and cars that come by."""
    way = wander(rng, 3.0, 0.3)
    under = bed(((30, -2), (90, 0), (400, -8), (1200, -12), (4000, -26), (12_000, -46)), rng, lambda s: np.exp(way(s)))
    return beside(under, again(passing, (0.5, 3.0), style, rng))


def passing(style: Style, rng: Generator) -> Samples:
    """A vehicle that comes by: louder and brighter, from one side to the other, its pitch falling (Doppler)."""
    seconds = rng.uniform(3.5, 5.0) / style.pace
    count = samples_of(seconds)
    along = np.linspace(-1, 1, count) * rng.choice((-1, 1)) * 4
    near = 1 / (1 + along**2)
    tyres = moving(
        noise(count, ((60, -5), (250, -4), (900, 0), (2500, -7), (9000, -24)), rng),
        [((40, 0), (500, 0), (9000, -20 + 20 * k)) for k in (0, 0.2, 0.6, 1, 0.6, 0.2, 0)],
    )
    fall = 1 - 0.06 * np.tanh(np.linspace(-4, 4, count))
    drone = saw(58 * style.pitch * rng.uniform(0.8, 1.3) * fall)
    sound = tyres * near + 0.6 * filtered(drone, ENGINES["car"][2]) * near
    side = 0.5 + 0.42 * np.tanh(along / 1.5)
    return softened(np.asarray(sound[:, None] * np.sqrt(np.stack((1 - side, side), axis=1)), np.float32), 0.3, 0.3)


def train(style: Style, rng: Generator) -> Iterator[Grain]:
    """Rolling on rails, and the joints under two axles and two more."""
    way = wander(rng, 2.0, 0.15)
    under = bed(
        ((30, -3), (80, 0), (300, -4), (1000, -10), (3000, -16), (10_000, -36)), rng, lambda s: 0.7 * np.exp(way(s))
    )
    return beside(under, beaten(_joint, 1.25, style, rng, 0.01))


def _joint(style: Style, rng: Generator) -> Samples:
    return added(
        [(at / style.pace, level * _clack(rng)) for at, level in ((0, 1.0), (0.11, 0.8), (0.48, 0.9), (0.59, 0.8))]
    )


def _clack(rng: Generator) -> Samples:
    ring = struck([(130, 1.5, 0.05), (420, 0.8, 0.02), (1150, 0.6, 0.012), (2600, 0.3, 0.006)], 0.2, rng)
    return np.asarray(2.0 * ring, np.float32)


def steam_train(style: Style, rng: Generator) -> Iterator[Grain]:
    """Four chuffs a turn, steam, and the rails."""
    under = bed(((40, -3), (100, 0), (500, -12), (3000, -26), (10_000, -44)), rng, lambda s: np.full_like(s, 0.35))
    return beside(under, beaten(_chuff, 0.27, style, rng, 0.02))


def _chuff(style: Style, rng: Generator) -> Samples:
    count = samples_of(0.24 / style.pace)
    puff = noise(count, ((60, -4), (250, 0), (900, -3), (3000, -9), (10_000, -22)), rng)
    return softened(
        puff * np.exp(-np.linspace(0, 4, count)).astype(np.float32) * np.float32(rng.uniform(0.8, 1.2)), 0.015, 0.02
    )


def drill(style: Style, rng: Generator) -> Samples:
    """A drill that starts, bites and stops."""
    count = samples_of(rng.uniform(1.6, 2.8))
    hertz = curve(count, ((0, 60), (0.12, 420), (0.4, 350), (0.6, 390), (0.9, 430), (1, 120))) * style.pitch
    made = filtered(saw(hertz) + 0.4 * saw(hertz * 3.02), ((150, -12), (900, -2), (2500, 0), (6000, -6), (15_000, -22)))
    grit = noise(count, ((500, -12), (2500, 0), (7000, -3), (15_000, -18)), rng) * curve(
        count, ((0, 0), (0.2, 0.3), (0.8, 0.3), (1, 0))
    )
    return softened(np.asarray(made + 0.6 * grit, np.float32), 0.03, 0.05)


def sawing(style: Style, rng: Generator) -> Samples:
    """A hand saw, there and back."""
    there, back = (_rasp(0.3 / style.pace, high, rng) for high in (2600 * style.pitch, 1900 * style.pitch))
    return added([(0, there), (0.36 / style.pace, 0.7 * back)])


def _rasp(seconds: float, hertz: float, rng: Generator) -> Samples:
    count = samples_of(seconds)
    teeth = 0.5 + 0.5 * np.sin(2 * np.pi * 95 * np.arange(count) / RATE)
    hiss = noise(count, ((300, -12), (hertz, 0), (2 * hertz, -4), (15_000, -18)), rng)
    return np.asarray(hiss * teeth * curve(count, ((0, 0), (0.2, 1), (0.8, 0.8), (1, 0))), np.float32)
