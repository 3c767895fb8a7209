"""Recording on request: what the microphone hears, speech or not.

microphone  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
loudspeaker       "I am recording."▁▁▁▁▁▁▁▁▁▁▁▁
record      asked ········ ├─────── seconds ──────┤  or to the second at which "stop" began
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from assistant.audio import AudioChunk, Samples
from assistant.errors import DeviceError
from assistant.resample import resample

QUIET_S = 0.1
"""For how long nothing must have been said by the assistant before it begins."""
PATIENCE_S = 10.0
"""After this much of the stream it begins in any case."""
STALLED_S = 5.0
"""A microphone that gives nothing for so long is not there."""


@dataclass(slots=True, eq=False)
class _Take:
    """A recording on its way."""

    seconds: float
    stop: "asyncio.Future[float]"
    done: "asyncio.Future[None]"
    chunks: list[AudioChunk] = field(default_factory=list)
    asked_at: float | None = None
    """Second of the stream from which it waits for quiet."""
    quiet_s: float = 0.0
    came: int = 0
    """How many pieces of the stream came since it was asked for."""

    @property
    def ends_at(self) -> float:
        """The second of the stream at which it ends, as far as is known."""
        due = self.chunks[0].start / self.chunks[0].rate + self.seconds if self.chunks else float("inf")
        return min(due, self.stop.result()) if self.stop.done() and not self.stop.cancelled() else due


class Recorder:
    """Takes the microphone's stream as it comes, and keeps what is asked for."""

    def __init__(self, busy: Callable[[], bool] = lambda: False) -> None:
        self.busy = busy
        """Whether an answer is on its way, or the loudspeaker sounds; a recording waits for the end of it."""
        self._takes: list[_Take] = []

    @property
    def recording(self) -> bool:
        """Whether anything is being recorded, or is about to be."""
        return bool(self._takes)

    def push(self, chunk: AudioChunk) -> None:
        """Take the next piece of the stream; costs nothing while nobody records."""
        for take in self._takes:
            self._push(take, chunk)

    async def record(self, seconds: float, stop: "asyncio.Future[float]") -> tuple[Samples, int]:
        """Record for `seconds`, or until the second of the stream that `stop` brings: float32 of shape (n,), and its
        rate in hertz. It begins once the assistant is quiet.

        Raises:
            DeviceError: the microphone gives nothing.
        """
        take = _Take(seconds, stop, asyncio.get_running_loop().create_future())
        stop.add_done_callback(lambda _: self._finish(take))
        self._takes.append(take)
        try:
            await self._until_done(take)
        finally:
            self._takes.remove(take)
        return _joined(take.chunks, take.ends_at)

    async def _until_done(self, take: _Take) -> None:
        """Wait for the end, as long as the microphone gives anything."""
        before = -1
        while not take.done.done():
            if take.came == before:
                raise DeviceError("I cannot record, the microphone gives no sound.")
            before = take.came
            await asyncio.wait([take.done], timeout=STALLED_S)

    def _push(self, take: _Take, chunk: AudioChunk) -> None:
        take.came += 1
        if take.asked_at is None:
            take.asked_at = chunk.ends_at
        if not take.chunks and not self._begins(take, chunk):
            return
        take.chunks.append(chunk)
        self._finish(take)

    def _begins(self, take: _Take, chunk: AudioChunk) -> bool:
        """Whether it is quiet enough to begin, or has not been for too long."""
        assert take.asked_at is not None
        take.quiet_s = 0.0 if self.busy() else take.quiet_s + chunk.seconds
        return take.quiet_s >= QUIET_S or chunk.ends_at - take.asked_at > PATIENCE_S

    def _finish(self, take: _Take) -> None:
        """End it where all of it is there; one that was stopped gets nothing more."""
        ended = take.chunks and take.chunks[-1].ends_at >= take.ends_at - 1e-9
        if (ended or take.stop.done()) and not take.done.done():
            take.done.set_result(None)


def _joined(chunks: list[AudioChunk], ends_at: float) -> tuple[Samples, int]:
    """A stream up to a second of it; where its rate changed on the way, all of it at the highest."""
    if not chunks:
        return np.zeros(0, np.float32), 0
    highest = max(chunk.rate for chunk in chunks)
    runs = [
        resample(np.concatenate([chunk.samples for chunk in run]), rate, highest)
        for rate, run in ((rate, list(run)) for rate, run in groupby(chunks, key=lambda chunk: chunk.rate))
    ]
    first = chunks[0].start / chunks[0].rate
    whole = np.concatenate(runs)
    length = round((ends_at - first) * highest) if ends_at != float("inf") else len(whole)
    return whole[: max(0, length)], highest
