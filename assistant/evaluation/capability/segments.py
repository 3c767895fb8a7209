"""The segment-based F-score of sound event detection (Mesaros et al. 2016, "Metrics for Polyphonic Sound Event
Detection"), as the package sed_eval counts it: a sound is in a segment of a second if any of it is."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from models.base import SoundEvent

SEGMENT_S = 1.0
Marks: TypeAlias = set[tuple[str, int]]
"""A label and a segment in which it is heard."""


@dataclass(slots=True)
class Counts:
    """Segments of all recordings and labels together, "micro"."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def add(self, reference: Iterable[SoundEvent], found: Iterable[SoundEvent], seconds: float) -> None:
        """Count a recording of so many seconds."""
        there, told = marks(reference, seconds), marks(found, seconds)
        self.right += len(there & told)
        self.false += len(told - there)
        self.missed += len(there - told)

    @property
    def precision(self) -> float:
        """Of what was found, how much is there; 0 where nothing was."""
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        """Of what is there, how much was found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f_score(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / max(1, 2 * self.right + self.false + self.missed)


def marks(events: Iterable[SoundEvent], seconds: float) -> Marks:
    """The segments in which each sound is heard, as far as the recording goes."""
    last = math.ceil(seconds / SEGMENT_S)
    return {
        (event.label, segment)
        for event in events
        for segment in range(math.floor(event.start_s / SEGMENT_S), min(last, math.ceil(event.end_s / SEGMENT_S)))
    }


def within(events: Iterable[SoundEvent], labels: Collection[str]) -> list[SoundEvent]:
    """Those of some labels."""
    return [event for event in events if event.label in labels]
