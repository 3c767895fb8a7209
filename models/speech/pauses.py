"""Cuts speech of any length into stretches that a recognizer takes, at pauses.

probability of speech  ▇▇▇▇▇▁▇▇▇▇▁▁▁▁▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▁▇▇
stretches              |---------|    |-----------------|
                                                      |-------|   no pause in reach: they overlap
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assistant.audio import RATE, Samples

WINDOW = 512
"""Samples at `RATE` for each probability."""
WINDOW_S = WINDOW / RATE  # 0.032
PAUSE_S = 0.3
"""A place to cut is as quiet as this stretch around it."""
SPEECH = 0.5
"""From this probability on somebody speaks."""
MARGIN_S = 0.25
"""What is kept around speech: soft sounds at its edges that a detector passes over."""
LATER = 0.05
"""How much likelier the last place in reach is taken than the first, where both are as quiet."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a recording in which somebody speaks, in windows from its beginning."""

    start: int
    end: int
    overlaps: bool = False
    """Whether it begins with sound that the stretch before it has too."""


class Cutter:
    """Cuts one recording: what comes out depends on the probabilities alone and not on how they arrive."""

    def __init__(self, longest: int, overlap: int) -> None:
        """Stretches of at most `longest` windows, and `overlap` more where speech has to be cut."""
        self._longest = longest
        self._reach = overlap // 2
        self._speech = np.zeros(0, np.float32)
        self._at = 0
        """Where `_speech` begins, in windows of the recording."""
        self._shared = 0
        """How many of its first windows the stretch before has too."""

    @property
    def needed(self) -> int:
        """The first window of the recording that a stretch to come may have."""
        return self._at

    def push(self, speech: Samples, final: bool = False) -> Iterator[Stretch]:
        """The stretches that are certain with these probabilities too, shape (n,); with `final` all that are left."""
        self._speech = np.concatenate((self._speech, speech))
        while self._ready(final):
            cut, reach = _cut(self._speech, self._shared, self._longest, self._reach)
            if found := _spoken(self._speech[: cut + reach]):
                yield Stretch(self._at + found[0], self._at + found[1], overlaps=found[0] < self._shared)
            begin = cut - reach
            self._speech, self._at, self._shared = self._speech[begin:], self._at + begin, 2 * reach

    def _ready(self, final: bool) -> bool:
        """Whether the next place to cut is known: all of what it is looked for in is there."""
        fresh = len(self._speech) - self._shared
        return fresh > 0 if final else fresh > self._longest + self._reach


def _cut(speech: Samples, begin: int, longest: int, reach: int) -> tuple[int, int]:
    """Where the stretch from `begin` ends, and how many windows on both sides of that are shared."""
    if len(speech) - begin <= longest:
        return len(speech), 0
    width, first = max(1, round(PAUSE_S / WINDOW_S)), begin + longest // 3
    loud = np.convolve(speech[first : begin + longest], np.full(width, 1 / width), "valid")
    at = int(np.argmin(loud - LATER * np.linspace(0, 1, len(loud))))
    middle = first + at + width // 2
    paused = loud[at] < SPEECH
    return (max(first, _centred(speech[: begin + longest], middle)), 0) if paused else (middle, reach)


def _centred(speech: Samples, at: int) -> int:
    """The middle of the pause around a window, so that what is on both sides of it keeps its margin."""
    before = np.flatnonzero(speech[:at] >= SPEECH)
    after = np.flatnonzero(speech[at:] >= SPEECH)
    start = int(before[-1]) + 1 if len(before) else 0
    end = at + int(after[0]) if len(after) else len(speech)
    return (start + end) // 2


def _spoken(speech: Samples) -> tuple[int, int] | None:
    """From the first to the last speech, with a margin; None where there is none."""
    active = np.flatnonzero(speech >= SPEECH)
    if not len(active):
        return None
    margin = round(MARGIN_S / WINDOW_S)
    return max(0, int(active[0]) - margin), min(len(speech), int(active[-1]) + 1 + margin)
