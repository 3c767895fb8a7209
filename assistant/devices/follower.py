"""Follows what the system chooses: another default device, a microphone that became something else, one that is mute.

| devices through            | another default device                   | who moves the stream |
|----------------------------|------------------------------------------|----------------------|
| PulseAudio, PipeWire       | seen within `LOOK_S`, by `pactl`         | the sound server     |
| bare ALSA                  | when a sound card came or went           | we, when nobody uses it |
| CoreAudio, WASAPI          | by a look of the scout every `LOOK_S * 4` | we, when nobody uses it |

A named device is never left for another one.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from assistant.devices.backend import DeviceInfo, Direction
from assistant.devices.keeper import Keeper, found
from assistant.devices.microphone import LiveMicrophone
from assistant.devices.pulse import Endpoint, connected
from assistant.devices.scout import Scout
from assistant.devices.stream import LiveStream
from assistant.stream import cancelled

LOOK_S = 3.0
"""How often the sound server is asked where the streams lead; 0.3 % of one core."""

SILENT_S = 60.0
"""A microphone that delivers nothing but zeros for this long is muted, or broken; noise has no zeros."""

Whereabouts = Callable[[Direction, int], Endpoint | None]
"""Where a process's streams of a direction lead; blocking."""


class Follower:
    """Looks after what the keeper cannot see, since the streams go on."""

    def __init__(
        self, keeper: Keeper, microphone: LiveMicrophone | None, scout: Scout, whereabouts: Whereabouts = connected
    ) -> None:
        self._keeper = keeper
        self._microphone = microphone
        self._scout = scout
        self._whereabouts = whereabouts
        self._ends: dict[LiveStream, Endpoint] = {}
        self._deaf = False
        self._silent = False
        self._looks = 0

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Find out what the microphone is, and follow meanwhile."""
        if self._microphone:
            await self._locate()
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            await cancelled(task)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self._looks += 1
            await self._locate()
            await self._check_silence()
            if not self._ends and self._looks % 4 == 0:
                await self._check_default()

    async def _locate(self) -> None:
        """Ask the sound server where the streams lead now."""
        for stream in self._keeper.streams:
            end = await asyncio.to_thread(self._whereabouts, stream.wanted.direction, os.getpid())
            if end:
                self._note(stream, end)

    def _note(self, stream: LiveStream, end: Endpoint) -> None:
        """What it means that a stream leads there now."""
        if stream in self._keeper.missing:
            return
        before, self._ends[stream] = self._ends.get(stream), end
        listening = self._microphone if stream.wanted.direction is Direction.INPUT else None
        if listening:
            listening.cancels_echo = end.cancels_echo
        if before is None or before.name == end.name or (before.monitor and end.monitor):
            return
        if listening and end.monitor:
            self._deafen(listening, True, "is gone, and the system gave the loudspeaker's sound in its place")
        elif listening and self._deaf:
            self._deafen(listening, False, f'is "{end.description}" now')
        else:
            self._keeper.tell(stream, True, f'The {stream.wanted.direction} is "{end.description}" now.')

    def _deafen(self, microphone: LiveMicrophone, deaf: bool, text: str) -> None:
        """Nobody is to converse with the loudspeaker."""
        self._deaf = deaf
        microphone.mute(deaf)
        self._keeper.tell(microphone.stream, not deaf, f"The microphone {text}.")

    async def _check_silence(self) -> None:
        """Tell once of a microphone that gives nothing but zeros, and open it once more; tell when it has sound."""
        if not self._microphone or self._microphone.stream in self._keeper.missing:
            return
        stream, silent = self._microphone.stream, self._microphone.silent_s > SILENT_S
        if silent and not self._silent:
            text = f"The {stream.name} has given no sound at all for {SILENT_S:.0f} s; is it muted, or broken?"
            self._keeper.tell(stream, False, text)
            async with self._keeper.alone:
                await self._keeper.reopen(stream)
        elif self._silent and not silent:
            self._keeper.tell(stream, True, f"The {stream.name} gives sound again.")
        self._silent = silent

    async def _check_default(self) -> None:
        """Where no sound server moves the streams: go over to the system's new choice once nothing is played."""
        unnamed = [stream for stream in self._keeper.streams if not stream.wanted.name]
        idle = not self._keeper.missing and not any(stream.client.busy for stream in self._keeper.streams)
        if not (unnamed and idle and self._scout.changed()):
            return
        devices = await asyncio.to_thread(self._scout.look) or []
        moved = [stream for stream in unnamed if _is_other(stream, found(stream, devices))]
        if moved:
            async with self._keeper.alone:
                await self._keeper.restart()
        for stream in moved:
            self._keeper.tell(stream, True, f"The {stream.name} is used now, as the system chose.")


def _is_other(stream: LiveStream, device: DeviceInfo | None) -> bool:
    """Whether the system would give it another device than it has."""
    return bool(stream.form and device and device.name != stream.form.device.name)
