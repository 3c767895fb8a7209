"""Voices without words: coughs, laughter, snores, whistles."""

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.crowds import throat
from models.sound.generation.grain import Style, samples_of
from models.sound.generation.noise import noise
from models.sound.generation.throat import cry
from models.sound.generation.tones import added, curve, formants, sine, softened


def cough(style: Style, rng: Generator) -> Samples:
    """Two or three bursts of air, the later ones softer."""
    size = style.pitch * rng.uniform(0.9, 1.15)
    return added([(0.34 * k, _hack(size, rng) * np.float32(0.85**k)) for k in range(int(rng.integers(2, 4)))])


def hack(style: Style, rng: Generator) -> Samples:
    """One burst of air."""
    return _hack(style.pitch * rng.uniform(0.95, 1.08), rng)


def _hack(size: float, rng: Generator) -> Samples:
    ah = formants(((650 * size, 300, 0), (1250 * size, 400, -4), (2600 * size, 800, -10)), 2.0, -28)
    top = 190 * size
    return cry(
        rng.uniform(0.16, 0.24),
        ((0, top), (0.2, 1.2 * top), (1, 0.7 * top)),
        [ah],
        ((0, 0), (0.05, 1), (0.35, 0.4), (1, 0)),
        rng,
        (1.4, 0.1),
    )


def laugh(style: Style, rng: Generator) -> Samples:
    """Ha-ha-ha: voiced breaths at five a second, sinking."""
    child = style.kind == "child"
    size, top = (1.4, 420.0) if child else (1.12, 230.0)
    top *= style.pitch * rng.uniform(0.85, 1.2)
    parts, number = list[tuple[float, Samples]](), int(rng.integers(5, 9))
    for k in range(number):
        lift = 1.15 - 0.4 * k / number
        ha = cry(
            0.12,
            ((0, 1.15 * top * lift), (1, 0.85 * top * lift)),
            [throat(3, size)],
            ((0, 0), (0.25, 1), (0.6, 0.7), (1, 0)),
            rng,
            (0.35, 0.03),
        )
        count = samples_of(0.07)
        breath = noise(count, ((500, -8), (1500, 0), (3500, -4), (10_000, -20)), rng) * curve(
            count, ((0, 0), (0.5, 1), (1, 0))
        )
        parts += [
            (k * 0.2, np.asarray(0.04 * breath, np.float32)),
            (k * 0.2 + 0.05, ha * np.float32(1 - 0.6 * k / number)),
        ]
    return added(parts)


def scream(style: Style, rng: Generator) -> Samples:
    """A high and rough cry."""
    top = 1050 * style.pitch * rng.uniform(0.9, 1.15)
    return cry(
        rng.uniform(1.1, 1.8),
        ((0, 0.7 * top), (0.12, top), (0.7, 1.02 * top), (1, 0.7 * top)),
        [throat(3, 1.25)],
        ((0, 0), (0.06, 1), (0.8, 0.9), (1, 0)),
        rng,
        (0.35, 0.05),
    )


def snore(style: Style, rng: Generator) -> Samples:
    """Air drawn through a loose palate, and let go."""
    size = style.pitch * rng.uniform(0.9, 1.1)
    nose = formants(((280 * size, 150, 0), (750 * size, 300, -6), (2100, 800, -14)), 3.0, -34)
    top = 42 * size
    draw = cry(
        rng.uniform(1.1, 1.5),
        ((0, 0.8 * top), (0.7, 1.15 * top), (1, top)),
        [nose],
        ((0, 0), (0.3, 0.6), (0.8, 1), (1, 0)),
        rng,
        (0.7, 0.12),
    )
    count = samples_of(1.0)
    out = noise(count, ((200, -10), (700, 0), (2000, -6), (7000, -22)), rng) * curve(count, ((0, 0), (0.25, 1), (1, 0)))
    return added([(0, draw), (1.75, np.asarray(0.12 * out, np.float32))])


def breath(style: Style, rng: Generator) -> Samples:
    """In, and out."""
    parts = list[tuple[float, Samples]]()
    for at, seconds, centre, level in ((0, 1.1, 1500, 0.7), (1.4, 1.4, 800, 1.0)):
        count = samples_of(seconds / style.pace)
        sound = noise(count, ((centre / 5, -16), (centre, 0), (3 * centre, -7), (12_000, -26)), rng)
        parts.append(
            (at / style.pace, np.asarray(level * sound * curve(count, ((0, 0), (0.4, 1), (1, 0))), np.float32))
        )
    return added(parts)


def whistle(style: Style, rng: Generator) -> Samples:
    """Somebody who whistles two notes."""
    low = 1150 * style.pitch
    parts = [(0.0, 0.28, low, low * 1.5), (0.36, 0.5, low * 1.5, low * 1.12)]
    made = []
    for at, seconds, begin, end in parts:
        count = samples_of(seconds)
        tone = sine(curve(count, ((0, begin), (0.6, end), (1, end)))) + 0.03 * noise(
            count, ((600, -12), (1500, 0), (4000, -14)), rng
        )
        made.append((at, softened(np.asarray(tone, np.float32), 0.03, 0.06)))
    return added(made)


def hush(style: Style, rng: Generator) -> Samples:
    """Shh."""
    count = samples_of(rng.uniform(0.9, 1.3))
    made = noise(count, ((800, -26), (2200, -3), (3500, 0), (7000, -6), (14_000, -20)), rng)
    return np.asarray(made * curve(count, ((0, 0), (0.2, 1), (0.7, 0.8), (1, 0))), np.float32)


def fart(style: Style, rng: Generator) -> Samples:
    """A low flutter."""
    body = formants(((240, 200, 0), (600, 300, -5), (1400, 700, -14)), 3.0, -34)
    top = 95 * style.pitch * rng.uniform(0.8, 1.3)
    return cry(
        rng.uniform(0.5, 1.0),
        ((0, 0.8 * top), (0.3, 1.2 * top), (1, 0.6 * top)),
        [body],
        ((0, 0), (0.08, 1), (0.8, 0.7), (1, 0)),
        rng,
        (0.3, 0.2),
    )
