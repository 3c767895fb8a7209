"""A sound found again by an example of it.

    example     e0 e1 e2 e3          what the network makes of each 40 ms, and the bands themselves
    recording   r0 r1 r2 r3 r4 r5 …
                   └──┴──┴──┘        the more alike, the closer they lie: in the order of the example, and in none

What the network was taught tells kinds of sound; the bands tell what it was not taught.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.base import SoundEvent
from models.sound.activity import active, closed, runs
from models.sound.detection_events import smoothed

Array = NDArray[np.float32]

LONGEST = 50
"""Rows of an example that are looked for in their order, 2 s."""
AROUND = (5, 25)
"""Rows that are compared without their order, at least and at most."""
TEMPOS = (0.85, 1.0, 1.18)
DROP_DB = 25.0
"""What of an example is softer than its loudest by this much is none of the sound."""
BED = 20
"""Percentile of a recording's bands that is taken for what sounds all the time."""
KNOWN = 0.5
"""How likely a known sound an example must be for the bands to count less."""
LEAST = 0.42
"""Nothing less alike is the same."""
THERE, THERE_UNKNOWN, SURE_UNKNOWN = 0.9, 0.46, 0.58
"""From where on `evidence` says that the sound of an example is there at all: where the network knows it, and where it
does not; and from where on the latter is sure."""
SLACK = 0.2
"""How much less alike than the most alike it may be."""
SMOOTH = 5
"""Rows over which likeness is averaged, 0.2 s."""
GAP_S, SHORTEST_S = 0.4, 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """What is to be found again: the rows of a recording in which something is heard."""

    embeddings: Array
    """Shape (n, width)."""
    bands: Array
    """Shape (n, bands)."""
    start: int
    """Of the loudest stretch of `LONGEST` rows."""
    quietest: float
    """The softest of the recording's bands."""
    kind: int | None
    """Which of the sounds that the network knows it is; None where it is none of them."""


def example(embeddings: Array, bands: Array, posteriors: Array, levels_db: Array) -> Example | None:
    """An example from what the network makes of a recording, a row for 40 ms; None where nothing is heard in it."""
    heard = active(levels_db, DROP_DB, 3)
    if not heard.any():
        return None
    width = min(LONGEST, int(heard.sum()))
    start = int(smoothed(levels_db[heard], width).argmax()) - width // 2
    likely = posteriors[heard]
    whole = (likely**2).sum(0) / (likely.sum(0) + 1e-6)
    kind = int(whole.argmax()) if whole.max() > KNOWN else None
    start = int(np.clip(start, 0, heard.sum() - width))
    return Example(embeddings[heard], bands[heard], start, float(bands.min()), kind)


def likeness(embeddings: Array, bands: Array, wanted: Example) -> Array:
    """How alike each row of a recording is to an example, at most about 1: shape (n,)."""
    usual = embeddings.mean(axis=0)
    width = int(np.clip(len(wanted.embeddings), *AROUND))
    told = _in_any_order(_unit(embeddings - usual), _unit(wanted.embeddings - usual), width)
    above = _unit(np.maximum(0, bands - np.percentile(bands, BED, axis=0)))
    shape = _unit(np.maximum(0, wanted.bands - wanted.quietest))[wanted.start : wanted.start + LONGEST]
    parts = [told, _in_order(above, shape)]
    if wanted.kind is None:
        parts.append(_in_any_order(_unit(_coloured(bands)), _unit(_coloured(wanted.bands)), width))
    return smoothed(np.mean(parts, axis=0), SMOOTH)


def evidence(alike: Array, posteriors: Array, wanted: Example) -> float:
    """That the sound of an example is in a recording at all, from how alike each row is, shape (n,), and how likely
    each known sound, shape (n, labels): what is most alike counts, and with it how likely the sound is where the
    network knows it, or else how much less alike the recording mostly is."""
    if not len(alike):
        return 0.0
    if wanted.kind is None:
        return float(alike.max() - 0.5 * np.median(alike))
    return float(alike.max() + 0.5 * smoothed(posteriors[:, wanted.kind], 2 * SMOOTH).max())


def repeated(alike: Array, hop_s: float, label: str) -> Iterator[SoundEvent]:
    """Where a sound is heard again."""
    limit = max(LEAST, float(alike.max(initial=0.0)) - SLACK)
    for start, end in runs(closed(alike > limit, round(GAP_S / hop_s))):
        if (end - start) * hop_s >= SHORTEST_S:
            score = round(float(np.clip(alike[start:end].max(), 0, 1)), 3)
            yield SoundEvent(label, round(start * hop_s, 2), round(end * hop_s, 2), score)


def _in_any_order(rows: Array, wanted: Array, width: int) -> Array:
    """How close the mean of `width` rows around each is to the mean of what is wanted."""
    means = np.stack([smoothed(column, width) for column in rows.T], axis=1)
    return np.asarray(_unit(means) @ _unit(wanted.mean(axis=0)[None])[0], np.float32)


def _in_order(rows: Array, wanted: Array) -> Array:
    """How close the stretch around each row is to what is wanted, in its order, at the best of `TEMPOS`."""
    return np.asarray(np.max([_along(rows, _paced(wanted, tempo)) for tempo in TEMPOS], axis=0), np.float32)


def _along(rows: Array, wanted: Array) -> Array:
    close = rows @ wanted.T
    total = np.zeros(len(rows), np.float32)
    for k in range(len(wanted)):
        shift = k - len(wanted) // 2
        first, last = max(0, -shift), min(len(rows), len(rows) - shift)
        if first < last:
            total[first:last] += close[first + shift : last + shift, k]
    return np.asarray(total / len(wanted), np.float32)


def _paced(wanted: Array, tempo: float) -> Array:
    count = max(1, round(len(wanted) / tempo))
    return np.asarray(wanted[np.minimum(len(wanted) - 1, (np.arange(count) * tempo).astype(int))], np.float32)


def _coloured(bands: Array) -> Array:
    """The bands of each row beside each other, whatever its level."""
    return np.asarray(bands - bands.mean(axis=1, keepdims=True), np.float32)


def _unit(rows: Array) -> Array:
    """Each row at length 1."""
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-6), np.float32)
