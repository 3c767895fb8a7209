"""What router tests share: a context that notes every change, scripted dialogue engines, and sounds."""

import asyncio
from contextlib import aclosing
from pathlib import Path
from typing import Any

import numpy as np

from assistant.audio import RATE, Samples
from assistant.errors import EngineError
from assistant.events import Heard, Play, Reply, Say
from assistant.history import AssistantSaid, UserSaid
from assistant.stream import Stream
from assistant.workspace import Workspace
from router.dialogue.base import Piece, Request
from router.router import Router
from router.task import Context


class WatchedContext(Context):
    """Notes the name of every field that is set."""

    changes: list[str]

    def __init__(self, folder: Path, **fields: Any) -> None:
        object.__setattr__(self, "changes", [])
        super().__init__(Workspace(folder / "session"), folder=folder, **fields)

    def __setattr__(self, name: str, value: object) -> None:
        self.changes.append(name)
        super().__setattr__(name, value)

    def trace(self) -> tuple[object, ...]:
        """All that an answer could change."""
        return (
            tuple(self.changes),
            tuple(self.workspace.artifacts),
            self.workspace.folder.exists(),
            tuple(self.history.turns),
            len(self.recordings),
        )


class Scripted:
    """Gives its rounds in order; an exception among the pieces is raised."""

    name = "scripted"

    def __init__(self, *rounds: tuple[Piece | Exception, ...], explains: bool = True) -> None:
        self.rounds = list(rounds)
        self.explains = explains
        self.requests: list[Request] = []
        self.closed = 0

    async def reply(self, request: Request) -> Stream[Piece]:
        """Yield the next round."""
        self.requests.append(request)
        try:
            for piece in self.rounds.pop(0):
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed += 1

    async def close(self) -> None:
        """There is nothing to let go of."""


class Failing:
    """An engine that is not there."""

    name = "failing"
    explains = True

    async def reply(self, request: Request) -> Stream[Piece]:
        """Raise before anything is said."""
        raise EngineError("The language model is not there.")
        yield

    async def close(self) -> None:
        """There is nothing to let go of."""


def tone(hertz: float, seconds: float, rate: int = RATE, peak: float = 0.5) -> Samples:
    """A sine, shape (round(seconds * rate),)."""
    at = np.arange(round(seconds * rate)) / rate
    return (peak * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def heard(text: str, seconds: float = 0.5) -> Heard:
    """A turn with half a second of sound."""
    return Heard(text, audio=tone(150, seconds))


async def converse(router: Router, text: str, audio: Heard | None = None) -> list[Reply]:
    """A certain turn, put on record as the session does it; the reply is heard to its end."""
    turn, certain = audio or heard(text), asyncio.Event()
    router.context.history.add(UserSaid(turn.text))
    router.context.recordings.append(turn)
    certain.set()
    replies = await collected(router.answer(turn, certain))
    played = tuple(r.artifact.name for r in replies if isinstance(r, Play))
    router.context.history.add(AssistantSaid(spoken(replies), played=played))
    return replies


async def collected(replies: Stream[Reply]) -> list[Reply]:
    """All of it."""
    async with aclosing(replies):
        return [reply async for reply in replies]


def spoken(replies: list[Reply]) -> str:
    """The words, as they are joined."""
    return "".join(r.text for r in replies if isinstance(r, Say))


def pitch(samples: Samples, rate: int) -> float:
    """Fundamental frequency in hertz, 70 to 500, by autocorrelation over the middle second."""
    middle = samples[len(samples) // 2 - rate // 4 : len(samples) // 2 + rate // 4].astype(np.float64)
    spectrum = np.fft.rfft(middle - middle.mean(), 2 * len(middle))
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[: len(middle)]
    correlation /= len(middle) - np.arange(len(middle))
    low, high = rate // 500, rate // 70
    lag = low + int(np.argmax(correlation[low:high] > 0.9 * correlation[low:high].max()))
    while correlation[lag + 1] > correlation[lag]:
        lag += 1
    return rate / lag
