"""Keeps models in memory as far as it goes, and has jobs done by them.

              ┌ turn ┐   ┌ up: room, load ┐
    run ──▶ ticket ──▶ ─────────────────────▶ engine.run on the model's thread ──▶ JobDone
              │ wait_s, cancelled: out of the queue        │ timeout_s, cancelled: told by `report`, and let be

Models are loaded one at a time, so that what each takes can be measured, and two cannot be given the same memory. What
runs is never evicted, nor what is being loaded, nor what the conversation itself needs.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from types import TracebackType
from typing import Any

from assistant.errors import EarshotError, EngineError, EngineMissing
from assistant.stream import cancelled
from models.base import Card, Engine, Job, JobDone, Report
from models.budget import Footprint, TooLarge, total_of, victims
from models.catalogue import Entry
from models.faults import EngineBroken, OutOfMemory, explained
from models.limits import limit_of, too_large
from models.options import ModelsOptions, Policy
from models.roster import Roster
from models.slot import Fault, Gauge, Resident, Slot
from models.ticket import Ticket
from models.wording import span

logger = logging.getLogger(__name__)

GRACE_S = 5.0
"""How long an engine may take to notice that its job is no longer wanted, before it counts as stuck."""
LONGEST_PAUSE_S = 600.0
PARTING_S = 1.0
"""How long engines are waited for at the end."""


class Residency:
    """The `Models` of this machine. Everything is called on the loop; `residents` may be read on any thread.

    Those entries come first that are preferred.
    """

    def __init__(
        self, entries: Iterable[Entry] = (), options: ModelsOptions | None = None, gauge: Gauge | None = None
    ) -> None:
        self.options = options or ModelsOptions()
        self.grace_s = GRACE_S
        self._gauge = gauge or Gauge()
        self._roster = Roster(entries, self.options)
        self._one_load = asyncio.Lock()
        self._freed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._limit: Footprint | None = None
        self._closed = False
        self.residents: tuple[Resident, ...] = self._roster.shown()
        """All models; replaced, never changed."""

    async def __aenter__(self) -> "Residency":
        """Begin to load what is always to be there, in the background."""
        for slot in self._roster:
            if slot.policy.kind == "always" and not slot.lasting and not slot.missing():
                self._background(slot)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop all jobs and let all engines go; what does not let go is left behind."""
        self._closed = True
        for slot in self._roster:
            for ticket in slot.tickets:
                ticket.give_up()
        for task in tuple(self._tasks):
            await cancelled(task)
        going = [(slot, slot.forget()) for slot in self._roster if not slot.lasting]
        leaving = [slot.start(engine.drop) for slot, engine in going if engine]
        if leaving:
            await asyncio.wait(leaving, timeout=PARTING_S)
        for slot in self._roster:
            slot.close()

    # ------------------------------------------------------------------- asked for

    def adopt(self, card: Card, engine: Engine, takes: Footprint | None = None) -> None:
        """Take in an engine that is loaded already, since the conversation needs it: it is preferred for its task,
        and never evicted or dropped."""
        slot = Slot(card, lambda: engine, Policy("always"), lasting=True)
        slot.settle(engine, takes or Footprint())
        self._roster.put_first(slot)
        self._publish()

    def engine(self, task: str) -> Card | None:
        """The engine that would do a task now, or would again after a rest; None where there is none."""
        return next((slot.card for slot in (*self._roster.usable(task), *self._roster.resting(task))), None)

    def lack(self, task: str) -> str:
        """Why the engine that the settings name for a task cannot do it, in a sentence; empty where it can, or where
        they name none."""
        named = task in self.options.engines and not self.engine(task)
        return str(self._roster.refusal(task)) if named else ""

    async def run(self, job: Job, report: Report | None = None) -> JobDone:
        """Have a job done by the first engine for its task that can be loaded; cancelled, the engine is told.

        `report` is called on the loop.

        Raises:
            EngineMissing: there is no engine for the task, or none can be used; the sentence says what would help.
            EngineError: it could not be done.
            DataError: a file cannot be read.
        """
        first: EarshotError | None = None
        for slot in self._roster.suited(job):
            ticket = Ticket(job, report)
            try:
                return await self._answered(slot, ticket)
            except EngineError as error:
                if ticket.begun:
                    raise self._advised(error, job) from error
                first = first or error
        raise self._advised(first or self._roster.refusal(job.task), job)

    def _advised(self, error: EarshotError, job: Job) -> EarshotError:
        """A refusal, with what would help."""
        plain = type(error) in (EngineError, EngineMissing)
        advice = self._roster.advice(job) if plain else ""
        return type(error)(f"{str(error).rstrip('.')}. {advice}") if advice else error

    async def warm(self, name: str) -> None:
        """Load a model now.

        Raises:
            EngineError: there is none of this name, or it cannot be loaded.
        """
        slot = self._roster.named(name)
        async with slot.turn:
            await self._up(slot)

    async def drop(self, name: str) -> None:
        """Let go of a model's memory now.

        Raises:
            EngineError: there is none of this name, or it cannot go.
        """
        slot = self._roster.named(name)
        if slot.lasting:
            raise EngineError(f"The conversation itself needs {name}; it stays.")
        if slot.turn.locked() or slot.loading:
            raise EngineError(f"{name} is at work; ask again when it is done.")
        await self._evict(slot)

    # ---------------------------------------------------------------------- a job

    async def _answered(self, slot: Slot, ticket: Ticket) -> JobDone:
        """The answer to a ticket; whoever waits for it may be cancelled."""
        if len(slot.tickets) >= self.options.queue:
            raise EngineError(f"The engine {slot.name} has {len(slot.tickets)} jobs to do already; ask again later.")
        slot.tickets.append(ticket)
        task = self._spawn(self._work(slot, ticket))
        late = asyncio.get_running_loop().call_later(self.options.wait_s, self._too_late, slot, ticket, task)
        task.add_done_callback(lambda _: self._left(slot, ticket, late))
        try:
            return await ticket.answer
        finally:
            ticket.give_up()
            if not ticket.begun:
                task.cancel()

    def _left(self, slot: Slot, ticket: Ticket, late: asyncio.TimerHandle) -> None:
        """A ticket is done with."""
        late.cancel()
        slot.tickets.remove(ticket)
        ticket.fail(EngineError(f"The engine {slot.name} was stopped."))  # where it was not answered
        self._freed.set()
        self._publish()

    def _too_late(self, slot: Slot, ticket: Ticket, task: "asyncio.Task[None]") -> None:
        if not ticket.begun:
            ticket.fail(EngineError(f"The engine {slot.name} was not free within {span(self.options.wait_s)}."))
            task.cancel()

    async def _work(self, slot: Slot, ticket: Ticket) -> None:
        async with slot.turn:
            try:
                await self._up(slot)
            except EarshotError as error:
                ticket.fail(error)
                return
            await self._do(slot, ticket)

    async def _do(self, slot: Slot, ticket: Ticket) -> None:
        assert slot.engine is not None  # `_up` has seen to it, and who has the turn keeps it
        ticket.begun = slot.running = True
        self._publish()
        future = slot.start(slot.engine.run, ticket.job, ticket.report)
        await asyncio.wait([future, ticket.answer], timeout=self.options.timeout_s, return_when="FIRST_COMPLETED")
        if not future.done():
            await self._unfinished(slot, ticket, future)
        slot.running, slot.used_at = False, asyncio.get_running_loop().time()
        self._publish()
        await self._judge(slot, ticket, future)
        self._await_idleness(slot)

    async def _unfinished(self, slot: Slot, ticket: Ticket, future: "asyncio.Future[Any]") -> None:
        """Wait for a thread that works on what nobody wants any more, or took too long for."""
        ticket.give_up()
        ticket.fail(EngineError(f"The engine {slot.name} was not done within {span(self.options.timeout_s)}."))
        await asyncio.wait([future], timeout=self.grace_s)
        if not future.done():
            logger.warning("%s does not let go of a job that nobody wants", slot.name)
            slot.fault = Fault(f"The engine {slot.name} is stuck in a job that nobody wants any more.")
            self._publish()
            await asyncio.wait([future])
            slot.fault = None

    async def _judge(self, slot: Slot, ticket: Ticket, future: "asyncio.Future[Any]") -> None:
        if future.cancelled():
            return
        if (error := future.exception()) is None:
            slot.failures = 0
            ticket.succeed(JobDone(future.result(), slot.card.provenance))
            return
        known = explained(slot.name, error)
        if isinstance(known, EngineBroken):
            logger.warning("%s broke down: %s", slot.name, type(error).__name__)
            known = await self._take_out(slot, known)
        ticket.fail(known)

    # --------------------------------------------------------------------- loading

    async def _up(self, slot: Slot) -> None:
        """See to it that a model is in memory. Called by who has its turn.

        Raises:
            EarshotError: it cannot be.
        """
        if slot.alive:
            return
        if slot.engine:
            logger.warning("%s is gone, and is started again", slot.name)
            await self._unload(slot)
        if slot.fault:
            raise EngineError(slot.fault.text)
        task = slot.coming = slot.coming or self._spawn(self._come(slot))
        slot.wanted += 1
        self._publish()
        try:
            await asyncio.shield(task)
        finally:
            slot.wanted -= 1
            if not slot.wanted and not slot.loading and not task.done():
                slot.coming = None
                task.cancel()  # it only waited for room

    async def _come(self, slot: Slot) -> None:
        try:
            async with self._one_load:
                await self._make_room(slot)
                await self._load(slot)
        finally:
            if slot.coming is asyncio.current_task():
                slot.coming = None
            slot.loading = False
            self._publish()
        self._await_idleness(slot)

    async def _load(self, slot: Slot) -> None:
        slot.loading = True
        self._publish()
        future = slot.start(slot.bring, self._gauge)
        try:
            await asyncio.wait([future], timeout=self.options.wait_s)
        finally:
            if not future.done():
                future.add_done_callback(lambda late: _drop_late(slot, late))
        if not future.done():
            raise await self._take_out(slot, EngineError(f"The engine {slot.name} does not finish loading."))
        if (error := future.exception()) is not None:
            logger.warning("%s cannot be loaded: %s", slot.name, type(error).__name__)
            raise await self._take_out(slot, explained(slot.name, error))
        slot.settle(*future.result())
        slot.used_at = asyncio.get_running_loop().time()

    async def _make_room(self, slot: Slot) -> None:
        """Evict what must go; wait where that runs.

        Raises:
            EngineError: it would never fit.
        """
        while (names := self._victims(slot)) != []:
            self._freed.clear()
            if names is None:
                await self._freed.wait()
            else:
                logger.info("%s makes room for %s", names[0], slot.name)
                await self._evict(self._roster.named(names[0]))

    def _victims(self, slot: Slot) -> list[str] | None:
        held = [other.held() for other in self._roster if other.engine]
        if self._limit is None:
            self._limit = limit_of(self.options, self._gauge, total_of(one.takes for one in held))
        try:
            return victims(slot.needs, held, self._limit)
        except TooLarge as error:
            raise too_large(slot.name, slot.needs, self._limit) from error

    def _background(self, slot: Slot) -> None:
        """Load a model while nobody waits for it."""

        async def warm() -> None:
            try:
                await self.warm(slot.name)
            except EarshotError as error:
                logger.warning("%s is not loaded: %s", slot.name, error)

        self._spawn(warm())

    # ----------------------------------------------------------------------- going

    async def _evict(self, slot: Slot) -> None:
        """Let go of a model, unless it got something to do meanwhile."""
        if not slot.turn.locked() and slot.engine:
            async with slot.turn:
                await self._unload(slot)

    async def _unload(self, slot: Slot) -> None:
        engine = slot.forget()
        if engine is None:
            return
        await asyncio.wait([slot.start(engine.drop)])
        for other in self._roster:
            if other is not slot and other.fault and other.fault.scarce:
                self._restore(other, other.fault)
        self._freed.set()
        self._publish()

    async def _take_out(self, slot: Slot, error: EarshotError) -> EngineError:
        """Let a model that failed rest for a while; the error with what happens next."""
        slot.failures += 1
        pause = min(LONGEST_PAUSE_S, self.options.pause_s * 2 ** (slot.failures - 1))
        scarce, lacking = isinstance(error, OutOfMemory), isinstance(error, EngineMissing)
        if not slot.lasting:
            await self._unload(slot)
        if scarce and await self._relieve(slot):
            return OutOfMemory(f"{error} I made room for it; ask again.")
        fault = Fault(str(error) if lacking else f"{error} It is tried again after {span(pause)}.", scarce)
        slot.fault = fault
        asyncio.get_running_loop().call_later(pause, self._restore, slot, fault)
        self._publish()
        return EngineMissing(fault.text) if lacking else EngineError(fault.text)

    async def _relieve(self, slot: Slot) -> bool:
        """Let everything go that may, for a model that ran out of memory; whether there was anything."""
        free = [s for s in self._roster if s is not slot and s.engine and s.held().free and not s.lasting]
        for other in free:
            await self._evict(other)
        return bool(free)

    def _restore(self, slot: Slot, fault: Fault) -> None:
        """Use a model again that was taken out for this."""
        if slot.fault is fault and not self._closed:
            slot.fault = None
            self._publish()
            if slot.policy.kind == "always" and not slot.lasting:
                self._background(slot)

    def _await_idleness(self, slot: Slot) -> None:
        """Let a model go once nobody wanted it for as long as its policy says."""
        if slot.timer:
            slot.timer.cancel()
        if slot.policy.kind == "idle" and slot.engine and not slot.lasting:
            loop = asyncio.get_running_loop()
            slot.timer = loop.call_later(slot.policy.idle_s, lambda: self._spawn(self._evict(slot)))

    # ---------------------------------------------------------------------- helpers

    def _spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_retrieve)
        return task

    def _publish(self) -> None:
        self.residents = self._roster.shown()


def _drop_late(slot: Slot, late: "asyncio.Future[Any]") -> None:
    """Let go of an engine that was loaded when nobody waited for it any more."""
    if not late.cancelled() and late.exception() is None:
        slot.start(late.result()[0].drop)


def _retrieve(task: "asyncio.Task[None]") -> None:
    """Whoever waited knows of what a task raised; only what is no error of ours is news."""
    if not task.cancelled() and (error := task.exception()) and not isinstance(error, EarshotError):
        logger.error("a bug in the residency of models", exc_info=error)
