"""The automatic choice between a language model and the embedded engine."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import pytest

from assistant.clock import run_virtually
from assistant.errors import EngineError
from assistant.stream import Stream
from assistant.workspace import Workspace
from router.dialogue.automatic import BACK_OFF_S, Automatic
from router.dialogue.base import Call, Dialogue, Done, Piece, Request
from router.dialogue.openai import OpenAI
from router.router import Router
from router.task import Context, Outcome
from tests.chat_client import key, options
from tests.chat_server import ChatServer, Reply, Status
from tests.router_fakes import Scripted, collected, heard, spoken

DOWN = "The language model is not there."


class FakeModel:
    """A language model that is there or not, and answers or fails."""

    name = "model"
    explains = True

    def __init__(self, why_not: str = "", probe_s: float = 0.01) -> None:
        self.why_not = why_not
        self.fails = False
        self.probe_s = probe_s
        self.asked = self.probed = 0

    async def reply(self, request: Request) -> Stream[Piece]:
        """Say who speaks."""
        self.asked += 1
        if self.why_not or self.fails:
            await asyncio.sleep(15)
            raise EngineError(self.why_not or "It broke off.")
        yield "the model"

    async def reachable(self) -> str:
        """As it is told."""
        self.probed += 1
        await asyncio.sleep(self.probe_s)
        return self.why_not

    async def close(self) -> None:
        """Nothing."""


def embedded() -> Scripted:
    return Scripted(*[("the embedded engine",)] * 20, explains=False)


async def said(engine: Dialogue, request: Request | None = None) -> str:
    async with aclosing(engine.reply(request or Request("Hi."))) as pieces:
        return "".join([str(piece) async for piece in pieces])


def tried(model: FakeModel, work: Callable[[Automatic], Coroutine[Any, Any, None]]) -> None:
    """Run `work` on virtual time."""

    async def run() -> None:
        engine = Automatic(model, embedded())
        try:
            await work(engine)
        finally:
            await engine.close()

    run_virtually(run())


def test_a_model_that_is_there_answers() -> None:
    model = FakeModel()

    async def talk(engine: Automatic) -> None:
        assert [await said(engine) for _ in range(3)] == ["the model"] * 3
        assert (engine.name, engine.explains, engine.why_not) == ("model", True, "")
        assert model.probed == 1, "asked once, at the start"

    tried(model, talk)


def test_one_that_is_not_is_not_asked() -> None:
    model = FakeModel(DOWN)

    async def talk(engine: Automatic) -> None:
        await engine.begin()
        assert engine.why_not == DOWN
        now = asyncio.get_running_loop().time
        began = now()
        assert [await said(engine) for _ in range(3)] == ["the embedded engine"] * 3
        assert (engine.name, engine.explains) == ("scripted", False)
        assert (model.asked, model.probed, now()) == (0, 1, began)

    tried(model, talk)


def test_a_model_that_fails_is_left_alone_for_a_while_and_then_asked_whether_it_is_there() -> None:
    model = FakeModel()

    async def talk(engine: Automatic) -> None:
        assert await said(engine) == "the model"
        model.fails = True
        with pytest.raises(EngineError, match="broke off"):
            await said(engine)
        assert [await said(engine) for _ in range(2)] == ["the embedded engine"] * 2
        assert engine.why_not == "It broke off." and model.asked == 2
        await asyncio.sleep(BACK_OFF_S - 1)
        assert await said(engine) == "the embedded engine" and model.probed == 1
        model.fails = False
        await asyncio.sleep(1)
        assert await said(engine) == "the model"
        assert (engine.why_not, engine.name, model.probed) == ("", "model", 2)

    tried(model, talk)


def test_one_that_is_there_and_fails_each_time_is_asked_ever_more_rarely() -> None:
    model = FakeModel()
    model.fails = True

    async def talk(engine: Automatic) -> None:
        for _ in range(600):
            with suppress(EngineError):
                await said(engine)
            await asyncio.sleep(1)
            engine.embedded.rounds.append(("the embedded engine",))  # type: ignore[attr-defined]
        assert model.asked == 5, "at 0, 30, 60, 120 and 240 seconds' distance"

    tried(model, talk)


def test_a_probe_that_takes_long_holds_up_no_turn() -> None:
    model = FakeModel(DOWN)

    async def talk(engine: Automatic) -> None:
        now = asyncio.get_running_loop().time
        await engine.begin()
        model.why_not, model.probe_s = "", 1.5
        await asyncio.sleep(BACK_OFF_S)
        began = now()
        assert await said(engine) == "the embedded engine"
        assert now() - began == pytest.approx(0.3)
        await asyncio.sleep(2)
        assert await said(engine) == "the model", "the answer counts for a later turn"
        assert model.probed == 2

    tried(model, talk)


def test_what_came_of_its_calls_goes_to_the_model() -> None:
    model = FakeModel()

    async def talk(engine: Automatic) -> None:
        await said(engine)
        engine.why_not = DOWN
        done = (Done(Call("stop"), Outcome("Okay.")),)
        assert await said(engine, Request("Hi.", done=done)) == "the model"

    tried(model, talk)


def test_closed_while_it_asks_it_leaves_nothing_behind() -> None:
    async def talk(engine: Automatic) -> None:
        turn = asyncio.create_task(said(engine))
        await asyncio.sleep(0.5)
        turn.cancel()
        await asyncio.wait([turn])

    tried(FakeModel(probe_s=1.5), talk)


def test_through_the_router_the_reason_is_heard_once_and_the_model_comes_back(tmp_path: Path) -> None:
    """A real server over a real socket, down for a while; the clock alone is not real."""
    clock = 0.0

    async def run() -> list[str]:
        nonlocal clock
        certain = asyncio.Event()
        certain.set()
        async with ChatServer(Reply.of("Hello."), Status(503), Reply.of("Back again.")) as server:
            engine = Automatic(OpenAI(options(server.url)), embedded(), lambda: clock)
            router = Router(Context(Workspace(tmp_path)), engine, (), embedded())
            words = []
            for seconds in (0, 1, 1, 31):
                clock += seconds
                words.append(spoken(await collected(router.answer(heard("Hi."), certain))))
            await engine.close()
            return words

    with key():
        first, second, third, fourth = asyncio.run(run())
    assert (first, third, fourth) == ("Hello.", "the embedded engine", "Back again.")
    assert "in trouble itself" in second and second.endswith(" the embedded engine")
