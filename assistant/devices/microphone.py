"""A live microphone."""

import asyncio
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from assistant.audio import AudioChunk, mono
from assistant.devices.backend import Backend, DeviceStream, Direction, StreamFormat
from assistant.devices.capture import CaptureQueue
from assistant.devices.convert import Converter
from assistant.devices.options import DeviceOptions
from assistant.devices.stream import LiveStream, Wanted
from assistant.stream import Stream


class LiveMicrophone:
    """Listens to a device. While the device is gone it yields nothing, and goes on when it is back.

    Raises:
        DeviceError: there is none, and the microphone is not `patient`.
    """

    def __init__(self, backend: Backend, options: DeviceOptions, patient: bool = False) -> None:
        wanted = Wanted(backend, options, Direction.INPUT)
        self.stream = LiveStream(wanted, self)
        self.busy = False
        """Nobody knows; a microphone may be interrupted at any time."""
        self.cancels_echo = False
        """Whether the sound server already takes the loudspeaker's sound out of what is heard."""
        self.silent_s = 0.0
        """For how long every sample was exactly zero."""
        self._backend = backend
        self._queue_s = options.queue_s
        self._queue = CaptureQueue(wanted.rate(patient), options.queue_s)
        self._converter = Converter(self.rate, self.rate)
        self._muted = False
        self._arrived = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._ended = False

    @property
    def rate(self) -> int:
        """Hertz, the device's own, or 48 kHz where it was missing at first."""
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
        """Loop time at which the sound `at` seconds into the stream reached the microphone.

        Steady to about a millisecond while the device runs, since it goes by the earliest callbacks, and right to what
        the library knows of the latency. After a loss or an overflow positions jump by what is missing and the clock
        begins anew, so that both tell the same.
        """
        return self._queue.captured_at(at)

    def mute(self, muted: bool) -> None:
        """Let nothing be heard meanwhile; positions jump over it."""
        if muted != self._muted:
            self._queue.expect_gap()
        self._muted = muted

    def end(self) -> None:
        """Let `listen` end; for who closes the device."""
        self._ended = True
        self._arrived.set()

    def start(self, form: StreamFormat) -> DeviceStream:
        """Open the device in a format; see `stream.Client`."""
        if form.rate != self.rate and not self.stream.settled:
            self._queue = CaptureQueue(form.rate, self._queue_s)
        self._converter = Converter(form.rate, self.rate)
        self._queue.expect_gap()
        return self._backend.open_input(form, self._captured)

    def lost(self) -> None:
        """The device is gone; there is nothing to keep."""

    async def rest(self) -> None:
        """There is nothing to wait for."""

    def drop(self) -> None:
        """There is nothing to drop."""

    def _captured(self, frames: NDArray[np.float32], at: float, lost: bool) -> None:
        """On the library's thread: copy, convert where the rate is another one, and hand over."""
        self.stream.pulse.beat()
        sound = mono(frames[:, :2])
        self.silent_s = 0.0 if sound.any() else self.silent_s + len(sound) / self._converter.source
        if self._muted:
            return
        at -= self._converter.behind_s
        self._queue.put(self._converter.push(sound), at, lost)
        with suppress(RuntimeError):  # the loop may be closed already
            self._loop.call_soon_threadsafe(self._arrived.set)
