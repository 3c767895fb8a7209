"""Which device is meant: by index, by name, or the default."""

import re
from collections.abc import Sequence

from assistant.devices.backend import DeviceInfo, Direction
from assistant.errors import DeviceError


def choose(devices: Sequence[DeviceInfo], wanted: str, direction: Direction) -> DeviceInfo:
    """The device called `wanted`: an index, a whole name, part of a name, or empty for the default; case is ignored.

    Raises:
        DeviceError: there is none, or there are several.
    """
    fit = [device for device in devices if device.channels(direction)]
    if not fit:
        raise DeviceError(f"There is no {direction} on this machine; connect one, or take sound files in its place.")
    wanted = wanted.strip()
    if not wanted:
        return next((device for device in fit if device.is_default(direction)), fit[0])
    if wanted.isdecimal():
        return _by_index(devices, int(wanted), direction)
    return _by_name(fit, wanted, direction)


def _by_index(devices: Sequence[DeviceInfo], index: int, direction: Direction) -> DeviceInfo:
    device = next((device for device in devices if device.index == index), None)
    if device is None:
        raise DeviceError(f"There is no device {index}; `assistant devices` lists those there are.")
    if not device.channels(direction):
        raise DeviceError(f'Device {index}, "{device.name}", is no {direction}; `assistant devices` lists those.')
    return device


def _by_name(fit: Sequence[DeviceInfo], wanted: str, direction: Direction) -> DeviceInfo:
    exact = [device for device in fit if device.name.lower() == wanted.lower()]
    found = exact or [device for device in fit if wanted.lower() in device.name.lower()]
    found = found or [device for device in fit if _plain(device.name) == _plain(wanted)]
    if not found:
        raise DeviceError(f'No {direction} is called "{wanted}"; there are {_named(fit)}.')
    found = _once_each(found, next((device.host for device in fit if device.is_default(direction)), fit[0].host))
    if len(found) == 1:
        return found[0]
    raise DeviceError(
        f'"{wanted}" fits several {direction}s: {_named(found)}. Give more of the name, or the number before it.'
    )


def _plain(name: str) -> str:
    """A name without ALSA's number of the card, which is another one when the card is connected again."""
    return re.sub(r"\(hw:\d+,\d+\)", "", name.lower()).strip()


def _once_each(found: Sequence[DeviceInfo], host: str) -> list[DeviceInfo]:
    """Leave out what `host`, the default's host API, lists under the same name: that is the same device again."""
    names = {device.name for device in found if device.host == host}
    return [device for device in found if device.host == host or device.name not in names]


def _named(devices: Sequence[DeviceInfo]) -> str:
    return ", ".join(f'{device.index} "{device.name}"' for device in devices)
