"""`assistant eval capability`: how well engines do a task (section 4.3 of the paper), each beside the others.

A task has a measure, a module of its name in this package: `measure(contenders, bench)` yields a `Row` for each figure.
All contenders of a task get the same material, in one run, and what does nothing is measured beside them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from assistant.evaluation.recordings import Recordings
from models.base import Job, Made

NOTHING = "(nothing)"
"""The name of who leaves the sound as it is."""

Run: TypeAlias = Callable[[Job], Made]


@dataclass(frozen=True, slots=True)
class Contender:
    """An engine that is measured."""

    name: str
    run: Run
    """Raises EngineError where it refuses."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure."""

    engine: str
    metric: str
    value: float
    n: int
    """Of how many."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What there is to measure with."""

    recordings: Recordings
    folder: Path
    """For the sounds that are made; it goes when all is measured."""
    seed: int = 0
    limit: int | None = None
    """At most so many of each kind of material."""

    def count(self, usual: int) -> int:
        """How many of a kind to measure with: so many, unless fewer are asked for."""
        return usual if self.limit is None else min(self.limit, usual)


class Measure(Protocol):
    """Measures one task."""

    def __call__(self, contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
        """Yield the figures.

        Raises:
            DataError: the recordings that it takes are not there.
        """
