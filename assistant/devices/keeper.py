"""Keeps devices open: notices that one was lost, and opens it again when it is back.

every LOOK_S   a stream is lost ──▶ open it as it was known ──▶ its callbacks come: it is back
                                         │ does not open
                                         ▼
                                    scout: is it there by now? ──▶ hold the reply in a pause, restart the library,
                                         │ no                      open all streams, go on
                                         ▼
                                    again after 0.25, 0.5, 1, 2, 2 … s
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from assistant.devices.backend import Backend, DeviceInfo
from assistant.devices.scout import Scout
from assistant.devices.selection import choose
from assistant.devices.stream import LiveStream
from assistant.errors import DeviceError
from assistant.events import DeviceChanged
from assistant.stream import cancelled

logger = logging.getLogger(__name__)

LOOK_S = 0.25
"""How often the streams are looked at."""

LONGEST_S = 2.0
"""Most seconds between two attempts to open a lost device; they double from `LOOK_S` on. An attempt itself takes up to
a second, a pause in the reply another one, so that 5 s after its return a device is in use."""

AGAIN_S = 15.0
"""Least seconds between two restarts of the library for a device that is there and does not open."""

WAITING_S = 10.0
"""How long what is to be played waits for a lost loudspeaker; then it is dropped as it comes, heard by nobody, so that
the conversation goes on."""

Notify = Callable[[DeviceChanged], None]
"""Called on the loop with what changed."""


@dataclass(slots=True)
class Loss:
    """A device that is away."""

    since: float
    again_at: float = 0.0
    """When it is tried again, in loop time."""
    wait_s: float = LOOK_S
    seen: DeviceInfo | None = None
    """What would be used by what the scout last saw."""
    restart_at: float = 0.0
    """When restarting the library may help next, if nothing comes before."""


class Keeper:
    """Looks after the streams of one backend.

    The library's list of devices is frozen while it runs, and to restart it ends every stream. So it is restarted only
    when the scout has seen the lost device again, and not before the other streams have come to rest.
    """

    def __init__(self, backend: Backend, streams: Sequence[LiveStream], scout: Scout, notify: Notify) -> None:
        self.streams = streams
        self.notify = notify
        self.missing: dict[LiveStream, Loss] = {}
        """The streams without a device."""
        self.alone = asyncio.Lock()
        """Held by who opens, closes or restarts."""
        self._backend = backend
        self._scout = scout

    @asynccontextmanager
    async def keeping(self, patient: bool = False) -> AsyncIterator[None]:
        """Open all streams, keep them open meanwhile, and close them. `patient` counts those missing now as lost.

        Raises:
            DeviceError: one cannot be opened in the first place.
        """
        task: asyncio.Task[None] | None = None
        try:
            for stream in self.streams:
                await self._open(stream, patient)
            task = asyncio.create_task(self._watch())
            yield
        finally:
            if task:
                await cancelled(task)
            for stream in self.streams:
                stream.end()

    def tell(self, stream: LiveStream, present: bool, text: str) -> None:
        """Log a sentence about a device and notify."""
        logger.warning("%s", text)
        self.notify(DeviceChanged(stream.name, present, text))

    async def reopen(self, stream: LiveStream) -> bool:
        """Open a stream again as it is known; whether that went well."""
        try:
            await asyncio.to_thread(stream.open, _now())
        except DeviceError as error:
            logger.debug("%s", error)
            return False
        return True

    async def restart(self) -> None:
        """Let the streams come to rest, restart the library, and open what can be opened; the rest is lost."""
        await asyncio.gather(*(stream.client.rest() for stream in self.streams if stream not in self.missing))
        await asyncio.to_thread(self._restart, _now())

    async def _open(self, stream: LiveStream, patient: bool) -> None:
        try:
            await asyncio.to_thread(stream.open, _now())
        except DeviceError as error:
            if not patient:
                raise
            self.missing[stream] = Loss(_now() - WAITING_S)
            self.tell(stream, False, f"{error} It is used as soon as it is there.")
        stream.settled = True

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            for stream in self.streams:
                async with self.alone:
                    await self._look(stream)

    async def _look(self, stream: LiveStream) -> None:
        if stream.lost(_now()):
            await self._mend(stream, self._loss(stream))
        elif stream in self.missing and stream.delivers:
            del self.missing[stream]
            self.tell(stream, True, f"The {stream.name} is back.")

    def _loss(self, stream: LiveStream) -> Loss:
        if stream not in self.missing:
            self.missing[stream] = Loss(_now())
            self.tell(stream, False, f"The {stream.name} stopped working; it is used again as soon as it is back.")
        return self.missing[stream]

    async def _mend(self, stream: LiveStream, loss: Loss) -> None:
        if _now() - loss.since > WAITING_S:
            stream.client.drop()
        if _now() < loss.again_at:
            return
        if not await self.reopen(stream) and await self._worth_a_restart(stream, loss):
            await self.restart()
        loss.again_at = _now() + loss.wait_s
        loss.wait_s = min(2 * loss.wait_s, LONGEST_S)

    async def _worth_a_restart(self, stream: LiveStream, loss: Loss) -> bool:
        """Once each time the device comes; then seldom, and only when nobody would notice."""
        busy = any(other.client.busy for other in self.streams if other not in self.missing)
        devices = await asyncio.to_thread(self._scout.look)
        before, loss.seen = loss.seen, found(stream, devices or ())
        came = loss.seen is not None and loss.seen != before
        if not came and (busy or _now() < loss.restart_at or (devices is not None and not loss.seen)):
            return False
        loss.restart_at = _now() + AGAIN_S
        return True

    def _restart(self, now: float) -> None:
        for stream in self.streams:
            stream.close()
        try:
            self._backend.restart()
        except DeviceError as error:
            logger.debug("%s", error)
            return
        for stream in self.streams:
            try:
                stream.open(now)
            except DeviceError as error:
                logger.debug("%s", error)


def found(stream: LiveStream, devices: Sequence[DeviceInfo]) -> DeviceInfo | None:
    """The device that a stream would use of these."""
    try:
        return choose(devices, stream.wanted.name, stream.wanted.direction)
    except DeviceError:
        return None


def _now() -> float:
    return asyncio.get_running_loop().time()
