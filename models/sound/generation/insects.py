"""Small animals of summer: crickets, cicadas, bees, flies, frogs."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, Style, samples_of
from models.sound.generation.noise import bed, noise, wander
from models.sound.generation.streams import beside
from models.sound.generation.throat import cry
from models.sound.generation.tones import added, curve, formants, harmonics, softened
from models.sound.generation.turning import turning


def crickets(style: Style, rng: Generator) -> Iterator[Grain]:
    """Several, each with its chirp of three or four pulses at its own pitch and rate."""
    under = bed(((2000, -30), (4200, 0), (5200, -2), (9000, -34)), rng, lambda s: np.full_like(s, 0.03))
    return beside(under, *(_cricket(style, rng) for _ in range(5 if style.force > -0.3 else 2)))


def _cricket(style: Style, rng: Generator) -> Iterator[Grain]:
    hertz, side, near = rng.uniform(4100, 5000) * style.pitch, rng.uniform(0.05, 0.95), rng.uniform(0.15, 1.0)
    pulse = softened(harmonics(np.full(samples_of(0.017), hertz), (0, -26)), 0.006, 0.008)
    period, pulses = rng.uniform(0.36, 0.55) / style.pace, int(rng.integers(3, 5))
    chirp = added([(k * 0.026, pulse * np.float32(0.7 + 0.1 * k)) for k in range(pulses)])
    sides = (np.sqrt([[1 - side, side]]) * near).astype(np.float32)
    at = rng.uniform(0, period)
    while True:
        yield Grain(round(at * RATE), chirp[:, None] * sides)
        at += period * rng.uniform(0.97, 1.03) * (6 if rng.random() < 0.02 else 1)


def cicadas(style: Style, rng: Generator) -> Iterator[Grain]:
    """A rasping band that swells and falls."""
    way = wander(rng, 3.0, 0.5)
    beat = 2 * np.pi * rng.uniform(90, 130)
    return bed(
        ((2000, -40), (4500, -6), (6500, 0), (9000, -5), (14_000, -30)),
        rng,
        lambda s: np.exp(way(s)) * (1 + np.sin(np.asarray(s, np.float64) * beat)).astype(np.float32),
    )


def bees(style: Style, rng: Generator) -> Iterator[Grain]:
    """A swarm: many wings near one pitch, each coming and going."""
    base = (230.0 if style.kind != "mosquito" else 560.0) * style.pitch
    number = 6 if style.force > -0.2 and style.kind == "" else 1
    return beside(*(_wings(base * rng.uniform(0.85, 1.2), style, rng) for _ in range(number)))


def _wings(hertz: float, style: Style, rng: Generator) -> Iterator[Grain]:
    pitch, near, side = wander(rng, 0.8, 0.05), wander(rng, 1.2 / style.pace, 0.8), wander(rng, 1.7, 0.6)
    body = formants(((hertz, 120, 0), (2 * hertz, 300, -3), (5 * hertz, 900, -10)), 2.0, -30)
    for grain in turning(lambda s: hertz * (1 + pitch(s)), _buzz, body):
        seconds = np.arange(grain.at, grain.at + len(grain.samples), dtype=np.float32) / RATE
        where = 0.5 + 0.45 * np.tanh(side(seconds))
        sound = grain.samples * np.exp(near(seconds))
        yield Grain(grain.at, np.asarray(sound[:, None] * np.sqrt(np.stack((1 - where, where), axis=1)), np.float32))


def _buzz(turn: NDArray[np.float64]) -> Samples:
    return np.asarray((turn % 1.0) ** 2 - 1 / 3, np.float32)


def frogs(style: Style, rng: Generator) -> Iterator[Grain]:
    """A pond of them, in turns."""
    return beside(*(_frog(style, rng) for _ in range(2 if style.force < -0.2 else 4)))


def _frog(style: Style, rng: Generator) -> Iterator[Grain]:
    size, side, near = rng.uniform(0.75, 1.3) * style.pitch, rng.uniform(0.1, 0.9), rng.uniform(0.3, 1.0)
    sides = (np.sqrt([[1 - side, side]]) * near).astype(np.float32)
    at = samples_of(rng.uniform(0, 1.2))
    while True:
        croak = frog(Style(pitch=size), rng)
        yield Grain(at, croak[:, None] * sides)
        at += len(croak) + samples_of(rng.uniform(0.3, 1.6) / style.pace)


def frog(style: Style, rng: Generator) -> Samples:
    """A croak: pulses at some 45 hertz through two narrow formants."""
    seconds, size = rng.uniform(0.22, 0.45), style.pitch
    throat = formants(((650 * size, 150, 0), (1500 * size, 250, -3), (2800 * size, 500, -20)), 2.0, -40)
    beat = 42 * size * rng.uniform(0.9, 1.1)
    pitch = ((0, 0.85 * beat), (0.3, beat), (1, 1.1 * beat))
    return cry(seconds, pitch, [throat], ((0, 0), (0.2, 0.7), (0.7, 1), (1, 0)), rng, (0.08, 0.05))


def rattle(style: Style, rng: Generator) -> Samples:
    """A snake's rattle, or maracas."""
    count = samples_of(1.2)
    beat = 0.5 + 0.5 * np.sin(2 * np.pi * 48 * style.pace * np.arange(count) / RATE)
    hiss = noise(count, ((2000, -18), (6000, 0), (10_000, -3), (16_000, -16)), rng)
    return softened(np.asarray(hiss * beat * curve(count, ((0, 0.2), (0.3, 1), (1, 0.1))), np.float32), 0.05, 0.1)
