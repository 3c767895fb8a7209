"""What comes over the wire from a chat-completions server, and how long it is waited for."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar, cast

import httpx2

from router.dialogue.options import OpenAIOptions
from router.dialogue.trouble import Trouble

T = TypeVar("T")

DONE = "[DONE]"
"""The data of the last event of a stream."""
LARGEST = 1 << 20
"""Bytes of one event, or of a reply that comes in one piece."""


@dataclass(slots=True)
class Allowance:
    """What is left for a turn."""

    seconds: float
    tokens: int
    calls: int


class Patience:
    """How long a server may be silent: before its reply, within it, and in the turn as a whole."""

    def __init__(self, options: OpenAIOptions, allowance: Allowance) -> None:
        self.begun = False
        """Whether the reply has begun."""
        self._options, self._allowance = options, allowance
        self._now = asyncio.get_running_loop().time
        self._first_by = self._now() + options.timeout_s

    async def wait(self, work: Awaitable[T]) -> T:
        """Await the next thing from the server; comments to keep a connection alive are none.

        Raises:
            Trouble: it takes too long.
        """
        began = self._now()
        limit = self._options.stall_s if self.begun else self._first_by - began
        try:
            async with asyncio.timeout(min(limit, self._allowance.seconds)):
                return await work
        except TimeoutError:
            raise self._trouble(limit) from None
        finally:
            self._allowance.seconds -= self._now() - began

    def _trouble(self, limit: float) -> Trouble:
        if self._allowance.seconds < limit:
            return Trouble("took longer than one turn may wait for it")
        if self.begun:
            return Trouble(f"fell silent in the middle of its answer, for {self._options.stall_s:g} seconds")
        return Trouble(f"did not answer within {self._options.timeout_s:g} seconds")


async def events(response: httpx2.Response) -> AsyncGenerator[str, None]:
    """The data of each event; an answer in one piece, although a stream was asked for, is let pass.

    Raises:
        Trouble: it is neither.
    """
    kind = response.headers.get("content-type", "")
    if "html" in kind:
        raise Trouble("sent a page instead of an answer; check base_url")
    if "json" in kind and "stream" not in kind:
        yield await _whole(response)
        yield DONE
        return
    response.headers["content-type"] = "text/event-stream"  # whatever it is called, it is read as one
    source = cast("AsyncGenerator[httpx2.ServerSentEvent, None]", aiter(httpx2.EventSource(response, LARGEST)))
    async with aclosing(source) as sent:
        async for event in sent:
            if event.data:
                yield event.data


async def _whole(response: httpx2.Response) -> str:
    gathered = b""
    async for piece in response.aiter_bytes():
        gathered += piece
        if len(gathered) > LARGEST:
            raise Trouble("did not come to an end, so I stopped listening to it")
    return gathered.decode("utf-8", "replace")
