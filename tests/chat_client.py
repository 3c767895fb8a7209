"""What tests of the language model's engine share: an engine and the server it talks to, on a real loop."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

from assistant.workspace import Workspace
from router.dialogue.base import Dialogue, Piece, Request
from router.dialogue.openai import OpenAI
from router.dialogue.options import OpenAIOptions
from router.router import Router
from router.task import Context
from router.tasks import CATALOGUE
from tests.chat_server import Answer, ChatServer
from tests.router_fakes import collected, heard

KEY = "sk-very-secret-0123456789"
KEY_ENV = "EARSHOT_TEST_KEY"


@contextmanager
def key(value: str = KEY) -> Iterator[None]:
    """The key in the environment."""
    os.environ[KEY_ENV] = value
    try:
        yield
    finally:
        del os.environ[KEY_ENV]


def options(url: str, **others: Any) -> OpenAIOptions:
    """Options for a server of the tests, which is not asked twice unless a test wants it."""
    given = {"model": "tiny", "base_url": url, "api_key_env": KEY_ENV, "timeout_s": 5.0, "retries": 0, **others}
    return OpenAIOptions(**given)


def served(
    work: Callable[[OpenAI, ChatServer], Coroutine[Any, Any, Any]],
    *answers: Answer,
    server: ChatServer | None = None,
    **others: Any,
) -> tuple[Any, ChatServer]:
    """Run `work` with an engine and the server it talks to."""

    async def run() -> tuple[Any, ChatServer]:
        async with server or ChatServer(*answers) as running:
            engine = OpenAI(options(running.url, **others))
            try:
                return await work(engine, running), running
            finally:
                await engine.close()

    with key():
        return asyncio.run(run())


async def reply(engine: OpenAI, request: Request | None = None) -> list[Piece]:
    """All the pieces of a reply."""
    async with aclosing(engine.reply(request or Request("Hi.", tasks=CATALOGUE))) as pieces_:
        return [piece async for piece in pieces_]


def pieces(*answers: Answer, request: Request | None = None, **others: Any) -> tuple[list[Piece], ChatServer]:
    """All the pieces of a reply, by an engine of its own."""
    return served(lambda engine, server: reply(engine, request), *answers, **others)


def turns(
    folder: Path, texts: list[str], *answers: Answer, fallback: Dialogue | None = None, **others: Any
) -> tuple[list[list[Any]], ChatServer]:
    """Certain turns through the router, one after the other."""

    async def through(engine: OpenAI, server: ChatServer) -> list[list[Any]]:
        router = Router(Context(Workspace(folder / "session"), folder=folder), engine, CATALOGUE, fallback)
        certain = asyncio.Event()
        certain.set()
        return [await collected(router.answer(heard(text), certain)) for text in texts]

    return served(through, *answers, **others)


def turn(folder: Path, text: str, *answers: Answer, **others: Any) -> tuple[list[Any], ChatServer]:
    """One such turn."""
    (replies,), server = turns(folder, [text], *answers, **others)
    return replies, server
