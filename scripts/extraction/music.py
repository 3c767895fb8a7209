"""Music by rule, since there are few recordings of it: chords, melodies, bass and drums in random timbres."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from assistant.audio import Samples

Sound = NDArray[np.float64]

SCALES: tuple[tuple[int, ...], ...] = (
    (0, 2, 4, 5, 7, 9, 11),
    (0, 2, 3, 5, 7, 8, 10),
    (0, 2, 4, 7, 9),
    (0, 3, 5, 7, 10),
)


def music(seconds: float, rate: int, draw: np.random.Generator) -> Samples:
    """A stretch of music, float32, shape (n,), its peak at 0.9."""
    made = np.zeros(round(seconds * rate))
    beat = 60 / draw.uniform(60, 170)
    root, scale = draw.integers(40, 62), SCALES[draw.integers(len(SCALES))]
    for _ in range(draw.integers(1, 4)):
        _part(made, rate, beat * draw.choice((0.5, 1, 1, 2)), (int(root + 12 * draw.integers(-1, 3)), scale), draw)
    if draw.random() < 0.45:
        _drums(made, rate, beat, draw)
    return np.asarray(0.9 * made / (np.abs(made).max() + 1e-9), np.float32)


def _part(made: Sound, rate: int, step_s: float, key: tuple[int, tuple[int, ...]], draw: np.random.Generator) -> None:
    """An instrument: the same timbre for each of its notes or chords."""
    root, scale = key
    voices, plucked = draw.integers(1, 4), draw.random() < 0.35
    partials = np.asarray(np.arange(1, draw.integers(3, 14)) ** -draw.uniform(0.5, 2.2), np.float64)
    partials[1:] *= draw.uniform(0.2, 1.2, len(partials) - 1)
    decay_s, rest, vibrato = draw.uniform(0.15, 2.5), draw.uniform(0, 0.35), draw.uniform(0, 0.006)
    for start in np.arange(draw.uniform(0, step_s), len(made) / rate, step_s):
        if draw.random() < rest:
            continue
        degree, loud = draw.integers(0, 8), draw.uniform(0.4, 1)
        for voice in range(voices):
            octave, place = divmod(degree + 2 * voice, len(scale))
            pitch = 440 * 2 ** ((root + scale[place] + 12 * octave - 69) / 12)
            seconds = min(len(made) / rate - start, 1.2 * step_s + decay_s)
            count = int(seconds * rate)
            note = _string(pitch, count, rate, draw) if plucked else _tone(pitch, count, rate, partials, vibrato)
            first = int(start * rate)
            made[first : first + count] += loud * note * _envelope(count, rate, decay_s, plucked)


def _tone(pitch: float, count: int, rate: int, partials: Sound, vibrato: float) -> Sound:
    time = np.arange(count) / rate
    phase = 2 * np.pi * pitch * (time + vibrato * np.sin(2 * np.pi * 5.5 * time) / 5.5)
    kept = [(n, a) for n, a in enumerate(partials, 1) if n * pitch < 0.47 * rate]
    return np.asarray(np.sum([a * np.sin(n * phase) for n, a in kept], axis=0)) if kept else np.zeros(count)


def _string(pitch: float, count: int, rate: int, draw: np.random.Generator) -> Sound:
    """A plucked string (Karplus and Strong 1983)."""
    period = max(2, round(rate / pitch))
    pluck = np.zeros(count)
    pluck[:period] = draw.standard_normal(min(period, count))
    feedback = np.zeros(period + 2)
    feedback[0], feedback[period:] = 1, -0.497
    return np.asarray(0.6 * lfilter([1.0], feedback, pluck))


def _envelope(count: int, rate: int, decay_s: float, plucked: bool) -> Sound:
    time = np.arange(count) / rate
    ends = np.minimum(1, (count - np.arange(count)) / (0.03 * rate))
    return ends if plucked else np.minimum(1, time / 0.012) * np.exp(-time / decay_s) * ends


def _drums(made: Sound, rate: int, beat: float, draw: np.random.Generator) -> None:
    for number, start in enumerate(np.arange(0, len(made) / rate - 0.3, beat / 2)):
        first, time = int(start * rate), np.arange(int(0.25 * rate)) / rate
        if number % 4 == 0:
            hit = np.sin(2 * np.pi * (50 * time + 8 * (1 - np.exp(-time * 30)))) * np.exp(-time * 14)
        elif number % 4 == 2:
            hit = 0.5 * draw.standard_normal(len(time)) * np.exp(-time * 22)
        else:
            hit = 0.2 * np.diff(draw.standard_normal(len(time) + 1)) * np.exp(-time * 60)
        made[first : first + len(time)] += draw.uniform(0.6, 1.2) * hit
