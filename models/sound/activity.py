"""Where within a recording of one sound it is really heard: recordings of a bark hold silence too."""

import numpy as np
from numpy.typing import NDArray

QUIETEST_DB = -68.0
"""Of full scale; nothing below it counts as heard."""
RISE = 0.35
"""Of the way from a recording's own noise to its loudest moments, in decibels, where a sound of it begins."""
CONTRAST_DB = 15.0
"""A recording whose loudest moments stand out by less has no noise of its own to be told from the sound."""


def active(levels_db: NDArray[np.float32], drop_db: float, gap: int, steady: bool = False) -> NDArray[np.bool_]:
    """The frames in which a recording's sound is heard.

    Args:
        levels_db: of each frame, shape (n,), decibels of full scale.
        drop_db: below its loudest, where it is over.
        gap: pauses of so many frames or fewer belong to it.
        steady: whether the recording's own noise is not to be taken off.
    """
    if not len(levels_db):
        return np.zeros(0, np.bool_)
    loudest, floor = (float(np.percentile(levels_db, p)) for p in (98, 10))
    limit = max(loudest - drop_db, QUIETEST_DB)
    if not steady and loudest - floor > CONTRAST_DB:
        limit = max(limit, max(floor, QUIETEST_DB) + RISE * (loudest - max(floor, QUIETEST_DB)))
    return closed(levels_db > limit, gap)


def closed(heard: NDArray[np.bool_], gap: int) -> NDArray[np.bool_]:
    """With the pauses of `gap` frames or fewer filled, but for those at the ends."""
    filled = heard.copy()
    edges = runs(~heard)
    for start, end in edges:
        if end - start <= gap and start > 0 and end < len(heard):
            filled[start:end] = True
    return filled


def runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where they are true without a break: (start, end) with the end left out."""
    steps = np.flatnonzero(np.diff(np.concatenate(([0], marks.astype(np.int8), [0]))))
    return [(int(start), int(end)) for start, end in zip(steps[::2], steps[1::2], strict=True)]
