"""A live microphone."""

import asyncio
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from assistant.audio import AudioChunk, mono
from assistant.devices.backend import Backend, DeviceStream, Direction, StreamFormat
from assistant.devices.capture import CaptureQueue
from assistant.devices.options import DeviceOptions
from assistant.devices.stream import LiveStream, Wanted
from assistant.stream import Stream


class LiveMicrophone:
    """Listens to a device. While the device is gone it yields nothing, and goes on when it is back."""

    def __init__(self, backend: Backend, options: DeviceOptions) -> None:
        wanted = Wanted(backend, options, Direction.INPUT)
        self.stream = LiveStream(wanted, self._open)
        self._backend = backend
        self._queue_s = options.queue_s
        self._queue = CaptureQueue(wanted.find().rate, options.queue_s)
        self._arrived = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._ended = False

    @property
    def rate(self) -> int:
        """Hertz, the device's own."""
        return self._queue.rate

    @property
    def dropped(self) -> int:
        """Samples lost so far because nobody fetched them in time, or the device overflowed."""
        return self._queue.dropped

    async def listen(self) -> Stream[AudioChunk]:
        """Yield what is captured from now on, in chunks of a block each, until the device is closed."""
        self._queue.start()
        try:
            while not self._ended:
                self._arrived.clear()
                while chunk := self._queue.take():
                    yield chunk
                await self._arrived.wait()
        finally:
            self._queue.stop()

    def captured_at(self, at: float) -> float:
        """Loop time at which the sound `at` seconds into the stream reached the microphone."""
        return self._queue.captured_at(at)

    def end(self) -> None:
        """Let `listen` end; for who closes the device."""
        self._ended = True
        self._arrived.set()

    def _open(self, form: StreamFormat) -> DeviceStream:
        if form.rate != self._queue.rate:  # it refused its own rate, which shows before anybody listens
            self._queue = CaptureQueue(form.rate, self._queue_s)
        self._queue.expect_gap()
        return self._backend.open_input(form, self._captured)

    def _captured(self, frames: NDArray[np.float32], at: float, lost: bool) -> None:
        """On the library's thread: copy and hand over, nothing else."""
        self.stream.pulse.beat()
        self._queue.put(mono(frames[:, :2]), at, lost)
        with suppress(RuntimeError):  # the loop may be closed already
            self._loop.call_soon_threadsafe(self._arrived.set)
