"""Music made up from nothing: chords, a bass, a tune and drums, as there are few recordings of any."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models.sound.detection_features import RATE

Sound = NDArray[np.float32]
SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 3, 5, 7, 10), (0, 2, 4, 7, 9), (0, 2, 3, 5, 7, 9, 10))
PROGRESSIONS = ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 4), (1, 4, 0, 0), (5, 3, 0, 4), (0, 0, 3, 4), (0, 2, 3, 4))
PARTIALS = 14


def music(random: Generator, seconds: float) -> Sound:
    """A piece of music: float32 at `RATE`, shape (n,), peaks at about 0.5."""
    beat = 60 / random.uniform(55, 170)
    root = int(random.integers(36, 56))
    scale = SCALES[random.integers(len(SCALES))]
    piece = np.zeros(round((seconds + 4) * RATE), np.float32)
    parts = [part for part, likely in ((_chords, 0.8), (_tune, 0.7), (_bass, 0.5)) if random.random() < likely]
    for part in parts or [_tune]:
        part(piece, random, beat, root, scale)
    if random.random() < 0.4:
        _drums(piece, random, beat)
    piece = piece[: round(seconds * RATE)]
    return np.asarray(0.5 * piece / max(1e-6, float(np.abs(piece).max())), np.float32)


def _chords(piece: Sound, random: Generator, beat: float, root: int, scale: tuple[int, ...]) -> None:
    steps = PROGRESSIONS[random.integers(len(PROGRESSIONS))]
    voice, strum = _timbre(random), random.choice([0.0, 0.0, 0.02, 0.06])
    length = int(random.choice([1, 2, 4]))
    broken = random.random() < 0.4
    for k, at in enumerate(np.arange(0, len(piece) / RATE, beat * length)):
        for n, step in enumerate((0, 2, 4, 7)[: random.integers(2, 5)]):
            note = _note(root + 12, scale, steps[k % len(steps)] + step)
            late = n * beat * length / 4 if broken else n * strum
            _put(piece, at + late, _sounded(random, note, beat * length, voice), 0.3)


def _tune(piece: Sound, random: Generator, beat: float, root: int, scale: tuple[int, ...]) -> None:
    voice, at, degree = _timbre(random), 0.0, int(random.integers(0, 7))
    while at < len(piece) / RATE:
        length = beat * float(random.choice([0.25, 0.5, 0.5, 1, 1, 2]))
        degree = int(np.clip(degree + random.integers(-3, 4), -4, 14))
        if random.random() > 0.12:
            _put(piece, at, _sounded(random, _note(root + 24, scale, degree), length, voice), 0.5)
        at += length


def _bass(piece: Sound, random: Generator, beat: float, root: int, scale: tuple[int, ...]) -> None:
    voice = _timbre(random)
    for at in np.arange(0, len(piece) / RATE, beat * float(random.choice([0.5, 1, 2]))):
        _put(piece, at, _sounded(random, _note(root - 12, scale, int(random.integers(0, 5))), beat, voice), 0.5)


def _drums(piece: Sound, random: Generator, beat: float) -> None:
    loud, swing = random.uniform(0.2, 0.8), random.choice([0.0, 0.0, 0.1])
    for k, at in enumerate(np.arange(0, len(piece) / RATE, beat / 2)):
        late = swing * beat * (k % 2)
        if k % 4 == 0 or random.random() < 0.1:
            _put(piece, at + late, _kick(random), loud)
        if k % 4 == 2:
            _put(piece, at + late, _hiss(random, 0.15) + 0.5 * _kick(random)[: round(0.15 * RATE)], 0.6 * loud)
        if random.random() < 0.8:
            _put(piece, at + late, _hiss(random, 0.05), 0.3 * loud)


def _note(root: int, scale: tuple[int, ...], degree: int) -> float:
    octave, step = divmod(degree, len(scale))
    return float(root + 12 * octave + scale[step])


def _timbre(random: Generator) -> dict[str, float]:
    """How an instrument sounds: plucked or held, bright or dull, with or without vibrato."""
    return {
        "tilt": random.uniform(0.4, 2.2),
        "even": random.uniform(0.0, 1.0),
        "decay": float(random.choice([0.15, 0.4, 1.0, 2.5, 30.0, 30.0])),
        "attack": float(random.choice([0.002, 0.005, 0.03, 0.12])),
        "stiff": float(random.choice([0.0, 0.0, 0.0004, 0.003])),
        "vibrato": float(random.choice([0.0, 0.0, 0.004, 0.01])),
        "chorus": float(random.choice([0.0, 0.0, 0.003, 0.008])),
    }


def _sounded(random: Generator, note: float, seconds: float, voice: dict[str, float]) -> Sound:
    hertz = 440 * 2 ** ((note - 69) / 12)
    plucked = voice["decay"] < 10
    time = np.arange(round((seconds + min(1.5, voice["decay"]) * plucked) * RATE)) / RATE
    wobble = voice["vibrato"] * np.sin(2 * np.pi * random.uniform(4.5, 6.5) * time) * np.minimum(1, time * 2)
    made = np.zeros(len(time))
    for detune in {1 - voice["chorus"], 1 + voice["chorus"]}:
        phase = 2 * np.pi * np.cumsum(hertz * detune * (1 + wobble)) / RATE
        for k in range(1, PARTIALS + 1):
            stretched = k * np.sqrt(1 + voice["stiff"] * k * k)
            if stretched * hertz < RATE * 0.47:
                fade = np.exp(-time * (1 + 0.25 * k * plucked) / voice["decay"])
                strength = (voice["even"] if k % 2 == 0 else 1.0) * k ** -voice["tilt"]
                made += strength * fade * np.sin(stretched * phase + random.uniform(0, 6.28))
    ends = np.minimum(1, np.minimum(time / voice["attack"], (time[-1] - time) / 0.03))
    return np.asarray(made * ends * random.uniform(0.6, 1.0), np.float32)


def _kick(random: Generator) -> Sound:
    time = np.arange(round(0.25 * RATE)) / RATE
    sweep = random.uniform(40, 70) * time + random.uniform(2, 6) * (1 - np.exp(-time * 30))
    return np.asarray(np.sin(2 * np.pi * sweep) * np.exp(-time * 14), np.float32)


def _hiss(random: Generator, seconds: float) -> Sound:
    time = np.arange(round(seconds * RATE)) / RATE
    noise = np.diff(random.standard_normal(len(time) + 1))
    return np.asarray(0.5 * noise * np.exp(-time * 5 / seconds), np.float32)


def _put(piece: Sound, at_s: float, sound: Sound, gain: float) -> None:
    start = round(at_s * RATE)
    part = sound[: max(0, len(piece) - start)]
    piece[start : start + len(part)] += np.float32(gain) * part
