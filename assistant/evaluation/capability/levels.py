"""How loud sounds are, where they sound, and putting them together at known levels."""

from itertools import pairwise

import numpy as np

from assistant.audio import Samples, dbfs

LEVEL_DBFS = -26.0
"""Of speech and of events, as it is customary in tests of speech quality."""
PEAK = 0.95
"""No mixture swings farther."""
FRAME_S = 0.02
ACTIVE_DB = 30.0
"""A frame of a clip that is this far below its loudest is a pause."""
PAUSE_S = 0.3
"""Shorter pauses belong to the sound."""


def levelled(samples: Samples, level_dbfs: float = LEVEL_DBFS) -> Samples:
    """A sound brought to a level; silence stays silence."""
    return (samples * np.float32(10 ** ((level_dbfs - dbfs(samples)) / 20))) if samples.any() else samples


def at_snr(signal: Samples, noise: Samples, snr_db: float) -> Samples:
    """The noise, so loud that the signal is so many decibels above it."""
    return levelled(noise, dbfs(signal) - snr_db)


def headroom(mixture: Samples) -> np.float32:
    """What a mixture and its parts are multiplied by, so that it does not clip."""
    peak = float(np.abs(mixture).max(initial=0.0))
    return np.float32(min(1.0, PEAK / peak) if peak else 1.0)


def runs(samples: Samples, rate: int) -> list[tuple[int, int]]:
    """Where a sound of shape (n,) sounds: from which sample to which, pauses left out."""
    frame = max(1, round(FRAME_S * rate))
    framed = np.pad(samples, (0, -len(samples) % frame)).reshape(-1, frame)
    power = np.square(framed, dtype=np.float64).mean(axis=1)
    active = np.flatnonzero(power > max(power.max(initial=0.0) * 10 ** (-ACTIVE_DB / 10), 1e-10))
    if not len(active):
        return []
    breaks = [place for place, (a, b) in enumerate(pairwise(active), 1) if (b - a - 1) * FRAME_S >= PAUSE_S]
    groups = np.split(active, breaks)
    return [(int(group[0]) * frame, min(len(samples), (int(group[-1]) + 1) * frame)) for group in groups]


def sounding(samples: Samples, rate: int) -> Samples:
    """A sound without its pauses; shape (n,) → (m,), m ≤ n, 0 of silence."""
    found = [samples[start:end] for start, end in runs(samples, rate)]
    return np.concatenate(found) if found else samples[:0]


def stretch(samples: Samples, size: int, rng: np.random.Generator) -> Samples:
    """So many samples of a sound from anywhere, over and over where it is shorter."""
    if len(samples) <= size:
        return np.resize(np.roll(samples, -int(rng.integers(max(1, len(samples))))), size)
    start = int(rng.integers(len(samples) - size + 1))
    return samples[start : start + size]
