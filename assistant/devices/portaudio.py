"""PortAudio through the sounddevice package."""

from typing import Any

import numpy as np
import sounddevice as sd
from numpy.typing import NDArray

from assistant.devices.backend import DeviceInfo, DeviceStream, Direction, InputBlock, OutputBlock, StreamFormat, moment
from assistant.devices.faults import fault
from assistant.devices.quiet import quiet
from assistant.errors import DeviceError


class SoundDeviceStream:
    """A running stream of sounddevice's."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    @property
    def alive(self) -> bool:
        """Whether PortAudio still calls back."""
        try:
            return bool(self._stream.active)
        except sd.PortAudioError:
            return False

    def close(self) -> None:
        """Abort and close."""
        with quiet():
            self._stream.abort(ignore_errors=True)
            self._stream.close(ignore_errors=True)


class SoundDeviceBackend:
    """The default backend."""

    name = "sounddevice"

    def __init__(self) -> None:
        # The library was started with stderr away; from here on ALSA is told to be quiet.
        with quiet():
            pass

    def devices(self) -> list[DeviceInfo]:
        """All devices, in PortAudio's order."""
        hosts = sd.query_hostapis()
        inputs, outputs = sd.default.device
        return [
            DeviceInfo(
                index=device["index"],
                name=device["name"],
                host=hosts[device["hostapi"]]["name"],
                inputs=device["max_input_channels"],
                outputs=device["max_output_channels"],
                rate=round(device["default_samplerate"]),
                default_input=device["index"] == _default(inputs, hosts, "default_input_device"),
                default_output=device["index"] == _default(outputs, hosts, "default_output_device"),
            )
            for device in sd.query_devices()
        ]

    def open_input(self, form: StreamFormat, captured: InputBlock) -> DeviceStream:
        """Start capturing; see `Backend`."""

        def callback(frames: NDArray[np.float32], count: int, times: Any, status: sd.CallbackFlags) -> None:
            at = moment(times.inputBufferAdcTime, times.currentTime, -count / form.rate)
            captured(frames, at, bool(status.input_overflow))

        return self._start(sd.InputStream, form, Direction.INPUT, callback)

    def open_output(self, form: StreamFormat, wanted: OutputBlock) -> DeviceStream:
        """Start playing; see `Backend`."""

        def callback(frames: NDArray[np.float32], count: int, times: Any, status: sd.CallbackFlags) -> None:
            at = moment(times.outputBufferDacTime, times.currentTime, form.latency_s)
            frames[:] = wanted(count, at)[:, np.newaxis]

        return self._start(sd.OutputStream, form, Direction.OUTPUT, callback)

    def restart(self) -> None:
        """Terminate and initialize PortAudio, as sounddevice has no public way to."""
        try:
            with quiet():
                if sd._initialized:
                    sd._terminate()
                sd._initialize()
        except sd.PortAudioError as error:
            raise DeviceError(f"PortAudio does not start again ({error.args[0]}); restart the assistant.") from error

    def _start(self, kind: Any, form: StreamFormat, direction: Direction, callback: Any) -> DeviceStream:
        try:
            with quiet():
                stream = kind(
                    device=form.device.index,
                    samplerate=form.rate,
                    channels=form.channels,
                    blocksize=form.block,
                    latency=form.latency_s,
                    dtype="float32",
                    callback=callback,
                )
                stream.start()
        except sd.PortAudioError as error:
            raise _translated(direction, form, error) from error
        return SoundDeviceStream(stream)


def _default(chosen: int, hosts: tuple[dict[str, Any], ...], key: str) -> int:
    """The device that is used when none is named: the first host's that has one."""
    return chosen if chosen >= 0 else next((host[key] for host in hosts if host[key] >= 0), -1)


def _translated(direction: Direction, form: StreamFormat, error: sd.PortAudioError) -> DeviceError:
    """PortAudioError carries (text, code, (host, host code, host text)), the latter ones only where known."""
    text, code, host = (*error.args, 0, None)[:3]
    return fault(direction, form, code or 0, str(text), host[1] if host else 0)
