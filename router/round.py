"""The calls of one round, carried out.

An engine that explains results: all of them; those in a row that have no effects at the same time
Another: one after the other, and a link that fails ends the chain
"""

import asyncio
import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from assistant.errors import EarshotError
from assistant.events import Artifact, Play, Reply, Show, Working
from assistant.stream import Stream
from router.advice import parted
from router.announcing import gerund, left_undone
from router.dialogue.base import Call, Done
from router.jobs import Job, Step
from router.task import MOMENT, Context, Missing, Moment, Outcome, Task
from router.turn import Turn

_log = logging.getLogger(__name__)

ABOUT_BEFORE = ("do_again", "undo", "repeat", "recall_words", "stop", "show_progress")
"""Tasks about what was done before: "do it again" does not mean them."""
EACH = ("transcribe_speech", "translate_speech", "enhance_speech", "caption_audio", "detect_sounds")
"""Tasks that are done to each of two sounds, where both are meant."""
BOTH = ("both", "both of them", "both speakers", "both voices", "both people", "both recordings", "two speakers")


class Round:
    """What the engine called for at once."""

    def __init__(self, context: Context, tasks: Mapping[str, Task], turn: Turn, job: Job) -> None:
        self.context, self.turn, self.job = context, turn, job
        self._tasks = tasks
        calls, turn.calls = turn.calls, []
        self._calls = calls if turn.engine.explains else [one for call in calls for one in apart(call)]
        self._held = list[Play]()
        self._steps = [Step(call.task, self._doing(call.task)) for call in self._calls]
        self.job.plan(self._steps)

    async def carried_out(self) -> Stream[Reply]:
        """Yield what comes of each call, in their order. Effects wait until the turn is certain."""
        for numbers in self._groups():
            if task := self._effective(numbers[0]):
                await self.turn.certain.wait()
                self.context.last_call = self.turn.done_before
                yield Working(task.name)
            outcomes = await self._outcomes(numbers)
            for number, outcome in zip(numbers, outcomes, strict=True):
                self.turn.done.append(Done(self._calls[number], outcome))
                for reply in self._given_out(number, outcome):
                    yield reply
            if not self.turn.engine.explains and (outcomes[-1].failed or self.turn.asks):
                for say in self.turn.say(Outcome(self._broken_off(numbers[-1]))):
                    yield say
                break
        for play in self._held:
            yield play
        self.job.rest()

    def _given_out(self, number: int, outcome: Outcome) -> list[Reply]:
        """An outcome as it is given out. What a link of a chain made is played after the words of all of them, and not
        at all where a later link made something of it."""
        replies = self.turn.outcome(outcome, self.turn.engine.explains)
        if self.turn.engine.explains or len(self._calls) == 1:
            return replies
        used = {parent for artifact in outcome.play for parent in artifact.parents}
        gone = {_made(play.artifact) for play in self._held if play.artifact.id in used}
        self._held = [play for play in self._held if _made(play.artifact) not in gone]
        task = self._calls[number].task
        held = [reply for reply in replies if isinstance(reply, Play) and reply.artifact.made_by == task]
        self._held += held
        return [reply for reply in replies if reply not in held]

    def _groups(self) -> list[list[int]]:
        """The calls by their numbers; those in one list may be carried out at the same time."""
        numbers = range(len(self._calls))
        if not self.turn.engine.explains:
            return [[number] for number in numbers]
        by_effect = groupby(numbers, key=lambda number: number if self._effective(number) else -1)
        return [list(group) for _, group in by_effect]

    async def _outcomes(self, numbers: Sequence[int]) -> list[Outcome]:
        if len(numbers) == 1:
            return [await self._outcome(numbers[0])]
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(self._outcome(number)) for number in numbers]
        return [task.result() for task in running]

    async def _outcome(self, number: int) -> Outcome:
        call, step = self._calls[number], self._steps[number]
        task = self._tasks.get(call.task)
        if task is None or call.fault:
            step.over = True
            return Outcome(call.fault or f"There is no task called {call.task}.", failed=True)
        done = self.turn.latest or self.turn.done_before
        turn, job = self.turn, self.job
        MOMENT.set(Moment(turn.heard, lambda share: job.report(step, share), turn.certain, done, turn.there_before))
        with self.job.at(step):
            try:
                outcome = await guarded(task.name, task(self.context, call.arguments))
            except Missing as missing:
                self.turn.asks = missing.pending
                return Outcome(str(missing))
        if not outcome.failed and task.name not in ABOUT_BEFORE:
            self.turn.latest = (task.name, {**call.arguments, **outcome.used})
        if self.turn.asks and self.turn.asks.task == task.name and not outcome.failed:
            self.turn.asks = None  # the engine has found what it takes by itself
        return outcome

    def _effective(self, number: int) -> Task | None:
        """The task of a call, where it has effects and can be carried out."""
        call = self._calls[number]
        task = self._tasks.get(call.task)
        return task if task and task.effects and not call.fault else None

    def _broken_off(self, number: int) -> str:
        """What to say besides the reason when the chain ends with a call; a question is not followed by anything."""
        doing = [step.doing for step in self._steps]
        if self.turn.asks:
            self.turn.left = tuple(self._calls[number + 1 :])
            return ""
        return left_undone(doing[:number], doing[number], doing[number + 1 :])

    def _doing(self, name: str) -> str:
        task = self._tasks.get(name)
        return (task.doing if task else "") or gerund(name)


def _made(artifact: Artifact) -> tuple[str, tuple[int, ...], int]:
    """What an artifact was made by and of, the same of what was made with it; its own number where it was made of
    nothing."""
    return artifact.made_by, artifact.parents, 0 if artifact.parents else artifact.id


def apart(call: Call) -> list[Call]:
    """A call for each of two sounds, where it is meant for both."""
    if call.task not in EACH or str(call.arguments.get("audio", "")).lower().removeprefix("the ") not in BOTH:
        return [call]
    return [replace(call, arguments={**call.arguments, "audio": which}) for which in ("the first", "the second")]


async def guarded(task: str, work: Awaitable[Outcome]) -> Outcome:
    """What comes of a task, whatever happens in it: its failure is a sentence, and the conversation goes on.

    Raises:
        Missing: something has to be asked back.
    """
    try:
        return await work
    except Missing:
        raise
    except EarshotError as error:
        said, shown = parted(str(error))
        return Outcome(said, show=(Show(shown),) if shown else (), failed=True)
    except Exception as error:  # the edge around one task; the message may hold the user's words, so it stays at DEBUG
        _log.error("The task %s failed with %s.", task, type(error).__name__)
        _log.debug("The task %s failed.", task, exc_info=error)
        doing = task.replace("_", " ")
        return Outcome(f"Something went wrong inside me while I tried to {doing}; it was not done.", failed=True)
