"""One direction of a sound device: chosen, opened, and opened again after it was lost."""

from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import Protocol

from assistant.devices.backend import Backend, DeviceInfo, DeviceStream, Direction, FormatRefused, StreamFormat
from assistant.devices.echo_source import system_canceller, through
from assistant.devices.options import DeviceOptions
from assistant.devices.selection import choose
from assistant.errors import DeviceError

USUAL_RATES = (48_000, 44_100, 16_000)
"""Hertz; tried in this order where a device refuses the rate it calls its own."""

STALLED_S = 1.0
"""A stream that does not call back for this long is taken for dead."""

STARTING_S = 3.0
"""How long a stream may take to its first callback; Bluetooth does."""


MISSING_RATE = 48_000
"""Hertz; what is counted in while a device was never there."""


class Opener(Protocol):
    """Starts a stream in the format given, and knows whom it calls."""

    def __call__(self, form: StreamFormat) -> DeviceStream: ...


class Client(Protocol):
    """For whom a stream is opened."""

    @property
    def rate(self) -> int:
        """Hertz, in which it counts."""

    @property
    def busy(self) -> bool:
        """Whether an interruption would be noticed now."""

    def start(self, form: StreamFormat) -> DeviceStream:
        """Start a stream in the format given. A rate that is not its own it takes over, or converts if settled."""

    def lost(self) -> None:
        """The stream ended and something of it may not have arrived."""

    async def rest(self) -> None:
        """Come to a point where the stream may be closed and nothing is lost; nothing flows until it is opened."""

    def drop(self) -> None:
        """Let go of what waits for the device."""


class Wanted:
    """What to open: a device by name, in one direction."""

    def __init__(self, backend: Backend, options: DeviceOptions, direction: Direction) -> None:
        self.backend = backend
        self.direction = direction
        self.name = options.microphone if direction is Direction.INPUT else options.loudspeaker
        self.prefer_cancelled = options.prefer_cancelled and not (options.microphone or options.loudspeaker)
        self.block_s = options.block_s
        # A capture buffer of more than three blocks hands them over by twos and threes.
        self.latency_s = 3 * options.block_s if direction is Direction.INPUT else options.output_latency_s

    def find(self) -> DeviceInfo:
        """The device as it is listed now.

        Raises:
            DeviceError: there is none, or several fit.
        """
        return choose(self.backend.devices(), self.name, self.direction)

    def path(self) -> AbstractContextManager[None]:
        """What must surround the opening, so that the sound server's echo canceller is used if there is one."""
        canceller = system_canceller() if self.prefer_cancelled else None
        return through(canceller) if canceller else nullcontext()

    def rate(self, patient: bool) -> int:
        """The device's own rate in hertz; `MISSING_RATE` where it is missing and that does not matter.

        Raises:
            DeviceError: there is none, or several fit.
        """
        try:
            return self.find().rate
        except DeviceError:
            if not patient:
                raise
            return MISSING_RATE

    def forms(self, device: DeviceInfo, rate: int | None) -> list[StreamFormat]:
        """Formats to try, the best first: the rate given, the native rate, mono."""
        rates = dict.fromkeys((rate or device.rate, device.rate, *USUAL_RATES))
        most = device.channels(self.direction)
        channels = dict.fromkeys((1, min(2, most), most))
        return [StreamFormat(device, r, c, round(self.block_s * r), self.latency_s) for r in rates for c in channels]


def open_first(opener: Opener, forms: list[StreamFormat]) -> tuple[StreamFormat, DeviceStream]:
    """Open a device in the first of these formats that it does.

    Raises:
        DeviceError: it does none of them, or cannot be used.
    """
    refusal: DeviceError | None = None
    for form in forms:
        try:
            return form, opener(form)
        except FormatRefused as error:
            refusal = refusal or error
    assert refusal is not None
    raise refusal


class Pulse:
    """Whether callbacks keep coming; `beat` is all that a callback does for it."""

    def __init__(self) -> None:
        self._beats = 0
        self._seen = 0
        self._since = 0.0

    def beat(self) -> None:
        """A callback was here."""
        self._beats += 1

    def start(self, now: float) -> None:
        """A stream was opened at loop time `now`."""
        self._beats = self._seen = 0
        self._since = now

    @property
    def felt(self) -> bool:
        """Whether any callback came since the start."""
        return self._beats > 0

    def silent_for(self, now: float) -> float:
        """Seconds for which no callback was noticed; call it a few times a second."""
        if self._beats != self._seen:
            self._seen, self._since = self._beats, now
        return now - self._since


class LiveStream:
    """A device in use. It stays the same object when the device goes and comes back."""

    def __init__(self, wanted: Wanted, client: Client) -> None:
        self.wanted = wanted
        self.client = client
        self.pulse = Pulse()
        self.form: StreamFormat | None = None
        self.settled = False
        """Whether somebody counts on the client's rate."""
        self._stream: DeviceStream | None = None
        self._ended = False
        self._lock = Lock()

    @property
    def name(self) -> str:
        """What it is, for messages."""
        known = self.form.device.name if self.form else self.wanted.name
        return f'{self.wanted.direction} "{known}"' if known else str(self.wanted.direction)

    def open(self, now: float) -> None:
        """Find the device and start it; blocking. Again after a loss, at the rate it had if it does that.

        Raises:
            DeviceError: it is not there, or cannot be used.
        """
        self.close(lossy=True)
        with self._lock:
            # A task that is cancelled leaves the thread that opens running, so the end may come first.
            if not self._ended:
                self._open(now)

    def close(self, lossy: bool = False) -> None:
        """Give the device back; blocking. `lossy` if its client did not come to rest before."""
        with self._lock:
            if self._stream:
                self._stream.close()
                self._stream = None
                if lossy:
                    self.client.lost()

    def end(self) -> None:
        """Close for good."""
        self._ended = True
        self.close()

    def lost(self, now: float) -> bool:
        """Whether the device no longer delivers, judged at loop time `now`."""
        stream = self._stream
        patience = STALLED_S if self.pulse.felt else STARTING_S
        return stream is None or not stream.alive or self.pulse.silent_for(now) > patience

    @property
    def delivers(self) -> bool:
        """Whether it has called back since it was opened."""
        return self._stream is not None and self.pulse.felt

    def _open(self, now: float) -> None:
        device = self.wanted.find()
        if self.wanted.name.isdecimal():
            self.wanted.name = device.name  # its index may be another one when it comes back
        forms = self.wanted.forms(device, self.client.rate if self.settled else None)
        self.pulse.start(now)
        with self.wanted.path():
            self.form, self._stream = open_first(self.client.start, forms)
