"""What every source is made of: short stretches of sound, each with its place in time.

layer   |-grain-|   |--grain--|
             |---grain---|          they overlap and add up; a source of any length is a stream of them
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from numpy.random import Generator

from assistant.audio import Samples

RATE = 44_100
"""Hertz; of everything that is made."""


@dataclass(frozen=True, slots=True, eq=False)
class Grain:
    """A stretch of sound."""

    at: int
    """Where it begins, in samples from the beginning of its layer; no grain begins before the one that came before."""
    samples: Samples
    """float32, shape (n,), or (n, 2) where it is wider than a point; loudness matters only within a layer."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a sound is to be."""

    force: float = 0.0
    """From -1 (light, gentle) to 1 (heavy, violent)."""
    pace: float = 1.0
    """How fast it goes on or follows itself; 1 is usual."""
    pitch: float = 1.0
    """How high it is; 1 is usual."""
    kind: str = ""
    """A variety of the source, such as "gravel" of footsteps; of music, the words it is asked for with."""
    seconds: float = 0.0
    """How long it is to be, where it has an end of its own, such as music; 0: without end."""
    again: bool = False
    """Whether it is to begin again behind that, and not to end."""


Stream: TypeAlias = Callable[[Style, Generator], Iterator[Grain]]
"""A sound that goes on without end."""
One: TypeAlias = Callable[[Style, Generator], Samples]
"""A sound that happens once: shape (n,) or (n, 2)."""


def samples_of(seconds: float) -> int:
    """How many samples that is; at least one."""
    return max(1, round(seconds * RATE))
