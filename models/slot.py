"""One model of many: its engine when it is in memory, its thread, its queue, and how it is doing."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Any, Protocol, runtime_checkable

from models.base import Card, Engine
from models.budget import Footprint, Held
from models.options import Policy
from models.ticket import Ticket

logger = logging.getLogger(__name__)


class State(StrEnum):
    """How a model is."""

    ABSENT = "absent"
    WAITING = "waiting"
    """For memory, or for another that is being loaded."""
    LOADING = "loading"
    READY = "ready"
    RUNNING = "running"
    OUT = "out"
    """It failed, and is left alone for a while."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a model is not used now."""

    text: str
    """A sentence, or a few."""
    scarce: bool = False
    """Whether memory was short: it is used again as soon as another goes."""


@dataclass(frozen=True, slots=True)
class Resident:
    """A model as the list shows it."""

    card: Card
    state: State
    policy: str
    takes: Footprint
    """As measured when it was loaded; 0 while it is absent."""
    queued: int = 0
    """Jobs given to it that are not done."""
    lasting: bool = False
    """Whether the conversation itself needs it."""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Gauge:
    """What is known of memory. Called on any thread."""

    used: Callable[[], Footprint] = Footprint
    """By this process, and of the GPU by all."""
    total: Callable[[], Footprint] = lambda: Footprint(inf, inf)
    """What the machine has."""


@runtime_checkable
class Apart(Protocol):
    """An engine that lives outside of this process."""

    @property
    def alive(self) -> bool:
        """Whether it still does."""

    @property
    def takes(self) -> Footprint:
        """The memory that it took when it was loaded."""


@dataclass(slots=True, eq=False)
class Slot:
    """Changed on the loop alone; `bring` is called on the model's thread."""

    card: Card
    make: Callable[[], Engine]
    policy: Policy
    lasting: bool = False
    missing: Callable[[], str] = str
    """Why it cannot be made, in a sentence; empty where it can."""
    engine: Engine | None = None
    takes: Footprint = field(default_factory=Footprint)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    tickets: list[Ticket] = field(default_factory=list)
    fault: Fault | None = None
    failures: int = 0
    """How often it broke down since it last did a job."""
    used_at: float = 0.0
    coming: "asyncio.Task[None] | None" = None
    """Its being loaded."""
    loading: bool = False
    running: bool = False
    """Whether a job is at its thread, wanted or not."""
    wanted: int = 0
    """How many wait for it to be loaded."""
    timer: asyncio.TimerHandle | None = None
    _known: Footprint | None = None
    _thread: ThreadPoolExecutor | None = None

    @property
    def name(self) -> str:
        """The model's."""
        return self.card.name

    @property
    def needs(self) -> Footprint:
        """What it will take: what it took last, or what its card says."""
        return self._known or Footprint(self.card.host_mb, self.card.gpu_mb)

    @property
    def alive(self) -> bool:
        """Whether its engine is there and can be given a job."""
        return self.engine is not None and not (isinstance(self.engine, Apart) and not self.engine.alive)

    def held(self) -> Held:
        """How it counts when room is made."""
        free = not self.turn.locked() and not self.loading
        return Held(self.name, self.takes, self.used_at, free, self.lasting, self.policy.kind == "always")

    def shown(self) -> Resident:
        """How it is."""
        fault = self.fault.text if self.fault else ""
        policy = "conversation" if self.lasting else str(self.policy)
        return Resident(self.card, self._state(), policy, self.takes, len(self.tickets), self.lasting, fault)

    def start(self, work: Callable[..., Any], *arguments: Any) -> "asyncio.Future[Any]":
        """Work on the model's own thread, behind what it is at."""
        self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix=self.name)
        future = asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)
        future.add_done_callback(_looked_at)
        return future

    def bring(self, gauge: Gauge) -> tuple[Engine, Footprint]:
        """Make the engine and load it; with what it took. Whatever an engine raises is raised."""
        before = gauge.used()
        engine = self.make()
        engine.load()
        if isinstance(engine, Apart):
            return engine, engine.takes
        after = gauge.used()
        return engine, Footprint(max(0.0, after.host_mb - before.host_mb), max(0.0, after.gpu_mb - before.gpu_mb))

    def settle(self, engine: Engine, took: Footprint) -> None:
        """It is in memory. Where nothing could be measured, its card is believed."""
        self.engine = engine
        self.takes = self._known = took if took != Footprint() else self.needs

    def forget(self) -> Engine | None:
        """It is no longer in memory; the engine, to be dropped."""
        engine, self.engine, self.takes = self.engine, None, Footprint()
        if self.timer:
            self.timer.cancel()
        return engine

    def close(self) -> None:
        """Let the thread end when it can."""
        if self._thread:
            self._thread.shutdown(wait=False, cancel_futures=True)

    def _state(self) -> State:
        if self.fault:
            return State.OUT
        if self.loading:
            return State.LOADING
        if self.engine is None:
            return State.WAITING if self.coming else State.ABSENT
        return State.RUNNING if self.running else State.READY


def _looked_at(future: "asyncio.Future[Any]") -> None:
    """Take note of an error that nobody waits for any more, so that it is not called lost."""
    if not future.cancelled() and (error := future.exception()):
        logger.debug("on the thread of a model", exc_info=error)
