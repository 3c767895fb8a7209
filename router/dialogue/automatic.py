"""The automatic choice: a language model while it can be reached, and the embedded engine otherwise.

    turn ──▶ model ──▶ fails ──▶ embedded, for half a minute ──▶ asked whether it is there ──▶ model
                                                                          └── no ──▶ embedded …

A model that failed is not waited for in the turns that follow.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from typing import Protocol

from assistant.errors import EngineError
from assistant.stream import Stream, cancelled
from router.dialogue.base import Dialogue, Piece, Request

BACK_OFF_S = 30.0
"""How long a model that failed is left alone; twice as long each time it is there and fails again."""
LONGEST_S = 480.0
"""And at most."""
PATIENCE_S = 0.3
"""How long a turn waits to learn whether it is back; a server that is takes a few milliseconds to say so."""

_log = logging.getLogger(__name__)


class Remote(Dialogue, Protocol):
    """A dialogue engine that may be out of reach."""

    async def reachable(self) -> str:
        """Whether it can be asked, found out within two seconds; empty if so, else a sentence why not."""


class Automatic:
    """Two dialogue engines as one; who answers is decided at the beginning of each turn.

    `name` and `explains` are those of the engine that answers.
    """

    def __init__(self, model: Remote, embedded: Dialogue, clock: Callable[[], float] | None = None) -> None:
        """`clock`: seconds; the running loop's own, unless another is given."""
        self.model, self.embedded = model, embedded
        self.why_not = ""
        """Why the model does not answer, as a sentence; empty while it does."""
        self.name, self.explains = model.name, model.explains
        self._clock = clock
        self._decided = False
        self._retry_at = 0.0
        self._failures = 0
        """Replies that failed, one after the other."""
        self._probe: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Find out who will answer: to be called at the start; else the first turn does it."""
        if not self._decided:
            await self._probed(None)

    async def reply(self, request: Request) -> Stream[Piece]:
        """Have the engine reply whose turn it is.

        Raises:
            EngineError: it does not answer; the turns that follow are the embedded engine's.
        """
        # Only the model is asked again within a turn: it explains what came of its calls.
        engine = self.model if request.done or request.said else await self._chosen()
        self.name, self.explains = engine.name, engine.explains
        try:
            async with aclosing(engine.reply(request)) as pieces:
                async for piece in pieces:
                    yield piece
        except EngineError as error:
            if engine is self.model:
                self._lost(str(error))
                self._failures += 1
            raise
        if engine is self.model:
            self._failures = 0

    async def close(self) -> None:
        """Let both go."""
        if self._probe is not None:
            await cancelled(self._probe)
        await self.model.close()
        await self.embedded.close()

    async def _chosen(self) -> Dialogue:
        await self.begin()
        if self.why_not and self._now() >= self._retry_at:
            await self._probed(PATIENCE_S)
        return self.embedded if self.why_not else self.model

    async def _probed(self, patience_s: float | None) -> None:
        """Ask the model whether it is there; if that takes longer than `patience_s`, the answer is for a later turn."""
        if self._probe is None:
            self._probe = asyncio.create_task(self._look())
        await asyncio.wait([self._probe], timeout=patience_s)

    async def _look(self) -> None:
        try:
            if why_not := await self.model.reachable():
                self._lost(why_not)
            elif self.why_not or not self._decided:
                _log.info("The language model %s answers.", self.model.name)
                self.why_not = ""
            self._decided = True
        finally:
            self._probe = None

    def _lost(self, why_not: str) -> None:
        self.why_not = why_not
        self._retry_at = self._now() + min(BACK_OFF_S * 2**self._failures, LONGEST_S)
        _log.warning("The engine %s answers for now: %s", self.embedded.name, why_not)

    def _now(self) -> float:
        return (self._clock or asyncio.get_running_loop().time)()
