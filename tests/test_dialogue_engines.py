"""What every dialogue engine owes, whichever it is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager

import pytest

from assistant.history import AssistantSaid, UserSaid
from router.dialogue.base import Call, Dialogue, Piece, Request
from router.dialogue.embedded import Embedded
from router.dialogue.openai import OpenAI
from router.dialogue.options import OpenAIOptions
from router.task import Task
from router.tasks import CATALOGUE
from tests.chat_server import ChatServer, Reply, call

Engines = Callable[[], AbstractAsyncContextManager[Dialogue]]


@asynccontextmanager
async def embedded() -> AsyncIterator[Dialogue]:
    """The engine that needs no model."""
    yield Embedded(CATALOGUE)


@asynccontextmanager
async def openai() -> AsyncIterator[Dialogue]:
    """A language model that calls for the first, and then chats."""
    answers = Reply.of(call(0, "a", "spell", '{"text": "cat"}')), Reply.of("Nice ", "to ", "hear.")
    async with ChatServer(*answers) as server:
        engine = OpenAI(OpenAIOptions(base_url=server.url, api_key_env="EARSHOT_NO_KEY"))
        yield engine
        await engine.close()


@pytest.fixture(params=[embedded, openai], ids=["embedded", "openai"])
def engines(request: pytest.FixtureRequest) -> Engines:
    made: Engines = request.param
    return made


async def said(engine: Dialogue, request: Request) -> list[Piece]:
    async with aclosing(engine.reply(request)) as reply:
        return [piece async for piece in reply]


def test_a_request_is_a_call_with_arguments_that_the_task_takes_and_a_chat_is_text(engines: Engines) -> None:
    async def run() -> tuple[list[Piece], list[Piece]]:
        async with engines() as engine:
            called = await said(engine, Request("Spell cat.", (), CATALOGUE))
            history = (UserSaid("Spell cat."), AssistantSaid("C, A, T."))
            return called, await said(engine, Request("I had a lovely day.", history, CATALOGUE))

    (called,), chatted = asyncio.run(run())
    assert isinstance(called, Call) and not called.fault
    tasks: dict[str, Task] = {t.name: t for t in CATALOGUE}
    assert set(called.arguments) <= set(tasks[called.task].schema["properties"])
    assert (called.task, called.arguments) == ("spell", {"text": "cat"})
    assert chatted and all(isinstance(piece, str) for piece in chatted)


def test_a_reply_can_be_left_at_any_point_and_the_engine_goes_on(engines: Engines) -> None:
    async def run() -> list[Piece]:
        async with engines() as engine:
            reply = engine.reply(Request("Spell cat.", (), CATALOGUE))
            await anext(reply)
            await reply.aclose()
            abandoned = asyncio.create_task(said(engine, Request("Spell cat.", (), CATALOGUE)))
            await asyncio.sleep(0)
            abandoned.cancel()
            await asyncio.wait([abandoned])
            return await said(engine, Request("I had a lovely day.", (), CATALOGUE))

    assert asyncio.run(run())


def test_it_has_a_name_and_says_whether_it_explains(engines: Engines) -> None:
    async def run() -> tuple[str, bool]:
        async with engines() as engine:
            return engine.name, engine.explains

    name, explains = asyncio.run(run())
    assert (name, explains) in {("embedded", False), ("openai", True)}
