"""From the audio callback to the loop: a bounded queue, and the stream's clock.

callback thread                      loop
put(frames, at, lost) ──▶ ▢▢▢▢ ──▶ take() → AudioChunk
                           │
                           └ full: the oldest goes, and `start` jumps
"""

from collections import deque
from threading import Lock

import numpy as np

from assistant.audio import AudioChunk, Samples

REMEMBERED = 250
"""Blocks by which the clock judges; 5 s of 20 ms."""

EARLY = 0.2
"""The share of blocks that may seem to be captured too early. Most errors of a callback's time are delays."""

GAP_S = 0.5
"""A block that is later than this by the clock follows a gap, even if nobody reports one (a laptop that slept)."""


class StreamClock:
    """When a stream began, from many blocks that each know it roughly."""

    def __init__(self) -> None:
        self._origins: deque[float] = deque(maxlen=REMEMBERED)

    def note(self, position_s: float, at: float) -> None:
        """The sound `position_s` seconds into the stream was captured at loop time `at`, or a little before."""
        self._origins.append(at - position_s)

    @property
    def origin(self) -> float:
        """Loop time at which the stream began.

        A low quantile over the last seconds: delays do not move it, neither does a single block that claims to be
        early, and it follows a sound card whose second is not the computer's.
        """
        return float(np.quantile(self._origins, EARLY, method="lower")) if self._origins else 0.0

    def clear(self) -> None:
        """Begin anew."""
        self._origins.clear()


class CaptureQueue:
    """Sound on its way from one thread to another, at most `limit_s` of it. What finds no room is counted."""

    def __init__(self, rate: int, limit_s: float) -> None:
        self.rate = rate
        """Hertz."""
        self.dropped = 0
        """Samples lost so far: pushed out of the queue, or lost in the device while it ran."""
        self._limit = round(limit_s * rate)
        self._waiting: deque[AudioChunk] = deque()
        self._held = 0
        self._next = 0
        self._clock = StreamClock()
        self._open = False
        self._away = False
        self._lock = Lock()

    def put(self, samples: Samples, at: float, lost: bool = False) -> None:
        """Append mono float32, shape (n,), captured from loop time `at` on, `lost` if samples are missing before it.

        Until somebody listens it is ignored: it is not part of the stream.
        """
        with self._lock:
            if not self._open or not len(samples):
                return
            self._skip_gap(at, lost)
            self._clock.note(self._next / self.rate, at)
            self._waiting.append(AudioChunk(samples, self.rate, self._next))
            self._next += len(samples)
            self._held += len(samples)
            while self._held > self._limit:
                self.dropped += self._drop_oldest()

    def take(self) -> AudioChunk | None:
        """The oldest chunk that waits, or None."""
        with self._lock:
            if not self._waiting:
                return None
            chunk = self._waiting.popleft()
            self._held -= len(chunk.samples)
            return chunk

    def start(self) -> None:
        """Begin a stream: its first sample is the next that is put."""
        with self._lock:
            self._waiting.clear()
            self._clock.clear()
            self._held = self._next = 0
            self._open = True

    def stop(self) -> None:
        """Ignore what is put from now on."""
        with self._lock:
            self._open = False

    def captured_at(self, at: float) -> float:
        """Loop time at which the sound `at` seconds into the stream was captured."""
        with self._lock:
            return self._clock.origin + at

    def expect_gap(self) -> None:
        """The device was away: the next block tells anew where the stream has got to."""
        with self._lock:
            self._away = True

    def _skip_gap(self, at: float, lost: bool) -> None:
        """Let positions jump over what was not captured, so that they keep telling the time."""
        late = at - self._clock.origin - self._next / self.rate
        away, self._away = self._away or late > GAP_S, False
        missing = round(max(late, 0.0) * self.rate) if self._next and (away or lost) else 0
        self._next += missing
        if away or lost:
            self._clock.clear()  # a device that was opened again may be slower than it was
        if lost and not away:
            self.dropped += max(missing, 1)  # the device does not tell how many

    def _drop_oldest(self) -> int:
        count = len(self._waiting.popleft().samples)
        self._held -= count
        return count
