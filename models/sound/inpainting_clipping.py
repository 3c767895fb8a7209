"""Clipped sound: where the wave was cut off, and what its peaks must have been.

      ╭╌╌╌╮
 ╭────┴───┴────╮ level        several samples in a row at the highest value there is, with steep ways in and out
╱               ╲
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.sound.inpainting_faults import Mask, runs
from models.sound.inpainting_linear import Signal, autocorrelation, predictor

FLAT = 3
"""Samples in a row at the level, at least once more often than by chance."""
OFTEN = 3
"""How many such runs there must be."""
TOLERANCE = 1e-4
"""How far below the level a sample may be, relative to it."""
STEEP = 8.0
"""The way into a flat top is so many tolerances high."""
LOUD = 0.02
"""No level below this one is looked for."""
BLOCK, CONTEXT_S = 2048, 0.02
"""Samples that are worked on at once, and seconds around."""
LOOK_S = 0.002
"""How far back the model looks."""
ROUNDS, STEPS = 3, 3
"""How often the model is made anew, and how often the peaks are for one model."""
HIGHEST = 4.0
"""Times the level; no peak is made higher."""


@dataclass(slots=True)
class Level:
    """The highest value of one sign in one channel, found as the sound comes in."""

    sign: float
    step: float
    top: float = 0.0
    flats: int = 0

    def push(self, x: Signal) -> None:
        """Take note of more of it, shape (n,)."""
        y = self.sign * x
        highest = float(y.max(initial=0.0))
        if highest > self.top + self.tolerance:
            self.top, self.flats = highest, 0
        if self.top >= LOUD and highest >= self.top - self.tolerance:
            self.flats += sum(self._is_flat(y, start, end) for start, end in runs(y >= self.top - self.tolerance))

    @property
    def tolerance(self) -> float:
        """How far below the level a sample counts as being at it."""
        return max(1.01 * self.step, TOLERANCE * self.top)

    @property
    def clipped(self) -> bool:
        """Whether the wave is cut off there."""
        return self.flats >= OFTEN

    def at(self, x: Signal) -> Mask:
        """Which samples are cut off, shape (n,)."""
        mask = self.sign * x >= self.top - self.tolerance
        return mask if self.clipped else np.zeros(len(x), bool)

    def _is_flat(self, y: Signal, start: int, end: int) -> bool:
        if end - start < FLAT or start == 0 or end == len(y):
            return False
        return bool(self.top - max(y[start - 1], y[end]) > STEEP * self.tolerance)


@dataclass(slots=True)
class Levels:
    """Both levels of every channel."""

    channels: int
    step: float
    levels: list[tuple[Level, Level]] = field(init=False)

    def __post_init__(self) -> None:
        self.levels = [(Level(1.0, self.step), Level(-1.0, self.step)) for _ in range(self.channels)]

    def push(self, samples: NDArray[np.float64]) -> None:
        """Take note of more of the sound, shape (n, channels)."""
        for x, both in zip(samples.T, self.levels, strict=True):
            for level in both:
                level.push(x)

    @property
    def clipped(self) -> bool:
        """Whether any is clipped."""
        return any(level.clipped for both in self.levels for level in both)


def unclipped(
    x: Signal, part: tuple[int, int], levels: tuple[Level, Level], rate: int, alive: Callable[[], None]
) -> tuple[Signal, int]:
    """One channel with the peaks, in a part of it, that a model of their surroundings asks for, never lower than they
    were cut: shape (n,), and how many flat tops were given one.

    Args:
        alive: called many times a second; what it raises passes through.
    """
    high, low = (level.at(x) for level in levels)
    made, count = x.copy(), sum(1 for _ in runs((high | low)[part[0] : part[1]]))
    context = round(CONTEXT_S * rate)
    for start in range(*part, BLOCK):
        end = min(part[1], start + BLOCK)
        if not (high | low)[start:end].any():
            continue
        alive()
        first, last = max(0, start - context), min(len(x), end + context)
        inside = np.zeros(last - first, bool)
        inside[start - first : end - first] = True
        bound = np.where(high, 1.0, np.where(low, -1.0, 0.0))[first:last] * np.abs(x[first:last])
        made[start:end] = _raised(made[first:last], bound * inside, round(LOOK_S * rate) + 8)[inside]
    return made, count


def _raised(x: Signal, bound: Signal, order: int) -> Signal:
    """The samples with a bound put where the residual is smallest, but not short of it."""
    y = x.copy()
    lost = np.flatnonzero(bound)
    window = np.hanning(len(y) + 2)[1:-1]
    sign, least = np.sign(bound[lost]), np.abs(bound[lost])
    for _ in range(ROUNDS):
        b = autocorrelation(predictor(y * window, min(order, len(y) // 3)), min(order, len(y) // 3))
        free = np.ones(len(lost), bool)
        for _ in range(STEPS):
            y[lost[~free]] = (sign * least)[~free]
            y[lost[free]] = _smoothest(y, lost[free], b)
            short = free & (sign * y[lost] < least)
            if not short.any():
                break
            free &= ~short
        y[lost] = sign * np.clip(sign * y[lost], least, HIGHEST * least)
    return y


def _smoothest(y: Signal, lost: NDArray[np.intp], b: Signal) -> Signal:
    """The lost samples, wherever they are, that leave the smallest residual: shape (len(lost),)."""
    known = y.copy()
    known[lost] = 0.0
    pull = np.convolve(known, np.concatenate((b[:0:-1], b)))[len(b) - 1 :][lost]
    apart = np.abs(lost[:, None] - lost[None, :])
    matrix = np.where(apart < len(b), b[np.minimum(apart, len(b) - 1)], 0.0)
    return _solved(matrix, -pull, len(b))


def _solved(matrix: NDArray[np.float64], right: Signal, width: int) -> Signal:
    """The solution of a system that is symmetric, positive definite, and zero `width` beside its diagonal or nearer:
    shape (n,). By elimination row by row: at this size LAPACK's threads cost many times what they save."""
    left, x = matrix.copy(), right.copy()
    for i in range(len(x)):
        below = slice(i + 1, i + width)
        share = left[below, i] / left[i, i]
        left[below, below] -= share[:, None] * left[i, below]
        x[below] -= share * x[i]
    for i in range(len(x) - 1, -1, -1):
        below = slice(i + 1, i + width)
        x[i] = (x[i] - left[i, below] @ x[below]) / left[i, i]
    return x
