"""Blows, bangs and things that fly: explosions, shots, hammers, balls, and what there is not."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, Style, samples_of
from models.sound.generation.noise import bed, crackles, filtered, moving, noise
from models.sound.generation.streams import beside, dotted
from models.sound.generation.tones import added, curve, decay, even, saw, sine, softened, struck


def explosion(style: Style, rng: Generator) -> Samples:
    """A front, a boom, and debris."""
    seconds = rng.uniform(2.2, 3.4) * (1 + 0.3 * style.force)
    count = samples_of(seconds)
    boom = moving(noise(count, ((20, -3), (60, 0), (300, -6), (2000, -16), (10_000, -30)), rng), [
        ((40, 0), (16_000, 0)), ((40, 0), (600, -3), (16_000, -24)), ((40, 0), (200, -6), (16_000, -50)),
    ])  # fmt: skip
    body = even(boom) * curve(count, ((0, 0), (0.006, 1), (0.1, 0.55), (0.4, 0.18), (1, 0)))
    thump = sine(48 * style.pitch * curve(count, ((0, 2.0), (0.1, 1), (1, 0.6)))) * decay(count, 0.3)
    debris = filtered(crackles(count, 60, rng, 1.0), ((300, -6), (1500, 0), (7000, -8))) * curve(
        count, ((0, 0), (0.2, 0.6), (1, 0))
    )
    return softened(np.asarray(body + 0.7 * thump + 0.8 * debris, np.float32), 0.001, 0.4)


def shot(style: Style, rng: Generator) -> Samples:
    """A shot, and what comes back from around."""
    count = samples_of(0.9)
    crack = noise(count, ((80, -4), (400, 0), (2500, -3), (9000, -10)), rng)
    return softened(np.asarray(crack * (decay(count, 0.02) + 0.12 * decay(count, 0.22)), np.float32), 0.0004, 0.3)


def fireworks(style: Style, rng: Generator) -> Samples:
    """A rocket that rises, bursts and crackles."""
    rise = samples_of(rng.uniform(0.8, 1.2))
    rocket = sine(curve(rise, ((0, 900), (1, 2200))) * style.pitch) * 0.12 + 0.1 * noise(
        rise, ((600, -9), (3000, 0), (12_000, -9)), rng
    )
    count = samples_of(1.8)
    bang = noise(count, ((40, 0), (300, -2), (2000, -9), (9000, -20)), rng) * decay(count, 0.12)
    stars = filtered(crackles(count, 90, rng, 0.8), ((800, -12), (4000, 0), (14_000, -6))) * curve(
        count, ((0, 0), (0.25, 1.4), (1, 0))
    )
    return added(
        [
            (0, softened(np.asarray(rocket, np.float32), 0.1, 0.1)),
            (rise / RATE + 0.1, softened(np.asarray(bang + stars, np.float32), 0.001, 0.2)),
        ]
    )


def hammer(style: Style, rng: Generator) -> Samples:
    """A blow on a nail, or with `kind` "anvil" on iron."""
    lift = style.pitch * rng.uniform(0.96, 1.04)
    if style.kind == "anvil":
        return struck(
            [
                (f * lift, a, d)
                for f, a, d in (
                    (820, 0.6, 0.25),
                    (2150, 1, 0.4),
                    (3480, 0.8, 0.3),
                    (5300, 0.5, 0.15),
                    (7400, 0.3, 0.08),
                )
            ],
            1.0,
            rng,
        )
    blow = struck(
        [(180 * lift, 1, 0.03), (520 * lift, 0.8, 0.018), (1900 * lift, 0.7, 0.02), (3700 * lift, 0.5, 0.012)], 0.2, rng
    )
    click = noise(samples_of(0.012), ((600, -6), (3000, 0), (10_000, -8)), rng)
    return added([(0, blow), (0, 0.5 * click * decay(len(click), 0.002))])


def bounce(style: Style, rng: Generator) -> Samples:
    """A ball that bounces until it lies."""
    parts, at, gap = list[tuple[float, Samples]](), 0.0, 0.55 / style.pace
    while gap > 0.05:
        blow = struck([(120 * style.pitch, 1, 0.03), (310 * style.pitch, 0.5, 0.02), (900, 0.15, 0.006)], 0.15, rng)
        parts.append((at, blow * np.float32(gap**0.7)))
        at, gap = at + gap, gap * 0.78
    return added(parts)


def thump(style: Style, rng: Generator) -> Samples:
    """Something heavy that falls."""
    blow = struck([(55 * style.pitch, 1.4, 0.1), (105 * style.pitch, 1, 0.06), (260, 0.5, 0.03)], 0.4, rng)
    dust = noise(samples_of(0.25), ((100, -3), (500, 0), (2500, -14), (9000, -32)), rng)
    return added([(0, blow), (0, 0.4 * dust * decay(len(dust), 0.04))])


def whoosh(style: Style, rng: Generator) -> Samples:
    """Something that flies by, from one side to the other."""
    count = samples_of(rng.uniform(0.7, 1.1) / style.pace)
    air = noise(count, ((60, -12), (300, 0), (9000, 0), (16_000, -12)), rng)
    way = [
        ((40, -24), (centre / 2, -9), (centre, 0), (2 * centre, -9), (18_000, -40))
        for centre in style.pitch * np.array([350, 800, 2200, 1500, 600])
    ]
    sound = moving(air, way) * curve(count, ((0, 0), (0.35, 0.35), (0.5, 1), (0.65, 0.4), (1, 0)))
    side = np.linspace(0.1, 0.9, count)
    return np.asarray(sound[:, None] * np.sqrt(np.stack((1 - side, side), axis=1)), np.float32)


def laser(style: Style, rng: Generator) -> Samples:
    """A zap: a tone that falls."""
    count = samples_of(rng.uniform(0.22, 0.4))
    fall = style.pitch * rng.uniform(2400, 3600) * np.exp(-np.linspace(0, 3.2, count))
    return softened(np.asarray(saw(fall) * decay(count, 0.18), np.float32), 0.002, 0.05)


def pickup(style: Style, rng: Generator) -> Samples:
    """What an old game gives for a coin."""

    def square(hertz: float, seconds: float) -> Samples:
        count = samples_of(seconds)
        wave = np.full(count, hertz * style.pitch)
        return softened(
            np.asarray((saw(wave) - np.roll(saw(wave), round(RATE / hertz / 2))) * decay(count, 0.25), np.float32),
            0.001,
            0.02,
        )

    return added([(0, square(988, 0.08)), (0.08, square(1319, 0.5))])


def squeal(style: Style, rng: Generator) -> Samples:
    """Brakes, or tyres."""
    count = samples_of(rng.uniform(1.0, 1.6))
    hertz = (
        1450
        * style.pitch
        * curve(count, ((0, 1.05), (0.5, 1), (1, 0.8)))
        * (1 + 0.02 * np.interp(np.arange(count), np.linspace(0, count, 60), rng.standard_normal(60)))
    )
    made = saw(hertz) * 0.5 + 0.5 * noise(count, ((500, -12), (1600, 0), (4000, -6), (12_000, -24)), rng)
    return softened(np.asarray(made * curve(count, ((0, 0), (0.1, 1), (0.8, 0.8), (1, 0))), np.float32), 0.02, 0.1)


def shimmer(style: Style, rng: Generator) -> Samples:
    """Magic: bells that run upwards."""
    notes = 1320 * style.pitch * 2 ** (np.array([0, 2, 4, 7, 9, 12, 14, 16, 19, 21, 24]) / 12)
    return added(
        [(0.06 * k, 0.7 * struck([(f, 1, 0.4), (2.76 * f, 0.3, 0.15)], 1.2, rng)) for k, f in enumerate(notes)]
    )


def frying(style: Style, rng: Generator) -> Iterator[Grain]:
    """Fat in a hot pan."""
    kernels = [
        softened(
            noise(samples_of(0.01), ((1500, -10), (low, 0), (16_000, -8)), rng) * decay(samples_of(0.01), 0.002),
            0.0003,
            0.003,
        )
        for low in rng.uniform(3000, 9000, 16)
    ]
    return beside(dotted(700 * 2**style.force, kernels, rng, 0.5, 0.8), dotted(12, kernels, rng, 2.0, 0.8))


def sand(style: Style, rng: Generator) -> Iterator[Grain]:
    """Grains that trickle; with more force, stones."""
    centre = 5200 / 2 ** max(0.0, 1.5 * style.force)
    kernels = [struck([(centre * rng.uniform(0.6, 1.6), 1, 0.002)], 0.02, rng) for _ in range(12)]
    return dotted(900, kernels, rng, 1.0, 0.7)


def vinyl(style: Style, rng: Generator) -> Iterator[Grain]:
    """An old record without its music: hiss, a rumble, dust, and a scratch that comes round."""
    hiss = bed(((30, 0), (100, -6), (400, -24), (3000, -27), (12_000, -32)), rng, width=0.4)
    dust = [
        softened(noise(samples_of(0.004), ((600, -6), (low, 0), (14_000, -9)), rng), 0.0003, 0.002)
        for low in rng.uniform(1500, 5000, 12)
    ]
    return beside(hiss, dotted(14, dust, rng, 1.0, 1.0), dotted(1.8, dust, rng, 3.0, 0.4))
