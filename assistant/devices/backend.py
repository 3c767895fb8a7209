"""What a sound library has to offer: the devices there are, and streams that call back.

    InputBlock   ◀── input stream ◀── microphone
    OutputBlock  ──▶ output stream ──▶ loudspeaker

Both callbacks run on the library's own thread and must return within a few milliseconds.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.errors import DeviceError

BACKENDS = ("sounddevice", "pyaudio")

SANE_S = 2.0
"""No sound is captured or heard further than this from its callback; a clock that says so is broken."""


class Direction(StrEnum):
    """Which way sound goes; the value is what a person calls the device."""

    INPUT = "microphone"
    OUTPUT = "loudspeaker"


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A sound device as the library lists it."""

    index: int
    name: str
    host: str
    """The host API, such as "ALSA"."""
    inputs: int
    """Most input channels; 0 for what is no microphone."""
    outputs: int
    """Most output channels; 0 for what is no loudspeaker."""
    rate: int
    """Its native rate in hertz."""
    default_input: bool = False
    default_output: bool = False

    def channels(self, direction: Direction) -> int:
        """Most channels in a direction; 0 for none."""
        return self.inputs if direction is Direction.INPUT else self.outputs

    def is_default(self, direction: Direction) -> bool:
        """Whether the system would choose it for a direction."""
        return self.default_input if direction is Direction.INPUT else self.default_output


@dataclass(frozen=True, slots=True)
class StreamFormat:
    """How a device is to be opened; samples are float32 throughout."""

    device: DeviceInfo
    rate: int
    """Hertz."""
    channels: int
    block: int
    """Frames per callback."""
    latency_s: float
    """How much the library should buffer, as a wish."""


InputBlock: TypeAlias = Callable[[NDArray[np.float32], float, bool], None]
"""Called with frames of shape (n, channels), valid only during the call; the loop time at which the first was
captured; whether frames were lost before them."""

OutputBlock: TypeAlias = Callable[[int, float, bool], Samples]
"""Called with how many frames are wanted, the loop time at which the first will sound, and whether the device ran dry
before them; returns shape (count,)."""


class DeviceStream(Protocol):
    """A stream that runs from the moment it is made."""

    @property
    def alive(self) -> bool:
        """False once the library has given the device up."""

    def close(self) -> None:
        """Stop at once, drop what is buffered, give the device back. Never raises, also on a dead stream."""


class Backend(Protocol):
    """A sound library. One per process, since the library's state is the process's."""

    name: str

    def devices(self) -> list[DeviceInfo]:
        """All devices, as they were when the library was last started."""

    def open_input(self, form: StreamFormat, captured: InputBlock) -> DeviceStream:
        """Start capturing.

        Raises:
            FormatRefused: the device does not do this rate or number of channels.
            DeviceError: it cannot be used at all.
        """

    def open_output(self, form: StreamFormat, wanted: OutputBlock) -> DeviceStream:
        """Start playing; what `wanted` returns goes to every channel. Raises as `open_input`."""

    def restart(self) -> None:
        """Look again which devices there are. Every stream must be closed before.

        Raises:
            DeviceError: the library does not start again.
        """


class FormatRefused(DeviceError):
    """The device does not do this rate or number of channels; another may do."""


def moment(event: float, current: float, otherwise_s: float) -> float:
    """Loop time of an event that a callback was told of on the library's own clock.

    Some hosts tell zeros or nonsense; then `otherwise_s` seconds from now is the best there is.
    """
    from_now = event - current
    known = event > 0 and current > 0 and abs(from_now) < SANE_S
    # A sound cannot be captured after, or be heard before, the callback that handles it.
    if known and from_now * otherwise_s >= 0:
        return time.monotonic() + from_now
    return time.monotonic() + otherwise_s


@cache
def load_backend(name: str) -> Backend:
    """The sound library of this name, started.

    Raises:
        DeviceError: there is no such backend, or it is not installed; the sentence says what to install.
    """
    match name:
        case "sounddevice":
            return _load_sounddevice()
        case "pyaudio":
            return _load_pyaudio()
        case _:
            raise DeviceError(f'There is no audio backend "{name}"; choose one of {", ".join(BACKENDS)}.')


def _load_sounddevice() -> Backend:
    try:
        from assistant.devices.portaudio import SoundDeviceBackend
    except ImportError as error:
        raise DeviceError("The package sounddevice is missing; run `pip install sounddevice`.") from error
    except OSError as error:
        raise DeviceError(
            "The PortAudio library is missing; install it with `sudo apt install libportaudio2` "
            "(Fedora: `sudo dnf install portaudio`, macOS: `brew install portaudio`)."
        ) from error
    return SoundDeviceBackend()


def _load_pyaudio() -> Backend:
    try:
        from assistant.devices.pyaudio_backend import PyAudioBackend
    except ImportError as error:
        raise DeviceError(
            "The pyaudio backend is not installed; run `sudo apt install portaudio19-dev gcc python3-dev` and "
            "`.venv/bin/python -m pip install pyaudio`, or choose the backend sounddevice."
        ) from error
    return PyAudioBackend()
