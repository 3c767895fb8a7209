"""Autoregressive interpolation: samples that are lost, from those around them (Janssen, Veldhuis and Vries, "Adaptive
interpolation of discrete-time signals that can be modeled as autoregressive processes", 1986).

    known ───────╮  lost  ╭─────── known        1. a model of the stretch as it stands, weighted towards the loss
                 ╰╌╌╌╌╌╌╌╌╯                     2. the samples that leave the model the smallest residual, and again

All of it in double precision, one channel at a time.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Signal: TypeAlias = NDArray[np.float64]
"""Shape (n,)."""

RIDGE = 1e-7
"""White noise that a model reckons with, relative to the signal's power; it keeps the equations solvable."""
FLOOR = 1e-14
"""The same, absolute."""
ROUNDS = 3
"""How often a gap is filled anew by the model of what it was filled with."""


def autocorrelation(x: Signal, order: int) -> Signal:
    """Its first `order` + 1 values, shape (order + 1,)."""
    size = 1 << (len(x) + order).bit_length()
    spectrum = np.fft.rfft(x, size)
    return np.asarray(np.fft.irfft(np.abs(spectrum) ** 2, size)[: order + 1])


def levinson(r: Signal) -> Signal:
    """The predictor of an autocorrelation: shape (order + 1,), the first 1, so that `sum(a[k] * x[n - k])` is small."""
    a = np.zeros(len(r))
    a[0], error = 1.0, r[0]
    for i in range(1, len(r)):
        reflected = -(a[:i] @ r[i:0:-1]) / error
        a[: i + 1] += reflected * a[: i + 1][::-1]
        error *= 1.0 - reflected**2
    return a


def predictor(x: Signal, order: int) -> Signal:
    """An autoregressive model of a stretch that is windowed already: shape (order + 1,)."""
    return levinson(_regular(x, order))


def _regular(x: Signal, order: int) -> Signal:
    """The autocorrelation, with a little white noise."""
    r = autocorrelation(x, order)
    r[0] = r[0] * (1 + RIDGE) + FLOOR * len(x)
    return r


def weights(length: int, start: int, end: int) -> Signal:
    """How much each sample of a stretch counts: rising to what is lost from `start` to `end`, shape (length,).

    ▁▂▄▆█│██████│█▆▄▂▁
    """
    rise = np.sin(np.arange(1, start + 1) / (start + 1) * np.pi / 2) ** 2
    fall = np.sin(np.arange(1, length - end + 1) / (length - end + 1) * np.pi / 2) ** 2
    return np.concatenate((rise, np.ones(end - start), fall[::-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Modelled:
    """What a model put into a gap."""

    samples: Signal
    unforeseen: float
    """The share of the power that the model did not foresee, 0 to 1."""


def modelled(x: Signal, start: int, end: int, order: int, *, known: bool = False) -> Modelled:
    """What belongs from `start` to `end`, with sound on both sides. What is there is used only where it is `known`
    roughly, to begin with."""
    filled = x.copy()
    filled[start:end] *= known
    window = weights(len(x), start, end)
    unforeseen = 1.0
    for _ in range(ROUNDS):
        r = _regular(filled * window, order)
        a = levinson(r)
        unforeseen = float(a @ r / r[0])
        filled[start:end] = smoothest(filled, start, end, a)
    return Modelled(filled[start:end], unforeseen)


def interpolated(x: Signal, start: int, end: int, order: int) -> Signal:
    """The samples of `modelled`: shape (end - start,)."""
    return modelled(x, start, end, order).samples


def smoothest(x: Signal, start: int, end: int, a: Signal) -> Signal:
    """The samples from `start` to `end` that leave the predictor `a` the smallest residual: equation (10) of the
    paper, whose matrix is Toeplitz where one stretch is lost. Shape (end - start,)."""
    order, lost = len(a) - 1, end - start
    b = autocorrelation(a, order)
    first, last = max(0, start - order), min(len(x), end + order)
    known = x[first:last].copy()
    known[start - first : end - first] = 0.0
    pull = _convolved(known, np.concatenate((b[:0:-1], b)))[order + start - first :][:lost]
    column = np.zeros(lost)
    column[: min(lost, order + 1)] = b[:lost]
    return toeplitz_solved(column, -pull)


def toeplitz_solved(column: Signal, right: Signal) -> Signal:
    """The solution of a symmetric Toeplitz system that is positive definite, by Levinson's recursion, in the square of
    its size: shape (n,).

    Args:
        column: the first of the matrix, shape (n,).
        right: the other side, shape (n,).
    """
    a, solved = np.zeros(len(column)), np.zeros(len(column))
    a[0], error = 1.0, column[0]
    solved[0] = right[0] / error
    for i in range(1, len(column)):
        back = column[i:0:-1]
        reflected = -(a[:i] @ back) / error
        a[: i + 1] += reflected * a[: i + 1][::-1]
        error *= 1.0 - reflected**2
        solved[: i + 1] += (right[i] - solved[:i] @ back) / error * a[: i + 1][::-1]
    return solved


def continued(x: Signal, length: int, order: int) -> Signal:
    """How `x` goes on for `length` samples, going by its end: shape (length,)."""
    order = min(order, len(x) // 2)
    if order < 1 or not x.any():
        return np.zeros(length)
    a = predictor(x * np.sin(np.arange(1, len(x) + 1) / len(x) * np.pi / 2) ** 2, order)
    made = np.concatenate((x[len(x) - order :], np.zeros(length)))
    backwards = -a[:0:-1]
    for at in range(order, order + length):
        made[at] = backwards @ made[at - order : at]
    return made[order:]


def residual(x: Signal, a: Signal) -> Signal:
    """What a predictor does not foresee, shape (n,); the first values lack their past."""
    return _convolved(x, a)[: len(x)]


def _convolved(x: Signal, y: Signal) -> Signal:
    size = 1 << (len(x) + len(y)).bit_length()
    return np.asarray(np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(y, size), size)[: len(x) + len(y) - 1])
