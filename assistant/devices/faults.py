"""PortAudio's error codes as sentences; both backends are PortAudio underneath."""

from assistant.devices.backend import Direction, FormatRefused, StreamFormat
from assistant.errors import DeviceError

INVALID_CHANNELS = -9998
INVALID_RATE = -9997
INVALID_DEVICE = -9996
BAD_IO = -9994
"""The format of the samples, which hosts also report for a number of channels they do not do."""
UNAVAILABLE = -9985
BUSY = -16
"""ALSA's errno for a device that another program holds."""

CHOOSE = "choose another (`assistant devices` lists them)"


def fault(direction: Direction, form: StreamFormat, code: int, text: str, host_code: int = 0) -> DeviceError:
    """The error to raise when a device did not open.

    Args:
        direction: what it should have been.
        form: what was asked of it.
        code: PortAudio's.
        text: PortAudio's.
        host_code: the host API's own, 0 if unknown.
    """
    name = f'The {direction} "{form.device.name}"'
    if code in (INVALID_CHANNELS, INVALID_RATE, BAD_IO):
        return FormatRefused(f"{name} does not do {form.rate} Hz with {form.channels} channels; {CHOOSE}.")
    if code == UNAVAILABLE or host_code == BUSY:
        return DeviceError(f"{name} is in use by another program; close that program, or {CHOOSE}.")
    if code == INVALID_DEVICE:
        return DeviceError(f"{name} is gone; connect it again, or {CHOOSE}.")
    return DeviceError(f"{name} cannot be opened ({text}); check that it is connected and not in use, or {CHOOSE}.")
