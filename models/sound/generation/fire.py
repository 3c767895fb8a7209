"""Fire: crackles in bursts over a low flutter."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, Style, samples_of
from models.sound.generation.noise import Colour, bed, noise, wander
from models.sound.generation.streams import beside
from models.sound.generation.tones import decay, softened

FLUTTER: Colour = ((30, 0), (60, 0), (120, -7), (250, -14), (500, -20), (1500, -27), (8000, -34), (18_000, -48))


CRACKS = 24
"""How many kinds of crack a fire has."""


def fire(style: Style, rng: Generator) -> Iterator[Grain]:
    """Crackles, single and in showers (a Poisson process whose rate wanders), and the flutter of the flames."""
    way, slow = wander(rng, 0.35, 0.35), wander(rng, 3.0, 0.2)
    force = 0.32 + 0.2 * style.force
    under = bed(FLUTTER, rng, lambda s: np.exp(way(s) + slow(s)) * np.float32(force), width=0.5)
    return beside(under, _crackling(style, rng))


def _crackling(style: Style, rng: Generator) -> Iterator[Grain]:
    cracks = [_crack(rng) for _ in range(CRACKS)]
    part, at, busy = samples_of(0.25), 0, wander(rng, 1.5, 1.0)
    while True:
        lively = float(np.exp(busy(np.array([at / RATE], np.float32))[0]))
        number = rng.poisson(16 * 0.25 * style.pace * 2**style.force * lively)
        made = np.zeros((part + len(cracks[0]), 2), np.float32)
        for place, which in zip(rng.integers(0, part, number), rng.integers(0, CRACKS, number), strict=True):
            side = rng.uniform(0.2, 0.8)
            sides = np.sqrt([1 - side, side]) * (1.8 * np.exp(rng.normal(0.0, 1.3)))
            made[place : place + len(cracks[0])] += cracks[which][:, None] * sides.astype(np.float32)
        yield Grain(at, made)
        at += part


def _crack(rng: Generator) -> Samples:
    """A short burst, dull or bright."""
    count = samples_of(0.03)
    low = float(np.exp(rng.uniform(np.log(400), np.log(5000))))
    burst = noise(count, ((low / 4, -14), (low, 0), (low * 3, -2), (20_000, -9)), rng)
    return softened(burst * decay(count, rng.uniform(0.0007, 0.005)), 0.0002, 0.005)
