"""Cuts a recording into stretches that can be worked on one by one, as if it had been done at once.

 frames   ├────────────────────────────────────────────────┤
 first    ├────── CORE ──────┤ REACH │
 second          │ REACH ├────── CORE ──────┤ REACH │

Of each stretch, the frames of its core are used; what lies around is there for the network to look at.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assistant.audio import Samples
from models.speech.enhancement_frames import FRAME, HOP
from models.speech.enhancement_masks import REACH

CORE = 640
"""Frames that are used of a stretch: 10.24 s."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Samples of shape (n, channels), a whole number of hops, and which frames of them are used."""

    samples: Samples
    first: int
    """The first frame of the core, counted within the stretch."""
    count: int
    """How many frames the core has."""
    last: bool


class Stretches:
    """Samples of one recording, pushed in parts of any size."""

    def __init__(self, channels: int) -> None:
        self._held = np.zeros((HOP, channels), np.float32)  # half a frame before the beginning
        self._before = 0
        """Frames that are held and were used already."""

    def push(self, samples: Samples) -> Iterator[Stretch]:
        """The stretches that are whole by now."""
        self._held = np.concatenate((self._held, samples))
        while len(self._held) >= (self._before + CORE + REACH + 1) * HOP:
            yield self._cut(CORE, self._before + CORE + REACH, last=False)
            used = self._before + CORE
            self._before = min(used, REACH)
            self._held = self._held[(used - self._before) * HOP :]

    def finish(self) -> Stretch:
        """The rest."""
        frames = -(-len(self._held) // HOP)  # the last reaches past the end
        silence = (frames + 1) * HOP - len(self._held)
        self._held = np.pad(self._held, ((0, silence), (0, 0)))
        return self._cut(frames - self._before, frames, last=True)

    def _cut(self, count: int, frames: int, last: bool) -> Stretch:
        return Stretch(self._held[: (frames - 1) * HOP + FRAME], self._before, count, last)
