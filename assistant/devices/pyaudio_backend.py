"""PortAudio through the PyAudio package."""

import time
from typing import Any

import numpy as np
import pyaudio

from assistant.devices.backend import DeviceInfo, DeviceStream, Direction, InputBlock, OutputBlock, StreamFormat, moment
from assistant.devices.faults import fault
from assistant.devices.lister import pyaudio_rows
from assistant.devices.patience import within
from assistant.devices.quiet import quiet
from assistant.devices.timing import StreamTimer
from assistant.errors import DeviceError

STARTS_S = 5.0
"""A stream that takes longer to start never will; see `portaudio`."""


class PyAudioStream:
    """A running stream of PyAudio's."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    @property
    def alive(self) -> bool:
        """Whether PortAudio still calls back."""
        try:
            return bool(self._stream.is_active())
        except OSError:
            return False

    def close(self) -> None:
        """Close, which aborts; `stop_stream` would wait for a device that may be dead."""
        with quiet():
            self._stream.close()


class PyAudioBackend:
    """The other backend. PyAudio asks for the device's own low latency and offers no choice."""

    name = "pyaudio"

    def __init__(self) -> None:
        self._hangs = False
        self._start_library()

    def devices(self) -> list[DeviceInfo]:
        """All devices, in PortAudio's order."""
        return [DeviceInfo(**row) for row in pyaudio_rows(self._library)]

    def open_input(self, form: StreamFormat, captured: InputBlock) -> DeviceStream:
        """Start capturing; see `Backend`."""
        timer = StreamTimer(form.rate)

        def callback(data: bytes, count: int, times: dict[str, float], status: int) -> tuple[None, int]:
            now, lost = time.monotonic(), bool(status & pyaudio.paInputOverflow)
            said = moment(times["input_buffer_adc_time"], times["current_time"], -count / form.rate)
            frames = np.frombuffer(data, np.float32).reshape(-1, form.channels)
            captured(frames, timer.tell(count, said, now, lost), lost)
            return None, pyaudio.paContinue

        return self._start(form, Direction.INPUT, callback)

    def open_output(self, form: StreamFormat, wanted: OutputBlock) -> DeviceStream:
        """Start playing; see `Backend`."""
        timer = StreamTimer(form.rate)

        def callback(data: None, count: int, times: dict[str, float], status: int) -> tuple[bytes, int]:
            now, lost = time.monotonic(), bool(status & pyaudio.paOutputUnderflow)
            said = moment(times["output_buffer_dac_time"], times["current_time"], form.latency_s)
            sound = wanted(count, timer.tell(count, said, now, lost), lost)
            return np.repeat(sound, form.channels).tobytes(), pyaudio.paContinue

        return self._start(form, Direction.OUTPUT, callback)

    def restart(self) -> None:
        """Terminate PortAudio and start it again."""
        if self._hangs:
            raise DeviceError("PortAudio hangs; restart the assistant.")  # terminated, it would abort the process
        with quiet():
            self._library.terminate()
        self._start_library()

    def _start_library(self) -> None:
        try:
            with quiet():
                self._library = pyaudio.PyAudio()
        except OSError as error:
            raise DeviceError(f"PortAudio does not start ({error}); restart the assistant.") from error

    def _start(self, form: StreamFormat, direction: Direction, callback: Any) -> DeviceStream:
        key = "input" if direction is Direction.INPUT else "output"
        try:
            with quiet():
                stream = self._library.open(
                    rate=form.rate,
                    channels=form.channels,
                    format=pyaudio.paFloat32,
                    frames_per_buffer=form.block,
                    stream_callback=callback,
                    start=False,
                    **{key: True, f"{key}_device_index": form.device.index},
                )
                within(STARTS_S, stream.start_stream, "start of a sound device")
        except TimeoutError as error:
            self._hangs = True
            raise DeviceError(f'The {direction} "{form.device.name}" went away as it was started.') from error
        except OSError as error:
            # PyAudio puts PortAudio's code into errno, or its text alone into the arguments.
            raise fault(direction, form, error.errno or 0, error.strerror or str(error)) from error
        except ValueError as error:
            raise fault(direction, form, 0, str(error)) from error
        return PyAudioStream(stream)
