"""PortAudio through the sounddevice package.

PortAudio waits for ever for a stream whose device goes away between opening and starting: its ALSA thread ends with the
lock that the starting thread needs (`PaUnixThread_New`, seen in 19.6), and it aborts the process when it is
terminated then. So a start is given up after a while, and the next restart goes on with another copy of the library.
"""

import time
from typing import Any

import numpy as np
import sounddevice as sd
from numpy.typing import NDArray

from assistant.devices.backend import DeviceInfo, DeviceStream, Direction, InputBlock, OutputBlock, StreamFormat, moment
from assistant.devices.faults import fault
from assistant.devices.lister import sounddevice_rows
from assistant.devices.patience import within
from assistant.devices.quiet import quiet
from assistant.devices.second_copy import second_copy
from assistant.devices.timing import StreamTimer
from assistant.errors import DeviceError

STARTS_S = 5.0
"""A stream that takes longer to start never will; Bluetooth takes up to three."""


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

    def __init__(self, inputs: Any = sd.InputStream, outputs: Any = sd.OutputStream) -> None:
        """`inputs` and `outputs` make sounddevice's streams."""
        self._inputs, self._outputs = inputs, outputs
        self._hangs = False
        # The library was started with stderr away; from here on ALSA is told to be quiet.
        with quiet():
            pass

    def devices(self) -> list[DeviceInfo]:
        """All devices, in PortAudio's order."""
        return [DeviceInfo(**row) for row in sounddevice_rows(sd)]

    def open_input(self, form: StreamFormat, captured: InputBlock) -> DeviceStream:
        """Start capturing; see `Backend`."""
        timer = StreamTimer(form.rate)

        def callback(frames: NDArray[np.float32], count: int, times: Any, status: sd.CallbackFlags) -> None:
            now, lost = time.monotonic(), bool(status.input_overflow)
            said = moment(times.inputBufferAdcTime, times.currentTime, -count / form.rate)
            captured(frames, timer.tell(count, said, now, lost), lost)

        return self._start(self._inputs, form, Direction.INPUT, callback)

    def open_output(self, form: StreamFormat, wanted: OutputBlock) -> DeviceStream:
        """Start playing; see `Backend`."""
        timer = StreamTimer(form.rate)

        def callback(frames: NDArray[np.float32], count: int, times: Any, status: sd.CallbackFlags) -> None:
            now, lost = time.monotonic(), bool(status.output_underflow)
            said = moment(times.outputBufferDacTime, times.currentTime, form.latency_s)
            frames[:] = wanted(count, timer.tell(count, said, now, lost), lost)[:, np.newaxis]

        return self._start(self._outputs, form, Direction.OUTPUT, callback)

    def restart(self) -> None:
        """Terminate and initialize PortAudio, as sounddevice has no public way to."""
        try:
            with quiet():
                if self._hangs:
                    sd._lib = second_copy("libportaudio", sd._ffi.dlopen)
                    self._hangs = False
                elif sd._initialized:
                    sd._terminate()
                sd._initialize()
        except (sd.PortAudioError, OSError) as error:
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
                within(STARTS_S, stream.start, "start of a sound device")
        except sd.PortAudioError as error:
            raise _translated(direction, form, error) from error
        except TimeoutError as error:
            self._hangs = True
            sd._initialized = 0  # at exit sounddevice would terminate it, and PortAudio would abort
            raise DeviceError(f'The {direction} "{form.device.name}" went away as it was started.') from error
        return SoundDeviceStream(stream)


def _translated(direction: Direction, form: StreamFormat, error: sd.PortAudioError) -> DeviceError:
    """PortAudioError carries (text, code, (host, host code, host text)), the latter ones only where known."""
    text, code, host = (*error.args, 0, None)[:3]
    return fault(direction, form, code or 0, str(text), host[1] if host else 0)
