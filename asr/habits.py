"""How long one speaker pauses within turns, learned while they speak."""

from collections.abc import Sequence

CUT_OFF_S = 1.2
"""Who begins to speak again so soon after a turn had not been done with it."""
LEARNING = 0.3
"""How much a turn counts against those before it."""


class Habits:
    """A moving average over the turns of one conversation. Times are seconds into the microphone stream.

    turn     ████▁▁██████▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁████▁▁▁
                 0.3     taken  0.6 s
    learned                      0.3  0.6: the turn had been taken too early
    """

    def __init__(self) -> None:
        self.pause_s = 0.0
        """How long this speaker's longest pause within a turn tends to be."""
        self._ended: float | None = None

    def began(self, onset: float) -> None:
        """A turn began."""
        if self._ended is not None and (gap := onset - self._ended) < CUT_OFF_S:
            self._learn(gap)

    def ended(self, at: float, pauses: Sequence[float]) -> None:
        """A turn was taken; its last speech lies at a time, and there were pauses in it."""
        self._ended = at
        self._learn(max(pauses, default=0.0))

    def _learn(self, pause_s: float) -> None:
        self.pause_s += LEARNING * (pause_s - self.pause_s)
