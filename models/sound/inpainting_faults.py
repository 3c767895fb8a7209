"""Faults that can be found without being told where: clicks, and places where the sound drops out.

A click stands out of what an autoregressive model says of a sample from both its sides (Godsill and Rayner, "Digital
Audio Restoration", 1998, chapter 5), alone, as glottal pulses come in rows; it is over at once, and what comes after it
is as loud as what was before: the burst of a "t" is neither.
A dropout is a run of zeros between sounds, with edges; a pause fades.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.sound.inpainting_linear import FLOOR, RIDGE, Signal

Mask: TypeAlias = NDArray[np.bool_]
Kind: TypeAlias = Literal["clicks", "dropouts"]

FRAME_S, MODEL_S = 0.03, 0.06
"""How much is judged by one model, and how much that is made of."""
OUTSTANDING, ALONE = 10.0, 2.0
"""A click's residual is so many times the usual one, and so many times any other near it."""
CORE_S, BURST_S, BRIEF = (0.0003, 0.0007), 0.004, 0.75
"""Around its middle, against 4 ms on either side: where so much of its power lies."""
BESIDE_S, EVEN = (0.001, 0.01), 0.3
"""How far from it the power before and after is compared, and how much there is before, at least, of that after."""
LOUD = 0.004
"""The smallest residual of a click, of full scale."""
NEAR_S, WIDE_S, GUARD_S = 0.02, 0.0015, 0.00015
"""Where other residuals are looked for; how far a click may reach from its middle; what is added on both sides."""
EDGE = 0.12
"""Of its largest residual: where a click ends."""

DROPPED_S = (0.001, 2.0)
"""The shortest and the longest dropout."""
SIDE_S, ABRUPT_S = 0.02, 0.003
"""How much beside a dropout tells how loud it is there, and how much how it breaks off."""
ABRUPT = 0.2
"""What is beside the edge has at least this much of the level around."""
AUDIBLE = 16
"""Steps of the file's resolution that the sound beside a dropout has at least."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to be repaired, in samples."""

    kind: Kind
    start: int
    end: int
    channel: int


def dropouts(x: Signal, rate: int, step: float, channel: int) -> Iterator[Fault]:
    """Runs of zeros inside the sound of one channel.

    Args:
        step: the distance between two values of the file.
    """
    shortest, longest = (round(s * rate) for s in DROPPED_S)
    for start, end in runs(np.abs(x) <= 1.01 * step):
        if max(8, shortest) <= end - start <= longest and start > 0 and end < len(x):
            sides = x[max(0, start - round(SIDE_S * rate)) : start][::-1], x[end : end + round(SIDE_S * rate)]
            if all(_breaks_off(side, round(ABRUPT_S * rate), step) for side in sides):
                yield Fault("dropouts", start, end, channel)


def _breaks_off(side: Signal, near: int, step: float) -> bool:
    """Whether a sound, read from its edge, has an edge."""
    level = float(np.sqrt(np.mean(side**2)))
    return level >= AUDIBLE * step and float(np.abs(side[:near]).max()) >= ABRUPT * level


def clicks(x: Signal, rate: int, channel: int) -> Iterator[Fault]:
    """Clicks of up to 3 ms in one channel, shape (n,)."""
    ahead, between = _residuals(x, rate)
    found = np.abs(between)
    usual = _usual(found, round(FRAME_S * rate))
    wide, near = round(WIDE_S * rate), round(NEAR_S * rate)
    after = 0
    for peak in _peaks(found, (found > OUTSTANDING * usual) & (found > LOUD), wide):
        if peak < after or not _alone(found, peak, wide, near) or not _brief(ahead, peak, rate):
            continue
        start, end = _extent(found, peak, max(EDGE * found[peak], 3 * usual[peak]), wide)
        guard = max(1, round(GUARD_S * rate))
        after = min(len(x), end + guard)
        yield Fault("clicks", max(0, start - guard), after, channel)


def _brief(ahead: Signal, peak: int, rate: int) -> bool:
    """Whether what is not foreseen is over at once, and all is as before."""

    def power(start_s: float, end_s: float) -> float:
        return float(np.sum(ahead[max(0, peak + round(start_s * rate)) : max(0, peak + round(end_s * rate) + 1)] ** 2))

    near, far = BESIDE_S
    brief = power(-CORE_S[0], CORE_S[1]) > BRIEF * power(-BURST_S, BURST_S)
    return brief and power(-far, -near) >= EVEN * power(2 * near, near + far)


def _peaks(found: Signal, loud: Mask, wide: int) -> Iterator[int]:
    """The largest of each group of residuals that are loud."""
    at = np.flatnonzero(loud)
    for group in np.split(at, np.flatnonzero(np.diff(at) > wide) + 1):
        if len(group):
            yield int(group[np.argmax(found[group])])


def _alone(found: Signal, peak: int, wide: int, near: int) -> bool:
    """Whether there is nothing like it before or after."""
    others = found[max(0, peak - near) : max(0, peak - wide)], found[peak + 2 * wide : peak + near]
    return all(found[peak] > ALONE * other.max(initial=0.0) for other in others)


def _extent(found: Signal, peak: int, least: float, wide: int) -> tuple[int, int]:
    first = max(0, peak - wide)
    over = np.flatnonzero(found[first : peak + wide] > least)
    return first + int(over[0]), first + int(over[-1]) + 1


def _usual(found: Signal, size: int) -> Signal:
    """The size of a usual residual around each sample: shape (n,)."""
    count = -(-len(found) // size)
    rows = np.pad(found, (0, count * size - len(found)), mode="edge").reshape(count, size)
    deviation = np.median(rows, axis=1) / 0.6745
    both = np.maximum(deviation, np.minimum(np.roll(deviation, 1), np.roll(deviation, -1)))
    return np.repeat(both, size)[: len(found)] + FLOOR


def _residuals(x: Signal, rate: int) -> tuple[Signal, Signal]:
    """What models of `MODEL_S` each do not foresee of a sample by those before it, and by those on both sides of it;
    shape (n,) each."""
    size, order = round(FRAME_S * rate), 8 + rate // 1500
    around = (round(MODEL_S * rate) - size) // 2
    count, lead = -(-len(x) // size), max(around, order)
    padded = np.pad(x, (lead, count * size - len(x) + lead))
    rows = np.lib.stride_tricks.sliding_window_view(padded[lead - around :], size + 2 * around)[::size][:count]
    a = _predictors(rows * np.hanning(size + 2 * around), order)
    b = _autocorrelations(a, order)
    beside = np.lib.stride_tricks.sliding_window_view(padded[lead - order :], size + 2 * order)[::size][:count]
    ahead, between = np.zeros((count, size)), np.zeros((count, size))
    for k in range(order + 1):
        before, after = beside[:, order - k : order - k + size], beside[:, order + k : order + k + size]
        ahead += a[:, k : k + 1] * before
        between += b[:, k : k + 1] * (before + after if k else before)
    return ahead.reshape(-1)[: len(x)], (between / np.sqrt(b[:, :1])).reshape(-1)[: len(x)]


def _predictors(rows: NDArray[np.float64], order: int) -> NDArray[np.float64]:
    """Levinson's recursion for many frames at once: shape (frames, order + 1)."""
    r = _autocorrelations(rows, order)
    r[:, 0] = r[:, 0] * (1 + 100 * RIDGE) + FLOOR * rows.shape[1]
    a = np.zeros_like(r)
    a[:, 0], error = 1.0, r[:, 0].copy()
    for i in range(1, order + 1):
        reflected = -np.sum(a[:, :i] * r[:, i:0:-1], axis=1) / error
        a[:, : i + 1] += reflected[:, None] * a[:, : i + 1][:, ::-1]
        error *= 1.0 - reflected**2
    return a


def _autocorrelations(rows: NDArray[np.float64], order: int) -> NDArray[np.float64]:
    """Of each row: shape (rows, order + 1)."""
    size = 1 << (rows.shape[1] + order).bit_length()
    return np.asarray(np.fft.irfft(np.abs(np.fft.rfft(rows, size, axis=1)) ** 2, size, axis=1)[:, : order + 1])


def runs(mask: Mask) -> Iterator[tuple[int, int]]:
    """The stretches in which it holds, each from its first sample to the one after its last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
