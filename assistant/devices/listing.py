"""The devices there are, how loud it is at each microphone, and a table of it."""

import time
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from assistant.audio import Samples, dbfs, mono
from assistant.devices.backend import DeviceInfo, DeviceStream, Direction, StreamFormat, load_backend
from assistant.devices.options import DeviceOptions
from assistant.devices.stream import STARTING_S, Wanted, open_first
from assistant.errors import DeviceError

LEVEL_S = 0.3
"""Seconds listened to for the table."""


def list_devices(backend: str = "sounddevice") -> list[DeviceInfo]:
    """All sound devices; empty where there are none.

    Raises:
        DeviceError: there is no such backend, or it is not installed.
    """
    return load_backend(backend).devices()


def measure_level(device: DeviceInfo, seconds: float = LEVEL_S, backend: str = "sounddevice") -> float:
    """Listen to a microphone and tell its level in dBFS; blocking.

    Raises:
        DeviceError: it cannot be opened, or delivers nothing.
    """
    meter = Meter(backend)
    wanted = Wanted(load_backend(backend), DeviceOptions(backend), Direction.INPUT)
    _, stream = open_first(meter.open, wanted.forms(device, None))
    deadline = time.monotonic() + seconds + STARTING_S
    try:
        while meter.seconds < seconds and stream.alive and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        stream.close()
    if not meter.seconds:
        raise DeviceError(f'The microphone "{device.name}" delivers no sound; is it muted, asleep or unplugged?')
    return dbfs(meter.samples())


class Meter:
    """Gathers what a microphone delivers."""

    def __init__(self, backend: str) -> None:
        self.seconds = 0.0
        """How much was gathered."""
        self._backend = load_backend(backend)
        self._blocks: list[Samples] = []
        self._lock = Lock()
        self._rate = 1

    def open(self, form: StreamFormat) -> DeviceStream:
        """Start gathering in the format given."""
        self._rate = form.rate
        return self._backend.open_input(form, self._gather)

    def samples(self) -> Samples:
        """All of it, shape (n,)."""
        with self._lock:
            return np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.float32)

    def _gather(self, frames: NDArray[np.float32], at: float, lost: bool) -> None:
        with self._lock:
            self._blocks.append(mono(frames[:, :2]))
            self.seconds += len(frames) / self._rate


def print_devices(console: Console, options: DeviceOptions, levels: bool = True) -> None:
    """Print a table of the devices, with the level at each microphone unless it takes too long for you.

    Raises:
        DeviceError: the backend is unknown or not installed.
    """
    devices = list_devices(options.backend)
    if not devices:
        console.print("There are no sound devices on this machine. Files can take their place.")
        return
    table = Table(title=f"Sound devices ({options.backend})")
    for heading in ("", "index", "name", "host", "in", "out", "rate", *(["level"] if levels else [])):
        table.add_column(heading, justify="right" if heading in ("index", "in", "out", "rate", "level") else "left")
    for device in devices:
        level = [_level(device, options.backend)] if levels else []
        channels = [str(n) if n else "-" for n in (device.inputs, device.outputs)]
        table.add_row(
            _mark(device), str(device.index), device.name, device.host, *channels, f"{device.rate} Hz", *level
        )
    console.print(table)
    console.print("> default microphone   < default loudspeaker   * both")


def _mark(device: DeviceInfo) -> str:
    match device.default_input, device.default_output:
        case True, True:
            return "*"
        case True, False:
            return ">"
        case False, True:
            return "<"
        case _:
            return ""


def _level(device: DeviceInfo, backend: str) -> str:
    if not device.inputs:
        return ""
    try:
        return f"{measure_level(device, LEVEL_S, backend):.0f} dBFS"
    except DeviceError:
        return "cannot be opened"
