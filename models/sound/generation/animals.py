"""Animals: throats whose pitch glides, with formants and noise."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, Style, samples_of
from models.sound.generation.noise import noise
from models.sound.generation.throat import cry
from models.sound.generation.tones import Curve, added, decay, formants, struck
from models.sound.generation.turning import turning


def dog(style: Style, rng: Generator) -> Samples:
    """A bark, now and then two."""
    size = style.pitch * rng.uniform(0.85, 1.15)
    barks = [_bark(size, style, rng) for _ in range(1 if rng.random() < 0.6 else 2)]
    return added([(k * rng.uniform(0.26, 0.36), bark) for k, bark in enumerate(barks)])


def bark(style: Style, rng: Generator) -> Samples:
    """One bark."""
    return _bark(style.pitch * rng.uniform(0.92, 1.08), style, rng)


def _bark(size: float, style: Style, rng: Generator) -> Samples:
    seconds = rng.uniform(0.14, 0.22) / size**0.5
    top = 470 * size * rng.uniform(0.92, 1.08)
    throat = formants(
        ((650 * size, 300, 0), (1150 * size, 320, -5), (2300 * size, 500, -22), (3600, 900, -30)), 3.0, -42
    )
    shut = formants(((480 * size, 260, 0), (900 * size, 300, -9), (2200 * size, 600, -28)), 5.0, -46)
    loud = ((0, 0.0), (0.06, 0.8), (0.2, 1.0), (0.5, 0.75), (0.75, 0.25), (1, 0.0))
    pitch = ((0, 0.62 * top), (0.18, top), (0.45, 0.92 * top), (1, 0.5 * top))
    return cry(seconds, pitch, [shut, throat, throat, shut, shut], loud, rng, (0.25, 0.05))


def rooster(style: Style, rng: Generator) -> Samples:
    """Cock-a-doodle-doo: three short cries and a long one that sinks."""
    top = 780 * style.pitch * rng.uniform(0.9, 1.12)
    plan = (
        (rng.uniform(0.2, 0.26), (0.55, 0.8, 0.7), 0.6),
        (rng.uniform(0.13, 0.18), (0.85, 1.0, 0.9), 0.8),
        (rng.uniform(0.26, 0.34), (0.95, 1.08, 0.9), 1.0),
        (rng.uniform(0.8, 1.25), (0.85, 1.0, 0.6), 0.95),
    )
    at, parts = 0.0, list[tuple[float, Samples]]()
    for seconds, (begin, middle, end), level in plan:
        parts.append((at, level * _crow(seconds, top * begin, top * middle, top * end, rng)))
        at += seconds + rng.uniform(0.01, 0.05)
    return added(parts)


def _crow(seconds: float, begin: float, middle: float, end: float, rng: Generator) -> Samples:
    throat = formants(((900, 500, 0), (1600, 500, 3), (2500, 700, -8), (3800, 900, -16)), 3.0, -40)
    loud = ((0, 0.0), (0.1, 0.9), (0.3, 1.0), (0.75, 0.8), (1, 0.0))
    pitch = ((0, begin), (0.25, middle), (0.6, 0.97 * middle), (1, end))
    return cry(seconds, pitch, [throat], loud, rng, (0.12, 0.012))


def howl(style: Style, rng: Generator) -> Samples:
    """A wolf."""
    top = 520 * style.pitch * rng.uniform(0.85, 1.15)
    throat = formants(((520, 260, 0), (1000, 300, -10), (2400, 600, -26)), 5.0, -48)
    pitch = ((0, 0.6 * top), (0.18, top), (0.6, 0.96 * top), (0.85, 0.8 * top), (1, 0.6 * top))
    return cry(rng.uniform(2.4, 3.6), pitch, [throat], ((0, 0), (0.15, 1), (0.7, 0.8), (1, 0)), rng, (0.05, 0.004))


def cat(style: Style, rng: Generator) -> Samples:
    """Me-ow: the mouth opens and closes."""
    top = 640 * style.pitch * rng.uniform(0.85, 1.2)
    shut = formants(((600, 200, 0), (2400, 400, -8), (3600, 700, -18)), 3.0, -42)
    wide = formants(((1000, 250, 0), (1900, 350, -3), (3400, 600, -12)), 2.0, -40)
    close = formants(((600, 220, 0), (1000, 300, -8), (3000, 700, -24)), 4.0, -44)
    pitch = ((0, 0.75 * top), (0.3, top), (0.6, 0.95 * top), (1, 0.6 * top))
    loud = ((0, 0), (0.12, 0.5), (0.4, 1), (0.8, 0.5), (1, 0))
    return cry(rng.uniform(0.6, 1.0) / style.pace**0.5, pitch, [shut, wide, wide, close], loud, rng, (0.06, 0.008))


def purr(style: Style, rng: Generator) -> Iterator[Grain]:
    """Pulses at some 25 hertz that sound in turns as it breathes in and out."""
    body = formants(((180, 120, 0), (420, 200, -6), (1100, 500, -18)), 4.0, -40)
    hertz, breath = rng.uniform(23, 28) * style.pitch, rng.uniform(0.32, 0.45) * style.pace

    def wave(turn: NDArray[np.float64]) -> Samples:
        place, when = turn % 1.0, turn / hertz
        loud = 0.55 + 0.45 * np.sin(2 * np.pi * breath * when)
        hiss = rng.standard_normal(len(turn), dtype=np.float32)
        return np.asarray(loud * np.exp(-place * 6) * (1 + 0.7 * hiss), np.float32)

    return turning(lambda s: np.full(np.shape(s), hertz), wave, body)


def cow(style: Style, rng: Generator) -> Samples:
    """Moo."""
    top = 165 * style.pitch * rng.uniform(0.9, 1.15)
    shut = formants(((260, 120, 0), (900, 300, -16), (2300, 600, -30)), 5.0, -46)
    wide = formants(((520, 180, 0), (950, 260, -4), (2400, 600, -18)), 3.0, -42)
    pitch = ((0, 0.8 * top), (0.3, top), (0.75, 0.97 * top), (1, 0.7 * top))
    loud = ((0, 0), (0.15, 0.6), (0.5, 1), (0.85, 0.7), (1, 0))
    return cry(rng.uniform(1.5, 2.3), pitch, [shut, wide, wide, wide], loud, rng, (0.08, 0.015))


def sheep(style: Style, rng: Generator) -> Samples:
    """Baa: a voice that trembles."""
    top, seconds = 320 * style.pitch * rng.uniform(0.8, 1.25), rng.uniform(0.8, 1.2)
    throat = formants(((700, 250, 0), (1500, 350, -4), (2700, 500, -10)), 2.0, -38)
    made = cry(seconds, ((0, top), (0.3, 1.05 * top), (1, 0.85 * top)), [throat], _SWELL, rng, (0.15, 0.03))
    time = np.arange(len(made)) / RATE
    return np.asarray(made * (0.65 + 0.35 * np.sin(2 * np.pi * rng.uniform(7, 9) * time)), np.float32)


def pig(style: Style, rng: Generator) -> Samples:
    """Grunts."""
    return added([(0.3 * k, grunt(style, rng)) for k in range(3)])


def grunt(style: Style, rng: Generator) -> Samples:
    """One grunt."""
    throat = formants(((350, 200, 0), (900, 400, -4), (2200, 700, -12)), 2.0, -34)
    top = 85 * style.pitch
    return cry(rng.uniform(0.12, 0.25), ((0, top), (1, 0.8 * top)), [throat], _SWELL, rng, (0.5, 0.15))


def horse(style: Style, rng: Generator) -> Samples:
    """A neigh: high, shaking, and sinking."""
    top = 1150 * style.pitch * rng.uniform(0.9, 1.1)
    throat = formants(((900, 400, 0), (1700, 500, -2), (2900, 700, -8)), 2.0, -38)
    pitch = ((0, 0.6 * top), (0.1, top), (0.5, 0.75 * top), (1, 0.3 * top))
    made = cry(rng.uniform(1.3, 1.8), pitch, [throat], _SWELL, rng, (0.3, 0.04))
    time = np.arange(len(made)) / RATE
    return np.asarray(made * (0.6 + 0.4 * np.sin(2 * np.pi * 11 * time)), np.float32)


def roar(style: Style, rng: Generator) -> Samples:
    """A large throat, rough and low: lions, bears, dragons."""
    size = style.pitch * rng.uniform(0.85, 1.1)
    wide = formants(((420 * size, 250, 0), (850 * size, 350, -3), (2000 * size, 800, -14)), 3.0, -36)
    shut = formants(((260 * size, 180, 0), (700 * size, 350, -8), (1700, 800, -22)), 4.0, -40)
    top = 95 * size
    pitch = ((0, 0.8 * top), (0.25, 1.3 * top), (1, 0.6 * top))
    return cry(rng.uniform(1.8, 2.6), pitch, [shut, wide, wide, shut], _SWELL, rng, (0.9, 0.22))


def duck(style: Style, rng: Generator) -> Samples:
    """Quacks."""
    quacks = [quack(style, rng) for _ in range(int(rng.integers(2, 5)))]
    return added([(0.27 * k, one * np.float32(0.9**k)) for k, one in enumerate(quacks)])


def quack(style: Style, rng: Generator) -> Samples:
    """One quack."""
    throat = formants(((900, 250, 0), (1700, 350, 2), (2800, 500, -4)), 1.0, -34)
    top = 230 * style.pitch * rng.uniform(0.9, 1.1)
    return cry(0.17, ((0, 0.9 * top), (0.3, top), (1, 0.75 * top)), [throat], _SWELL, rng, (0.2, 0.06))


def donkey(style: Style, rng: Generator) -> Samples:
    """Hee-haw, three times."""
    throat = formants(((700, 300, 0), (1400, 400, -2), (2500, 600, -8)), 2.0, -36)
    parts = list[tuple[float, Samples]]()
    for k in range(3):
        hee = cry(0.35, ((0, 600 * style.pitch), (1, 760 * style.pitch)), [throat], _SWELL, rng, (0.5, 0.04))
        haw = cry(0.5, ((0, 260 * style.pitch), (1, 190 * style.pitch)), [throat], _SWELL, rng, (0.3, 0.06))
        parts += [(1.0 * k, 0.6 * hee), (1.0 * k + 0.42, haw)]
    return added(parts)


def hens(style: Style, rng: Generator) -> Samples:
    """Clucks, and now and then a longer one."""
    parts, at = list[tuple[float, Samples]](), 0.0
    for k in range(int(rng.integers(3, 7))):
        made = _cluck(480 * style.pitch * 1.5, 0.4, rng) if k == 4 else cluck(style, rng)
        parts.append((at, made))
        at += len(made) / RATE + rng.uniform(0.12, 0.35)
    return added(parts)


def cluck(style: Style, rng: Generator) -> Samples:
    """One cluck."""
    return _cluck(480 * style.pitch, rng.uniform(0.06, 0.11), rng)


def _cluck(top: float, seconds: float, rng: Generator) -> Samples:
    throat = formants(((800, 300, 0), (1500, 400, 0), (2600, 600, -8)), 2.0, -38)
    top *= rng.uniform(0.85, 1.15)
    return cry(seconds, ((0, top), (0.4, 1.2 * top), (1, 0.8 * top)), [throat], _SWELL, rng, (0.15, 0.03))


_SWELL: Curve = ((0, 0), (0.1, 0.8), (0.35, 1), (0.75, 0.7), (1, 0))


def gallop(style: Style, rng: Generator) -> Samples:
    """Three beats of hooves and a pause."""
    return added([(at / style.pace, level * hoof(style, rng)) for at, level in ((0, 0.8), (0.12, 0.7), (0.23, 1.0))])


def trot(style: Style, rng: Generator) -> Samples:
    """Two beats of hooves, alike."""
    return added([(at / style.pace, hoof(style, rng)) for at in (0, 0.27)])


def hoof(style: Style, rng: Generator) -> Samples:
    """A hoof on the ground, or with `kind` "stone" on cobbles."""
    if style.kind == "stone":
        lift = rng.uniform(0.9, 1.15) * style.pitch
        return struck([(680 * lift, 1, 0.02), (1450 * lift, 0.7, 0.012), (2900 * lift, 0.4, 0.006)], 0.1, rng)
    thud = struck([(95 * rng.uniform(0.9, 1.1), 1, 0.04), (210, 0.5, 0.02)], 0.16, rng)
    dirt = noise(samples_of(0.08), ((150, -6), (700, 0), (3000, -12), (9000, -26)), rng)
    return added([(0, thud), (0, 0.25 * dirt * decay(len(dirt), 0.015))])
