"""The tempo of music, where it has a clear one: how regularly its sounds begin.

Onset strength is the rise of the mel bands' levels; its autocorrelation is weighed for tempos that people tap
(Ellis 2007, "Beat tracking by dynamic programming", section 3.2).
"""

import numpy as np
from numpy.typing import NDArray

USUAL_BPM = 120.0
SPREAD = 0.9
"""How far from the usual tempo, in octaves, one is still likely."""
SLOWEST_BPM, FASTEST_BPM = 50.0, 210.0
CLEAR = 0.25
"""How much of the onsets' strength must come back after a beat, 0 to 1."""
SHORTEST_S = 4.0
"""Less of it has no tempo that could be told."""


def tempo_bpm(bands_db: NDArray[np.float32], hop_s: float) -> float:
    """Beats a minute of levels in decibels, shape (n, bands), a row for each `hop_s` seconds; 0 where it is unclear."""
    if len(bands_db) * hop_s < SHORTEST_S:
        return 0.0
    onsets = np.maximum(0.0, np.diff(bands_db, axis=0)).mean(axis=1)
    onsets = onsets - onsets.mean()
    power = float(onsets @ onsets)
    if power <= 0:
        return 0.0
    first, last = round(60 / FASTEST_BPM / hop_s), min(len(onsets) // 2, round(60 / SLOWEST_BPM / hop_s))
    lags = np.arange(first, last + 1)
    back = np.array([float(onsets[lag:] @ onsets[:-lag]) for lag in lags]) / power
    likely = np.exp(-0.5 * (np.log2(60 / (lags * hop_s) / USUAL_BPM) / SPREAD) ** 2)
    best = int(np.argmax(back * likely))
    if back[best] < CLEAR:
        return 0.0
    return 60 / (_vertex(back, best) + first) / hop_s


def _vertex(values: NDArray[np.float64], at: int) -> float:
    """Where the parabola through a maximum and its neighbours is highest."""
    if not 0 < at < len(values) - 1:
        return float(at)
    before, here, after = values[at - 1 : at + 2]
    bend = before - 2 * here + after
    return at + 0.5 * float(before - after) / float(bend) if bend else float(at)
