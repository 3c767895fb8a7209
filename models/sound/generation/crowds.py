"""Many people: murmur, applause, cheering, children."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import Grain, Style, samples_of
from models.sound.generation.noise import Colour, bed, noise, wander
from models.sound.generation.streams import beside, dotted
from models.sound.generation.throat import cry
from models.sound.generation.tones import added, decay, formants, softened

VOWELS: tuple[tuple[float, float, float], ...] = (
    (300, 2250, 2950), (420, 2000, 2550), (560, 1800, 2500), (720, 1250, 2500), (560, 880, 2400), (330, 900, 2250),
)  # fmt: skip
"""The formants of i, e, ɛ, a, o, u of a man, in hertz."""


PHRASES = 8
"""How many things one of them says or shouts before one comes again."""


def throat(vowel: int, size: float) -> Colour:
    """The spectrum of a vowel; `size` is 1 for a man, 1.17 for a woman, 1.35 for a child."""
    one, two, three = (round(f * size, -1) for f in VOWELS[vowel])
    return formants(((one, 90 * size, 0), (two, 120 * size, -7), (three, 180 * size, -13)), 3.0, -40)


def murmur(style: Style, rng: Generator) -> Iterator[Grain]:
    """People who talk, no word of whom can be made out."""
    talkers = 3 if style.force < -0.2 else 5 if style.force <= 0.3 else 8
    if style.kind == "one":
        return _talker(style, rng, 0.5)
    hall = bed(
        ((80, -12), (250, -2), (500, 0), (1200, -8), (3500, -22), (9000, -44)), rng, lambda s: np.full_like(s, 0.25)
    )
    return beside(hall, *(_talker(style, rng, place) for place in np.linspace(0.08, 0.92, talkers)))


def _talker(style: Style, rng: Generator, place: float) -> Iterator[Grain]:
    size = float(rng.choice((1.0, 1.0, 1.17, 1.17))) * (1.3 if style.kind == "children" else 1.0)
    base = {True: 112.0, False: 195.0}[size < 1.1] * rng.uniform(0.85, 1.15) * style.pitch * (1.4 if size > 1.25 else 1)
    sides = (np.sqrt([[1 - place, place]]) * rng.uniform(0.4, 1.0)).astype(np.float32)
    at, said = samples_of(rng.uniform(0, 0.8)), list[Samples]()
    while True:
        if len(said) < PHRASES:
            said.append(_phrase(base, size, style, rng))
        phrase = said[-1] if len(said) < PHRASES else said[int(rng.integers(PHRASES))]
        yield Grain(at, phrase[:, None] * sides)
        at += len(phrase) + samples_of(rng.uniform(0.15, 0.9))


def _phrase(base: float, size: float, style: Style, rng: Generator) -> Samples:
    """Some syllables: a vowel each, and hisses and stops between them."""
    parts, at = list[tuple[float, Samples]](), 0.0
    number = int(rng.integers(4, 11))
    for k in range(number):
        seconds = rng.uniform(0.1, 0.22) / style.pace
        top = base * (1.15 - 0.3 * k / number) * rng.uniform(0.92, 1.12)
        first, second = rng.integers(0, len(VOWELS), 2)
        voice = cry(
            seconds,
            ((0, top), (1, top * rng.uniform(0.9, 1.08))),
            [throat(first, size), throat(second, size)],
            _SYLLABLE,
            rng,
            (0.04, 0.012),
        )
        parts.append((at, voice * np.float32(rng.uniform(0.5, 1.0))))
        if rng.random() < 0.45:
            count = samples_of(rng.uniform(0.04, 0.1))
            hiss = noise(count, ((1500, -18), (4500, 0), (8000, -3), (14_000, -18)), rng)
            parts.append((at + seconds * 0.9, softened(hiss * np.float32(rng.uniform(0.02, 0.08)), 0.01, 0.02)))
        at += seconds + rng.uniform(0.0, 0.07)
    return added(parts)


_SYLLABLE = ((0, 0), (0.2, 1), (0.6, 0.9), (1, 0.0))


def applause(style: Style, rng: Generator) -> Iterator[Grain]:
    """Hands of many people, each with a sound of its own."""
    kernels = [_clap(rng, style.pitch) for _ in range(16)]
    many = 260 * 2.5**style.force if style.kind != "few" else 30
    far = bed(
        ((200, -18), (700, -4), (1500, 0), (3500, -5), (9000, -22)), rng, lambda s: np.full_like(s, 0.35 * (many > 60))
    )
    return beside(far, dotted(many, kernels, rng, 1.0, spread=0.5))


def clap(style: Style, rng: Generator) -> Samples:
    """One pair of hands."""
    return _clap(rng, style.pitch)


def _clap(rng: Generator, pitch: float) -> Samples:
    count, centre = samples_of(0.05), 1150 * pitch * 2 ** rng.uniform(-0.5, 0.6)
    burst = noise(count, ((centre / 6, -20), (centre, 0), (centre * 2.5, -6), (16_000, -22)), rng)
    return softened(burst * decay(count, rng.uniform(0.005, 0.011)), 0.0003, 0.01)


def cheering(style: Style, rng: Generator) -> Iterator[Grain]:
    """A crowd that shouts, whistles and claps."""
    way = wander(rng, 2.5, 0.3)
    roar = bed(((150, -14), (450, -2), (900, 0), (1800, -3), (3500, -12), (9000, -30)), rng, lambda s: np.exp(way(s)))
    return beside(roar, *(_shouter(style, rng, place) for place in np.linspace(0.1, 0.9, 4)), applause(style, rng))


def _shouter(style: Style, rng: Generator, place: float) -> Iterator[Grain]:
    sides = (np.sqrt([[1 - place, place]]) * rng.uniform(0.2, 0.5)).astype(np.float32)
    at, made = samples_of(rng.uniform(0, 1.5)), list[Samples]()
    while True:
        top = rng.uniform(280, 620) * style.pitch
        if len(made) < PHRASES:
            vowels = [throat(3, 1.15), throat(int(rng.integers(3, 6)), 1.15)]
            pitch = ((0, 0.8 * top), (0.3, 1.1 * top), (1, 0.9 * top))
            made.append(
                cry(rng.uniform(0.5, 1.3), pitch, vowels, ((0, 0), (0.15, 1), (0.7, 0.9), (1, 0)), rng, (0.3, 0.02))
            )
        sound = made[int(rng.integers(len(made)))]
        yield Grain(at, sound[:, None] * sides)
        at += len(sound) + samples_of(rng.uniform(0.2, 1.8))
