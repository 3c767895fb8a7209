"""A live loudspeaker."""

from assistant.audio import Samples
from assistant.devices.backend import Backend, DeviceStream, Direction, StreamFormat
from assistant.devices.options import DeviceOptions
from assistant.devices.stream import LiveStream, Wanted
from assistant.playback import PlaybackBuffer


class LiveLoudspeaker:
    """Lets a device pull from its buffer. While the device is gone, nothing is pulled and what waits stays."""

    def __init__(self, backend: Backend, options: DeviceOptions) -> None:
        wanted = Wanted(backend, options, Direction.OUTPUT)
        self.stream = LiveStream(wanted, self._open, self._playing)
        self.buffer = PlaybackBuffer(wanted.find().rate)
        """At the device's own rate."""
        self._backend = backend

    def _playing(self) -> bool:
        return self.buffer.pending > 0

    def _open(self, form: StreamFormat) -> DeviceStream:
        if form.rate != self.buffer.rate:  # it refused its own rate, which shows before anything is pushed
            self.buffer = PlaybackBuffer(form.rate)
        return self._backend.open_output(form, self._wanted)

    def _wanted(self, count: int, sounds_at: float) -> Samples:
        """On the library's thread: fetch, nothing else."""
        self.stream.pulse.beat()
        return self.buffer.pull(count, sounds_at)
