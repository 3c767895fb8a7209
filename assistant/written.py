"""Turns that are written and not spoken: what the router chooses for a text, or all that comes of it.

choose    text ─▶ Router ─▶ Withheld(engine): its calls are noted, and nothing is carried out
answer    text ─▶ Router ─▶ Noted(engine), watched tasks ─▶ replies, and those of work that took longer
unasked                     what came of work that went on, an alarm ─▶ replies
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, fields, replace
from typing import Any

from assistant.errors import DataError, EarshotError, EngineError
from assistant.events import Artifact, Heard, Play, Reply, Say, Show
from assistant.history import AssistantSaid, UserSaid
from assistant.stream import Stream
from router.dialogue.automatic import Automatic
from router.dialogue.base import Call, Dialogue, Done, Piece, Request
from router.dialogue.embedded import GIVEN
from router.resources import given
from router.router import Router
from router.task import Context, Missing, Outcome, Task
from router.tasks import CATALOGUE

BROKEN = "Something went wrong inside me."
"""Why a task was not done that ended with a bug."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a dialogue engine makes of a text."""

    calls: tuple[Call, ...]
    """What it would have done, in this order."""
    say: str
    """Its own words."""
    failure: str = ""
    """Why the engine did not answer, where it did not; another may have stepped in."""

    def as_json(self) -> dict[str, Any]:
        """{"calls": [{"task": …, "arguments": {…}}], "say": …}, and "failure" where another engine had to step in."""
        failure = {"failure": self.failure} if self.failure else {}
        return {"calls": [called(call) for call in self.calls], "say": self.say, **failure}


def called(call: Call) -> dict[str, Any]:
    """A call as plain data."""
    return {"task": call.task, "arguments": dict(call.arguments)}


class Noted:
    """A `Dialogue` that notes what the engine behind it calls for, and why it failed."""

    def __init__(self, engine: Dialogue) -> None:
        self.engine = engine
        self.name = engine.name
        self.explains = engine.explains
        self.calls: list[Call] = []
        self.failure = ""

    async def reply(self, request: Request) -> Stream[Piece]:
        """Yield what the engine does."""
        round_: list[Call] = []
        try:
            async with aclosing(self.engine.reply(request)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Call):
                        round_.append(piece)
                    yield piece
        except EngineError as error:
            self.failure = str(error)
            raise
        finally:
            self.name, self.explains = self.engine.name, self.engine.explains  # they may be those of one of two
        self.calls += round_  # those of a round that failed midway are not carried out

    async def close(self) -> None:
        """The engine belongs to whoever made it."""


class Withheld(Noted):
    """Keeps the calls to itself, so that the router carries out nothing.

    An engine that explains results is asked again as though each call had been done, up to `rounds` times: so a chain
    that it calls for one by one is seen whole.
    """

    def __init__(self, engine: Dialogue, rounds: int = 1) -> None:
        super().__init__(engine)
        self.rounds = rounds if engine.explains else 1

    async def reply(self, request: Request) -> Stream[Piece]:
        """Yield the engine's words."""
        for _ in range(self.rounds):
            before = len(self.calls)
            async with aclosing(super().reply(request)) as pieces:
                async for piece in pieces:
                    if not isinstance(piece, Call):
                        yield piece
            done = tuple(Done(call, Outcome("Done.")) for call in self.calls[before:])
            if not done or not self.explains:
                break
            request = replace(request, done=(*request.done, *done))


def why_not(dialogue: Dialogue) -> str:
    """Why a language model that is set does not answer, and another engine does, as a sentence; empty where it does."""
    return dialogue.why_not if isinstance(dialogue, Automatic) else ""


async def choose(
    context: Context, text: str, dialogue: Dialogue, fallback: Dialogue | None = None, rounds: int = 1
) -> Choice:
    """What the router would do about a text. No task is carried out; files whose paths stand in it are registered.

    Raises:
        DataError: one cannot be read.
    """
    text, _ = await given(context, text)
    first = Withheld(dialogue, rounds)
    second = Withheld(fallback, rounds) if fallback else None
    router = Router(context, first, CATALOGUE, second)
    replies = await _collected(router.answer(Heard(text), _set()))
    calls = (*first.calls, *(second.calls if second else ()))
    return Choice(calls, _words(replies), first.failure or (why_not(dialogue) if fallback else ""))


# ---------------------------------------------------------------------- whole turns


@dataclass(frozen=True, slots=True)
class Ended:
    """A task that was carried out, or tried."""

    task: str
    arguments: Mapping[str, Any]
    failure: str = ""
    """Why it was not done; empty where it was."""
    asked: bool = False
    """Whether it was not done because something has to be said first."""


@dataclass(frozen=True, slots=True)
class Answered:
    """All that came of a written turn."""

    replies: tuple[Reply, ...]
    calls: tuple[Call, ...]
    ended: tuple[Ended, ...]
    made: tuple[Artifact, ...]
    """What is new among the artifacts and was not given, oldest first."""
    failure: str = ""
    """Why the dialogue engine did not answer, where nobody stepped in for it."""
    chats: bool = False
    """Whether the engine that answered holds conversations, so that words alone may be all that was wanted."""

    @property
    def say(self) -> str:
        """The words, as they are joined."""
        return _words(self.replies)

    @property
    def shown(self) -> tuple[Show, ...]:
        """What is for the eye."""
        return tuple(reply for reply in self.replies if isinstance(reply, Show))

    @property
    def played(self) -> tuple[Artifact, ...]:
        """What would sound."""
        return tuple(reply.artifact for reply in self.replies if isinstance(reply, Play))

    @property
    def error(self) -> str:
        """The first thing that went wrong, as a sentence; empty where all was done, if only at a second try."""
        done = {ended.task: place for place, ended in enumerate(self.ended) if not ended.failure}
        failed = (e.failure for place, e in enumerate(self.ended) if e.failure and done.get(e.task, -1) < place)
        undone = self.say if self.calls and not self.ended else ""
        return next(failed, self.failure or undone)


@dataclass(frozen=True, slots=True)
class WatchedTask(Task):
    """A task that tells how it ended."""

    tell: Callable[[Ended], object] = lambda ended: None

    async def __call__(self, context: Context, arguments: Mapping[str, Any]) -> Outcome:
        """Do it.

        Raises:
            TaskError: it was not done.
        """
        failure, asked = BROKEN, False
        try:
            outcome = await Task.__call__(self, context, arguments)
            failure = ""
        except EarshotError as error:
            failure, asked = str(error), isinstance(error, Missing)
            raise
        finally:
            self.tell(Ended(self.name, arguments, failure, asked))
        return outcome


@dataclass(slots=True)
class Watch:
    """Tasks, and how those that were carried out ended. One serves conversation after conversation."""

    tasks: tuple[Task, ...] = ()
    ended: list[Ended] = field(default_factory=list)

    @classmethod
    def over(cls, tasks: Sequence[Task] = CATALOGUE) -> "Watch":
        """Watch these tasks."""
        watch = cls()
        watch.tasks = tuple(_watched(task, watch.ended.append) for task in tasks)
        return watch


class Written:
    """A conversation in writing: one turn after the other, each to its end."""

    def __init__(
        self, context: Context, dialogue: Dialogue, fallback: Dialogue | None = None, watch: Watch | None = None
    ) -> None:
        self.context = context
        self._watch = watch or Watch.over()
        self._first = Noted(dialogue)
        self._second = Noted(fallback) if fallback else None
        self._router = Router(context, self._first, self._watch.tasks, self._second)
        self._told = {artifact.id for artifact in context.workspace.artifacts}

    async def answer(self, text: str, wait: bool = True) -> Answered:
        """What comes of a turn, long work included unless that is to go on by itself. A failure is in the answer."""
        context = self.context
        self._forget()
        try:
            text, files = await given(context, text)
        except DataError as error:
            return Answered((Say(str(error)),), (), (), ())
        context.history.add(UserSaid(text))
        expected = context.pending is not None or context.next_turn is not None
        if files and not expected and not _beside(text, files):
            return self._answered([Say(GIVEN)])
        replies = await _collected(self._router.answer(Heard(text), _set()))
        if wait:
            replies += _parted(await _collected(self._router.settled()))
        return self._answered(replies)

    async def unasked(self) -> Answered:
        """Wait for what is said without being asked: what came of work that went on, an alarm."""
        outbox = self.context.outbox
        unasked = await outbox.get()
        self._forget()
        replies = await _collected(unasked.replies())
        outbox.task_done()
        return self._answered(replies)

    async def attend(self) -> None:
        """Have alarms ring, until cancelled."""
        await self._router.attend()

    async def stop(self) -> bool:
        """Cancel the work that goes on; whether there was any."""
        jobs = [*self.context.jobs]
        for job in jobs:
            job.cancel()
            await job.ended()
        return bool(jobs)

    def _answered(self, replies: Sequence[Reply]) -> Answered:
        """The turn, put on record."""
        context = self.context
        played = tuple(reply.artifact.name for reply in replies if isinstance(reply, Play))
        context.history.add(AssistantSaid(_words(replies), played=played))
        made = tuple(a for a in context.workspace.artifacts if a.id not in self._told and not _given(a))
        self._told = {artifact.id for artifact in context.workspace.artifacts}
        chats = self._first.explains and not self._first.failure
        calls, ended = self._calls(), tuple(self._watch.ended)
        return Answered(tuple(replies), calls, ended, made, (self._second or self._first).failure, chats)

    def _forget(self) -> None:
        self._watch.ended.clear()
        for engine in filter(None, (self._first, self._second)):
            engine.calls.clear()
            engine.failure = ""

    def _calls(self) -> tuple[Call, ...]:
        return (*self._first.calls, *(self._second.calls if self._second else ()))


def _watched(task: Task, tell: Callable[[Ended], object]) -> WatchedTask:
    return WatchedTask(**{part.name: getattr(task, part.name) for part in fields(task)}, tell=tell)


def _beside(text: str, files: Sequence[Artifact]) -> str:
    """What a turn says beside the names of files."""
    for artifact in files:
        text = text.replace(artifact.name, " ")
    return text.strip(" ,.;\"'")


def _given(artifact: Artifact) -> bool:
    """Whether it is the user's own, such as a file that the text names."""
    return artifact.provenance is not None and artifact.provenance.how == "given"


def _words(replies: Sequence[Reply]) -> str:
    return " ".join("".join(reply.text for reply in replies if isinstance(reply, Say)).split())


def _parted(replies: Sequence[Reply]) -> list[Reply]:
    """Replies of work that took longer, with a gap between the sentences of different ones and what was said before."""
    return [replace(r, text=f" {r.text}") if isinstance(r, Say) and r.text[:1].isalnum() else r for r in replies]


def _set() -> asyncio.Event:
    """A turn that is written is certainly over."""
    certain = asyncio.Event()
    certain.set()
    return certain


async def _collected(replies: Stream[Reply]) -> list[Reply]:
    async with aclosing(replies):
        return [reply async for reply in replies]
