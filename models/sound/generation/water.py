"""The sea, running water, and what happens in it."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, Style, samples_of
from models.sound.generation.noise import Colour, bed, moving, noise, wander
from models.sound.generation.streams import beside, dotted
from models.sound.generation.tones import curve, sine, softened

SURF: Colour = (
    (40, -9), (90, -5), (180, -1), (350, 0), (750, -3), (1500, -7), (2500, -12), (3500, -16), (7000, -21),
    (9500, -26), (13_500, -31), (18_000, -58),
)  # fmt: skip
FALLING: Colour = ((40, -14), (120, -6), (350, -2), (1000, 0), (3000, -4), (7000, -10), (14_000, -20), (19_000, -34))
TAP: Colour = ((60, -40), (300, -14), (900, -3), (3000, 0), (7000, -6), (16_000, -18))


def surf(style: Style, rng: Generator) -> Iterator[Grain]:
    """Waves that rise, break and run back, over the sea's own noise."""
    way = wander(rng, 6.0, 0.15)
    under = bed(SURF, rng, lambda s: np.exp(way(s)) * np.float32(0.3))
    return beside(under, _waves(style, rng))


def _waves(style: Style, rng: Generator) -> Iterator[Grain]:
    at = 0
    while True:
        seconds = rng.uniform(5.0, 8.0) / style.pace
        count, top = samples_of(seconds), rng.uniform(0.3, 0.42)
        loud = curve(count, ((0, 0.02), (top * 0.6, 0.25), (top, 1.0), (top + 0.08, 0.9), (0.75, 0.3), (1, 0.0)))
        shades = partial(_shade, top=top, force=style.force)
        sides = [moving(noise(count, SURF, rng), shades) for _ in range(2)]
        lean = rng.uniform(-0.4, 0.4)
        made = np.stack((sides[0] * (1 - lean) + 0.4 * sides[1], sides[0] * (1 + lean) - 0.4 * sides[1]), axis=1)
        yield Grain(at, softened(made * (loud * np.exp(rng.normal(0, 0.2)))[:, None], 0.05, 0.2))
        at += samples_of(seconds * rng.uniform(0.5, 0.75))


def _shade(share: float, top: float, force: float) -> Colour:
    """Dull before the wave breaks, bright when it does and in the foam that runs back; it goes over without a step."""
    broken = 4 + 3 * force
    shares = (0.0, top - 0.16, top - 0.02, top + 0.12, top + 0.4, 1.0)
    bright = round(float(np.interp(share, shares, (-6.0, -6.0, broken, broken, -1.0, -2.0))), 1)
    return ((40, 0), (300, 0), (5000, bright), (16_000, bright))


def waterfall(style: Style, rng: Generator) -> Iterator[Grain]:
    """Falling water, broad and steady."""
    way = wander(rng, 2.0, 0.05)
    return beside(bed(FALLING, rng, lambda s: np.exp(way(s))), _bubbling(90, (300, 1400), rng, 0.5))


def brook(style: Style, rng: Generator) -> Iterator[Grain]:
    """A little noise, and bubbles of all sizes that ring as they close."""
    way = wander(rng, 1.0, 0.25)
    under = bed(FALLING, rng, lambda s: np.exp(way(s)) * np.float32(0.12 + 0.06 * style.force))
    return beside(under, _bubbling(38 * style.pace, (350 * style.pitch, 1900 * style.pitch), rng, 1.0))


def bubbles(style: Style, rng: Generator) -> Iterator[Grain]:
    """Air that rises in water."""
    return _bubbling(9 * style.pace * 2**style.force, (180 * style.pitch, 900 * style.pitch), rng, 1.0)


def boiling(style: Style, rng: Generator) -> Iterator[Grain]:
    """Many bubbles over a low rumble."""
    under = bed(((60, 0), (400, -6), (2000, -20), (9000, -34)), rng, lambda s: np.full_like(s, 0.25))
    return beside(under, _bubbling(60, (150, 700), rng, 0.8))


def _bubbling(a_second: float, hertz: tuple[float, float], rng: Generator, level: float) -> Iterator[Grain]:
    """Each bubble a decaying tone whose pitch rises a little (Minnaert's resonance, after van den Doel 2005)."""
    kernels = []
    for _ in range(40):
        low = float(np.exp(rng.uniform(*np.log(hertz))))
        size = samples_of(0.09)
        time = np.arange(size) / RATE
        tone = sine(low * (1 + rng.uniform(0.5, 4) * time))
        kernels.append(softened(tone * np.exp(-time * low / rng.uniform(12, 30)), 0.001, 0.01).astype(np.float32))
    return dotted(a_second, kernels, rng, level, spread=0.8)


def running(style: Style, rng: Generator) -> Iterator[Grain]:
    """A tap into a basin, or a shower."""
    way = wander(rng, 0.7, 0.08)
    under = bed(TAP, rng, lambda s: np.exp(way(s)) * np.float32(0.8), width=0.4)
    return beside(under, _bubbling(70, (500, 2600), rng, 0.25))


def splash(style: Style, rng: Generator) -> Samples:
    """Something falls into water."""
    count = samples_of(rng.uniform(0.9, 1.3))
    burst = moving(noise(count, FALLING, rng), [((40, 0), (800, 2), (16_000, 6)), ((40, 0), (800, 0), (9000, -16))])
    loud = curve(count, ((0, 0), (0.02, 1), (0.15, 0.35), (0.25, 0.5), (0.5, 0.12), (1, 0)))
    return softened(np.asarray(burst * loud, np.float32), 0.002, 0.1)


def underwater(style: Style, rng: Generator) -> Iterator[Grain]:
    """What is heard with the head under water."""
    way = wander(rng, 2.5, 0.4)
    low = bed(((30, -3), (120, 0), (350, -12), (1200, -34), (6000, -60)), rng, lambda s: np.exp(way(s)))
    return beside(low, _bubbling(5, (120, 500), rng, 3.0))
