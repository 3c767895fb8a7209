"""Things of a house: clocks, keyboards, doors, glass, kettles."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, Style, samples_of
from models.sound.generation.noise import crackles, filtered, noise
from models.sound.generation.tones import added, curve, decay, formants, peaked, rough, saw, softened, struck


def ticker(style: Style, rng: Generator) -> list[Samples]:
    """The tick and the tock of one clock."""
    case = [(f * style.pitch * rng.uniform(0.85, 1.2), a, d) for f, a, d in _CASE]
    return [_tick([(f * lift, a * rng.uniform(0.6, 1.4), d) for f, a, d in case], rng) for lift in (1.0, 0.86)]


_CASE = (
    (210, 0.5, 0.02),
    (540, 0.5, 0.014),
    (1150, 1.0, 0.010),
    (2100, 0.8, 0.007),
    (3400, 0.9, 0.005),
    (5600, 0.6, 0.003),
)


def _tick(partials: list[tuple[float, float, float]], rng: Generator) -> Samples:
    """Two strokes of the escapement, a hundredth of a second apart, and the case that rings."""
    count = samples_of(0.012)
    click = noise(count, ((400, -10), (1500, 0), (5000, -4), (14_000, -18)), rng) * decay(count, 0.0015)
    body = struck(partials, 0.09, rng)
    return softened(
        added([(0.0, 0.5 * click), (0.0, 0.3 * body), (rng.uniform(0.011, 0.014), click), (0.012, body)]), 0.0002, 0.02
    )


def tick(style: Style, rng: Generator) -> Samples:
    """One stroke of a clock."""
    return ticker(style, rng)[0]


def clock(style: Style, rng: Generator) -> Iterator[Grain]:
    """A clock: one, two or four strokes a second, in turns."""
    strokes, at, done = ticker(style, rng), 0.0, 0
    period = float(rng.choice((1.0, 0.5, 0.5, 0.25))) / style.pace
    while True:
        yield Grain(round(at * RATE), strokes[done % 2] * np.float32(rng.uniform(0.9, 1.1)))
        at, done = at + period, done + 1


def keyboard(style: Style, rng: Generator) -> Iterator[Grain]:
    """Somebody who types in bursts; with `kind` "typewriter", type on a platen and a bell at the end of the line."""
    keys = [_key(style, rng) for _ in range(10)]
    at, line = 0.0, 0
    while True:
        yield Grain(round(at * RATE), keys[int(rng.integers(len(keys)))] * np.float32(rng.uniform(0.6, 1.0)))
        at, line = at + (0.09 + rng.gamma(1.6, 0.045) + 0.5 * (rng.random() < 0.06)) / style.pace, line + 1
        if style.kind == "typewriter" and line >= 34:
            yield Grain(round(at * RATE), added([(0, 0.5 * chime(2300, 1.0, rng)), (0.35, _carriage(rng))]))
            at, line = at + 1.3, 0


def _key(style: Style, rng: Generator) -> Samples:
    loud = style.kind == "typewriter"
    count, lift = samples_of(0.05), style.pitch * rng.uniform(0.85, 1.15)
    down = noise(count, ((700, -10), (2600 * lift, 0), (6000, -4), (14_000, -16)), rng) * decay(count, 0.003)
    body = struck(
        [(320 * lift, 0.8, 0.01), (1250 * lift, 0.6, 0.006), (3300 * lift, 0.5, 0.004 + 0.02 * loud)], 0.07, rng
    )
    up = 0.35 * down
    return added([(0, down + 0.0), (0, (0.5 + loud) * body), (rng.uniform(0.06, 0.1), up)])


def _carriage(rng: Generator) -> Samples:
    teeth = struck([(1700, 1, 0.004), (3500, 0.7, 0.003)], 0.02, rng)
    return added([(0.012 * k, 0.5 * teeth) for k in range(40)])


def chime(hertz: float, seconds: float, rng: Generator) -> Samples:
    """A small bell."""
    return struck(
        [(hertz, 1, seconds / 3), (hertz * 2.76, 0.5, seconds / 6), (hertz * 5.4, 0.25, seconds / 12)], seconds, rng
    )


def knock(style: Style, rng: Generator) -> Samples:
    """Knuckles on wood, three times."""
    lift = style.pitch * rng.uniform(0.9, 1.1)
    gap = rng.uniform(0.17, 0.24) / style.pace
    return added([(k * gap, _thud(lift * rng.uniform(0.97, 1.03), rng)) for k in range(3)])


def rap(style: Style, rng: Generator) -> Samples:
    """Knuckles on wood, once."""
    return _thud(style.pitch * rng.uniform(0.95, 1.05), rng)


def _thud(lift: float, rng: Generator) -> Samples:
    wood = struck(
        [(165 * lift, 1, 0.035), (390 * lift, 0.8, 0.02), (820 * lift, 0.4, 0.01), (1900 * lift, 0.2, 0.004)], 0.2, rng
    )
    click = noise(samples_of(0.01), ((500, -6), (1800, 0), (6000, -14)), rng)
    return added([(0, wood), (0, 0.25 * click * decay(len(click), 0.002))])


def slam(style: Style, rng: Generator) -> Samples:
    """A door that falls shut: the blow, the frame, the latch."""
    lift = style.pitch * rng.uniform(0.85, 1.1)
    blow = struck(
        [(62 * lift, 1.4, 0.12), (118 * lift, 1, 0.08), (240 * lift, 0.7, 0.05), (530 * lift, 0.4, 0.03)], 0.6, rng
    )
    air = noise(samples_of(0.35), ((60, -3), (250, 0), (1200, -7), (5000, -18), (12_000, -34)), rng)
    latch = struck([(1500, 0.3, 0.01), (2900, 0.25, 0.008), (4700, 0.15, 0.005)], 0.06, rng)
    return added([(0, blow), (0, 0.6 * air * decay(len(air), 0.05)), (0.012, latch), (0.07, 0.5 * latch)])


def creak(style: Style, rng: Generator) -> Samples:
    """A hinge: it sticks and slips, faster and slower, through the wood."""
    seconds = rng.uniform(1.2, 2.0) / style.pace
    count, wood = (
        samples_of(seconds),
        formants(((520, 90, 0), (950, 120, -2), (1600, 200, -4), (2700, 350, -8)), 1.0, -36),
    )
    slips = (
        55
        * style.pitch
        * curve(count, ((0, 0.6), (0.3, 1.4), (0.6, 2.2), (0.8, 1.6), (1, 0.5)))
        * rough(count, 25, 0.12, rng)
    )
    made = filtered(np.diff(saw(slips), prepend=0).astype(np.float32), wood) * curve(
        count, ((0, 0), (0.15, 0.7), (0.7, 1), (1, 0))
    )
    return softened(np.asarray(made, np.float32), 0.02, 0.05)


def opening(style: Style, rng: Generator) -> Samples:
    """A door that is opened: latch, hinge, and the latch again."""
    latch = struck([(700, 0.6, 0.02), (1600, 0.5, 0.012), (3100, 0.3, 0.006)], 0.08, rng)
    hinge = peaked(creak(style, rng), 0.5)
    return added([(0, latch), (0.09, 0.6 * latch), (0.3, hinge), (0.3 + len(hinge) / RATE, 0.7 * _thud(0.8, rng))])


def sliding_door(style: Style, rng: Generator) -> Samples:
    """A door moved by air: a valve, a hiss with a motor under it that rises, and a soft stop."""
    seconds = rng.uniform(0.7, 0.95) / style.pace
    count = samples_of(seconds)
    hiss = noise(count, ((400, -20), (2500, -4), (6000, 0), (15_000, -8)), rng)
    motor = filtered(
        saw(style.pitch * curve(count, ((0, 70), (0.5, 150), (1, 110)))), ((60, -6), (250, 0), (900, -10), (4000, -36))
    )
    blown = hiss * curve(count, ((0, 0), (0.05, 1), (0.4, 0.45), (0.9, 0.3), (1, 0)))
    slide = 0.5 * blown + 0.5 * motor * curve(count, ((0, 0), (0.1, 1), (0.9, 0.8), (1, 0)))
    return added([(0, 0.5 * _thud(1.8, rng)), (0.04, np.asarray(slide, np.float32)), (0.04 + seconds, _thud(0.6, rng))])


def shatter(style: Style, rng: Generator) -> Samples:
    """Glass that breaks: a blow, and shards that ring and fall."""
    count = samples_of(0.25)
    burst = noise(count, ((800, -14), (3000, -3), (7000, 0), (15_000, -6)), rng) * decay(count, 0.03)
    parts: list[tuple[float, Samples]] = [(0.0, 1.2 * burst)]
    for _ in range(45):
        at = rng.gamma(1.2, 0.2)
        hertz = style.pitch * np.exp(rng.uniform(np.log(2200), np.log(9500)))
        ring = struck([(hertz, 1, rng.uniform(0.01, 0.07)), (hertz * rng.uniform(1.4, 2.2), 0.6, 0.02)], 0.2, rng)
        parts.append((min(at, 1.4), ring * np.float32(np.exp(-1.6 * at) * rng.uniform(0.1, 0.6))))
    return added(parts)


def clink(style: Style, rng: Generator) -> Samples:
    """Two glasses that touch."""
    low = 2100 * style.pitch * rng.uniform(0.85, 1.2)
    return added(
        [
            (at, level * struck([(low * k, 1 / k, 0.25 / k**0.5) for k in (lift, 2.32 * lift, 4.25 * lift)], 0.9, rng))
            for at, level, lift in ((0, 1.0, 1.0), (0.004, 0.8, 1.07))
        ]
    )


def dishes(style: Style, rng: Generator) -> Samples:
    """Plates and pans that clatter."""
    parts = list[tuple[float, Samples]]()
    for _ in range(int(rng.integers(3, 8))):
        low = style.pitch * rng.uniform(700, 2400)
        parts.append(
            (
                rng.uniform(0, 0.7),
                rng.uniform(0.3, 1.0)
                * struck([(low * k, 1 / k, 0.12 / k) for k in (1, 1.51, 2.33, 3.1, 4.2)], 0.5, rng),
            )
        )
    return added(parts)


def paper(style: Style, rng: Generator) -> Samples:
    """Paper that is crumpled or turned."""
    count = samples_of(rng.uniform(0.6, 1.2))
    folds = filtered(crackles(count, 900, rng, 1.3), ((500, -20), (2500, -3), (6000, 0), (14_000, -6)))
    return softened(
        np.asarray(folds * curve(count, ((0, 0), (0.2, 1), (0.5, 0.4), (0.8, 0.9), (1, 0))), np.float32), 0.02, 0.05
    )


def shutter(style: Style, rng: Generator) -> Samples:
    """A camera, or any click."""
    click = noise(samples_of(0.02), ((800, -8), (3000, 0), (8000, -4), (15_000, -16)), rng)
    click = click * decay(len(click), 0.003)
    return added([(0, click), (0.055, 0.8 * click)])


def coin(style: Style, rng: Generator) -> Samples:
    """A coin that falls on a table and comes to rest."""
    parts, at, gap = list[tuple[float, Samples]](), 0.0, 0.22
    low = 4200 * style.pitch * rng.uniform(0.9, 1.15)
    for k in range(9):
        parts.append(
            (
                at,
                np.float32(0.8**k)
                * struck([(low, 1, 0.07), (low * 1.47, 0.8, 0.05), (low * 2.3, 0.4, 0.03)], 0.25, rng),
            )
        )
        at, gap = at + gap, gap * 0.72
    return added(parts)


def switch(style: Style, rng: Generator) -> Samples:
    """A light switch or a lock."""
    return added([(0, _thud(2.6 * style.pitch, rng)), (0.03, 0.6 * shutter(style, rng)[: samples_of(0.03)])])
