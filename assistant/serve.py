"""`assistant serve`: the conversation that the settings describe, as a service."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TextIO

from assistant.app import Engines, Hasty, follow
from assistant.devices import LiveMicrophone, open_devices
from assistant.events import State, StateChanged
from assistant.ports import Screen
from assistant.service import surroundings
from assistant.service.notify import Notifier
from assistant.service.service import Service
from assistant.session import Session
from assistant.workspace import Workspace
from config.settings import Settings
from models.residency import Residency

logger = logging.getLogger(__name__)


def serve(settings: Settings, out: TextIO) -> int:
    """Hold conversations until told to stop; the exit code.

    Raises:
        EarshotError: the service cannot be offered, or cannot go on; the sentence says what to do.
    """
    service = Service(settings.service, Notifier.from_environment(), out, _why)
    with _counted(service.metrics.counting_errors()):
        return asyncio.run(service.run(Holding(settings, service).hold))


@dataclass(frozen=True, slots=True)
class LiveConversation:
    """A session at the devices of this machine."""

    session: Session
    microphone: LiveMicrophone
    tail_s: float
    """How long sound that has left the buffer takes to be heard."""

    @property
    def answering(self) -> bool:
        """Whether a reply sounds, or is due."""
        return self.session.state in (State.THINKING, State.SPEAKING)

    async def run(self) -> None:
        """Converse until the microphone ends and the last reply is over."""
        await self.session.run(self.microphone)
        await asyncio.sleep(self.tail_s)

    def end(self) -> None:
        """Listen no longer."""
        self.microphone.end()


@dataclass(frozen=True, slots=True)
class Holding:
    """Puts the conversation together, and says what it is made of."""

    settings: Settings
    service: Service

    @asynccontextmanager
    async def hold(self, screen: Screen) -> AsyncIterator[LiveConversation]:
        """Load the engines, open the devices or wait for them, and begin.

        Raises:
            EarshotError: an engine cannot be loaded, or there is no sound library.
        """
        asyncio.get_running_loop().set_default_executor(Hasty())
        engines = await asyncio.to_thread(self._load)
        workspace = Workspace.create(self.settings.sessions)
        logger.info("%s hears, %s speaks, %s keeps it", engines.recognizer.name, engines.voice.name, workspace.folder)
        async with open_devices(self.settings.devices, screen.show, patient=True) as (microphone, loudspeaker):
            self.service.metrics.live.dropped = lambda: microphone.dropped
            for notice in engines.voice.untold():
                self.service.lines.write(f"notice: {notice}")
            session = engines.session(screen, loudspeaker, workspace)
            follow(session, microphone)
            async with self._models(engines) as session.router.context.models:
                screen.show(StateChanged(session.state))
                yield LiveConversation(session, microphone, 2 * self.settings.devices.output_latency_s)

    @asynccontextmanager
    async def _models(self, engines: Engines) -> AsyncIterator[Residency]:
        """The engines that do tasks, told of by the service's pages."""
        async with engines.models() as residency:
            self.service.models.attach(residency)
            self.service.metrics.live.residents = lambda: {
                one.card.name: int(one.takes.host_mb * 1e6) for one in residency.residents if one.takes.host_mb
            }
            yield residency

    def _load(self) -> Engines:
        engines = Engines.load(self.settings)
        self.service.health.engines = {
            "recognizer": engines.recognizer.name,
            "voice": engines.voice.name,
            "dialogue": self.settings.answerer,
        }
        return engines


def _why() -> Sequence[str]:
    return surroundings.why_silent(surroundings.look())


@contextmanager
def _counted(handler: logging.Handler) -> Iterator[None]:
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
