"""Calls of a painter, one after the other, as one job that tells how far it is and can be cancelled."""

from assistant.audio import Samples
from models.attended import attended
from models.base import Report
from models.sound.diffusion import Known, Painter, Wish


class Work:
    """A job of so many calls."""

    def __init__(self, painter: Painter, report: Report, calls: int) -> None:
        self.painter = painter
        self._report = report
        self._calls = max(1, calls)
        self._done = 0

    def paint(self, sound: Samples, known: Known, wish: Wish) -> Samples:
        """A call; see `Painter`.

        Raises:
            JobCancelled: it is no longer wanted.
        """
        made = attended(lambda: self.painter(sound, known, wish), self.alive, self.painter.stop)
        self._done = min(self._done + 1, self._calls)
        return made

    def likeness(self, sound: Samples, text: str) -> float:
        """How well a sound goes with words.

        Raises:
            JobCancelled: it is no longer wanted.
        """
        told = self._done / self._calls
        return attended(lambda: self.painter.likeness(sound, text), lambda: self._report(told), self.painter.stop)

    def alive(self) -> None:
        """Tell how far it is.

        Raises:
            JobCancelled: it is no longer wanted.
        """
        self._report(min(0.99, (self._done + self.painter.share) / self._calls))
