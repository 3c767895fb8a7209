"""What the session needs of the router."""

import asyncio
from typing import Protocol

from assistant.events import Heard, Reply
from assistant.stream import Stream
from router.task import Context


class Answerer(Protocol):
    """Answers turns."""

    context: Context

    def answer(self, heard: Heard, certain: asyncio.Event) -> Stream[Reply]:
        """Yield the reply, piece by piece.

        It may be started before the turn is over and closed again when the person goes on: until `certain` is set it
        may compute anything and changes nothing.

        Work that takes its time goes on after the reply, which says so, and comes by the context's `outbox`.
        """

    async def attend(self) -> None:
        """Run what goes on beside the conversation, such as alarms, until cancelled or there is nothing to run."""

    async def close(self) -> None:
        """Let go of connections, and of work in the background."""
