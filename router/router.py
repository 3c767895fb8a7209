"""Heard → Router → Reply: the loop that answers.

    dialogue.reply ──text──▶ Say, at once
          ▲      └──Call──▶ Job: certain? ▶ Working ▶ task ▶ Outcome ─▶ Say, Show … Play
          │                  ├──────── 0.8 s without any ──▶ "One moment …"; the rest: Context.outbox
          └────── Request.done ◀─── (an engine that explains results)

An answer may be begun before the user's turn is certain, and be dropped by `aclose` or cancellation without a trace:
until `certain` is set no task with effects runs, `next_turn` is not taken, and nothing in the context changes.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from assistant.errors import EarshotError, EngineError
from assistant.events import Heard, Reply, Say, Show, Working
from assistant.stream import Stream
from router.announcing import announced, gerund, left_s, recalled
from router.dialogue.base import Call, Dialogue, Request
from router.dialogue.refusing import TO_CHAT, wants_model
from router.jobs import Job, Step
from router.resources import kinds, resources
from router.round import Round, guarded
from router.speakable import Speakable
from router.task import MOMENT, Context, Missing, Moment, Outcome, Pending, Task, Unasked
from router.tasks import CATALOGUE
from router.turn import Turn, before

MAX_ROUNDS = 5
"""How often in one turn an engine is asked again with the results of its calls."""
LOST = "I have tried several things and am not done; please ask for one thing at a time."
RECENT_TURNS = 4
"""How many turns are looked at for what was done last; most of them were begun before they were certain."""
LISTENS_S = 1.5
"""Who has something to listen to for longer than this is told afterwards that work goes on, if it still does."""

_log = logging.getLogger(__name__)


class Router:
    """Answers what was heard: the dialogue engine decides, tasks do, replies come out."""

    def __init__(
        self,
        context: Context,
        dialogue: Dialogue,
        tasks: Sequence[Task] = CATALOGUE,
        fallback: Dialogue | None = None,
    ) -> None:
        self.context = context
        self.context.tasks = tasks
        self.dialogue = dialogue
        self.fallback = fallback
        """Answers within the turn where the dialogue engine does not."""
        self._tasks = {task.name: task for task in tasks}
        self._turns = deque[Turn](maxlen=RECENT_TURNS)
        self._left: tuple[Call, ...] = ()
        """The links of a chain that wait for the answer to `Context.pending`."""
        self._announcements = 0
        self._stepped_in = False
        """Whether the fallback answered the turn before: why is said aloud once, and shown each time."""
        self._hinted = False
        """Whether it was shown how to have somebody to chat with."""

    async def answer(self, heard: Heard, certain: asyncio.Event) -> Stream[Reply]:
        """Yield the answer to a turn. Closed or cancelled before `certain` is set, it leaves no trace.

        What a task has not brought within a moment goes on by itself, and comes by `Context.outbox`.
        """
        context = self.context
        turn = Turn(heard, certain, self.dialogue, before(context.history.turns, heard))
        turn.pending, turn.content_of = context.pending, context.next_turn
        turn.done_before, turn.there_before = self._done_before(), self._there_before()
        self._turns.append(turn)
        try:
            async with aclosing(self._answered(turn)) as replies:
                async for reply in replies:
                    yield turn.gives(reply)
            if context.pending or turn.asks:
                await certain.wait()
        finally:
            MOMENT.set(Moment())
            turn.there = max((artifact.id for artifact in context.workspace.artifacts), default=0)
            if certain.is_set():
                self._stepped_in = self.fallback is not None and turn.engine is self.fallback
                if context.pending is turn.pending:
                    self._ask(turn)

    def _done_before(self) -> tuple[str, Mapping[str, Any]] | None:
        """What was done last, in turns that became certain; some are given up before."""
        done = [turn.latest for turn in self._turns if turn.certain.is_set() and turn.latest]
        return done[-1] if done else self.context.last_call

    def _there_before(self) -> int | None:
        """The number up to which things were there when the last turn that became certain was over."""
        over = [turn.there for turn in self._turns if turn.certain.is_set() and turn.there is not None]
        return over[-1] if over else None

    async def settled(self) -> Stream[Reply]:
        """Yield what comes by the outbox, until no work goes on and nothing is left to say; for who has no session."""
        outbox = self.context.outbox
        while (jobs := [job for job in self.context.jobs if not job.over]) or not outbox.empty():
            if outbox.empty():
                await asyncio.wait([job.work for job in jobs if job.work], return_when=asyncio.FIRST_COMPLETED)
                continue
            async with aclosing(outbox.get_nowait().replies()) as replies:
                async for reply in replies:
                    yield reply
            outbox.task_done()

    async def attend(self) -> None:
        """Run what goes on beside the conversation, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for attendant in self.context.attendants:
                group.create_task(self._attended(attendant))

    async def close(self) -> None:
        """Cancel the work in the background, and let the dialogue engines go."""
        for job in [*self.context.jobs]:
            job.cancel()
            await job.ended()
        await self.dialogue.close()
        if self.fallback is not None:
            await self.fallback.close()

    # ------------------------------------------------------------------ the turn

    async def _answered(self, turn: Turn) -> Stream[Reply]:
        if turn.content_of is None:
            async with aclosing(self._opening(turn)) as words:
                async for reply in words:
                    yield reply
        if turn.content_of or turn.calls:
            async with aclosing(self._at_work(turn)) as replies:
                async for reply in replies:
                    yield reply

    async def _opening(self, turn: Turn) -> Stream[Reply]:
        """The engine's first words; what it calls for is left in `turn.calls`."""
        failure = ""
        try:
            async with aclosing(self._words(turn)) as words:
                async for say in words:
                    yield say
        except EngineError as error:
            failure = self._failure(turn, error)
        if failure and not turn.begun and self.fallback is not None:
            turn.engine = self.fallback
            yield Show(stepped_in(failure))
            async with aclosing(self._words(turn, "" if self._stepped_in else failure)) as words:
                async for say in words:
                    yield say
        elif failure:
            for reply in turn.owed(failure):
                yield reply
        if not self._hinted and not turn.calls and wants_model(turn.said):
            self._hinted = True
            yield Show(TO_CHAT)
        if turn.pending and not turn.engine.explains and _completes(turn.calls, turn.pending):
            turn.calls += self._left

    async def _at_work(self, turn: Turn) -> Stream[Reply]:
        """Do what was called for, for as long as the user need not be kept waiting; the rest goes on by itself."""
        job = Job(turn.certain, self.context.progress)
        work = self._content(turn, job) if turn.content_of else self._carried_out(turn, job)
        job.start(work, lambda: self._post(turn, job))
        try:
            async with aclosing(job.given()) as replies:
                async for reply in replies:
                    yield reply
            if not job.over:
                for reply in self._announced(turn, job):
                    yield reply
        finally:
            if job.place is None:
                job.cancel()
                await job.ended()

    async def _content(self, turn: Turn, job: Job) -> Stream[Reply]:
        """The turn is what a task has asked for: it goes there and nowhere else."""
        await turn.certain.wait()
        expected, self.context.next_turn = turn.content_of, None
        assert expected is not None
        step = Step(expected.task, self._doing(expected.task))
        job.plan([step])
        there = turn.there_before
        MOMENT.set(Moment(turn.heard, lambda share: job.report(step, share), turn.certain, there=there))
        yield Working(expected.task)
        with job.at(step):
            try:
                outcome = await guarded(expected.task, expected.take(self.context, turn.heard))
            except Missing as missing:
                turn.asks, outcome = missing.pending, Outcome(str(missing))
        for reply in turn.outcome(outcome, explains=False):
            yield reply

    async def _carried_out(self, turn: Turn, job: Job) -> Stream[Reply]:
        """Do what was called for, and ask the engine again if it explains results."""
        try:
            async with aclosing(self._rounds(turn, job)) as replies:
                async for reply in replies:
                    yield reply
        except EngineError as error:
            for reply in turn.owed(self._failure(turn, error)):
                yield reply
        for play in turn.play:
            yield play

    async def _rounds(self, turn: Turn, job: Job) -> Stream[Reply]:
        for number in range(MAX_ROUNDS):
            if number:
                async with aclosing(self._words(turn)) as words:
                    async for say in words:
                        yield say
                turn.unexplained.clear()
            async with aclosing(Round(self.context, self._tasks, turn, job).carried_out()) as replies:
                async for reply in replies:
                    yield reply
            if not turn.unexplained:
                return
        for say in turn.say(Outcome(LOST)):
            yield say

    async def _words(self, turn: Turn, preface: str = "") -> Stream[Say]:
        """The engine's text, fit to be spoken; its calls go into `turn.calls`.

        `preface` is said before its words, but not before a task that does what was asked.
        """
        async with aclosing(self._spoken(turn)) as texts:
            async for text in texts:
                for say in turn.say(Outcome(preface)):
                    yield say
                gap = " " if preface else ""
                preface = ""
                turn.said += gap + text
                yield Say(gap + text)

    async def _spoken(self, turn: Turn) -> Stream[str]:
        clean = Speakable()
        async with aclosing(turn.engine.reply(self._asked(turn))) as pieces:
            async for piece in pieces:
                if isinstance(piece, Call):
                    turn.calls.append(piece)
                elif text := clean.push(piece):
                    yield text
        if text := clean.flush():
            yield text

    def _asked(self, turn: Turn) -> Request:
        MOMENT.set(Moment(turn.heard, certain=turn.certain, there=turn.there_before))
        return Request(
            turn.heard.text,
            turn.history,
            self.context.tasks,
            resources(self.context),
            tuple(turn.done),
            turn.said,
            turn.pending,
            kinds(self.context),
            artifacts=tuple(self.context.workspace.artifacts),
            last_call=turn.done_before,
            confidence=turn.heard.confidence,
            jobs=[f"{job.name}, {job.share or 0:.0%} done" for job in self.context.jobs],
        )

    def _failure(self, turn: Turn, error: EngineError) -> str:
        """Take note that the engine failed; what it called for in its last words is not carried out."""
        _log.warning("The dialogue engine %s failed: %s", turn.engine.name, error)
        turn.calls.clear()
        return str(error)

    def _ask(self, turn: Turn) -> None:
        """What was asked back before is settled; what is asked back now waits for its answer."""
        if self.context.pending is not turn.asks:
            self.context.pending, self._left = turn.asks, turn.left

    # ------------------------------------------------------- work in the background

    def _announced(self, turn: Turn, job: Job) -> list[Reply]:
        """Let work go on by itself, and say so: now, or after what the user has to listen to."""
        job.announce(self.context.jobs, len(self.context.history.turns))
        working: list[Reply] = [] if job.name in job.told else [Working(job.name)]
        if turn.listens_until <= asyncio.get_running_loop().time() + LISTENS_S:
            alone = left_s(job.share, job.elapsed_s) if not turn.said else None
            return [*working, *self._announcement(turn, job, alone)]
        self.context.outbox.put_nowait(Unasked(lambda: self._announced_late(turn, job), turn.heard))
        return working

    async def _announced_late(self, turn: Turn, job: Job) -> Stream[Reply]:
        if not (job.over or job.cancelled):
            job.place = len(self.context.history.turns)
            for say in self._announcement(turn, job):
                yield replace(say, text=say.text.lstrip())

    def _announcement(self, turn: Turn, job: Job, seconds: float | None = None) -> list[Say]:
        """A few words, not those of the time before; fewer where nothing else is told, and it takes few `seconds`."""
        self._announcements += 1
        return turn.say(Outcome(announced(job.step.doing, self._announcements - 1, seconds)))

    def _post(self, turn: Turn, job: Job) -> None:
        self.context.outbox.put_nowait(Unasked(lambda: self._told(turn, job), turn.heard, tuple(job.tasks)))

    async def _told(self, turn: Turn, job: Job) -> Stream[Reply]:
        """What came of work in the background; where other things were said meanwhile, what it was is said first."""
        job.leave()
        if job.cancelled:
            return
        if turn.asks:
            self._ask(turn)
        replies = [*job.replies]
        first = next((reply for reply in replies if isinstance(reply, Say)), None)
        if first is None or job.overtaken(len(self.context.history.turns)):
            yield Say(recalled(job.since, turn.failed) + " ")
        for reply in replies:
            yield replace(first, text=first.text.lstrip()) if first is not None and reply is first else reply
        await job.check()

    async def _attended(self, attendant: Callable[[Context], Awaitable[None]]) -> None:
        """Run one thing beside the conversation; if it fails, that is said, and the conversation goes on."""
        try:
            await attendant(self.context)
        except EarshotError as error:
            failure = str(error)
            self.context.outbox.put_nowait(Unasked(lambda: _saying(failure)))

    def _doing(self, name: str) -> str:
        """What a task does, as part of a sentence."""
        task = self._tasks.get(name)
        return (task.doing if task else "") or gerund(name)


def _completes(calls: Sequence[Call], pending: Pending) -> bool:
    """Whether calls are the request that something was missing of, with that in it."""
    if [call.task for call in calls] != [pending.task]:
        return False
    given = calls[0].arguments
    return pending.missing in given and all(
        given.get(name) == value for name, value in pending.arguments.items() if name != pending.missing
    )


def stepped_in(failure: str) -> str:
    """What is shown where the embedded engine answers in the stead of another, and why."""
    return f"{failure.rstrip('.')}. The embedded engine answers for now."


async def _saying(text: str) -> Stream[Reply]:
    yield Say(text)
