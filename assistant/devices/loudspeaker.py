"""A live loudspeaker."""

import asyncio

from assistant.audio import Samples
from assistant.devices.backend import Backend, DeviceStream, Direction, StreamFormat
from assistant.devices.feed import Feed
from assistant.devices.options import DeviceOptions
from assistant.devices.stream import LiveStream, Wanted
from assistant.playback import FADE_S, PlaybackBuffer

PAUSE_S = 1.0
"""How long a pause between words is waited for before a reply is held in the middle of one."""


class LiveLoudspeaker:
    """Lets a device pull from its buffer.

    While the device is gone nothing is pulled, and what waits stays, for `keeper.WAITING_S`. When the first of a block
    sounds is told by the earliest callbacks and the library's latency (`timing.StreamTimer`): steady to a fraction of a
    millisecond, right to what the library knows of the latency. It jumps where the device ran dry or was opened again.

    Raises:
        DeviceError: there is none, and the loudspeaker is not `patient`.
    """

    def __init__(self, backend: Backend, options: DeviceOptions, patient: bool = False) -> None:
        wanted = Wanted(backend, options, Direction.OUTPUT)
        self.stream = LiveStream(wanted, self)
        self.buffer = PlaybackBuffer(wanted.rate(patient))
        """At the device's own rate, or 48 kHz where it was missing at first."""
        self.underflows = 0
        """How often the device ran dry, because the machine was too busy to feed it."""
        self._backend = backend
        self._now = asyncio.get_running_loop().time
        self._feed = Feed(self.buffer, self._now)

    @property
    def rate(self) -> int:
        """Hertz, of the buffer."""
        return self.buffer.rate

    @property
    def busy(self) -> bool:
        """Whether something is being played."""
        return self.buffer.pending > 0

    def start(self, form: StreamFormat) -> DeviceStream:
        """Open the device in a format; see `stream.Client`."""
        if form.rate != self.rate and not self.stream.settled:
            self.buffer = PlaybackBuffer(form.rate)
            self._feed = Feed(self.buffer, self._now)
        self._feed.begin(form.rate)
        return self._backend.open_output(form, self._wanted)

    def lost(self) -> None:
        """The device is gone: what it has not sounded is kept for the next one."""
        self._feed.give_back()

    async def rest(self) -> None:
        """Stop in a pause of what is said, and return when the device has sounded all it was given."""
        deadline = self._now() + PAUSE_S
        # Polled, because an audio callback should wake nobody.
        while self.buffer.sounding and not self._feed.paused and self._now() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        self._feed.hold()
        await asyncio.sleep(max(0.0, self._feed.sounds_until - self._now()) if self.busy else 0.0)

    def drop(self) -> None:
        """Drop what waits, its fade included, which nobody would hear in its time."""
        self.buffer.discard()
        self.buffer.pull(round(FADE_S * self.rate), self._now())

    def _wanted(self, count: int, sounds_at: float, dry: bool) -> Samples:
        """On the library's thread: fetch, nothing else."""
        self.stream.pulse.beat()
        self.underflows += dry
        return self._feed.pull(count, sounds_at)
