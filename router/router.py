"""Heard → Router → Reply: the loop that answers.

    dialogue.reply ──text──▶ Say, at once
          ▲      └──Call──▶ certain? ▶ Working ▶ task ▶ Outcome ─▶ Say, Show … Play
          └────── Request.done ◀─── (an engine that explains results) ──┘

An answer may be begun before the user's turn is certain, and be dropped by `aclose` or cancellation without a trace:
until `certain` is set no task with effects runs, `next_turn` is not taken, and nothing in the context changes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from assistant.errors import EarshotError, EngineError
from assistant.events import Heard, Play, Reply, Say, Working
from assistant.history import Turn, UserSaid
from assistant.stream import Stream
from router.dialogue.base import Call, Dialogue, Done, Request
from router.sounds import resources
from router.speakable import Speakable
from router.task import Context, Outcome, Task
from router.tasks import CATALOGUE

MAX_ROUNDS = 5
"""How often in one turn an engine is asked again with the results of its calls."""
LOST = "I have tried several things and am not done; please ask for one thing at a time."

_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Turn:
    """An answer on its way."""

    heard: Heard
    certain: asyncio.Event
    history: Sequence[Turn]
    done: list[Done] = field(default_factory=list)
    unexplained: list[Outcome] = field(default_factory=list)
    """What came of the latest calls, while the engine has not put it into words."""
    play: list[Play] = field(default_factory=list)
    """Sounds that wait for the words about them."""
    said: str = ""
    begun: bool = False
    """Whether anything of the answer was given out."""

    def say(self, outcome: Outcome) -> list[Say]:
        """An outcome's own words, parted from what was said before."""
        if not outcome.text:
            return []
        gap = " " if self.said and not self.said[-1].isspace() else ""
        self.said += gap + outcome.text
        return [Say(gap + outcome.text, outcome.manner)]


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

    async def answer(self, heard: Heard, certain: asyncio.Event) -> Stream[Reply]:
        """Yield the answer to a turn. Closed or cancelled before `certain` is set, it leaves no trace."""
        turn = _Turn(heard, certain, _before(self.context.history.turns, heard))
        replies = self._content(turn) if self.context.next_turn else self._request(turn)
        try:
            async with aclosing(replies):
                async for reply in replies:
                    turn.begun = True
                    yield reply
        finally:
            if self.context.present is heard:
                self.context.present = None

    async def close(self) -> None:
        """Let the dialogue engines go."""
        await self.dialogue.close()
        if self.fallback is not None:
            await self.fallback.close()

    # ------------------------------------------------------------------ the turn

    async def _content(self, turn: _Turn) -> Stream[Reply]:
        """The turn is what a task has asked for: it goes there and nowhere else."""
        await turn.certain.wait()
        expected, self.context.next_turn = self.context.next_turn, None
        assert expected is not None
        self.context.present = turn.heard
        yield Working(expected.task)
        outcome = await _guarded(expected.task, expected.take(self.context, turn.heard))
        for reply in self._replies(outcome, turn, explains=False):
            yield reply

    async def _request(self, turn: _Turn) -> Stream[Reply]:
        failure = ""
        try:
            async with aclosing(self._rounds(self.dialogue, turn)) as replies:
                async for reply in replies:
                    yield reply
        except EngineError as error:
            _log.warning("The dialogue engine %s failed: %s", self.dialogue.name, error)
            failure = str(error)
        if not failure:
            return
        if turn.begun or turn.unexplained or self.fallback is None:
            for reply in self._rest(turn, failure):
                yield reply
            return
        async with aclosing(self._rounds(self.fallback, turn, preface=failure)) as replies:
            async for reply in replies:
                yield reply

    def _rest(self, turn: _Turn, failure: str) -> list[Reply]:
        """What is still owed when the engine fails midway: results in their own words, else the reason."""
        words = [say for outcome in turn.unexplained for say in turn.say(outcome)]
        return [*(words or turn.say(Outcome(failure))), *turn.play]

    async def _rounds(self, engine: Dialogue, turn: _Turn, preface: str = "") -> Stream[Reply]:
        """Ask the engine, do what it calls for, and ask again if it explains results.

        `preface` is said before the engine's words, but not before a task that does what was asked.
        """
        for _ in range(MAX_ROUNDS):
            calls: list[Call] = []
            async with aclosing(self._words(engine, turn, calls)) as words:
                async for text in words:
                    for say in turn.say(Outcome(preface)):
                        yield say
                    gap = " " if preface else ""
                    preface = ""
                    turn.said += gap + text
                    yield Say(gap + text)
            turn.unexplained.clear()
            for call in calls:
                async with aclosing(self._carried_out(call, turn, engine.explains)) as replies:
                    async for reply in replies:
                        yield reply
            if not turn.unexplained:
                break
        else:
            for say in turn.say(Outcome(LOST)):
                yield say
        for play in turn.play:
            yield play

    async def _words(self, engine: Dialogue, turn: _Turn, calls: list[Call]) -> Stream[str]:
        """The engine's text, fit to be spoken; its calls go into `calls`."""
        clean = Speakable()
        self._note_present(turn)
        request = Request(
            turn.heard.text,
            turn.history,
            self.context.tasks,
            resources(self.context),
            tuple(turn.done),
            turn.said,
        )
        async with aclosing(engine.reply(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Call):
                    calls.append(piece)
                elif text := clean.push(piece):
                    yield text
        if text := clean.flush():
            yield text

    def _note_present(self, turn: _Turn) -> None:
        """From the time it is certain the turn is among the recordings, and is not one to work on."""
        if turn.certain.is_set():
            self.context.present = turn.heard

    # ------------------------------------------------------------------ the tasks

    async def _carried_out(self, call: Call, turn: _Turn, explains: bool) -> Stream[Reply]:
        task = self._tasks.get(call.task)
        if task is None or call.fault:
            outcome = Outcome(call.fault or f"There is no task called {call.task}.")
        else:
            if task.effects:
                await turn.certain.wait()
                yield Working(task.name)
            self._note_present(turn)
            outcome = await _guarded(task.name, task(self.context, call.arguments))
        turn.done.append(Done(call, outcome))
        for reply in self._replies(outcome, turn, explains):
            yield reply

    def _replies(self, outcome: Outcome, turn: _Turn, explains: bool) -> list[Reply]:
        """An outcome as it is given out; an engine that explains puts the words of most into its own."""
        replies: list[Reply] = []
        if explains and not outcome.verbatim:
            turn.unexplained.append(outcome)
        else:
            replies += turn.say(outcome)
        replies += outcome.show
        plays = [Play(artifact) for artifact in outcome.play]
        if explains:
            turn.play += plays
            return replies
        return replies + plays


async def _guarded(task: str, work: Awaitable[Outcome]) -> Outcome:
    """What comes of a task, whatever happens in it: its failure is a sentence, and the conversation goes on."""
    try:
        return await work
    except EarshotError as error:
        return Outcome(str(error))
    except Exception as error:  # the edge around one task; the message may hold the user's words, so it stays at DEBUG
        _log.error("The task %s failed with %s.", task, type(error).__name__)
        _log.debug("The task %s failed.", task, exc_info=error)
        return Outcome(f"Something went wrong inside me while I tried to {task.replace('_', ' ')}; it was not done.")


def _before(turns: Sequence[Turn], heard: Heard) -> Sequence[Turn]:
    """The turns before the present one, which may be among them already, whole or as far as it was said at first."""
    last = turns[-1] if turns else None
    begun = isinstance(last, UserSaid) and f"{heard.text} ".startswith(f"{last.text} ")
    return tuple(turns[:-1] if begun else turns)
