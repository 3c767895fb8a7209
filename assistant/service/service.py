"""Keeps a conversation going until it is told to stop, and tells everybody who asks how it goes.

SIGTERM, SIGINT ──▶ a reply sounds?  ── no ──────────────────────────────▶ ends: 0
                           └─ yes ─▶ listens no longer, at most drain_s ─▶ ends: 0
a second one ──────────────────────────────────────▶ ends at once, cut short: 130
"""

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from http import HTTPStatus
from typing import Protocol, TextIO, TypeAlias

from assistant.errors import ServiceError
from assistant.events import DeviceChanged, Event
from assistant.metrics import Screens
from assistant.ports import Screen
from assistant.service.health import Health, Status
from assistant.service.lines import Lines
from assistant.service.metrics import CONTENT_TYPE, Metrics
from assistant.service.models import ModelsPages
from assistant.service.notify import Notifier
from assistant.service.options import ServiceOptions
from assistant.service.server import Answer, as_json, serving
from assistant.stream import cancelled

logger = logging.getLogger(__name__)

BEAT_S = 1.0
"""How often the loop shows that it comes round."""
HURRIED = 130
"""The exit code of a service that was told twice; as a shell has it for what was interrupted."""


class Conversation(Protocol):
    """What the service keeps going."""

    @property
    def answering(self) -> bool:
        """Whether a reply sounds, or is due."""

    async def run(self) -> None:
        """Converse until `end`, and then until the reply that sounds is over.

        Raises:
            EarshotError: it cannot go on.
        """

    def end(self) -> None:
        """Listen no longer."""


Hold: TypeAlias = Callable[[Screen], AbstractAsyncContextManager[Conversation]]
"""Loads what a conversation needs, yields the conversation that shows itself on a screen, and puts it all away."""


class Service:
    """A `Screen` to the conversation; a process's only service, since it takes the process's signals."""

    def __init__(
        self,
        options: ServiceOptions,
        notifier: Notifier,
        out: TextIO,
        explain: Callable[[], Sequence[str]] = tuple,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`explain` says, in sentences, why a device may be away on this machine."""
        self.options = options
        self.health = Health(explain, now)
        self.metrics = Metrics(now)
        self.metrics.live.devices = self.health.present
        self.models = ModelsPages()
        self.lines = Lines(out)
        self._explain = explain
        self._explained: set[str] = set()
        self._notifier = notifier
        self._screens = Screens((self.health, self.metrics, self.lines))
        self._ready = False
        self._conversation: Conversation | None = None
        self._conversing: asyncio.Task[None] | None = None
        self._told = 0

    async def run(self, hold: Hold) -> int:
        """Serve until told to stop; the exit code.

        Raises:
            EarshotError: it cannot be served, or the conversation cannot go on.
        """
        routes = {"/health": self._health_page, "/metrics": self._metrics_page, "/models": self.models.page}
        with serving(self.options, routes, self.models.actions) as place, self._signals():
            self.lines.write(f"service: health at {place}/health, metrics at {place}/metrics")
            self._notifier.status("Loading the engines.")
            beats, pings = asyncio.create_task(self._beat()), asyncio.create_task(self._ping())
            try:
                await self._until_told(hold)
            finally:
                self._stopping()
                await cancelled(beats)
                await cancelled(pings)
        return HURRIED if self._told > 1 else 0

    def show(self, event: Event) -> None:
        """Show an event to all that look at the conversation."""
        self._screens.show(event)
        if isinstance(event, DeviceChanged):
            self._notifier.status(self._summary())
            self._tell_why(event.present)

    def stop(self) -> None:
        """End, once the reply that sounds is over; told again, end at once."""
        self._told += 1
        if self._conversing is None:
            return
        self._stopping()
        if self._told == 1 and self._conversation and self._conversation.answering and self._heard:
            self.lines.write(f"service: stopping when the reply is over, in {self.options.drain_s:g} s at most")
            self._conversation.end()
            asyncio.get_running_loop().call_later(self.options.drain_s, self._conversing.cancel)
        else:
            self.lines.write("service: stopping")
            self._conversing.cancel()

    @property
    def _heard(self) -> bool:
        """Whether a reply can be heard."""
        return "loudspeaker" not in self.health.missing

    # ---------------------------------------------------------------- the conversation

    async def _until_told(self, hold: Hold) -> None:
        self._conversing = asyncio.create_task(self._converse(hold))
        try:
            await self._conversing
        except asyncio.CancelledError:
            if not self._told:
                raise  # somebody else's doing
        if not self._told:
            raise ServiceError("The microphone's sound came to an end; start the service again.")

    async def _converse(self, hold: Hold) -> None:
        async with hold(self) as self._conversation:
            self.health.ready()
            self._ready = True
            self._notifier.ready(self._summary())
            self.lines.write(f"service: ready. {self._summary()}")
            await self._conversation.run()

    def _summary(self) -> str:
        """What supervisors show."""
        return " ".join(self.health.losses()) or "Listening."

    def _tell_why(self, present: bool) -> None:
        """Say once why devices may be away, and once more if they go again."""
        if present:
            self._explained.clear()
            return
        for sentence in self._explain():
            if sentence not in self._explained:
                logger.warning("%s", sentence)
                self.lines.write(f"device: {sentence}")
                self._explained.add(sentence)

    # ----------------------------------------------------------------- signs of life

    async def _beat(self) -> None:
        while True:
            self.health.beat()
            await asyncio.sleep(BEAT_S)

    async def _ping(self) -> None:
        """Tell the supervisor, at half of its patience, that the loop comes round and sound comes in."""
        while (patience_s := self._notifier.watchdog_s) is not None:
            if self.health.hears:
                self._notifier.alive()
            else:
                logger.error("the microphone hangs, so the supervisor is given no sign of life")
            await asyncio.sleep(patience_s / 2)

    # ------------------------------------------------------------------------- edges

    def _stopping(self) -> None:
        if self.health.stopping():
            self._notifier.stopping()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Take the signals that end a process, meanwhile; where loops cannot, the process's own handlers remain."""
        loop, signals = asyncio.get_running_loop(), (signal.SIGTERM, signal.SIGINT)
        with suppress(NotImplementedError):
            for number in signals:
                loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            with suppress(NotImplementedError):
                for number in signals:
                    loop.remove_signal_handler(number)

    def _health_page(self) -> Answer:
        report = self.health.report()
        status = HTTPStatus.OK if report.status is Status.OK else HTTPStatus.SERVICE_UNAVAILABLE
        return as_json(report.fields, status)

    def _metrics_page(self) -> Answer:
        return Answer(self.metrics.text(), CONTENT_TYPE)
