"""Interpolation of what glides: time is bent until the pitch stands still, as far as that makes the sound more regular.

    as it sounds     ∿∿∿∿∿∿wwww░░░░wwwvvvvv        t
    with time bent   ∿∿∿∿∿∿∿∿∿∿░░░░∿∿∿∿∿∿∿∿        t + bend * t² / 2, from the middle of the gap

A model of the kind of `inpainting_linear` foresees only what repeats itself at one pitch. What comes of several bends
is averaged; the smaller the share of the power that a model leaves unforeseen, the more it counts.
"""

from collections.abc import Callable

import numpy as np

from models.sound.inpainting_linear import Signal, modelled

BENDS = (-4.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 4.0)
"""By which part the pitch rises in a second."""
CHOOSY_S = 0.16
"""How much more the better bends count; in a long gap none can be trusted alone."""
FINER = 4
"""Values between two samples are read off a signal of this many times the rate."""
BESIDE = 64
"""Samples on both sides against ringing."""


def glided(x: Signal, part: tuple[int, int], order: int, rate: int, alive: Callable[[], None]) -> Signal:
    """What belongs from one sample to another, with sound on both sides: shape (end - start,). What is there is not
    used.

    Args:
        alive: called many times a second; what it raises passes through.
    """
    start, end = part
    straight = modelled(x, start, end, order)
    filled = x.copy()
    filled[start:end] = straight.samples
    made, unforeseen = [straight.samples], [straight.unforeseen]
    for bend in BENDS:
        alive()
        if abs(bend) * len(x) / rate < 1:  # else time would turn back
            samples, share = _bent(filled, part, order, bend / rate)
            made.append(samples)
            unforeseen.append(share)
    shares = np.maximum(unforeseen, 1e-12)
    counts = (shares.min() / shares) ** (CHOOSY_S * rate / (end - start))
    return np.asarray(counts @ np.stack(made) / counts.sum())


def _bent(x: Signal, part: tuple[int, int], order: int, bend: float) -> tuple[Signal, float]:
    """The part as it is made with time bent, and the share of the power that the model did not foresee."""
    start, end = part
    middle = (start + end) / 2
    time = np.arange(len(x)) - middle
    bent = time + bend * time**2 / 2
    grid = np.arange(int(np.ceil(bent[0])), int(np.floor(bent[-1])) + 1)
    steady = _read(x, (np.sqrt(1 + 2 * bend * grid) - 1) / bend + middle)
    first, last = int(np.floor(bent[start])) - grid[0], int(np.ceil(bent[end - 1])) + 1 - grid[0]
    made = modelled(steady, first, last, order, known=True)
    steady[first:last] = made.samples
    return _read(steady, bent[start:end] - grid[0]), made.unforeseen


def _read(x: Signal, places: Signal) -> Signal:
    """The signal between its samples, shape (len(places),)."""
    padded = np.pad(x, BESIDE, mode="edge")
    spectrum = np.fft.rfft(padded)
    size = len(padded) * FINER
    finer = np.fft.irfft(FINER * spectrum, size)
    return np.asarray(np.interp((places + BESIDE) * FINER, np.arange(size), finer))
