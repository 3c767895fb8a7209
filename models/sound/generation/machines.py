"""Engines and motors: pulses at the rate of what turns, through what resounds around them."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.generation.grain import Grain, Style
from models.sound.generation.noise import Colour, Floats, bed, wander
from models.sound.generation.streams import beside
from models.sound.generation.turning import Speed, turning

CHOPPER: Colour = (
    (30, -7), (60, -3), (120, 0), (350, -2), (750, -7), (1500, -11), (2500, -16), (5000, -24), (9000, -36),
    (13_000, -46), (18_000, -80),
)  # fmt: skip
TAIL: Colour = ((40, -6), (90, 0), (300, -3), (800, -10), (2000, -22), (6000, -44))
SAW_BODY: Colour = (
    (40, -22), (90, -9), (180, 0), (350, -3), (750, -4), (1500, -7), (2500, -8), (3500, -10), (5000, -12),
    (9000, -20), (13_500, -26), (18_000, -46),
)  # fmt: skip


def bursts(rate: Speed, depth: float, sharp: float, delay: float = 0.0) -> Callable[[Floats], Floats]:
    """Loudness that beats at a rate: a sharp rise and a fall, down to 1 - depth. The rate must be steady."""

    def gain(seconds: Floats) -> Floats:
        turn = (np.asarray(seconds, np.float64) * rate(seconds) + delay) % 1.0
        pulse = np.exp(-sharp * turn) + np.exp(-4 * sharp * (1 - turn))
        return np.asarray(1 - depth + depth * pulse, np.float32)

    return gain


def helicopter(style: Style, rng: Generator) -> Iterator[Grain]:
    """The slap of blades, a dozen and more a second, the air they beat, the buzz of the tail and the gears' whine."""
    hertz = rng.uniform(11.5, 16.5) * style.pace
    tail, gears = rng.uniform(5.2, 6.4), rng.uniform(45, 120)
    dull = rng.uniform(7.0, 9.5) - style.force
    body = tuple((f, d - dull * max(0.0, float(np.log2(f / 500)))) for f, d in CHOPPER)
    slow, near = wander(rng, 4.0, 0.15), wander(rng, 2.0, 0.25)

    def rate(seconds: Floats) -> NDArray[np.float64]:
        return np.full(np.shape(seconds), hertz)

    beat = bursts(rate, rng.uniform(0.6, 0.75), 5.0)
    air = bed(body, rng, lambda s: np.float32(0.6) * beat(s) * np.exp(slow(s)), width=0.5)
    slap = turning(rate, lambda turn: _slap(turn) * np.float32(1.3), body)
    buzz = turning(lambda s: rate(s) * tail * (1 + 0.004 * near(s)), _buzz, TAIL)
    whine = turning(lambda s: rate(s) * gears * (1 + 0.003 * near(s)), _whine, ((100, 0), (18_000, -12)))
    return beside(air, slap, buzz, whine)


def _slap(turn: NDArray[np.float64]) -> Samples:
    place = turn % 1.0
    return np.asarray(np.exp(-((place - 0.1) ** 2) / 0.002) - 0.8 * np.exp(-((place - 0.2) ** 2) / 0.006), np.float32)


def _buzz(turn: NDArray[np.float64]) -> Samples:
    """The small blades at the tail: a row of harmonics."""
    return np.asarray(sum(0.3 / k**0.6 * np.sin(2 * np.pi * k * turn + k * k) for k in range(1, 13)), np.float32)


def _whine(turn: NDArray[np.float64]) -> Samples:
    """Its shafts turn at speeds of their own."""
    speeds = ((1.0, 0.08), (2.01, 0.05), (0.313, 0.08), (3.37, 0.03))
    return np.asarray(sum(level * np.sin(2 * np.pi * speed * turn) for speed, level in speeds), np.float32)


def chainsaw(style: Style, rng: Generator) -> Iterator[Grain]:
    """A two-stroke engine that idles, revs and labours, and the rattle of its chain."""
    slow, load, quick = wander(rng, 2.2 / style.pace, 1.0), wander(rng, 1.1, 1.0), wander(rng, 0.25, 1.0)
    base = rng.uniform(108, 150) * style.pitch

    def speed(seconds: Floats) -> NDArray[np.float64]:
        revs = np.tanh(1.6 * slow(seconds) + 0.6 + style.force)
        return np.asarray(base * (1 + 0.35 * revs + 0.05 * load(seconds) + 0.012 * quick(seconds)))

    def wave(turn: NDArray[np.float64]) -> Samples:
        return stroke(turn, rng, rough=0.5)

    rattle_gain = wander(rng, 1.1, 0.3)
    rattle = bed(
        ((400, -20), (1500, -4), (4000, 0), (9000, -8), (16_000, -24)), rng, lambda s: 0.22 * np.exp(rattle_gain(s))
    )
    return beside(turning(speed, wave, SAW_BODY), rattle)


def stroke(turn: NDArray[np.float64], rng: Generator, rough: float) -> Samples:
    """Explosions of a small engine: a steep front, unequal from stroke to stroke, with noise in it."""
    place = turn % 1.0
    number = np.floor(turn).astype(np.int64)
    height = 1 + 0.25 * np.sin(number * 12.9898) * np.cos(number * 4.1414)
    pulse = height * (np.exp(-place * 7) - 0.14) + 0.35 * np.exp(-((place - 0.45) ** 2) / 0.01)
    hiss = rng.standard_normal(len(turn), dtype=np.float32) * np.float32(rough)
    return np.asarray(pulse + hiss * (0.15 + np.exp(-place * 5)), np.float32)
