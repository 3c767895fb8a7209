"""Rain, wind, thunder and what falls with them."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, Style, samples_of
from models.sound.generation.noise import BROWN, Colour, Floats, bed, crackles, filtered, moving, noise, wander
from models.sound.generation.streams import beside, convolved, dotted
from models.sound.generation.tones import added, decay, even, softened, struck

RAIN: Colour = (
    *((40, -4), (90, -5), (180, -5), (350, -5), (750, -7), (1500, -8), (2500, -10), (3500, -12), (5000, -14)),
    *((7000, -16), (9500, -20), (13_500, -27), (18_000, -42)),
)
"""The middle of what recordings of rain have."""
SOFT_RAIN: Colour = (
    (40, -14), (90, -14), (180, -12), (750, -9), (2500, -6), (5000, -5), (9500, -10), (13_500, -17), (18_000, -30),
)  # fmt: skip
Rings: TypeAlias = tuple[tuple[float, float, float], ...]
ON: dict[str, Rings] = {
    "": ((2600, 1.0, 0.0012), (5200, 0.7, 0.0008)),
    "roof": ((900, 0.5, 0.003), (2300, 0.8, 0.002), (4100, 0.7, 0.0014), (6800, 0.5, 0.001)),
    "tent": ((260, 1.0, 0.008), (700, 0.7, 0.004), (2100, 0.3, 0.002)),
    "window": ((1500, 0.7, 0.004), (3400, 1.0, 0.003), (6100, 0.5, 0.002)),
    "leaves": ((1200, 0.6, 0.002), (3800, 1.0, 0.0012)),
}
"""What rings under a drop, by what it falls on: hertz, amplitude, decay."""
DROPS = 14
"""How many kinds of drop there are: each falls on another place, which rings at another height."""
HAIL = ((1700, 1.0, 0.006), (3100, 0.8, 0.005), (5300, 0.5, 0.003))


def rain(style: Style, rng: Generator) -> Iterator[Grain]:
    """Noise of very many drops, and the nearer ones one by one."""
    heavy = style.force
    depth = wander(rng, 4.0, 0.06 + 0.03 * max(0.0, heavy))
    colour = _mixed(SOFT_RAIN, RAIN, min(1.0, max(0.0, 0.75 + 0.3 * heavy)))
    under = bed(colour, rng, lambda s: np.exp(depth(s)) * np.float32(0.55 + 0.3 * heavy))
    return beside(under, _drops(style, rng, 900 * 3**heavy, ON.get(style.kind, ON[""]), 0.75 + 0.3 * heavy))


def drizzle(style: Style, rng: Generator) -> Iterator[Grain]:
    """Light rain."""
    return rain(Style(min(style.force, 0.0) - 0.6, style.pace, style.pitch, style.kind), rng)


def hail(style: Style, rng: Generator) -> Iterator[Grain]:
    """Hard drops on something hard."""
    under = bed(SOFT_RAIN, rng, lambda s: np.full_like(s, 0.25))
    return beside(under, _drops(style, rng, 160 * 3**style.force, HAIL, 2.2))


def _drops(style: Style, rng: Generator, a_second: float, rings: Rings, level: float) -> Iterator[Grain]:
    kernels = [
        struck([(f * style.pitch * rng.uniform(0.55, 1.8), a, d) for f, a, d in rings], 0.05, rng) for _ in range(DROPS)
    ]
    return dotted(a_second, kernels, rng, level, spread=0.9)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Between two spectra."""
    points = [hertz for hertz, _ in other]
    first = np.interp(np.log(points), np.log([f for f, _ in one]), [d for _, d in one])
    return tuple((f, round(float(a + share * (d - a)), 2)) for (f, d), a in zip(other, first, strict=True))


def wind(style: Style, rng: Generator) -> Iterator[Grain]:
    """Noise whose strength wanders, and narrow bands whose pitch rises with it where it howls."""
    strength, howl = wander(rng, 5.0 / style.pace, 1.0), 0.25 + 0.25 * style.force + 0.4 * (style.kind == "howling")
    piece = samples_of(1.0)
    at, window = 0, np.hanning(2 * piece + 1)[:-1].astype(np.float32)
    while True:
        gusts = strength(np.linspace(at, at + 2 * piece, 9, dtype=np.float32) / RATE)
        curves = [_gust(float(g), style, howl) for g in gusts]
        sides = [moving(noise(2 * piece, BROWN_PINK, rng), curves) for _ in range(2)]
        loud = np.interp(np.linspace(0, 8, 2 * piece), np.arange(9), np.exp(0.5 * gusts))
        middle = sides[0][:, None] + np.stack((sides[1], -sides[1]), axis=1) * np.float32(0.6)
        yield Grain(at, np.asarray(middle * (loud * np.sqrt(window))[:, None], np.float32))
        at += piece


BROWN_PINK: Colour = ((20.0, -6.0), (60.0, 0.0), (400.0, -9.0), (2000.0, -24.0), (20_000.0, -54.0))


def _gust(strength: float, style: Style, howl: float) -> Colour:
    """Brighter where it is stronger; two whistling bands."""
    centre = style.pitch * 420 * 2 ** (0.45 * strength)
    hertz = np.geomspace(30, 18_000, 50)
    power = 10 ** (0.25 * np.clip(strength, -2, 2) * np.log2(hertz / 200) / 2)
    for k, level in ((1.0, howl), (1.72, 0.5 * howl)):
        power = power + level * 60 * (centre * k / 300) / (1 + ((hertz - centre * k) / (0.045 * centre * k)) ** 2)
    return tuple((float(f), float(d)) for f, d in zip(hertz, 10 * np.log10(power), strict=True))


def thunder(style: Style, rng: Generator) -> Samples:
    """A crack of many shock waves from along the channel, and their roll (after Few's string of N-waves)."""
    seconds = rng.uniform(4.5, 7.0) * (1 + 0.2 * style.force)
    count = samples_of(seconds)
    near = 0.5 + 0.5 * style.force
    shocks = np.zeros(count, np.float32)
    times = np.minimum(rng.gamma(1.1, 0.13 * seconds, 90), 0.92 * seconds)
    for time in times:
        shocks[samples_of(time) - 1] += rng.choice((-1, 1)) * np.exp(0.7 * rng.standard_normal() - 1.5 * time / seconds)
    wave = _shock(samples_of(0.012 + 0.01 * (1 - near)))
    roll = filtered(
        convolved(shocks, wave)[:count], ((20, -6), (50, 0), (110, -2), (400, -14), (2000, -34), (9000, -60))
    )
    rumble = noise(count, ((20, -8), (40, 0), (90, -3), (250, -16), (1500, -40), (9000, -70)), rng)
    rumble *= np.exp(0.5 * wander(rng, 1.2)(np.arange(count, dtype=np.float32) / RATE)) * decay(count, seconds / 3)
    crack = noise(count, ((80, 0), (800, -6), (4000, -12), (16_000, -26)), rng) * decay(count, 0.12 + 0.1 * near)
    crack *= 1 + 2 * np.abs(filtered(crackles(count, 60, rng), ((20, 0), (3000, 0), (9000, -30))))
    made = even(roll) + 0.8 * even(rumble) + np.float32(0.75 * near) * even(crack)
    return softened(np.asarray(made, np.float32), 0.005, 1.5)


@lru_cache(maxsize=4)
def _shock(size: int) -> Floats:
    """A wave shaped like an N."""
    return np.linspace(1, -1, size, dtype=np.float32)


def avalanche(style: Style, rng: Generator) -> Iterator[Grain]:
    """A rumble that comes and goes, with stones in it."""
    way = wander(rng, 3.0, 0.5)
    low = bed(BROWN, rng, lambda s: np.exp(way(s)))
    stones = [struck([(f * rng.uniform(0.6, 1.6), 1.0, 0.03) for f in (90, 210, 420)], 0.2, rng) for _ in range(8)]
    return beside(low, dotted(25 * style.pace, stones, rng, 6.0, spread=1.0))


def drip(style: Style, rng: Generator) -> Samples:
    """A drop into water: a bubble that rings, its pitch rising (after Minnaert and van den Doel)."""
    count = samples_of(0.14)
    time = np.arange(count) / RATE
    hertz = style.pitch * rng.uniform(700, 1500) * (1 + rng.uniform(3, 7) * time)
    bubble = np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * np.exp(-time / rng.uniform(0.015, 0.03))
    plip = noise(samples_of(0.004), ((1500, -6), (5000, 0), (12_000, -9)), rng) * 0.12
    return softened(added([(0.0, plip), (0.006, np.asarray(bubble, np.float32))]), 0.0005, 0.01)
