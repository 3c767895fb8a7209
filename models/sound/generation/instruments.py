"""Instruments, each by what it is: struck and plucked strings, pipes, reeds, bows, bars and skins."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import RATE, samples_of
from models.sound.generation.noise import filtered, noise
from models.sound.generation.tones import added, curve, decay, even, harmonics, saw, sine, softened, struck

Play: TypeAlias = Callable[[float, float, float, Generator], Samples]
"""A note of so many hertz, for so many seconds, as hard as 0 to 1: shape (n,), which may ring on."""


def piano(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """Partials a little too wide (stiff strings), the high ones shorter and softer, and the felt of the hammer."""
    partials = []
    for k in range(1, 14):
        stretched = hertz * k * (1 + 0.0004 * k * k) ** 0.5
        level = k**-1.1 * (0.35 + 0.65 * hard) ** (0.45 * k) * abs(np.sin(np.pi * k / 7.3))
        partials.append((stretched, level, 2.2 * (220 / hertz) ** 0.6 / (1 + 0.35 * k)))
    ring = struck(partials, min(seconds + 0.5, 4.0), rng)
    felt = noise(samples_of(0.02), ((80, -3), (400, 0), (2500, -16)), rng) * np.float32(0.08 * hard)
    return _damped(added([(0, ring), (0, softened(felt, 0.002, 0.01))]), seconds, 0.3)


def guitar(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """A plucked string (Karplus and Strong)."""
    return _damped(_string(hertz, min(seconds + 0.6, 3.0), 0.55 + 0.4 * hard, rng), seconds, 0.25)


def harp(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """A plucked string that rings on."""
    return softened(_string(hertz, 2.6, 0.35 + 0.3 * hard, rng), 0.002, 1.0)


def bass(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """A thick string, and its fundamental."""
    count = samples_of(seconds + 0.2)
    low = sine(np.full(count, hertz)) * decay(count, 0.9)
    return _damped(added([(0, 0.8 * low), (0, 0.5 * _string(hertz, seconds + 0.2, 0.3, rng))]), seconds, 0.1)


def _string(hertz: float, seconds: float, bright: float, rng: Generator) -> Samples:
    """Noise that goes round and round in a loop as long as the string, and loses its heights."""
    size, count = max(8, round(RATE / hertz - 0.5)), samples_of(seconds)
    turn = rng.uniform(-1, 1, size).astype(np.float32)
    for _ in range(round(4 * (1 - bright))):
        turn = 0.5 * (turn + np.roll(turn, 1))
    turn -= turn.mean()
    loss = np.float32(0.5 * 0.001 ** (1 / (hertz * 4.0)))
    made = np.empty((-(-count // size), size), np.float32)
    for k in range(len(made)):
        made[k] = turn
        turn = loss * (turn + np.concatenate((turn[-1:], turn[:-1])))
    return softened(even(made.ravel()[:count], 0.5) if count > size else made.ravel()[:count], 0.001, 0.05)


def strings(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """Several bows, none quite in tune with the others."""
    count = samples_of(seconds + 0.5)
    time = np.arange(count) / RATE
    made = np.zeros(count, np.float32)
    for _ in range(4):
        shake = 1 + 0.004 * np.sin(2 * np.pi * rng.uniform(4.6, 5.8) * time + rng.uniform(0, 6)) + rng.normal(0, 0.0025)
        made += saw(hertz * shake)
    body = filtered(made, ((60, -6), (300, 0), (1100, -2), (3000, -9 + 5 * hard), (6000, -24), (14_000, -44)))
    return softened(0.16 * body, min(0.25, seconds / 3), 0.45)


def pad(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """Detuned, dull and slow."""
    count = samples_of(seconds + 0.8)
    made = sum(saw(np.full(count, hertz * detune)) for detune in (0.996, 1.0, 1.005))
    dull = filtered(np.asarray(made, np.float32), ((60, 0), (500, -2), (1500, -14), (5000, -36)))
    return softened(0.18 * dull, min(0.5, seconds / 2), 0.75)


def flute(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """A nearly pure tone that begins to waver, and breath."""
    count = samples_of(seconds + 0.12)
    time = np.arange(count) / RATE
    waver = 1 + 0.006 * np.clip(time - 0.25, 0, 0.4) / 0.4 * np.sin(2 * np.pi * 5.1 * time)
    tone = harmonics(hertz * waver, (0, -12 + 5 * hard, -20, -32))
    air = 0.05 * noise(count, ((400, -14), (hertz, 0), (2.5 * hertz + 1, -6), (12_000, -24)), rng)
    return softened(0.5 * (tone + air), 0.05, 0.1)


def organ(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """Pipes at the octaves and the fifth."""
    count = samples_of(seconds + 0.06)
    return softened(0.3 * harmonics(np.full(count, hertz), (0, -5, -9, -10, -30, -14, -40, -18)), 0.025, 0.08)


def brass(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """Brighter the louder it is."""
    count = samples_of(seconds + 0.1)
    horn = saw(hertz * (1 + 0.003 * np.sin(2 * np.pi * 5 * np.arange(count) / RATE)))
    dull = filtered(horn, ((80, 0), (700, 0), (2000, -16), (8000, -40)))
    bright = filtered(horn, ((80, -3), (900, 0), (3500, -6), (9000, -26)))
    swell = curve(count, ((0, 0), (0.12, 1), (0.6, 0.7), (1, 0.4))) * (0.4 + 0.6 * hard)
    return softened(np.asarray(0.45 * (dull * (1 - swell) + bright * swell), np.float32), 0.03, 0.1)


def bells(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """A bar that is struck."""
    return struck([(hertz, 0.6, 0.7), (2.76 * hertz, 0.22 * hard, 0.3), (5.4 * hertz, 0.1 * hard, 0.12)], 1.8, rng)


def accordion(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """Steel reeds in threes, two of them a little off, so that they beat (musette), and bellows that swell."""
    count = samples_of(seconds + 0.08)
    made = np.zeros(count, np.float32)
    for off_hertz in (-2.6, 0.0, 2.9):
        phase = rng.uniform(0, 1)
        made += np.roll(saw(np.full(count, hertz + off_hertz * (hertz / 440) ** 0.3)), round(phase * RATE / hertz))
    reeds = filtered(made, ((60, -10), (250, -3), (700, 0), (1800, 0), (3500, -6), (7000, -20), (14_000, -40)))
    bellows = curve(count, ((0, 0.8), (0.3, 1), (1, 0.85))) * (0.6 + 0.4 * hard)
    return softened(np.asarray(0.22 * reeds * bellows, np.float32), 0.03, 0.07)


def bagpipe(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """A double reed in a conical pipe: many harmonics of nearly one strength, never softer or louder."""
    count = samples_of(seconds + 0.02)
    tone = harmonics(np.full(count, hertz), (-6, -3, 0, -1, -3, -6, -8, -12, -16, -20))
    return softened(0.2 * tone, 0.008, 0.02)


def clarinet(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """A pipe closed at the reed: odd harmonics."""
    count = samples_of(seconds + 0.08)
    tone = harmonics(np.full(count, hertz), (0, -34, -7, -30, -13 + 5 * hard, -28, -18, -30, -24))
    return softened(0.4 * tone, 0.04, 0.08)


def saxophone(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """A reed on a cone: it slides up to its note, wavers, and has breath in it."""
    count = samples_of(seconds + 0.1)
    time = np.arange(count) / RATE
    waver = 1 + 0.008 * np.clip(time - 0.3, 0, 0.4) / 0.4 * np.sin(2 * np.pi * 5.3 * time) - 0.03 * np.exp(-time / 0.03)
    body = ((80, -6), (300, 0), (800, 0), (1500, -6 + 4 * hard), (3500, -14), (9000, -34))
    tone = filtered(saw(hertz * waver), body) + 0.05 * noise(count, ((300, -12), (1500, 0), (6000, -12)), rng)
    return softened(np.asarray(0.4 * tone, np.float32), 0.04, 0.09)


def synth(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """Two sawteeth a little apart, through a filter that closes."""
    count = samples_of(seconds + 0.1)
    made = saw(np.full(count, hertz * 0.997)) + saw(np.full(count, hertz * 1.004))
    opened, shut = (filtered(made, ((60, 0), (top, 0), (4 * top, -36))) for top in (1800 + 3000 * hard, 600))
    way = decay(count, 0.12)
    return softened(np.asarray(0.22 * (opened * way + shut * (1 - way)), np.float32), 0.003, 0.08)


def stab(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """The same, short."""
    return _damped(synth(hertz, 0.18, 0.8, rng), 0.12, 0.1)


def synth_bass(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """A low sawtooth, dull, and its fundamental."""
    count = samples_of(min(seconds, 0.35) + 0.05)
    low = filtered(saw(np.full(count, hertz)), ((30, 0), (180, 0), (700, -12), (3000, -34)))
    return _damped(np.asarray(0.5 * low + 0.4 * sine(np.full(count, hertz)), np.float32), min(seconds, 0.35), 0.05)


def square(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """A pulse of a quarter, as of an old game: harmonics at sin(k pi / 4) / k."""
    count = samples_of(seconds + 0.02)
    levels = [20 * np.log10(max(1e-3, abs(np.sin(k * np.pi / 4)) / k)) for k in range(1, 30)]
    return _damped(0.3 * harmonics(np.full(count, hertz), levels) * decay(count, 0.6), 0.9 * seconds, 0.02)


def square_bass(hertz: float, seconds: float, hard: float, rng: Generator) -> Samples:
    """A triangle, as of an old game: odd harmonics that fall fast."""
    count = samples_of(seconds + 0.02)
    levels = [-120.0 if k % 2 == 0 else -40 * np.log10(k) for k in range(1, 16)]
    return _damped(0.5 * harmonics(np.full(count, hertz), levels), 0.85 * seconds, 0.02)


def _damped(samples: Samples, seconds: float, fall_s: float) -> Samples:
    """Held for so long, and let go."""
    return softened(samples[: samples_of(seconds + fall_s)], 0.001, fall_s)


PLAYED: Mapping[str, Play] = {
    **{"piano": piano, "guitar": guitar, "harp": harp, "bass": bass, "strings": strings, "pad": pad},
    **{"flute": flute, "organ": organ, "brass": brass, "bells": bells, "accordion": accordion, "bagpipe": bagpipe},
    **{"clarinet": clarinet, "saxophone": saxophone, "synth": synth, "stab": stab, "synth bass": synth_bass},
    **{"square": square, "square bass": square_bass},
}
SOLO_GAIN: Mapping[str, float] = {"strings": 1.4, "pad": 1.3, "bells": 0.8, "organ": 0.9}
"""By how much some are louder than the rest."""


def kick(rng: Generator) -> Samples:
    """A falling tone."""
    count = samples_of(0.28)
    return softened(sine(curve(count, ((0, 150), (0.12, 62), (1, 44)))) * decay(count, 0.09), 0.001, 0.05)


def snare(rng: Generator) -> Samples:
    """A skin and its wires."""
    count = samples_of(0.2)
    wires = noise(count, ((200, -12), (1500, -2), (5000, 0), (14_000, -8)), rng) * decay(count, 0.05)
    return added([(0, 0.35 * wires), (0, 0.4 * struck([(185, 1, 0.04), (330, 0.5, 0.03)], 0.15, rng))])


def hat(rng: Generator) -> Samples:
    """Two plates that close."""
    count = samples_of(0.07)
    return softened(
        0.16 * noise(count, ((3000, -30), (7000, -3), (10_000, 0), (18_000, -6)), rng) * decay(count, 0.016),
        0.0005,
        0.01,
    )


def brush(rng: Generator) -> Samples:
    """A ride cymbal, softly."""
    count = samples_of(0.35)
    return softened(0.1 * noise(count, ((2500, -24), (6000, 0), (15_000, -8)), rng) * decay(count, 0.1), 0.002, 0.1)


def big_kick(rng: Generator) -> Samples:
    """A drum machine's: a click, and a tone that falls far and stays."""
    count = samples_of(0.34)
    tone = sine(curve(count, ((0, 320), (0.05, 110), (0.2, 55), (1, 46)))) * decay(count, 0.14)
    return softened(1.3 * np.tanh(2.0 * tone).astype(np.float32), 0.0008, 0.06)


def rim(rng: Generator) -> Samples:
    """A stick across the edge of a drum."""
    return struck([(1700, 0.6, 0.012), (880, 0.5, 0.018), (430, 0.3, 0.02)], 0.08, rng)


def claps(rng: Generator) -> Samples:
    """A drum machine's hands: three bursts and their room."""
    count = samples_of(0.2)
    made = noise(count, ((400, -18), (1100, 0), (2500, -2), (9000, -16)), rng)
    loud = sum(np.roll(decay(count, 0.006 if k < 2 else 0.05), samples_of(0.011 * k)) for k in range(3))
    return softened(np.asarray(0.25 * made * loud, np.float32), 0.001, 0.05)


DRUMS: Mapping[str, Callable[[Generator], Samples]] = {
    **{"k": kick, "s": snare, "h": hat, "r": brush, "K": big_kick, "c": claps, "x": rim}
}
BEATS: Mapping[str, tuple[str, str, str, str]] = {
    "pop": ("k...k...", "..s...s.", "hhhhhhhh", "........"),
    "four": ("k.k.k.k.", "..s...s.", ".h.h.h.h", "........"),
    "techno": ("K.K.K.K.", "..c...c.", ".h.h.h.h", "........"),
    "lofi": ("k....k..", "..s...s.", "h.h.h.h.", "........"),
    "swing": ("k.......", "........", "..h...h.", "r.rrr.rr"),
    "march": ("k...k...", "s.sss.ss", "........", "........"),
    "shuffle": ("k...k...", "..s...s.", "h.hhh.hh", "........"),
    "reggae": ("....k...", "....x...", "hhhhhhhh", "........"),
    "bossa": ("k..kk..k", "x..x..x.", "hhhhhhhh", "........"),
    "pulse": ("k..k....", "........", "........", "........"),
}
"""What is struck on each half of a beat of four."""
