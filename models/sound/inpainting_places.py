"""Where in a recording it sounds as it does around a part that is lost: what was there is the best guess.

  context  lost  context
───[≈≈≈≈]░░░░░░[≈≈≈≈]──────[≈≈≈≈]██████[≈≈≈≈]───
                                ╰ a place: alike before it and after it
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.sound.inpainting_linear import Signal
from models.sound.inpainting_mel import HOP_S, Matrix

Mask: TypeAlias = NDArray[np.bool_]

CONTEXT_S = (0.3, 1.0)
"""How much before and after is compared at least and at most; in between, twice the part."""
NEAR = 1 / 3
"""Of that; what lies so much farther from the seam counts for a third."""
TOUCHED = 4
"""Frames; nearer to the seam they hear what is lost."""
APART = 6
"""Frames between two places."""
ENOUGH = 0.3
"""How much of the context must be there for a place to be compared."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is to be found, in frames."""

    start: int
    end: int
    before: bool = True
    """Whether what comes before it is known."""
    after: bool = True


def places(mel: Matrix, known: Mask, filled: Mask, part: Part, count: int) -> list[tuple[int, float]]:
    """At most `count` places from which the part might be taken, best first: the frame, and decibels off on average.

    Args:
        mel: decibels, shape (frames, bands).
        known: which frames hear nothing that is lost, shape (frames,).
        filled: which of the others have been filled by now: they are what a place is compared with, and no place.
    """
    length = part.end - part.start
    context = round(float(np.clip(2 * length, CONTEXT_S[0] / HOP_S, CONTEXT_S[1] / HOP_S)))
    cost = np.where(_whole(known, length), 0.0, np.inf)
    if part.before:
        cost += _unlikeness(mel, known, filled, _Side(part.start, 0, -1, context))
    if part.after:
        cost += _unlikeness(mel, known, filled, _Side(part.end, length, 1, context))
    found = list[tuple[int, float]]()
    while len(found) < count and np.isfinite(cost).any():
        best = int(np.argmin(cost))
        found.append((best, float(cost[best])))
        cost[max(0, best - APART) : best + APART + 1] = np.inf
    return found


def _whole(known: Mask, length: int) -> Mask:
    """Whether all is known from each frame on for so long, and a little on both sides."""
    lost = np.concatenate(([0], np.cumsum(~known)))
    first, last = np.arange(len(known)) - TOUCHED, np.arange(len(known)) + length + TOUCHED
    inside = (first >= 0) & (last <= len(known))
    whole = np.zeros(len(known), bool)
    whole[inside] = lost[last[inside]] == lost[first[inside]]
    return whole


@dataclass(frozen=True, slots=True)
class _Side:
    """What is compared on one side, in frames."""

    anchor: int
    """The seam."""
    offset: int
    """Where the seam would be, from the beginning of a place."""
    step: int
    """Away from the seam."""
    context: int


def _unlikeness(mel: Matrix, known: Mask, filled: Mask, side: _Side) -> Signal:
    """How unlike the context of each place is to that of the part on one side, shape (frames,); inf: not to be told."""
    frames = np.arange(len(mel))
    total, weight, whole = np.zeros(len(mel)), np.zeros(len(mel)), 0.0
    for i in range(TOUCHED, side.context):
        reference = side.anchor + side.step * i
        if not (0 <= reference < len(mel) and (known[reference] or filled[reference])):
            continue
        at = frames + side.offset + side.step * i
        there = (at >= 0) & (at < len(mel))
        there[there] = known[at[there]]
        share = float(np.exp(-i / (NEAR * side.context)))
        total[there] += share * np.abs(mel[at[there]] - mel[reference]).mean(axis=1)
        weight[there] += share
        whole += share
    if not whole:
        return np.zeros(len(mel))
    return np.where(weight > ENOUGH * whole, total / np.maximum(weight, 1e-9), np.inf)
