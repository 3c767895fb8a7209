"""When a sound is captured or heard, told steadily though the callbacks come unsteadily.

    callbacks   |  |    ||  |     |  a callback comes late, never early
    position    0  1    23  4     5
    earliest    ╶──────────────────  now - position, the least of the last seconds: right to some 0.1 ms
    lag         ╶──╶───╶╶───╶─────  what the library says beyond that; the mean of it is believed

Sound servers interpolate what they say of their latency: PulseAudio's plugin wanders by 20 ms within seconds on a
microphone, while the earliest callbacks stay within 0.3 ms. So the callbacks tell how time passes, and what the library
says tells only how far the sound is from them, averaged over half a minute.
"""

from collections import deque

WINDOW_S = 5.0
"""By the earliest callback of this long; a sound card whose second is 0.1 ms longer than ours is followed."""

SLOW_S = 30.0
"""Time constant of the mean of what the library says."""

SETTLING = 10
"""Callbacks after a start that say nothing: buffers are being filled."""

JUMP_S = 0.25
"""A library that says something this far from what is expected has lost or waited for sound: time begins anew."""


class StreamTimer:
    """The clock of one stream, in one direction; `tell` is called once for each callback, on the library's thread."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._position = 0
        self._calls = 0
        self._at = 0.0
        self._length_s = 0.0
        self._lag = 0.0
        self._early: deque[tuple[float, float]] = deque()

    def tell(self, count: int, said: float, now: float, lost: bool = False) -> float:
        """Loop time of the first of `count` frames.

        Args:
            count: frames of this callback.
            said: that time by the library.
            now: loop time of the callback.
            lost: whether the device lost or made up sound before it.
        """
        if lost or (self._calls and abs(said - self._expected()) > JUMP_S):
            self._begin()
        at = self._steady(said, now) if self._calls >= SETTLING else said
        self._at, self._calls, self._position = at, self._calls + 1, self._position + count
        self._length_s = count / self._rate
        return at

    def _begin(self) -> None:
        self._position = self._calls = 0
        self._lag = 0.0
        self._early.clear()

    def _expected(self) -> float:
        return self._at + self._length_s

    def _steady(self, said: float, now: float) -> float:
        position_s = self._position / self._rate
        earliest = self._earliest(now, now - position_s)
        weight = max(1 / (self._calls - SETTLING + 1), self._length_s / SLOW_S)
        self._lag += (said - position_s - earliest - self._lag) * weight
        return earliest + position_s + self._lag

    def _earliest(self, now: float, origin: float) -> float:
        """The least origin of the last `WINDOW_S`; those that a later and lesser one outlives are not kept."""
        while self._early and self._early[-1][1] >= origin:
            self._early.pop()
        self._early.append((now, origin))
        while self._early[0][0] < now - WINDOW_S:
            self._early.popleft()
        return self._early[0][1]
