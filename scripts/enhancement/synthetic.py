"""Noise that is made: coloured, hum, gusts, clatter and plain music. Everything float32 of unit power."""

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE

Sound = NDArray[np.float32]


def drawn(size: int, draw: np.random.Generator) -> Sound:
    """One of them, shape (size,)."""
    kinds = (coloured, coloured, gusts, hum, clatter, engine)
    return unit(kinds[draw.integers(len(kinds))](size, draw))


def unit(sound: Sound) -> Sound:
    """At a power of 1; silence stays what it is."""
    power = float(np.mean(np.square(sound, dtype=np.float64)))
    return np.asarray(sound / np.sqrt(power), np.float32) if power > 0 else sound


def coloured(size: int, draw: np.random.Generator) -> Sound:
    """Stationary noise of a smooth spectrum: a slope of -9 to +2 dB an octave, and bumps."""
    spectrum = np.fft.rfft(draw.standard_normal(size, dtype=np.float32))
    octaves = np.log2(np.linspace(0, RATE / 2, len(spectrum)) / 500 + 0.05)
    knots = draw.normal(0, 5, 12) * (draw.random() < 0.7)
    bumps = np.interp(octaves, np.linspace(-4, 4, 12), knots)
    gains = 10 ** ((draw.uniform(-9, 2) * octaves + bumps) / 20)
    return np.asarray(np.fft.irfft(spectrum * gains, size), np.float32)


def gusts(size: int, draw: np.random.Generator) -> Sound:
    """Coloured noise that swells and falls, such as wind, passing cars or surf."""
    seconds = size / RATE
    knots = draw.uniform(-20, 6, max(2, int(seconds * draw.uniform(0.5, 6))))
    levels = np.interp(np.arange(size), np.linspace(0, size, len(knots)), knots)
    return np.asarray(coloured(size, draw) * 10 ** (levels / 20), np.float32)


def hum(size: int, draw: np.random.Generator) -> Sound:
    """Mains hum with its harmonics, over a little noise."""
    return tones(size, draw, float(draw.choice((50, 60, 100, 120))) * draw.uniform(0.99, 1.01), 0.0)


def engine(size: int, draw: np.random.Generator) -> Sound:
    """A fan, drill or engine: harmonics that wander, over noise."""
    return tones(size, draw, draw.uniform(30, 700), draw.uniform(0.002, 0.03))


def tones(size: int, draw: np.random.Generator, pitch: float, wander: float) -> Sound:
    """Harmonics of a pitch that wanders by a share of itself, with coloured noise between them."""
    knots = 1 + wander * draw.standard_normal(max(2, size // 4000))
    cycles = np.cumsum(pitch * np.interp(np.arange(size), np.linspace(0, size, len(knots)), knots)) / RATE
    count = int(min(25, 7000 / pitch))
    slope = draw.uniform(0.3, 1.5)
    sound = np.zeros(size)
    for n in range(1, count + 1):
        sound += n**-slope * draw.uniform(0.1, 1) * np.sin(2 * np.pi * (n * cycles + draw.random()))
    return unit(sound.astype(np.float32)) + np.float32(draw.uniform(0.1, 1.5)) * unit(coloured(size, draw))


def clatter(size: int, draw: np.random.Generator) -> Sound:
    """Short decaying bursts at random, such as typing, dishes or steps."""
    train = np.zeros(size, np.float32)
    places = draw.integers(0, size, max(1, int(size / RATE * draw.uniform(1, 12))))
    train[places] = draw.uniform(0.1, 1, len(places))
    length = int(RATE * draw.uniform(0.01, 0.15))
    ring = coloured(length, draw) * np.exp(-np.arange(length) / (length / 5))
    made = np.fft.irfft(np.fft.rfft(train, size + length) * np.fft.rfft(ring, size + length), size + length)[:size]
    return unit(made.astype(np.float32)) + np.float32(draw.uniform(0.01, 0.3)) * unit(coloured(size, draw))


def music(size: int, draw: np.random.Generator) -> Sound:
    """Chords and a tune of decaying or held harmonic tones, with a beat now and then."""
    beat = int(RATE * draw.uniform(0.15, 0.6))
    root = draw.uniform(45, 60)
    scale = np.array((0, 2, 4, 5, 7, 9, 11)) if draw.random() < 0.6 else np.array((0, 2, 3, 5, 7, 8, 10))
    sound = np.zeros(size + 8 * beat, np.float32)
    decay, brightness = draw.uniform(0.1, 3), draw.uniform(0.8, 2.5)
    for start in range(0, size, beat):
        chord = start // beat % 4 == 0
        for _ in range(3 if chord else draw.integers(0, 2)):
            pitch = 440 * 2 ** ((root + scale[draw.integers(7)] + 12 * draw.integers(0, 3) - 69) / 12)
            length = beat * (4 if chord else int(draw.integers(1, 4)))
            sound[start : start + length] += _note(pitch, length, decay, brightness)
        if draw.random() < 0.3:
            sound[start : start + 800] += 2 * draw.standard_normal(800) * np.exp(-np.arange(800) / 120)
    return unit(sound[:size])


def _note(pitch: float, length: int, decay: float, brightness: float) -> Sound:
    time = np.arange(length) / RATE
    envelope = np.minimum(1, time / 0.01) * np.exp(-time / decay) * np.minimum(1, (length / RATE - time) / 0.02)
    count = int(min(12, 7500 / pitch))
    partials = sum((n**-brightness * np.sin(2 * np.pi * n * pitch * time) for n in range(1, count + 1)), 0 * time)
    return np.asarray(partials * envelope, np.float32)
