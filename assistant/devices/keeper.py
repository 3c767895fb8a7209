"""Keeps devices open: notices that one was lost, and opens it again when it is back."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from assistant.devices.backend import Backend
from assistant.devices.stream import LiveStream
from assistant.errors import DeviceError
from assistant.stream import cancelled

logger = logging.getLogger(__name__)

LOOK_S = 0.25
"""How often the streams are looked at."""

LONGEST_S = 4.0
"""Most seconds between two attempts to open a lost device; they double from `LOOK_S` on."""


class Keeper:
    """Looks after the streams of one backend.

    The library's list of devices is frozen while it runs, and to restart it ends every stream. So a lost device is
    first opened again as it was known, and the library restarted only while no other stream has work to do.
    """

    def __init__(self, backend: Backend, streams: Sequence[LiveStream]) -> None:
        self._backend = backend
        self._streams = streams
        self._missing: set[LiveStream] = set()

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Open all streams, keep them open meanwhile, and close them.

        Raises:
            DeviceError: one cannot be opened in the first place.
        """
        task: asyncio.Task[None] | None = None
        try:
            await asyncio.to_thread(self._open_all, _now())
            task = asyncio.create_task(self._watch())
            yield
        finally:
            if task:
                await cancelled(task)
            for stream in self._streams:
                stream.end()

    async def _watch(self) -> None:
        delay = LOOK_S
        while True:
            await asyncio.sleep(delay)
            await self._look()
            delay = min(2 * delay, LONGEST_S) if self._missing else LOOK_S

    async def _look(self) -> None:
        """See which streams are lost, try to open them, and tell what changed."""
        for stream in self._lost():
            if stream not in self._missing:
                logger.warning("The %s stopped working; it is used again as soon as it is back.", stream.name)
                self._missing.add(stream)
            await self._reopen(stream)
        for stream in self._missing.difference(self._lost()):
            logger.warning("The %s is back.", stream.name)
            self._missing.discard(stream)

    def _lost(self) -> list[LiveStream]:
        return [stream for stream in self._streams if stream.lost(_now())]

    async def _reopen(self, stream: LiveStream) -> None:
        try:
            await asyncio.to_thread(stream.open, _now())
        except DeviceError as error:
            logger.debug("%s", error)
            lost = self._lost()
            if not any(other.busy() for other in self._streams if other not in lost):
                await asyncio.to_thread(self._restart, _now())
        await stream.delivering()

    def _open_all(self, now: float) -> None:
        for stream in self._streams:
            stream.open(now)

    def _restart(self, now: float) -> None:
        """Restart the library and open again what can be opened; the rest is found lost at the next look."""
        for stream in self._streams:
            stream.close()
        try:
            self._backend.restart()
        except DeviceError as error:
            logger.debug("%s", error)
            return
        for stream in self._streams:
            try:
                stream.open(now)
            except DeviceError as error:
                logger.debug("%s", error)


def _now() -> float:
    return asyncio.get_running_loop().time()
