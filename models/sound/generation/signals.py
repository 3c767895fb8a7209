"""What is made to be heard: bells, telephones, sirens, alarms, horns, tones."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, Style, samples_of
from models.sound.generation.noise import BROWN, PINK, WHITE, bed, filtered, noise
from models.sound.generation.streams import parts
from models.sound.generation.tones import added, curve, formants, harmonics, saw, sine, softened, struck

CHURCH = (
    (0.5, 0.6, 1.0), (1.0, 0.8, 0.55), (1.002, 0.4, 0.5), (1.19, 0.9, 0.4), (1.5, 0.35, 0.3), (2.0, 1.0, 0.28),
    (2.51, 0.4, 0.18), (2.66, 0.4, 0.16), (3.01, 0.3, 0.13), (4.1, 0.25, 0.09), (5.43, 0.15, 0.06),
)  # fmt: skip
"""A bell's hum, prime, tierce, quint, nominal and above: share of the pitch, amplitude, share of the decay."""


def bell(style: Style, rng: Generator) -> Samples:
    """One stroke of a church bell, its partials not harmonic (after Risset)."""
    hertz, lasting = 330 * style.pitch * rng.uniform(0.85, 1.15), 3.6 / style.pitch**0.5
    ring = struck([(hertz * f, a, lasting * d) for f, a, d in CHURCH], lasting * 1.5, rng)
    clapper = noise(samples_of(0.03), ((300, -6), (1500, 0), (6000, -10)), rng)
    return softened(added([(0, ring), (0, 0.3 * softened(clapper, 0.001, 0.025))]), 0.001, 1.0)


def strike(style: Style, rng: Generator) -> Samples:
    """A clock that strikes the hour, one stroke."""
    hertz = 520 * style.pitch
    return softened(struck([(hertz * f, a, 1.5 * d) for f, a, d in CHURCH], 1.9, rng), 0.001, 0.4)


def small_bell(style: Style, rng: Generator) -> Samples:
    """A hand bell, a bicycle's or a door's: two quick strokes."""
    hertz = 1900 * style.pitch * rng.uniform(0.9, 1.1)
    ring = struck(
        [(hertz, 1, 0.5), (hertz * 1.003, 0.6, 0.45), (hertz * 2.7, 0.6, 0.2), (hertz * 5.2, 0.3, 0.08)], 1.1, rng
    )
    return added([(0, ring), (0.14, 0.9 * ring)])


def doorbell(style: Style, rng: Generator) -> Samples:
    """Ding, dong."""
    low = 523 * style.pitch
    return added(
        [
            (at, struck([(f, 1, 0.5), (2 * f, 0.25, 0.3), (3.99 * f, 0.2, 0.15), (10.1 * f, 0.08, 0.04)], 1.6, rng))
            for at, f in ((0, low * 1.26), (0.55, low))
        ]
    )


def jingle_bells(style: Style, rng: Generator) -> Samples:
    """Sleigh bells, or wind chimes with `kind` "chimes"."""
    made = list[tuple[float, Samples]]()
    base = 1050.0 if style.kind == "chimes" else 4200.0
    for _ in range(7):
        hertz = base * style.pitch * float(rng.choice((1, 9 / 8, 5 / 4, 3 / 2, 5 / 3, 2)))
        seconds = 1.8 if style.kind == "chimes" else 0.25
        made.append(
            (
                rng.uniform(0, 1.2),
                rng.uniform(0.3, 1.0)
                * struck([(hertz, 1, seconds / 3), (2.76 * hertz, 0.4, seconds / 7)], seconds, rng),
            )
        )
    return added(made)


def telephone(style: Style, rng: Generator) -> Samples:
    """Two bells and a clapper for two seconds; with `kind` "mobile", a melody of beeps."""
    if style.kind == "mobile":
        notes = rng.choice((1047, 1319, 1568, 2093), 6)
        return added(
            [
                (
                    0.16 * k,
                    0.8 * softened(harmonics(np.full(samples_of(0.13), f * style.pitch), (0, -12, -18)), 0.005, 0.05),
                )
                for k, f in enumerate(notes)
            ]
        )
    ring = [
        struck([(f * style.pitch, 1, 0.12), (2.71 * f, 0.5, 0.08), (4.4 * f, 0.3, 0.04)], 0.3, rng)
        for f in (1180.0, 1390.0)
    ]
    return added([(k / 22, ring[k % 2]) for k in range(40)])


def siren(style: Style, rng: Generator) -> Iterator[Grain]:
    """Wailing up and down; with `kind` "two" two tones in turns, with "raid" slow."""
    period = {"two": 1.3, "raid": 8.0}.get(style.kind, 3.2) / style.pace
    low, high = {"two": (440.0, 585.0), "raid": (240.0, 460.0)}.get(style.kind, (560.0, 1350.0))
    done, begun, lift = 0.0, rng.uniform(0, 1), style.pitch * rng.uniform(0.93, 1.07)

    def make(at: int, size: int) -> Samples:
        nonlocal done
        share = (np.arange(at, at + size) / RATE / period + begun) % 1.0
        way = (share > 0.5).astype(float) if style.kind == "two" else 0.5 - 0.5 * np.cos(2 * np.pi * share)
        gone = done + np.cumsum(lift * low * (high / low) ** way) / RATE
        done = float(gone[-1] % 1.0)
        return np.asarray(sum(np.sin(2 * np.pi * k * gone) / k**1.2 for k in (1, 2, 3, 4, 5)), np.float32)

    return parts(make)


def alarm(style: Style, rng: Generator) -> Samples:
    """Four beeps of an alarm clock."""
    hertz = np.full(samples_of(0.075), 2050 * style.pitch)
    beep = softened(harmonics(hertz, (0, -30, -8, -34, -14)), 0.002, 0.004)
    return added([(0.125 * k / style.pace, beep) for k in range(4)])


def fire_alarm(style: Style, rng: Generator) -> Samples:
    """Three long beeps of a smoke detector."""
    beep = softened(harmonics(np.full(samples_of(0.5), 3100 * style.pitch), (0, -24, -20)), 0.003, 0.006)
    return added([(1.0 * k, beep) for k in range(3)])


def beep(style: Style, rng: Generator) -> Samples:
    """One."""
    return softened(harmonics(np.full(samples_of(0.18 / style.pace), 1000 * style.pitch), (0, -30)), 0.004, 0.008)


def buzzer(style: Style, rng: Generator) -> Samples:
    """A wrong answer."""
    return softened(
        filtered(saw(np.full(samples_of(0.9), 116 * style.pitch)), ((80, 0), (1500, -3), (6000, -24))), 0.005, 0.02
    )


def tone(style: Style, rng: Generator) -> Iterator[Grain]:
    """A sine of `kind` hertz; 440 if it says none."""
    hertz = float(style.kind or 440.0) * style.pitch

    def make(at: int, size: int) -> Samples:
        return np.asarray(
            np.sin(2 * np.pi * ((np.arange(at, at + size, dtype=np.float64) * hertz / RATE) % 1.0)), np.float32
        )

    return parts(make)


def noises(style: Style, rng: Generator) -> Iterator[Grain]:
    """White, pink or brown noise, as `kind` says."""
    return bed({"pink": PINK, "brown": BROWN}.get(style.kind, WHITE), rng)


def foghorn(style: Style, rng: Generator) -> Samples:
    """A ship's horn."""
    count = samples_of(rng.uniform(2.4, 3.2))
    hertz = 98 * style.pitch * curve(count, ((0, 0.96), (0.08, 1), (0.93, 1), (1, 0.94)))
    horn = filtered(
        saw(hertz) + saw(hertz * 1.503), formants(((180, 120, 0), (420, 250, -2), (900, 500, -8)), 3.0, -34)
    )
    return softened(horn, 0.2, 0.4)


def car_horn(style: Style, rng: Generator) -> Samples:
    """Two horns together."""
    count = samples_of(rng.uniform(0.4, 0.9))
    horn = sum(saw(np.full(count, f * style.pitch)) for f in (415.0, 494.0))
    return softened(
        filtered(np.asarray(horn, np.float32), ((150, -10), (500, 0), (2500, -2), (5000, -14), (12_000, -34))),
        0.012,
        0.03,
    )


def train_whistle(style: Style, rng: Generator) -> Samples:
    """Steam through several pipes."""
    count = samples_of(rng.uniform(1.4, 2.2))
    rise = curve(count, ((0, 0.9), (0.1, 1), (0.85, 1), (1, 0.88)))
    pipes = sum(harmonics(f * style.pitch * rise, (0, -14, -20, -28)) for f in (440.0, 554.0, 659.0, 831.0))
    steam = noise(count, ((400, -12), (1500, 0), (5000, -4), (14_000, -18)), rng)
    return softened(np.asarray(pipes + 0.5 * steam, np.float32), 0.08, 0.25)


def referee(style: Style, rng: Generator) -> Samples:
    """A whistle with a pea in it."""
    count = samples_of(rng.uniform(0.4, 0.8))
    trill = 2900 * style.pitch * (1 + 0.035 * np.sign(np.sin(2 * np.pi * 38 * np.arange(count) / RATE)))
    return softened(sine(trill) + 0.15 * noise(count, ((1500, -12), (3500, 0), (9000, -14)), rng), 0.02, 0.05)


def gong(style: Style, rng: Generator) -> Samples:
    """A large plate: many partials, the high ones coming later."""
    partials = [(95 * style.pitch * k ** rng.uniform(1.2, 1.3), 1 / k**0.6, 2.6 / k**0.5) for k in range(1, 26)]
    return softened(struck(partials, 4.5, rng), 0.03, 1.2)


def ding(style: Style, rng: Generator) -> Samples:
    """A notification: two rising notes."""
    low = 880 * style.pitch
    return added(
        [
            (at, struck([(f, 1, 0.25), (2 * f, 0.2, 0.12), (3 * f, 0.1, 0.06)], 0.8, rng))
            for at, f in ((0, low), (0.12, low * 1.5))
        ]
    )


def singing_bowl(style: Style, rng: Generator) -> Samples:
    """A bowl that is struck softly: few partials, each a pair a little apart, so that they beat, and a long ring."""
    hertz = 210 * style.pitch * rng.uniform(0.9, 1.1)
    pairs = ((1.0, 1.0, 3.2), (2.72, 0.5, 2.0), (5.15, 0.2, 1.0), (8.1, 0.06, 0.5))
    partials = [(hertz * f + off, a, d) for f, a, d in pairs for off in (-0.7 * f**0.5, 0.7 * f**0.5)]
    return softened(struck(partials, 7.0, rng), 0.012, 1.5)


def rimshot(style: Style, rng: Generator) -> Samples:
    """Two drums and a cymbal, as behind a joke."""
    low, high = (struck([(f, 1, 0.12), (1.6 * f, 0.5, 0.06)], 0.4, rng) for f in (130 * style.pitch, 185 * style.pitch))
    count = samples_of(1.4)
    cymbal = noise(count, ((1500, -24), (5000, -2), (9000, 0), (16_000, -8)), rng) * np.exp(
        -np.arange(count) / RATE / 0.4
    )
    return added([(0.0, high), (0.2 / style.pace, low), (0.45 / style.pace, 0.35 * softened(cymbal, 0.001, 0.3))])
