"""The language model's engine against a real HTTP server, with all that can go wrong."""

import asyncio
import json
import logging
import os
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import EngineError, EngineMissing
from assistant.events import Artifact, Say, Working
from assistant.history import AssistantSaid, History, UserSaid
from assistant.workspace import Workspace
from router.dialogue import load_dialogue
from router.dialogue.base import Call, Done, Piece, Request
from router.dialogue.embedded import Embedded
from router.dialogue.messages import messages, tokens
from router.dialogue.openai import OpenAI
from router.dialogue.options import OpenAIOptions
from router.router import Router
from router.task import Context, Outcome
from router.tasks import CATALOGUE
from tests.chat_server import Answer, ChatServer, Raw, Reply, Silence, Status, call
from tests.router_fakes import collected, heard, spoken

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
    return OpenAIOptions(**{"model": "tiny", "base_url": url, "api_key_env": KEY_ENV, "timeout_s": 5.0, **others})


def served(
    work: Callable[[OpenAI, ChatServer], Coroutine[Any, Any, Any]], *answers: Answer, **others: Any
) -> tuple[Any, ChatServer]:
    """Run `work` with an engine and the server it talks to."""

    async def run() -> tuple[Any, ChatServer]:
        async with ChatServer(*answers) as server:
            engine = OpenAI(options(server.url, **others))
            try:
                return await work(engine, server), server
            finally:
                await engine.close()

    with key():
        return asyncio.run(run())


def pieces(*answers: Answer, request: Request | None = None, **others: Any) -> tuple[list[Piece], ChatServer]:
    """All the pieces of a reply."""

    async def all_of_it(engine: OpenAI, server: ChatServer) -> list[Piece]:
        async with aclosing(engine.reply(request or Request("Hi.", tasks=CATALOGUE))) as reply:
            return [piece async for piece in reply]

    return served(all_of_it, *answers, **others)


# ---------------------------------------------------------------- what it says and calls


def test_text_streams() -> None:
    given, server = pieces(Reply.of("Hello", " there", "."))
    assert given == ["Hello", " there", "."]
    (asked,) = server.requests
    assert (asked["model"], asked["temperature"], asked["max_tokens"], asked["stream"]) == ("tiny", 0.0, 2048, True)
    assert f"Bearer {KEY}" in server.headers[0]


def test_text_arrives_while_the_server_still_writes() -> None:
    async def first(engine: OpenAI, server: ChatServer) -> Piece:
        async with aclosing(engine.reply(Request("Hi."))) as reply:
            return await anext(reply)

    given, server = served(first, Reply.of("Hello", ending="stalled"))
    assert given == "Hello"


FRAGMENTS: list[tuple[str, list[dict[str, Any]], list[Call]]] = [
    (
        "two calls in fragments, interleaved",
        [
            call(0, "a", "say_text", ""),
            call(0, None, None, '{"te'),
            call(1, "b", "spell", '{"text": '),
            call(0, None, None, 'xt": "Hi"}'),
            call(1, None, None, '"cat"}'),
        ],
        [Call("say_text", {"text": "Hi"}, "a"), Call("spell", {"text": "cat"}, "b")],
    ),
    ("whole, without arguments", [call(0, "a", "stop", "")], [Call("stop", {}, "a")]),
    ("without ids", [call(0, None, "stop", "{}"), call(1, None, "repeat", "{}")], [Call("stop"), Call("repeat")]),
    (
        "without index",
        [call(None, "a", "stop", "{}"), call(None, "b", "repeat", "{}")],
        [Call("stop", {}, "a"), Call("repeat", {}, "b")],
    ),
    (
        "every index 0",
        [call(0, "a", "stop", "{}"), call(0, "b", "spell", '{"text":'), call(0, None, None, '"x"}')],
        [Call("stop", {}, "a"), Call("spell", {"text": "x"}, "b")],
    ),
    (
        "id and name in every fragment",
        [call(0, "a", "spell", '{"text"'), call(0, "a", "spell", ': "x"}')],
        [Call("spell", {"text": "x"}, "a")],
    ),
]


@pytest.mark.parametrize(("sent", "calls"), [f[1:] for f in FRAGMENTS], ids=[f[0] for f in FRAGMENTS])
def test_calls_are_put_together(sent: list[dict[str, Any]], calls: list[Call]) -> None:
    given, _ = pieces(Reply.of("Well. ", *sent))
    assert given == ["Well. ", *calls]


@pytest.mark.parametrize("arguments", ['{"text": "Hi', "[1]", "null", "Hi"])
def test_arguments_that_cannot_be_read_are_the_models_to_mend(arguments: str) -> None:
    (given,), _ = pieces(Reply.of(call(0, "a", "say_text", arguments)))
    assert isinstance(given, Call)
    assert (given.task, given.arguments) == ("say_text", {})
    assert given.fault == "The arguments were not a JSON object, so nothing was done; call again."


# ---------------------------------------------------------------------- what it is told


def test_it_is_told_of_tasks_resources_and_results() -> None:
    outcome = Outcome("Here it is.", play=(Artifact("rain", Path("rain.wav")),))
    request = Request(
        "Play it louder.",
        (UserSaid("Hi."), AssistantSaid("Hello the", interrupted=True), AssistantSaid("", played=("rain",))),
        CATALOGUE,
        ("rain: audio, 1.0 seconds",),
        (Done(Call("change_sound", {"change": "louder"}), outcome), Done(Call("stop", {}, "x"), Outcome(""))),
        "One moment. ",
    )
    _, server = pieces(Reply.of("Done."), request=request)
    (asked,) = server.requests
    system, *rest = asked["messages"]
    assert "You are Earshot" in system["content"] and "rain: audio, 1.0 seconds" in system["content"]
    assert [(m["role"], m["content"]) for m in rest] == [
        ("user", "Hi."),
        ("assistant", "Hello the [the user heard only this much]"),
        ("assistant", "[played: rain]"),
        ("user", "Play it louder."),
        ("assistant", "One moment. "),
        ("tool", "Here it is. (Plays after your words: rain.)"),
        ("tool", "Done."),
    ]
    calls = rest[4]["tool_calls"]
    assert [c["id"] for c in calls] == [rest[5]["tool_call_id"], rest[6]["tool_call_id"]] == ["call_0", "x"]
    assert json.loads(calls[0]["function"]["arguments"]) == {"change": "louder"}
    assert [t["function"]["name"] for t in asked["tools"]] == [t.name for t in CATALOGUE]


@pytest.mark.parametrize("limit", [0, 50, 200, 1000])
def test_the_history_is_cut_from_its_beginning(limit: int) -> None:
    history = History()
    for n in range(50):
        history.add(UserSaid(f"question {n} " + "ü" * n))
        history.add(AssistantSaid(f"answer {n}"))
    _, *kept, last = messages(Request("now", history.turns), limit)
    assert last == {"role": "user", "content": "now"}
    assert sum(tokens(m) for m in kept) <= limit
    assert [m["content"] for m in kept] == [t.text for t in history.turns[len(history.turns) - len(kept) :]]
    assert not kept or kept[0]["role"] == "user"
    assert len(kept) == 100 or sum(tokens(m) for m in kept) > limit - 150, "no more is cut than must be"


def test_tokens_are_rather_overestimated() -> None:
    english = "Printing, in the only sense with which we are at present concerned, differs from most arts."
    assert tokens({"content": english}) >= 19  # what OpenAI's cl100k tokenizer makes of it
    assert tokens({"content": "印刷"}) >= 2


# ------------------------------------------------------------------------- what goes wrong

FAULTS: list[tuple[str, Answer, str]] = [
    ("401", Status(401, json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})), "refuses the key"),
    ("404", Status(404), "does not know the model tiny"),
    ("429", Status(429), "too many requests"),
    ("400", Status(400), "status 400"),
    ("500", Status(500, "<html>" + KEY), "status 500"),
    ("silence", Silence(), r"did not answer within 0\.3 seconds"),
    ("stall", Reply.of("One", ending="stalled"), r"did not answer within 0\.3 seconds"),
    ("comments only", Reply.of("One", ending="kept"), r"did not answer within 0\.3 seconds"),
    ("dropped", Reply.of("One", ending="dropped"), "broke off"),
    ("closed early", Reply.of("One", ending="closed"), "broke off in the middle"),
    ("half a call", Reply.of(call(0, "a", "say_text", '{"te'), ending="dropped"), "broke off"),
    ("half a call, closed", Reply.of(call(0, "a", "say_text", '{"te'), ending="closed"), "broke off in the middle"),
    ("no JSON", Raw("data: {nonsense\n\n"), "cannot read"),
    ("an error in the stream", Raw('data: {"error": {"message": "' + KEY + '"}}\n\n'), "cannot read"),
    ("nothing", Raw(""), "broke off"),
]


@pytest.mark.parametrize(("answer", "sentence"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_fault_is_a_sentence_without_the_key(answer: Answer, sentence: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    began = time.monotonic()
    with pytest.raises(EngineError, match=sentence) as caught:
        pieces(answer, timeout_s=0.3)
    assert time.monotonic() - began < 5
    assert str(caught.value).startswith("The language model at 127.0.0.1:")
    assert KEY not in str(caught.value) and KEY not in caplog.text
    assert caught.value.__suppress_context__ or caught.value.__context__ is None, (
        "a traceback would show the server's words"
    )


def test_a_server_that_is_not_there() -> None:
    async def refused() -> None:
        engine = OpenAI(options("http://127.0.0.1:9/v1"))
        try:
            async with aclosing(engine.reply(Request("Hi."))) as reply:
                await anext(reply)
        finally:
            await engine.close()

    with key(), pytest.raises(EngineError, match="cannot be reached"):
        asyncio.run(refused())


def test_cancelled_it_hangs_up() -> None:
    async def interrupted(engine: OpenAI, server: ChatServer) -> bool:
        reply = asyncio.create_task(collect(engine))
        await asyncio.sleep(0.1)
        reply.cancel()
        await asyncio.wait([reply])
        await asyncio.wait_for(server.hung_up.wait(), 2)
        return reply.cancelled()

    async def collect(engine: OpenAI) -> None:
        async with aclosing(engine.reply(Request("Hi."))) as reply:
            async for _ in reply:
                pass

    assert served(interrupted, Reply.of("Hello", ending="stalled"))[0]


# ------------------------------------------------------------------------------- loading


def test_without_a_key_openais_own_server_is_refused() -> None:
    with pytest.raises(EngineMissing, match=f"set {KEY_ENV}, or set base_url"):
        load_dialogue("openai", OpenAIOptions(api_key_env=KEY_ENV))


def test_a_server_of_ones_own_needs_no_key() -> None:
    engine = load_dialogue("openai", OpenAIOptions(api_key_env=KEY_ENV, base_url="http://127.0.0.1:9/v1"))
    assert isinstance(engine, OpenAI) and engine.explains


def test_engines_by_name() -> None:
    assert isinstance(load_dialogue("embedded"), Embedded)
    with pytest.raises(EngineMissing, match="choose embedded or openai"):
        load_dialogue("parrot")


# ---------------------------------------------------------------------- through the router


def turn(folder: Path, text: str, *answers: Answer, **others: Any) -> tuple[list[Any], ChatServer]:
    """A certain turn through the router, with the embedded engine as the fallback."""

    async def through(engine: OpenAI, server: ChatServer) -> list[Any]:
        router = Router(Context(Workspace(folder / "session"), folder=folder), engine, CATALOGUE, Embedded(CATALOGUE))
        certain = asyncio.Event()
        certain.set()
        return await collected(router.answer(heard(text), certain))

    return served(through, *answers, **others)


def test_a_call_is_carried_out_and_explained(tmp_path: Path) -> None:
    asked = call(0, "a", "record_note", '{"text": "buy milk"}')
    replies, server = turn(tmp_path, "I need milk.", Reply.of(asked), Reply.of("I have **noted** the milk."))
    assert replies[0] == Working("record_note")
    assert spoken(replies) == "I have noted the milk."
    assert server.requests[1]["messages"][-1]["content"] == "Noted: buy milk."
    assert (tmp_path / "session" / "note.txt").read_text() == "buy milk\n"


def test_bad_arguments_are_mended_within_the_turn(tmp_path: Path) -> None:
    replies, server = turn(
        tmp_path,
        "Say hi.",
        Reply.of(call(0, "a", "say_text", '{"text')),
        Reply.of(call(0, "b", "say_text", '{"text": "hi"}')),
    )
    assert [r.text for r in replies if isinstance(r, Say)] == ["hi"]
    assert "not a JSON object" in server.requests[1]["messages"][-1]["content"]


@pytest.mark.parametrize("fault", [Status(500), Status(401), Silence(), Reply.of(ending="dropped")])
def test_the_embedded_engine_takes_over_within_the_turn(tmp_path: Path, fault: Answer) -> None:
    replies, _ = turn(tmp_path, "Say good night.", fault, timeout_s=0.3)
    assert [r.text for r in replies if isinstance(r, Say)] == ["good night"]


def test_half_a_call_does_nothing(tmp_path: Path) -> None:
    half = call(0, "a", "record_note", '{"text": "buy')
    replies, _ = turn(tmp_path, "Tell me something.", Reply.of("Well, ", half, ending="dropped"))
    assert not any(isinstance(r, Working) for r in replies)
    assert "broke off" in spoken(replies)
    assert not (tmp_path / "session").exists()
