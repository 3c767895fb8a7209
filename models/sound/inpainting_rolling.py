"""A recording on its way from one file into another, with as much of it at hand as is worked on.

source ─▶ │▒▒▒▒ at hand ▒▒▒▒│ ─▶ copy          what is put in its place while it is at hand is what is copied
        read              forgotten
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from models.base import Report
from models.sound.inpainting_patches import Wave
from models.sound.inpainting_samples import Copy, Format, Stored, blocks


class Rolling:
    """Positions are samples from the beginning of the recording."""

    def __init__(self, source: Path, stored: Format, copy: Copy, report: Report) -> None:
        """`copy` may be stored in another way than the source."""
        self._blocks: Iterator[Stored] = blocks(source, stored)
        self._source, self._copy, self._report = stored, copy, report
        self._here = np.zeros((0, stored.channels), copy.stored.stored(np.zeros(0)).dtype)
        self._start = 0
        self.peak = 0.0
        """The highest that was copied."""
        self.ended = False

    @property
    def end(self) -> int:
        """How far it has been read; once it has ended, how long it is."""
        return self._start + len(self._here)

    def reach(self, position: int) -> None:
        """Read as far as that, or to the end.

        Raises:
            DataError: it is broken.
            JobCancelled: it is no longer wanted.
        """
        came = [self._here]
        end = self.end
        while end < position and not self.ended:
            self.alive(end)
            block = next(self._blocks, None)
            self.ended = block is None
            if block is not None:
                came.append(self._converted(block))
                end += len(block)
        self._here = np.concatenate(came) if len(came) > 1 else self._here

    def alive(self, position: int | None = None) -> None:
        """Tell how far it is.

        Raises:
            JobCancelled: it is no longer wanted.
        """
        self._report(min(0.99, (self.end if position is None else position) / self._source.frames))

    def floats(self, start: int, end: int) -> Wave:
        """What is at hand of a stretch, shape (n, channels)."""
        return self._copy.stored.floats(self._here[max(0, start - self._start) : max(0, end - self._start)])

    def put(self, start: int, wave: Wave, channels: Sequence[int] | None = None) -> None:
        """Put shape (n, channels) in the place of what is there, in all channels or some."""
        at = start - self._start
        chosen = list(range(self._source.channels)) if channels is None else list(channels)
        self._here[at : at + len(wave), chosen] = self._copy.stored.stored(wave[:, chosen])

    def forget(self, position: int) -> None:
        """Copy what is before it, and let go of it.

        Raises:
            DataError: the disk is full.
        """
        count = min(max(0, position - self._start), len(self._here))
        if count:
            gone, self._here = self._here[:count], self._here[count:].copy()
            self.peak = max(self.peak, float(np.abs(self._copy.stored.floats(gone)).max()))
            self._copy.write(gone)
            self._start += count

    def finish(self) -> None:
        """Copy all the rest."""
        while not self.ended:
            self.reach(self.end + 1)
            self.forget(self.end)
        self.forget(self.end)

    def _converted(self, block: Stored) -> Stored:
        other = self._copy.stored
        return block if other == self._source else other.stored(self._source.floats(block))
