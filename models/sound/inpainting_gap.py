"""A part of a sound that is lost, filled from what is around it: up to 40 ms by interpolation, longer ones made up.

up to 4 ms       a model of the 50 ms on either side
up to 40 ms      where a model of one side foresees the other as well as its own: a model of 200 ms on either side
                 elsewhere: of 50 ms, with time bent to what glides
beyond           taken from where it sounds alike
"""

from collections.abc import Callable

import numpy as np

from models.sound.inpainting_linear import Signal, continued, interpolated, predictor, residual
from models.sound.inpainting_patches import Wave, made_up
from models.sound.inpainting_warp import glided

SHORT_S = 0.04
"""Up to here a part can be told from what is around it; beyond, it is made up."""
AROUND_S = 10.0
"""How much on either side a long part is made of."""
CONTEXT_S, STEADY_CONTEXT_S = 0.05, 0.2
"""How much on either side a short one is, of what changes and of what does not."""
LOOK_S = (0.01, 0.02)
"""How far back each sample of the model looks, for the shortest and the longest of the short ones."""
STEADY_LOOK_S = 0.06
"""The same for what does not change."""
GLIDING_S = 0.004
"""From here on it matters how a sound changes."""
STEADY_DB, COMPARED_S = 4.0, 0.15
"""A sound is steady where a model of one side leaves so little more of the other unforeseen than that side's own; and
how much on either side is compared."""
MOST, MOST_STEADY = 1000, 2500
"""Samples that a model looks back at most."""


def filled(wave: Wave, start: int, end: int, rate: int, alive: Callable[[], None]) -> Wave:
    """What belongs from `start` to `end` of shape (n, channels): shape (end - start, channels).

    Args:
        alive: called a few times a second; what it raises passes through.
    """
    alive()
    around = round((STEADY_CONTEXT_S if end - start <= SHORT_S * rate else AROUND_S) * rate)
    first = max(0, start - around)
    near = wave[first : end + around]
    if end - start > SHORT_S * rate:
        return made_up(near, start - first, end - first, rate, alive)
    made = list[Signal]()
    for channel in near.T:
        alive()
        made.append(_short(channel, (start - first, end - first), rate, alive))
    return np.stack(made, axis=1)


def _short(x: Signal, part: tuple[int, int], rate: int, alive: Callable[[], None]) -> Signal:
    """One channel; at an edge of the recording the wave goes on from the other side."""
    start, end = part
    if not x[:start].any() and not x[end:].any():
        return np.zeros(end - start)
    if end - start >= GLIDING_S * rate and _is_steady(x, start, end, rate):
        return interpolated(x, start, end, min(MOST_STEADY, round(STEADY_LOOK_S * rate)))
    context = round(CONTEXT_S * rate)
    first = max(0, start - context)
    x, start, end = x[first : end + context], start - first, end - first
    order = min(MOST, round(rate * float(np.interp((end - start) / rate, (0.005, 0.02), LOOK_S))))
    order = max(1, min(order, (len(x) - (end - start)) // 3))
    if start < order:
        return continued(x[end:][::-1], end - start, order)[::-1]
    if len(x) - end < order:
        return continued(x[:start], end - start, order)
    if end - start < GLIDING_S * rate:
        return interpolated(x, start, end, order)
    return glided(x, (start, end), order, rate, alive)


def _is_steady(x: Signal, start: int, end: int, rate: int) -> bool:
    """Whether it sounds on one side as it does on the other."""
    compared, order = round(COMPARED_S * rate), min(MOST, round(LOOK_S[1] * rate))
    if min(start, len(x) - end) < compared:
        return False
    sides = x[start - compared : start], x[end : end + compared]
    models = [predictor(side * np.hanning(compared), order) for side in sides]
    left, right = ([float(np.mean(residual(side, a)[order:] ** 2)) + 1e-15 for a in models] for side in sides)
    return float(5 * np.log10(left[1] / left[0] * right[0] / right[1])) < STEADY_DB
