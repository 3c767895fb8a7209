"""Birds: whistles whose pitch glides, wavers and is repeated."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, Style, samples_of
from models.sound.generation.noise import noise
from models.sound.generation.streams import beside
from models.sound.generation.throat import cry
from models.sound.generation.tones import added, curve, decay, formants, harmonics, softened, struck

Song = Callable[[Generator], Samples]


def birds(style: Style, rng: Generator) -> Iterator[Grain]:
    """Several singers, each with a few phrases of its own and a place of its own."""
    singers = 2 if style.force < -0.2 else 4 if style.force <= 0.3 else 7
    return beside(*(_singer(style, rng) for _ in range(singers)))


def _singer(style: Style, rng: Generator) -> Iterator[Grain]:
    base, side, far = 3400 * style.pitch * 2 ** rng.uniform(-0.5, 0.7), rng.uniform(0.1, 0.9), rng.uniform(0.35, 1.0)
    phrases = [_phrase(base, rng) for _ in range(3)]
    sides = (np.sqrt([[1 - side, side]]) * far).astype(np.float32)
    at = samples_of(rng.uniform(0.0, 1.2))
    while True:
        phrase = phrases[int(rng.integers(len(phrases)))]
        yield Grain(at, phrase[:, None] * sides)
        at += len(phrase) + samples_of(rng.uniform(0.4, 2.4) / style.pace)


def bird(style: Style, rng: Generator) -> Samples:
    """One bird's phrase."""
    return _phrase(3400 * style.pitch * 2 ** rng.uniform(-0.4, 0.5), rng)


def _phrase(base: float, rng: Generator) -> Samples:
    """A motif of one or two notes, repeated, or a trill."""
    if rng.random() < 0.3:
        note = _note(base * rng.uniform(0.9, 1.3), rng.uniform(0.03, 0.05), rng.uniform(-0.3, 0.3), 0.0, rng)
        return added([(k * rng.uniform(0.06, 0.064), note) for k in range(int(rng.integers(8, 16)))])
    parts, at = list[tuple[float, Samples]](), 0.0
    motif = [
        (base * 2 ** rng.uniform(-0.5, 0.5), rng.uniform(0.06, 0.22), rng.uniform(-0.6, 0.6))
        for _ in range(int(rng.integers(1, 4)))
    ]
    for hertz, seconds, slide in motif * int(rng.integers(1, 4)):
        parts.append((at, _note(hertz, seconds, slide, rng.choice((0.0, 0.0, 0.05)), rng)))
        at += seconds + rng.uniform(0.02, 0.09)
    return added(parts)


def _note(hertz: float, seconds: float, slide: float, waver: float, rng: Generator) -> Samples:
    count = samples_of(seconds)
    way = hertz * 2 ** curve(count, ((0, -slide / 2), (0.4, 0.1), (1, slide / 2)))
    way *= 1 + waver * np.sin(2 * np.pi * rng.uniform(25, 40) * np.arange(count) / RATE)
    return softened(harmonics(way, (0, -22, -32)), min(0.02, seconds / 4), seconds / 2)


def owl(style: Style, rng: Generator) -> Samples:
    """Hoo, hu-hu hooo."""
    parts = list[tuple[float, Samples]]()
    for at, seconds in ((0, 0.55), (1.0, 0.13), (1.22, 0.13), (1.42, 0.8)):
        count = samples_of(seconds)
        pitch = 390 * style.pitch * curve(count, ((0, 0.94), (0.25, 1), (1, 0.93)))
        pitch *= 1 + 0.012 * np.sin(2 * np.pi * 13 * np.arange(count) / RATE)
        tone = harmonics(pitch, (0, -26, -24)) + 0.03 * noise(count, ((200, -6), (450, 0), (1200, -20)), rng)
        parts.append((at, softened(tone, 0.07, 0.12)))
    return added(parts)


def cuckoo(style: Style, rng: Generator) -> Samples:
    """A falling third."""
    low = 520 * style.pitch
    return added(
        [
            (at, softened(harmonics(np.full(samples_of(s), f), (0, -24, -34)), 0.03, 0.12))
            for at, s, f in ((0, 0.2, low * 1.22), (0.36, 0.34, low))
        ]
    )


def crow(style: Style, rng: Generator) -> Samples:
    """Caw."""
    return added([(0.55 * k, caw(style, rng)) for k in range(int(rng.integers(1, 4)))])


def caw(style: Style, rng: Generator) -> Samples:
    """Once."""
    throat = formants(((1100, 400, 0), (1700, 500, 0), (2900, 700, -6)), 2.0, -32)
    top = 420 * style.pitch * rng.uniform(0.9, 1.1)
    return cry(rng.uniform(0.3, 0.42), ((0, top), (0.3, 1.1 * top), (1, 0.75 * top)), [throat], _CALL, rng, (0.8, 0.1))


def gull(style: Style, rng: Generator) -> Samples:
    """A long cry and short ones after it."""
    parts, at = list[tuple[float, Samples]](), 0.0
    top = 950 * style.pitch * rng.uniform(0.85, 1.1)
    for k in range(int(rng.integers(2, 6))):
        seconds = rng.uniform(0.45, 0.7) if k == 0 else rng.uniform(0.18, 0.28)
        parts.append((at, _scream(seconds, top, rng)))
        at += seconds + rng.uniform(0.05, 0.12)
    return added(parts)


def gull_cry(style: Style, rng: Generator) -> Samples:
    """The long cry alone."""
    return _scream(rng.uniform(0.45, 0.7), 950 * style.pitch * rng.uniform(0.85, 1.1), rng)


def _scream(seconds: float, top: float, rng: Generator) -> Samples:
    throat = formants(((1300, 500, 0), (2300, 600, 0), (3700, 800, -8)), 1.0, -36)
    return cry(seconds, ((0, 0.7 * top), (0.25, 1.15 * top), (1, 0.75 * top)), [throat], _CALL, rng, (0.1, 0.02))


def dove(style: Style, rng: Generator) -> Samples:
    """Coo, three times."""
    pitch = 430 * style.pitch
    plan = ((0, 0.3, 1.0), (0.42, 0.55, 1.08), (1.1, 0.35, 0.96))
    coos = []
    for at, seconds, lift in plan:
        hertz = pitch * lift * curve(samples_of(seconds), ((0, 0.95), (0.4, 1.04), (1, 0.96)))
        coos.append((at, softened(harmonics(hertz, (0, -20, -30)), 0.06, 0.15)))
    return added(coos)


def woodpecker(style: Style, rng: Generator) -> Samples:
    """A roll on hollow wood."""
    wood = struck([(820 * style.pitch, 1, 0.012), (1750 * style.pitch, 0.6, 0.008), (3100, 0.3, 0.004)], 0.06, rng)
    return added([(k / 19, wood * np.float32(np.sin(np.pi * (k + 2) / 20))) for k in range(int(rng.integers(12, 18)))])


def wings(style: Style, rng: Generator) -> Samples:
    """A bird that takes off."""
    flap = noise(samples_of(0.09), ((150, -4), (600, 0), (2500, -8), (9000, -22)), rng)
    flap = softened(flap * decay(len(flap), 0.03), 0.01, 0.02)
    return added([(0.11 * k, flap * np.float32(0.93**k)) for k in range(12)])


_CALL = ((0, 0), (0.1, 0.9), (0.5, 1), (1, 0))
