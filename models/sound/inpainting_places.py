"""Where in a recording it sounds as it does around a part that is lost: what was there is the best guess.

  context  lost  context
───[≈≈≈≈]░░░░░░[≈≈≈≈]──────[≈≈≈≈]██████[≈≈≈≈]───
                                ╰ a place: alike before it and after it
"""

from collections.abc import Callable
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


def places(
    mel: Matrix, there: tuple[Mask, Mask], part: Part, count: int, alive: Callable[[], None]
) -> list[tuple[int, float]]:
    """At most `count` places from which the part might be taken, best first: the frame, and decibels off on average.

    Args:
        mel: decibels, shape (frames, bands).
        there: which frames hear nothing that is lost, and which of the others have been filled by now: with these a
            place is compared, and they are none. Shape (frames,) each.
        alive: called many times a second; what it raises passes through.
    """
    length = part.end - part.start
    context = round(float(np.clip(2 * length, CONTEXT_S[0] / HOP_S, CONTEXT_S[1] / HOP_S)))
    cost = np.where(_whole(there[0], length), 0.0, np.inf)
    if part.before:
        cost += _unlikeness(mel, there, _Side(part.start, 0, -1, context), alive)
    if part.after:
        cost += _unlikeness(mel, there, _Side(part.end, length, 1, context), alive)
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


def _unlikeness(mel: Matrix, there: tuple[Mask, Mask], side: _Side, alive: Callable[[], None]) -> Signal:
    """How unlike the context of each place is to that of the part on one side, shape (frames,); inf: not to be told."""
    known, filled = there
    frames = np.arange(len(mel))
    total, weight, whole = np.zeros(len(mel)), np.zeros(len(mel)), 0.0
    for i in range(TOUCHED, side.context):
        alive()
        reference = side.anchor + side.step * i
        if not (0 <= reference < len(mel) and (known[reference] or filled[reference])):
            continue
        at = frames + side.offset + side.step * i
        heard = (at >= 0) & (at < len(mel))
        heard[heard] = known[at[heard]]
        share = float(np.exp(-i / (NEAR * side.context)))
        total[heard] += share * np.abs(mel[at[heard]] - mel[reference]).mean(axis=1)
        weight[heard] += share
        whole += share
    if not whole:
        return np.zeros(len(mel))
    return np.where(weight > ENOUGH * whole, total / np.maximum(weight, 1e-9), np.inf)
