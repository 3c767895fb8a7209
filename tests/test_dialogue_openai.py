"""The language model's engine against a real HTTP server, with all that can go wrong."""

import asyncio
import json
import logging
import shutil
import ssl
import subprocess
import time
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import EngineError
from assistant.events import Artifact, Say, Working
from assistant.history import AssistantSaid, UserSaid
from router.dialogue.base import Call, Done, Piece, Request
from router.dialogue.embedded import Embedded
from router.dialogue.openai import OpenAI, reachable
from router.task import Outcome
from router.tasks import CATALOGUE
from tests.chat_client import KEY, key, options, pieces, reply, served, turn, turns
from tests.chat_server import Answer, ChatServer, HangUp, Raw, Reply, Silence, Status, call, said, stream
from tests.router_fakes import spoken

EVERYTHING = frozenset({"audio", "image", "video"})


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's certificate that nobody trusts."""
    made = folder / "key.pem", folder / "certificate.pem"
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl makes the certificate, and is not here")
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"]
    subprocess.run([program, *asked, "-keyout", made[0], "-out", made[1]], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made[1], made[0])
    return context


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
            call(0, "a", "synthesize_speech", ""),
            call(0, None, None, '{"te'),
            call(1, "b", "spell", '{"text": '),
            call(0, None, None, 'xt": "Hi"}'),
            call(1, None, None, '"cat"}'),
        ],
        [Call("synthesize_speech", {"text": "Hi"}, "a"), Call("spell", {"text": "cat"}, "b")],
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
    (given,), _ = pieces(Reply.of(call(0, "a", "synthesize_speech", arguments)))
    assert isinstance(given, Call)
    assert (given.task, given.arguments) == ("synthesize_speech", {})
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
        kinds=EVERYTHING,
    )
    _, server = pieces(Reply.of("Done."), request=request)
    (asked,) = server.requests
    system, *rest = asked["messages"]
    assert "You are Earshot" in system["content"] and "rain: audio, 1.0 seconds" in system["content"]
    assert [(m["role"], m["content"]) for m in rest] == [
        ("user", "Hi."),
        ("assistant", "Hello the [the user heard only this much]\n[played: rain]"),
        ("user", "Play it louder."),
        ("assistant", "One moment. "),
        ("tool", "Here it is. (Plays after your words: rain.)"),
        ("tool", "Done."),
    ]
    calls = rest[3]["tool_calls"]
    assert [c["id"] for c in calls] == [rest[4]["tool_call_id"], rest[5]["tool_call_id"]] == ["call_0", "x"]
    assert json.loads(calls[0]["function"]["arguments"]) == {"change": "louder"}
    assert [t["function"]["name"] for t in asked["tools"]] == [t.name for t in CATALOGUE]


# ------------------------------------------------------------------------- what goes wrong

HTML = "<html><body>It works! " + KEY + "</body></html>"

FAULTS: list[tuple[str, Answer, str]] = [
    ("401", Status(401, json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})), "refuses the key"),
    ("403", Status(403), "does not allow that with this key; check EARSHOT_TEST_KEY and the model tiny"),
    ("404", Status(404), "does not know the model tiny"),
    ("429", Status(429), "too many requests"),
    ("used up", Status(429, '{"error": {"code": "insufficient_quota"}}'), "not paid for any more"),
    ("400", Status(400), "status 400"),
    ("405, a page", Status(405, HTML), "status 405; check base_url"),
    ("500", Status(500, HTML), "status 500"),
    ("503", Status(503, ""), "status 503"),
    ("hung up on", HangUp(), "broke off"),
    ("silence", Silence(), r"did not answer within 0\.3 seconds"),
    ("stall at once", Reply.of(ending="kept"), "fell silent in the middle of its answer, for 0.2 seconds"),
    ("stall", Reply.of("One", ending="stalled"), "fell silent in the middle of its answer, for 0.2 seconds"),
    ("comments only", Reply.of("One", ending="kept"), "fell silent in the middle"),
    ("slow drip", Reply.of(*["One "] * 50, pause_s=0.1), "took longer than one turn may wait for it"),
    ("dropped", Reply.of("One", ending="dropped"), "broke off"),
    ("dropped at once", Reply.of(ending="dropped"), "broke off"),
    ("less than announced", Raw(f"data: {json.dumps(said('One'))}\n\n", cut=True), "broke off"),
    ("closed early", Reply.of("One", ending="closed"), "broke off in the middle"),
    ("half a call", Reply.of(call(0, "a", "synthesize_speech", '{"te'), ending="dropped"), "broke off"),
    (
        "half a call, closed",
        Reply.of(call(0, "a", "synthesize_speech", '{"te'), ending="closed"),
        "broke off in the middle",
    ),
    ("no JSON", Raw("data: {nonsense\n\n"), "cannot read"),
    ("not an object", stream(["a"]), "cannot read"),
    ("too deep", stream("[" * 100_000), "cannot read"),
    ("no text", Raw("data: \x00\n\n", "application/octet-stream"), "cannot read"),
    ("an error in the stream", Raw('data: {"error": {"message": "' + KEY + '"}}\n\n'), "gave up in the middle"),
    ("an error instead", Raw('{"error": "' + KEY + '"}', "application/json"), "gave up"),
    ("nothing", Raw(""), "broke off"),
    ("nothing to say", Reply.of(), "empty answer"),
    ("only thoughts", Reply.of("<think>", "hm"), "empty answer"),
    ("a filter", stream({"choices": [{"delta": {}, "finish_reason": "content_filter"}]}), "declines to answer"),
    ("a page", Raw(HTML, "text/html"), "sent a page instead of an answer; check base_url"),
    ("endless", Reply.of("One", ending="endless"), "did not come to an end"),
    ("one endless line", Raw("data: " + "x" * (3 << 20)), "cannot be reached, or broke off"),
    ("an endless document", Raw(" " * (3 << 20), "application/json"), "did not come to an end"),
]


@pytest.mark.parametrize(("answer", "sentence"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_fault_is_a_sentence_without_the_key_and_the_next_turn_works(
    answer: Answer, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def twice(engine: OpenAI, server: ChatServer) -> list[Piece]:
        began = time.monotonic()
        with pytest.raises(EngineError, match=sentence) as caught:
            await reply(engine)
        assert time.monotonic() - began < 5
        assert str(caught.value).startswith("The language model at 127.0.0.1:")
        assert KEY not in str(caught.value) and KEY not in caplog.text
        assert caught.value.__suppress_context__, "a traceback would show the server's words"
        return await reply(engine)

    caplog.set_level(logging.DEBUG)
    short = {"timeout_s": 0.3, "stall_s": 0.2, "turn_budget_s": 1.0} if isinstance(answer, Silence) else {}
    limits: dict[str, Any] = {"stall_s": 0.2, "turn_budget_s": 2.0, "max_tokens": 40, **short}
    assert served(twice, answer, Reply.of("Here I am."), **limits)[0] == ["Here I am."]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "http://name.invalid/v1"])
def test_a_server_that_is_not_there(url: str) -> None:
    async def refused() -> None:
        engine = OpenAI(options(url))
        try:
            await reply(engine, Request("Hi."))
        finally:
            await engine.close()

    with key(), pytest.raises(EngineError, match="cannot be reached"):
        asyncio.run(refused())
    with key():
        assert "cannot be reached" in asyncio.run(reachable(options(url)))


@pytest.mark.parametrize("url", ["localhost:8000/v1", "ftp://localhost/v1", "box"])
def test_an_address_that_is_none(url: str) -> None:
    with key():
        assert "base_url is no address such as" in asyncio.run(reachable(options(url)))


def test_a_certificate_that_is_not_accepted(tmp_path: Path) -> None:
    async def refused(engine: OpenAI, server: ChatServer) -> str:
        with pytest.raises(EngineError) as caught:
            await reply(engine)
        return str(caught.value)

    told, server = served(refused, server=ChatServer(Reply.of("Hi."), tls=self_signed(tmp_path)))
    assert told.endswith("cannot be reached safely: its certificate is not accepted; check base_url.")
    assert not server.requests


def test_cancelled_it_hangs_up() -> None:
    async def interrupted(engine: OpenAI, server: ChatServer) -> bool:
        begun = asyncio.Event()

        async def listen() -> None:
            async with aclosing(engine.reply(Request("Hi."))) as pieces:
                async for _ in pieces:
                    begun.set()

        answering = asyncio.create_task(listen())
        await asyncio.wait_for(begun.wait(), 5)
        answering.cancel()
        await asyncio.wait([answering])
        await asyncio.wait_for(server.hung_up.wait(), 5)
        return answering.cancelled()

    assert served(interrupted, Reply.of("Hello", ending="stalled"))[0]


# ---------------------------------------------------------------------- through the router


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
        Reply.of(call(0, "a", "synthesize_speech", '{"text')),
        Reply.of(call(0, "b", "synthesize_speech", '{"text": "hi"}')),
    )
    assert [r.text for r in replies if isinstance(r, Say)] == ["hi"]
    assert "not a JSON object" in server.requests[1]["messages"][-1]["content"]


@pytest.mark.parametrize("fault", [Status(500), Status(401), Silence(), Reply.of(ending="dropped")])
def test_the_embedded_engine_takes_over_within_the_turn(tmp_path: Path, fault: Answer) -> None:
    replies, _ = turn(tmp_path, "Say good night.", fault, fallback=Embedded(CATALOGUE), timeout_s=0.3)
    assert [r.text for r in replies if isinstance(r, Say)] == ["good night"]


def test_after_a_fault_the_next_turn_works(tmp_path: Path) -> None:
    answers = Reply.of("Well, let me see. ", ending="dropped"), Reply.of("Better now.")
    (first, second), _ = turns(tmp_path, ["Tell me something.", "Go on."], *answers)
    assert spoken(first).startswith("Well") and "broke off" in spoken(first)
    assert spoken(second) == "Better now."


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("make_coffee", "{}", "no task called make_coffee"),
        ("record_note", '{"words": "milk"}', "words"),
        ("record_note", '{"text": {"a": 1}}', "text"),
    ],
    ids=["unknown task", "unknown argument", "an argument of another type"],
)
def test_a_call_that_cannot_be_is_told_to_the_model(tmp_path: Path, name: str, arguments: str, told: str) -> None:
    answers = Reply.of(call(0, "a", name, arguments)), Reply.of("I cannot do that.")
    replies, server = turn(tmp_path, "I need milk.", *answers)
    assert spoken(replies) == "I cannot do that."
    assert told in server.requests[1]["messages"][-1]["content"]
    assert not (tmp_path / "session").exists()


def test_half_a_call_does_nothing(tmp_path: Path) -> None:
    half = call(0, "a", "record_note", '{"text": "buy')
    replies, _ = turn(tmp_path, "Tell me something.", Reply.of("Well, ", half, ending="dropped"))
    assert not any(isinstance(r, Working) for r in replies)
    assert "broke off" in spoken(replies)
    assert not (tmp_path / "session").exists()
