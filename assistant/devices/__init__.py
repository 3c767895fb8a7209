"""Sound devices: live ones through PortAudio, and files in their place.

async with open_devices(DeviceOptions()) as (microphone, loudspeaker): ...
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from assistant.devices.backend import BACKENDS, Backend, DeviceInfo, load_backend
from assistant.devices.echo_source import SystemCanceller, system_canceller
from assistant.devices.follower import Follower
from assistant.devices.keeper import Keeper, Notify
from assistant.devices.loudspeaker import LiveLoudspeaker
from assistant.devices.microphone import LiveMicrophone
from assistant.devices.options import DeviceOptions
from assistant.devices.scout import ProcessScout
from assistant.events import DeviceChanged

__all__ = [
    "BACKENDS",
    "DeviceInfo",
    "DeviceOptions",
    "LiveLoudspeaker",
    "LiveMicrophone",
    "SystemCanceller",
    "open_devices",
    "open_loudspeaker",
    "open_microphone",
    "system_canceller",
]


def ignore(change: DeviceChanged) -> None:
    """Nobody asked to be told."""


@asynccontextmanager
async def open_devices(
    options: DeviceOptions, notify: Notify = ignore, patient: bool = False
) -> AsyncIterator[tuple[LiveMicrophone, LiveLoudspeaker]]:
    """A microphone and a loudspeaker, streaming until the end of the block.

    A device that goes meanwhile is used again within 5 s of its return. For both of them this is the way;
    `open_microphone` and `open_loudspeaker` are for when a file takes the place of the other one.

    Args:
        options: which ones.
        notify: called on the loop with what becomes of the devices, the opening included. A WARNING tells the same.
        patient: wait for devices that are missing now, instead of raising: the conversation begins without them.

    Raises:
        DeviceError: there is none, it is in use, or PortAudio is missing; the sentence says what to do.
    """
    backend = load_backend(options.backend)
    microphone = LiveMicrophone(backend, options, patient)
    loudspeaker = LiveLoudspeaker(backend, options, patient)
    async with _kept(backend, microphone, loudspeaker, notify, patient):
        try:
            yield microphone, loudspeaker
        finally:
            microphone.end()


@asynccontextmanager
async def open_microphone(
    options: DeviceOptions, notify: Notify = ignore, patient: bool = False
) -> AsyncIterator[LiveMicrophone]:
    """A microphone alone; otherwise as `open_devices`."""
    backend = load_backend(options.backend)
    microphone = LiveMicrophone(backend, options, patient)
    async with _kept(backend, microphone, None, notify, patient):
        try:
            yield microphone
        finally:
            microphone.end()


@asynccontextmanager
async def open_loudspeaker(
    options: DeviceOptions, notify: Notify = ignore, patient: bool = False
) -> AsyncIterator[LiveLoudspeaker]:
    """A loudspeaker alone, which nobody needs to take the echo of; otherwise as `open_devices`."""
    backend = load_backend(options.backend)
    loudspeaker = LiveLoudspeaker(backend, replace(options, prefer_cancelled=False), patient)
    async with _kept(backend, None, loudspeaker, notify, patient):
        yield loudspeaker


@asynccontextmanager
async def _kept(
    backend: Backend,
    microphone: LiveMicrophone | None,
    loudspeaker: LiveLoudspeaker | None,
    notify: Notify,
    patient: bool,
) -> AsyncIterator[None]:
    """Keep devices open, and follow where the system leads them."""
    streams = [device.stream for device in (microphone, loudspeaker) if device]
    scout = ProcessScout(backend.name)
    keeper = Keeper(backend, streams, scout, notify)
    async with keeper.keeping(patient), Follower(keeper, microphone, scout).following():
        yield
