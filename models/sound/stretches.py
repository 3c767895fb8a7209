"""A recording of any length in stretches that overlap, for networks that answer for each of many short cells.

stretch 0  [###########|--]
stretch 1         [--|###########|--]            -- is heard for what lies beside it, and answered by another

windows of 4 cells   [----]                      a network that answers once for a whole window is asked about each
over a stretch        [----]                     that touches a cell; what they say of it together is their geometric
                       [----]                    mean, which is high only where nearly all of them hear the sound
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from models.pieces import pieces

Rows = NDArray[np.float32]
"""A row for each cell."""
LEAST = 1e-5
"""The least likelihood that is told from none."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How finely a network answers, and how much it is given."""

    rate: int
    """Hertz."""
    cell: int
    """Samples to one answer."""
    cells: int
    """Answers to a stretch; more than `margin`."""
    margin: int
    """Cells on either side of it that are heard too."""

    @property
    def cell_s(self) -> float:
        """Seconds to one answer."""
        return self.cell / self.rate


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A part of a recording."""

    samples: Samples
    """Mono float32, shape (n,), at the grid's rate."""
    before: int
    """Cells at its beginning that are another's."""
    cells: int
    """Those that are its own."""
    share: float
    """How much of the recording lies before its end, 0 to 1."""


def stretches(path: Path, grid: Grid) -> Iterator[Stretch]:
    """The stretches of a recording, its channels averaged.

    Raises:
        DataError: it cannot be read; what comes before the fault is yielded first.
    """
    held, before, share = np.zeros(0, np.float32), 0, 0.0
    for part in pieces(path, grid.cells * grid.cell_s, grid.rate, mono=True):
        held, share = np.concatenate((held, part.samples[:, 0])), part.share
        while len(held) > (before + grid.cells + grid.margin) * grid.cell:
            yield Stretch(held[: (before + grid.cells + grid.margin) * grid.cell], before, grid.cells, share)
            skipped = max(0, before + grid.cells - grid.margin)
            held, before = held[skipped * grid.cell :], before + grid.cells - skipped
    yield Stretch(held, before, -(-len(held) // grid.cell) - before, 1.0)


def seconds_of(stretch: Stretch, grid: Grid) -> float:
    """How long the part of a recording is that a stretch answers for."""
    return min(len(stretch.samples) - stretch.before * grid.cell, stretch.cells * grid.cell) / grid.rate


def levels_db(stretch: Stretch, grid: Grid) -> NDArray[np.float32]:
    """How loud each of its own cells is, in decibels of full scale: shape (cells,)."""
    own = stretch.samples[stretch.before * grid.cell :][: stretch.cells * grid.cell]
    counts = np.full(stretch.cells, grid.cell)
    counts[-1:] = len(own) - (stretch.cells - 1) * grid.cell
    padded = np.pad(own, (0, stretch.cells * grid.cell - len(own))).reshape(-1, grid.cell)
    power = np.square(padded, dtype=np.float64).sum(axis=1) / np.maximum(1, counts)
    return np.asarray(10 * np.log10(power + 1e-10), np.float32)


def windows(stretch: Stretch, grid: Grid, width: int) -> list[Samples]:
    """The windows of `width` cells that touch its own cells, in order: `cells` + `width` - 1 of them, with silence
    where the recording has not begun or is over. The margin is `width` - 1 at least."""
    lead = (width - 1 - stretch.before) * grid.cell
    sound = np.pad(stretch.samples, (max(0, lead), 0))[max(0, -lead) :]
    sound = np.pad(sound, (0, max(0, (stretch.cells + 2 * width) * grid.cell - len(sound))))
    starts = range(0, (stretch.cells + width - 1) * grid.cell, grid.cell) if stretch.cells else ()
    return [sound[start : start + width * grid.cell] for start in starts]


def agreed(likely: Rows, width: int) -> Rows:
    """What windows of `width` cells, (cells + width - 1, labels), say together of each cell: (cells, labels)."""
    return np.exp(averaged(np.log(np.maximum(likely, np.float32(LEAST))), width))


def averaged(rows: Rows, width: int) -> Rows:
    """The mean of `width` rows that follow each other, for each such run of them."""
    if len(rows) < width:
        return rows[:0]
    sums = np.cumsum(np.concatenate((np.zeros((1, rows.shape[1])), rows)), axis=0)
    return np.asarray((sums[width:] - sums[:-width]) / width, np.float32)
