"""Sound devices: live ones through PortAudio, and files in their place.

async with open_devices(DeviceOptions()) as (microphone, loudspeaker): ...
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assistant.devices.backend import BACKENDS, DeviceInfo, load_backend
from assistant.devices.keeper import Keeper
from assistant.devices.loudspeaker import LiveLoudspeaker
from assistant.devices.microphone import LiveMicrophone
from assistant.devices.options import DeviceOptions

__all__ = [
    "BACKENDS",
    "DeviceInfo",
    "DeviceOptions",
    "LiveLoudspeaker",
    "LiveMicrophone",
    "open_devices",
    "open_loudspeaker",
    "open_microphone",
]


@asynccontextmanager
async def open_devices(options: DeviceOptions) -> AsyncIterator[tuple[LiveMicrophone, LiveLoudspeaker]]:
    """A microphone and a loudspeaker, streaming until the end of the block.

    A device that goes meanwhile is logged as a WARNING and used again when it is back. For both of them this is the
    way; `open_microphone` and `open_loudspeaker` are for when a file takes the place of the other one.

    Raises:
        DeviceError: there is none, it is in use, or PortAudio is missing; the sentence says what to do.
    """
    backend = load_backend(options.backend)
    microphone, loudspeaker = LiveMicrophone(backend, options), LiveLoudspeaker(backend, options)
    async with Keeper(backend, (microphone.stream, loudspeaker.stream)).keeping():
        try:
            yield microphone, loudspeaker
        finally:
            microphone.end()


@asynccontextmanager
async def open_microphone(options: DeviceOptions) -> AsyncIterator[LiveMicrophone]:
    """A microphone alone; otherwise as `open_devices`."""
    backend = load_backend(options.backend)
    microphone = LiveMicrophone(backend, options)
    async with Keeper(backend, (microphone.stream,)).keeping():
        try:
            yield microphone
        finally:
            microphone.end()


@asynccontextmanager
async def open_loudspeaker(options: DeviceOptions) -> AsyncIterator[LiveLoudspeaker]:
    """A loudspeaker alone; otherwise as `open_devices`."""
    backend = load_backend(options.backend)
    loudspeaker = LiveLoudspeaker(backend, options)
    async with Keeper(backend, (loudspeaker.stream,)).keeping():
        yield loudspeaker
