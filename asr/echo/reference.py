"""What was written to the loudspeaker, by the time at which it sounds.

audio thread                        loop
note(block, rate, sounds_at) ─▶ ▢▢▢ ─▶ 16 kHz ─▶ the last seconds, as one stretch ─▶ read(positions)
"""

from collections import deque
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from asr.echo.fractional import AFTER, BEFORE, between
from assistant.audio import RATE, AudioChunk, Samples
from assistant.resample import Resampler

KEPT_S = 4.0
WAITING = 500
"""Blocks that may wait to be fetched: 10 s of 20 ms."""
REMEMBERED = 250
"""Blocks by which the clock judges."""
GAP_S = 0.1
"""A block that sounds so much later than it should follows a gap: the device was away."""
QUIET = 1e-5
"""Amplitude below which nothing sounds."""


class Reference:
    """The loudspeaker's sound at `RATE`. Positions count its samples since the beginning, gaps included."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Samples, int, float]] = deque(maxlen=WAITING)
        self._lock = Lock()
        self._resampler = Resampler(RATE)
        self._source = 0
        self._pushed = 0
        self._origins: deque[float] = deque(maxlen=REMEMBERED)
        self._stretch: Samples = np.zeros(0, np.float32)
        self.ends = 0
        """The position behind the last sample there is."""
        self.loud_until = 0
        """The position behind the last sample that could be heard."""
        self.jumps = 0
        """How often the stream began anew."""

    def note(self, samples: Samples, rate: int, sounds_at: float) -> None:
        """A block was written, mono float32 of shape (n,), which sounds at loop time `sounds_at`. Any thread."""
        with self._lock:
            self._waiting.append((samples, rate, sounds_at))

    def fetch(self) -> None:
        """Take in what was written by now."""
        with self._lock:
            blocks, self._waiting = self._waiting, deque(maxlen=WAITING)
        for samples, rate, sounds_at in blocks:
            self._take_in(samples, rate, sounds_at)
        self._stretch = self._stretch[-round(KEPT_S * RATE) :]

    def position_at(self, time: float) -> float | None:
        """The position that sounds at a loop time; None where nothing was written yet."""
        return (time - float(np.median(self._origins))) * RATE if self._origins else None

    def read(self, positions: NDArray[np.float64]) -> Samples:
        """The sound at fractional positions, shape (n,); silence where there is none, or none any more."""
        first = self.ends - len(self._stretch)
        low, high = int(positions[0]) - BEFORE, int(positions[-1]) + AFTER + 1
        window = np.zeros(high - low, np.float32)
        start, stop = max(low, first), min(high, self.ends)
        if start < stop:
            window[start - low : stop - low] = self._stretch[start - first : stop - first]
        return between(window, positions - low)

    def _take_in(self, samples: Samples, rate: int, sounds_at: float) -> None:
        late = sounds_at - self._pushed / rate - float(np.median(self._origins)) if self._origins else 0.0
        if rate != self._source or abs(late) > GAP_S:
            self._begin_anew(rate, sounds_at)
        self._origins.append(sounds_at - self._pushed / rate)
        self._append(self._resampler.push(AudioChunk(samples, rate, self._pushed)))
        self._pushed += len(samples)

    def _begin_anew(self, rate: int, sounds_at: float) -> None:
        """The stream jumped, in time or in rate: what comes is placed by what the device tells of it."""
        self._source = rate
        self._pushed = round(max(0.0, sounds_at) * rate)
        self._origins.clear()
        self._stretch = np.zeros(0, np.float32)
        self.ends = self.loud_until = round(self._pushed * RATE / rate)
        self.jumps += 1

    def _append(self, chunk: AudioChunk) -> None:
        self._stretch = np.concatenate((self._stretch, chunk.samples))
        loud = np.flatnonzero(np.abs(chunk.samples) > QUIET)
        if len(loud):
            self.loud_until = self.ends + int(loud[-1]) + 1
        self.ends += len(chunk.samples)
