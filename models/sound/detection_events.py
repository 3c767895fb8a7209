"""From how likely each sound is to when it is heard.

likely  ..,-----,__,--,....,-,....
high    ~~~~^^^^^~~~~~~~~~~~~~~~~~   an event must get above this,
low     ---^^^^^^^^^^^^-----------   and goes on as long as it stays above this
           [==========]
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from models.base import SoundEvent
from models.sound.activity import closed, runs
from models.sound.detection_classes import CLASSES, SILENCE, SoundClass

SILENT_DB = -62.0
"""Of full scale: below it hardly anything is there to be heard."""
SILENT_S = 2.0
"""Shorter pauses are none that anybody would tell."""


def events(rows: NDArray[np.float32], hop_s: float, classes: Sequence[SoundClass] = CLASSES) -> list[SoundEvent]:
    """The sounds in (n, classes) probabilities, a row for each `hop_s` seconds."""
    return [event for k, kind in enumerate(classes) for event in events_of(rows[:, k], hop_s, kind)]


def events_of(likely: NDArray[np.float32], hop_s: float, kind: SoundClass) -> Iterator[SoundEvent]:
    """The events of one sound, shape (n,)."""
    smooth = smoothed(likely, max(1, round(kind.smooth_s / hop_s)))
    for start, end in runs(closed(smooth > kind.low, round(kind.gap_s / hop_s))):
        highest = float(smooth[start:end].max())
        if highest >= kind.high and (end - start) * hop_s >= kind.least_s:
            yield SoundEvent(kind.label, round(start * hop_s, 2), round(end * hop_s, 2), round(highest, 3))


def silences(levels_db: NDArray[np.float32], hop_s: float) -> Iterator[SoundEvent]:
    """Where hardly anything is there to be heard, by the level of each row."""
    for start, end in runs(levels_db < SILENT_DB):
        if (end - start) * hop_s >= min(SILENT_S, len(levels_db) * hop_s):
            yield SoundEvent(SILENCE, round(start * hop_s, 2), round(end * hop_s, 2))


def smoothed(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """The mean of `width` of them around each; at the ends, of those that are there."""
    if width <= 1 or not len(values):
        return values
    sums = np.cumsum(np.concatenate(([0.0], values)))
    first = np.maximum(0, np.arange(len(values)) - width // 2)
    last = np.minimum(len(values), np.arange(len(values)) + (width + 1) // 2)
    return np.asarray((sums[last] - sums[first]) / (last - first), np.float32)
