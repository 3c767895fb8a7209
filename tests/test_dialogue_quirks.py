"""What servers and models make of the protocol, and how the engine gets along with it."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from assistant.errors import EngineError
from router.dialogue.base import Call, Done, Piece, Request
from router.dialogue.calls import UNREADABLE
from router.dialogue.content import Content
from router.dialogue.openai import TOO_MANY, OpenAI
from router.dialogue.options import OpenAIOptions
from router.dialogue.server import Manners, learnt
from router.task import Outcome
from router.tasks import CATALOGUE
from tests.chat_client import pieces, reply, served
from tests.chat_server import Answer, ChatServer, Raw, Reply, Status, call, said, stream

KNOWN = ("stop", "spell", "record_note")


# ------------------------------------------------------------------------- what is streamed

STREAMS: list[tuple[str, Answer, list[Piece]]] = [
    ("no reason to end", stream(said("Hi")), ["Hi"]),
    (
        "no mark of the end",
        stream({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]}, done=False),
        ["Hi"],
    ),
    ("the role each time", stream(said("H", role="assistant"), said("i", role="assistant")), ["H", "i"]),
    ("thoughts apart", stream(said("", reasoning_content="hm"), said("Hi", reasoning="hm")), ["Hi"]),
    ("no choices", stream({"choices": []}, {"choices": None}, {}, said("Hi")), ["Hi"]),
    ("choices of nothing", stream({"choices": [None]}, {"choices": [{"delta": None}]}, said("Hi")), ["Hi"]),
    ("parts", stream(said([{"type": "text", "text": "H"}, {"type": "text", "text": "i"}])), ["Hi"]),  # type: ignore[arg-type]
    ("a refusal", stream({"choices": [{"delta": {"content": None, "refusal": "No."}}]}), ["No."]),
    ("open for longer", Reply.of("Hi", ending="lingering"), ["Hi"]),
    ("another content type", Raw(stream(said("Hi")).data, "text/plain"), ["Hi"]),
    ("in one piece", Raw(json.dumps({"choices": [{"message": {"content": "Hi"}}]}), "application/json"), ["Hi"]),
    ("CR LF", Raw(stream(said("Hi")).data.replace("\n", "\r\n")), ["Hi"]),
    (
        "arguments as an object",
        Reply.of({"function": {"name": "spell", "arguments": {"text": "a"}}}),
        [Call("spell", {"text": "a"})],
    ),
    ("text within text", Reply.of(call(0, "", "spell", json.dumps('{"text": "a"}'))), [Call("spell", {"text": "a"})]),
    ("null where nothing is given", Reply.of(call(0, "", "spell", '{"text": null}')), [Call("spell")]),
    ("arguments of null", Reply.of(call(0, "", "stop", "null")), [Call("stop", {}, "", UNREADABLE)]),
    ("a name with its namespace", Reply.of(call(0, "", "functions.stop", "{}")), [Call("stop")]),
    (
        "pieces of nothing",
        stream({"choices": [{"delta": {"tool_calls": [None, {}]}}]}, said("Hi")),
        ["Hi", Call("", {}, "")],
    ),
    ("a call as text", Reply.of("<tool_", 'call>{"name": "stop", "arguments": {}}</tool', "_call>"), [Call("stop")]),
]


@pytest.mark.parametrize(("answer", "given"), [s[1:] for s in STREAMS], ids=[s[0] for s in STREAMS])
def test_streams_of_all_kinds_are_read(answer: Answer, given: list[Piece]) -> None:
    assert pieces(answer)[0] == given


# ------------------------------------------------------------------- what is written as text

WRITTEN: list[tuple[str, str, list[Call]]] = [
    ("Hello, <b>you</b>.", "Hello, <b>you</b>.", []),
    ("<think>Let me see.</think>\n\nHello.", "Hello.", []),
    ("<think>Endless", "", []),
    ('<tool_call>\n{"name": "stop", "arguments": {}}\n</tool_call>', "", [Call("stop")]),
    ('Well. <tool_call>{"name": "stop"}</tool_call> It is done.', "Well. ", [Call("stop")]),
    (
        '<tool_call>{"name": "stop"}</tool_call><tool_call>{"name": "spell", "arguments": {"text": "a"}}</tool_call>',
        "",
        [Call("stop"), Call("spell", {"text": "a"})],
    ),
    ('<tool_call>{"name": "stop", "arguments": "{}"}', "", [Call("stop")]),
    ("<tool_call>stop</tool_call>", "", [Call("", {}, "", UNREADABLE)]),
    ('<tool_call>{"name": "make_coffee"}</tool_call>', "", [Call("make_coffee")]),
    ('<function=spell>{"text": "a"}</function>', "", [Call("spell", {"text": "a"})]),
    ('[TOOL_CALLS] [{"name": "spell", "arguments": {"text": "a"}}]', "", [Call("spell", {"text": "a"})]),
    ('<|python_tag|>{"name": "spell", "parameters": {"text": "a"}}', "", [Call("spell", {"text": "a"})]),
    ('{"name": "spell", "parameters": {"text": "a"}}', "", [Call("spell", {"text": "a"})]),
    ('{"name": "stop"}; {"name": "stop"}', "", [Call("stop"), Call("stop")]),
    ('```json\n{"function": {"name": "stop", "arguments": null}}\n```', "", [Call("stop")]),
    ('{"name": "Ann", "age": 3}', '{"name": "Ann", "age": 3}', []),
    ('{"name": "stop"} and then some', '{"name": "stop"} and then some', []),
    ('A call looks like {"name": "stop"}', 'A call looks like {"name": "stop"}', []),
    ("[laughs] Yes.", "[laughs] Yes.", []),
    ("{braces}", "{braces}", []),
    ("Two < three", "Two < three", []),
    ("It ends in <", "It ends in <", []),
    ("\n Hello. ", "Hello. ", []),
    ("   ", "", []),
]


@pytest.mark.parametrize(("text", "spoken", "calls"), WRITTEN)
@pytest.mark.parametrize("lengths", [[1000], [1], [3, 11, 2, 5]])
def test_text_is_parted_from_thoughts_and_calls(
    text: str, spoken: str, calls: list[Call], lengths: Sequence[int]
) -> None:
    content, given, at, turn = Content(KNOWN), "", 0, 0
    while at < len(text):
        length = lengths[turn % len(lengths)]
        given += content.push(text[at : at + length])
        at, turn = at + length, turn + 1
    assert (given + content.flush(), content.calls) == (spoken, calls)


def test_text_is_not_held_back() -> None:
    content = Content(KNOWN)
    assert [content.push(piece) for piece in ("He", "llo <", "b>", "you")] == ["He", "llo ", "<b>", "you"]


# -------------------------------------------------------------------------- what is refused

REFUSALS: list[tuple[str, dict[str, Any]]] = [
    ("Unrecognized request argument supplied: stream_options", {"stream_options": None}),
    (
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        {"max_tokens": None, "max_completion_tokens": 2048},
    ),
    ("Unsupported value: 'temperature' does not support 0.0 with this model.", {"temperature": None}),
    ("registry.ollama.ai/library/tiny:latest does not support tools", {"tools": None}),
    ('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', {"tools": None}),
    ("tools param requires --jinja flag", {"tools": None}),
    ("This model's maximum context length is 4096 tokens, however you requested 6000", {"max_tokens": 1024}),
    ("request (931 tokens) exceeds the available context size (512 tokens), try increasing it", {"max_tokens": 1024}),
]


@pytest.mark.parametrize("status", [400, 422, 500])
@pytest.mark.parametrize(("message", "changed"), REFUSALS)
def test_what_a_server_does_not_take_is_learnt_once(message: str, changed: dict[str, Any], status: int) -> None:
    async def twice(engine: OpenAI, server: ChatServer) -> list[Piece]:
        return [*await reply(engine), *await reply(engine)]

    refusal = Status(status, json.dumps({"error": {"message": message}}))
    given, server = served(twice, refusal, Reply.of("Hi."))
    assert given == ["Hi.", "Hi."]
    first, second, third = server.requests
    for name, value in changed.items():
        assert second.get(name) == third.get(name) == value
        assert first.get(name) != value
    untouched = first.keys() - changed.keys() - {"messages"}
    assert {k: second[k] for k in untouched} == {k: first[k] for k in untouched}


def test_a_refusal_that_teaches_nothing_ends_the_turn() -> None:
    async def failing(engine: OpenAI, server: ChatServer) -> int:
        with pytest.raises(EngineError, match="status 400"):
            await reply(engine)
        return len(server.requests)

    assert served(failing, Status(400, '{"error": {"message": "temperature"}}'))[0] == 2
    assert served(failing, Status(400, '{"error": {"message": "max_tokens"}}'))[0] == 2, "never back and forth"


def test_a_context_that_is_too_small_for_anything_is_told() -> None:
    async def failing(engine: OpenAI, server: ChatServer) -> list[int]:
        with pytest.raises(EngineError, match="too small a context"):
            await reply(engine)
        return [asked["max_tokens"] for asked in server.requests]

    refusal = Status(400, '{"error": "the prompt exceeds the available context size"}')
    assert served(failing, refusal)[0] == [2048, 1024, 512, 256, 256]


def test_the_wrong_limit_is_not_mistaken_for_a_small_context() -> None:
    told = "'max_tokens' is too large: 2048. this model's maximum context length is 2048 tokens"
    assert learnt(Manners(), told) == Manners(room=0.5)
    smallest = Manners(room=0.0)
    assert learnt(smallest, "maximum context length") is None


TWO = (
    Done(Call("spell", {"text": "a"}, "x"), Outcome("A.")),
    Done(Call("stop", {}, "x"), Outcome("It failed.", failed=True)),
)


def test_a_model_without_parallel_calls_is_told_of_them_one_by_one() -> None:
    request = Request("Spell it.", tasks=CATALOGUE, done=TWO, said="Well. ")
    refusal = Status(400, '{"error": {"message": "This model only supports single tool-calls at once!"}}')
    given, server = pieces(refusal, Reply.of("Done."), request=request)
    assert given == ["Done."]
    before, after = (r["messages"][2:] for r in server.requests)
    assert [m["role"] for m in before] == ["assistant", "tool", "tool"]
    assert [m["role"] for m in after] == ["assistant", "tool", "assistant", "tool"]
    assert [c["id"] for m in after for c in m.get("tool_calls", ())] == ["x", "call_1"], "no two of the same name"
    assert after[-1]["content"] == "Not done: It failed."


def test_parallel_calls_can_be_forbidden() -> None:
    _, server = pieces(Reply.of("Hi."), parallel_calls=False)
    assert server.requests[0]["parallel_tool_calls"] is False
    refusal = Status(400, '{"error": {"message": "Unknown parameter: parallel_tool_calls"}}')
    _, server = pieces(refusal, Reply.of("Hi."), parallel_calls=False)
    assert "parallel_tool_calls" not in server.requests[1]


def test_without_tools_calls_are_written_as_text() -> None:
    request = Request("Spell it.", tasks=CATALOGUE, done=TWO, said="Well. ")
    _, server = pieces(Reply.of("Done."), request=request, tool_calls="written")
    (asked,) = server.requests
    assert "tools" not in asked
    system, user, assistant, results = asked["messages"]
    assert '"name": "spell"' in system["content"] and "<tool_call>" in system["content"]
    assert assistant["content"].splitlines() == [
        "Well. ",
        '<tool_call>{"name": "spell", "arguments": {"text": "a"}}</tool_call>',
        '<tool_call>{"name": "stop", "arguments": {}}</tool_call>',
    ]
    assert results["role"] == "user" and "Not done: It failed." in results["content"]


def test_a_model_that_knows_no_system_is_told_as_the_user() -> None:
    refusal = Status(500, '{"error": {"message": "System role not supported"}}')
    _, server = pieces(refusal, Reply.of("Hi."))
    (only,) = server.requests[1]["messages"]
    assert only["role"] == "user"
    assert only["content"].startswith("You are Earshot") and only["content"].endswith("\nHi.")


# ------------------------------------------------------------------------ the budget of a turn


def test_a_turn_may_call_only_so_much() -> None:
    calls = [call(n, f"c{n}", "stop", "{}") for n in range(4)]
    given, _ = pieces(Reply.of(*calls), turn_calls=3)
    assert [c.fault for c in given if isinstance(c, Call)] == ["", "", "", TOO_MANY]


def test_a_turn_may_cost_only_so_much() -> None:
    async def rounds(engine: OpenAI, server: ChatServer) -> int:
        await reply(engine)
        with pytest.raises(EngineError, match="used up the tokens"):
            await reply(engine, Request("Hi.", tasks=CATALOGUE, done=TWO))
        assert await reply(engine) == ["Hi."], "the next turn has its own"
        return len(server.requests)

    expensive = stream(said("Hi."), {"usage": {"prompt_tokens": 900, "completion_tokens": 101}})
    assert served(rounds, expensive, turn_tokens=1000)[0] == 2


def test_a_turn_may_wait_only_so_long_for_all_its_rounds() -> None:
    async def rounds(engine: OpenAI, server: ChatServer) -> None:
        await reply(engine)
        with pytest.raises(EngineError, match="longer than one turn"):
            await reply(engine, Request("Hi.", tasks=CATALOGUE, done=TWO))

    served(rounds, Reply.of("Hi.", pause_s=0.2), turn_budget_s=1.6)


def test_the_manners_that_are_known_beforehand() -> None:
    assert Manners.of(OpenAIOptions()).limit == "max_completion_tokens"
    assert Manners.of(OpenAIOptions(base_url="http://box/v1")).limit == "max_tokens"
    assert not Manners.of(OpenAIOptions(temperature=None)).temperature
