"""Conversations held aloud: recordings into the microphone of a whole session, and what came of each.

    turns ─▶ FileMicrophone ─▶ ears, recognizer, router, engines ─▶ Reply of each turn

Each is spoken when the one before it is answered; what a person gives along with it is given just before. It goes by
the loop's clock: on `run_virtually` as fast as the engines work.
"""

from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.app import Engines
from assistant.devices.files import FileLoudspeaker, FileMicrophone, Recording
from assistant.events import Artifact, Event, Heard, Play, Say, Show
from assistant.stream import Stream
from assistant.workspace import Workspace
from assistant.written import Noted
from models.base import Card, Job, JobDone, Models, Report
from router.dialogue.base import Call, Dialogue, Piece, Request


@dataclass(frozen=True, slots=True)
class Turn:
    """What is spoken, and the files that are given along with it."""

    recording: Recording
    given: tuple[Path, ...] = ()


@dataclass(slots=True)
class Reply:
    """What came of a turn."""

    heard: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    say: str = ""
    shown: list[Show] = field(default_factory=list)
    played: list[Artifact] = field(default_factory=list)
    made: list[Artifact] = field(default_factory=list)
    done: list[JobDone] = field(default_factory=list)
    """The jobs of engines."""


async def hold(
    engines: Engines, folder: Path, turns: Sequence[Turn], models: Models | None = None, seed: int = 0
) -> list[Reply]:
    """Hold a conversation in the session's `folder`; a reply for each turn.

    Args:
        models: loaded before, for one conversation after another.
        seed: of every job; 0: engines draw their own.

    Raises:
        EarshotError: it cannot be held.
    """
    if models is None:
        async with engines.models() as loaded:
            return await hold(engines, folder, turns, loaded, seed)
    replies: list[Reply] = []
    workspace = Workspace(folder)
    async with FileLoudspeaker(None).playing() as loudspeaker:
        session = engines.session(_Sorting(replies), loudspeaker, workspace, cancelled=True)
        router: Any = session.router
        router.dialogue = _PerTurn(router.dialogue, replies)
        session.router.context.models = _Seeded(models, seed, replies)
        microphone = FileMicrophone(_spoken(turns, workspace, replies))
        microphone.free = lambda: session.idle
        await session.run(microphone)
    return replies


def _spoken(turns: Sequence[Turn], workspace: Workspace, replies: list[Reply]) -> Iterator[Recording]:
    """The recordings, each when the one before it is answered; what belongs to it is given first."""
    for turn in turns:
        for path in turn.given:
            workspace.add_file(path)
        known = {artifact.id for artifact in workspace.artifacts}
        replies.append(Reply())
        yield turn.recording
        replies[-1].made = [artifact for artifact in workspace.artifacts if artifact.id not in known]


class _PerTurn(Noted):
    """Notes the calls of each turn apart."""

    def __init__(self, engine: Dialogue, replies: list[Reply]) -> None:
        super().__init__(engine)
        self._replies = replies

    async def reply(self, request: Request) -> Stream[Piece]:
        """Yield what the engine does."""
        async with aclosing(super().reply(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Call):
                    self._replies[-1].calls.append(piece)
                yield piece


class _Sorting:
    """A `Screen` that sorts what is shown by turns."""

    def __init__(self, replies: list[Reply]) -> None:
        self._replies = replies

    def show(self, event: Event) -> None:
        """Take note of an event."""
        if not self._replies:
            return
        reply = self._replies[-1]
        match event:
            case Heard(text):
                reply.heard.append(text)
            case Say(text):
                reply.say += text
            case Show():
                reply.shown.append(event)
            case Play(artifact):
                reply.played.append(artifact)


class _Seeded:
    """`Models` whose jobs have a seed, so that they make the same again; notes which were done, and by whom."""

    def __init__(self, models: Models, seed: int, replies: list[Reply]) -> None:
        self._models, self._seed, self._replies = models, seed, replies

    async def run(self, job: Job, report: Report | None = None) -> JobDone:
        """Have a job done, as `Models.run` does."""
        done = await self._models.run(replace(job, seed=self._seed) if self._seed else job, report)
        self._replies[-1].done.append(done)
        return done

    def engine(self, task: str) -> Card | None:
        """The engine that would do a task now."""
        return self._models.engine(task)

    def lack(self, task: str) -> str:
        """What a task lacks."""
        return self._models.lack(task)
