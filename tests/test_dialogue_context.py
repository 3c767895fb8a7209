"""What a language model is told: the history within its tokens, summaries, the moment, and what all of it costs."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import pytest

from assistant.clock import run_virtually
from assistant.events import Artifact
from assistant.history import AssistantSaid, History, Turn, UserSaid
from router.arguments import Ask, Audio, Seconds
from router.dialogue.base import Call, Done, Request
from router.dialogue.messages import RESULT_TOKENS, Message, cut, messages, tokens, tools
from router.dialogue.openai import OpenAI
from router.dialogue.server import Manners
from router.dialogue.summary import PAUSE, Recall
from router.dialogue.usage import Usage, text_tokens
from router.prompts import IDENTITY, Brief, system_prompt
from router.task import Context, Family, Outcome, Pending, task
from router.tasks import CATALOGUE
from tests.chat_client import pieces, reply, served
from tests.chat_server import ChatServer, Reply, Silence, Status, call, said, stream


def history_of(count: int) -> list[Turn]:
    """So many questions, each with its answer."""
    history = History()
    for n in range(count):
        history.add(UserSaid(f"question {n} " + "ü" * n))
        history.add(AssistantSaid(f"answer {n}"))
    return history.turns


def sent(request: Request, limit: int = 1000) -> list[Message]:
    return messages(request, "You are Earshot.", request.history, limit, Manners())


# ------------------------------------------------------------------------------ the history


@pytest.mark.parametrize("limit", [0, 50, 200, 1000])
def test_the_history_is_cut_from_its_beginning(limit: int) -> None:
    turns = history_of(50)
    _, *kept, last = sent(Request("now", turns), limit)
    if kept:
        assert last == {"role": "user", "content": "now"}
    assert sum(tokens(m) for m in kept) <= limit
    assert [m["content"] for m in kept] == [t.text for t in turns[len(turns) - len(kept) :]]
    assert not kept or kept[0]["role"] == "user"
    assert len(kept) == 100 or sum(tokens(m) for m in kept) > limit - 150, "no more is cut than must be"


def test_tokens_are_rather_overestimated() -> None:
    english = "Printing, in the only sense with which we are at present concerned, differs from most arts."
    assert tokens({"content": english}) >= 19  # what OpenAI's cl100k tokenizer makes of it
    assert tokens({"content": "印刷"}) >= 2


def test_turns_of_the_same_side_are_one_message() -> None:
    turns = (UserSaid("Hi."), UserSaid("Are you there?"), AssistantSaid("Yes."), AssistantSaid("", played=("rain",)))
    roles = [(m["role"], m["content"]) for m in sent(Request("Good.", turns))[1:]]
    assert roles == [("user", "Hi.\nAre you there?"), ("assistant", "Yes.\n[played: rain]"), ("user", "Good.")]


def test_a_long_result_is_told_in_part() -> None:
    transcript = " ".join(f"word{n}" for n in range(20_000))
    told = sent(Request("Hi.", done=(Done(Call("transcribe_speech"), Outcome(transcript)),)))[-1]["content"]
    assert told.startswith("word0 ") and told.endswith("word19999")
    assert text_tokens(told) < RESULT_TOKENS + 50
    assert cut("short", 10) == "short"


# ------------------------------------------------------------------------------ the summary


class Condenser:
    """Gives its summaries in order, and keeps what it was given."""

    def __init__(self, *summaries: str, takes_s: float = 1.0) -> None:
        self.summaries = list(summaries)
        self.given: list[tuple[str, str]] = []
        self.takes_s = takes_s

    async def __call__(self, before: str, text: str) -> str:
        self.given.append((before, text))
        await asyncio.sleep(self.takes_s)
        return self.summaries.pop(0) if len(self.summaries) > 1 else self.summaries[0]


def test_turns_that_fall_out_are_condensed_and_nothing_is_lost_meanwhile() -> None:
    async def run() -> None:
        condenser = Condenser("They counted.", "They counted on.")
        recall, turns = Recall(condenser), history_of(20)
        recall.consider(turns, 10_000)
        await asyncio.sleep(2)
        assert not condenser.given, "all of it fits"
        recall.consider(turns, 400)
        assert recall.recent(turns) == turns, "until there is a summary"
        await asyncio.sleep(2)
        recent = recall.recent(turns)
        assert recall.summary == "They counted." and 0 < len(recent) < len(turns)
        assert isinstance(recent[0], UserSaid) and list(recent) == turns[-len(recent) :]
        told = condenser.given[0][1].splitlines()
        assert told[0] == "User: question 0 " and told[-1] == f"Earshot: {turns[-len(recent) - 1].text}"
        longer = turns + history_of(10)
        recall.consider(longer, 400)
        await asyncio.sleep(2)
        assert condenser.given[1][0] == "They counted.", "one summary is made of the other"
        assert recall.summary == "They counted on."

    run_virtually(run())


def test_without_a_summary_the_oldest_are_left_out_and_it_is_tried_again_later() -> None:
    async def run() -> None:
        condenser = Condenser("", "They counted.")
        recall, turns = Recall(condenser), history_of(20)
        for more in range(PAUSE + 1):
            recall.consider([*turns, *history_of(5)[:more]], 400)
            await asyncio.sleep(2)
            assert recall.recent(turns) == turns or more == PAUSE
        assert len(condenser.given) == 2
        assert recall.summary == "They counted."

    run_virtually(run())


def test_a_reply_goes_before_a_summary() -> None:
    async def run() -> None:
        condenser = Condenser("They counted.")
        recall, turns = Recall(condenser), history_of(20)
        recall.consider(turns, 400)
        await asyncio.sleep(0.5)
        await recall.pause()
        await asyncio.sleep(2)
        assert recall.summary == ""
        recall.consider(turns, 400)
        await asyncio.sleep(2)
        assert recall.summary == "They counted."

    run_virtually(run())


def test_another_conversation_is_not_mixed_up_with_this_one() -> None:
    async def run() -> None:
        recall, turns = Recall(Condenser("They counted.")), history_of(20)
        recall.consider(turns, 400)
        await asyncio.sleep(2)
        assert recall.recent([UserSaid("Hello.")]) == [UserSaid("Hello.")]
        assert recall.summary == ""

    run_virtually(run())


def test_the_same_model_condenses_and_is_told_its_own_summary() -> None:
    turns = history_of(20)
    condensed = stream(said("<think>hm</think>They counted."), {"usage": {"prompt_tokens": 7, "completion_tokens": 3}})
    whole = Reply.of("Hi.")

    async def talk(engine: OpenAI, server: ChatServer) -> None:
        await reply(engine, Request("One.", turns))
        await asyncio.sleep(0.3)
        await reply(engine, Request("Two.", turns))
        assert engine.spent.session.requests == 3 and engine.spent.turn.requests == 1
        assert engine.spent.session.read > engine.spent.turn.read + 7

    in_one = condensed.data.split("\n\n")[0].removeprefix("data: ").replace('"delta"', '"message"')
    answers = whole, type(condensed)(in_one, "application/json"), whole
    _, server = served(talk, *answers, history_tokens=400)
    first, second, third = server.requests
    assert not second.get("stream") and "question 0" in second["messages"][1]["content"]
    assert len(third["messages"]) < len(first["messages"]) + 2
    system = third["messages"][0]["content"]
    assert "Earlier in this conversation:\nThey counted." in system


@pytest.mark.parametrize("fault", [Status(500), Silence(), Reply.of()])
def test_a_summary_that_fails_is_done_without(fault: object) -> None:
    async def talk(engine: OpenAI, server: ChatServer) -> list[str]:
        await reply(engine, Request("One.", history_of(20)))
        await asyncio.sleep(0.2)
        return [str(piece) for piece in await reply(engine, Request("Two.", history_of(20)))]

    given, server = served(talk, Reply.of("Hi."), fault, Reply.of("Ho."), history_tokens=400)  # type: ignore[arg-type]
    assert given == ["Ho."]
    assert "Earlier" not in server.requests[-1]["messages"][0]["content"]


def test_summaries_can_be_declined() -> None:
    async def talk(engine: OpenAI, server: ChatServer) -> None:
        await reply(engine, Request("One.", history_of(20)))
        await asyncio.sleep(0.1)

    _, server = served(talk, Reply.of("Hi."), history_tokens=400, summarize=False)
    assert len(server.requests) == 1


# -------------------------------------------------------------------------- the system prompt


def prompt(request: Request, offered: Sequence[object] = CATALOGUE, **others: object) -> str:
    return system_prompt(request, Brief(offered, **others))  # type: ignore[arg-type]


def test_the_prompt_is_short() -> None:
    assert text_tokens(IDENTITY) < 500
    assert text_tokens(prompt(Request("Hi.", tasks=CATALOGUE))) < 1000


def test_the_prompt_tells_of_the_moment() -> None:
    pending = Pending("set_timer", {"label": "tea"}, "seconds", "For how long?")
    request = Request("Three.", pending=pending, confidence=0.3, jobs=("separating the speakers, 40 percent",))
    told = prompt(request, now=datetime(2026, 2, 3, 14, 5), summary="They made tea.")
    for part in (
        'You have just asked "For how long?", for the argument seconds of set_timer {"label": "tea"}',
        "hard to hear",
        "Still at work, in the background:\n- separating the speakers, 40 percent",
        "It is Tuesday, 3 February 2026, 14:05.",
        "Earlier in this conversation:\nThey made tea.",
        "Resources, newest last:\n- none yet",
    ):
        assert part in told
    plain = prompt(Request("Three."))
    assert not [word for word in ("asked", "hard to hear", "background", "Earlier") if word in plain.split(IDENTITY)[1]]


def test_what_changes_seldom_comes_first() -> None:
    early = prompt(Request("Hi.", resources=("rain",), tasks=CATALOGUE), now=datetime(2026, 2, 3, 14, 5))
    late = prompt(Request("Hi.", resources=("rain", "wind"), tasks=CATALOGUE), now=datetime(2026, 2, 3, 14, 6))
    assert early.split("rain")[0] == late.split("rain")[0]


def test_of_many_resources_the_newest_are_told() -> None:
    lines = [f"sound {n}: audio, 1.0 seconds, made by change_sound" for n in range(500)]
    told = prompt(Request("Hi.", resources=lines))
    assert "sound 499:" in told and "sound 0:" not in told and "older ones" in told
    assert text_tokens(told) < 2000


# --------------------------------------------------------------------------------- the tools


@task(family=Family.AUDIO_TO_AUDIO, effects=True, takes=("audio",))
async def soften(
    context: Context,
    seconds: Annotated[Seconds, Ask("For how long?")],
    audio: Audio = "",
    how: Literal["a little", "much"] = "much",
    label: str | None = None,
) -> Outcome:
    """Make a sound softer.

    Say when it is to begin.
    """
    return Outcome("", play=(Artifact("softer", context.folder),))


def test_tools_tell_types_ranges_and_meanings_and_nothing_else() -> None:
    (tool,) = tools([soften])
    assert tool == {
        "type": "function",
        "function": {
            "name": "soften",
            "description": "Make a sound softer.\n\nSay when it is to begin.",
            "parameters": {
                "type": "object",
                "required": ["seconds"],
                "properties": {
                    "seconds": {
                        "type": "number",
                        "description": "a duration in seconds",
                        "exclusiveMinimum": 0,
                        "maximum": 3600,
                    },
                    "audio": {
                        "type": "string",
                        "description": "the name of a sound in the resources; leave out for the latest one",
                        "default": "",
                    },
                    "how": {"type": "string", "enum": ["a little", "much"], "default": "much"},
                    "label": {"type": "string"},
                },
            },
        },
    }


def test_every_tool_of_the_catalogue_has_a_meaning_for_a_model() -> None:
    for tool in tools(CATALOGUE):
        function = tool["function"]
        assert function["description"] and function["parameters"]["type"] == "object"
        assert not any("title" in given for given in function["parameters"].get("properties", {}).values())


def test_tasks_without_their_resource_are_named_and_not_offered() -> None:
    _, server = pieces(Reply.of("Hi."), request=Request("Hello.", tasks=(soften,)))
    (asked,) = server.requests
    assert "tools" not in asked
    assert "once the user has given what is named first:\n- audio: soften" in asked["messages"][0]["content"]
    for request in (
        Request("Hello.", tasks=(soften,), kinds=frozenset({"audio"})),
        Request("Can you soften a recording?", tasks=(soften,)),
        Request("Three.", tasks=(soften,), pending=Pending("soften", {}, "seconds", "For how long?")),
        Request("Hello.", tasks=(soften,), done=(Done(Call("soften"), Outcome("No.")),)),
    ):
        _, server = pieces(Reply.of("Hi."), request=request)
        assert [t["function"]["name"] for t in server.requests[0]["tools"]] == ["soften"]


# ------------------------------------------------------------------------------- what it costs


def test_tokens_are_counted_as_the_server_tells_them_or_estimated() -> None:
    async def talk(engine: OpenAI, server: ChatServer) -> tuple[Usage, Usage, Usage]:
        await reply(engine)
        told = engine.spent.turn
        await reply(engine, Request("Hi.", tasks=CATALOGUE, done=(Done(Call("stop"), Outcome("Okay.")),)))
        both = engine.spent.turn
        await reply(engine)
        return told, both, engine.spent.turn

    counted = stream(said("Hi."), {"choices": [], "usage": {"prompt_tokens": 900, "completion_tokens": 10}})
    (told, both, estimated), _ = served(talk, counted, counted, stream(said("Hi.")))
    assert told == Usage(900, 10, 1) and both == Usage(1800, 20, 2)
    assert estimated.estimated and estimated.read > 1000 and estimated.written == 1


def test_what_was_begun_is_counted_too() -> None:
    async def left(engine: OpenAI, server: ChatServer) -> Usage:
        talking = engine.reply(Request("Hi."))
        await anext(talking)
        await talking.aclose()
        return engine.spent.session

    usage, _ = served(left, Reply.of("Hello there", ending="stalled"))
    assert usage.estimated and usage.read > 300 and usage.written >= 2


def test_what_is_said_after_a_call_is_parted_from_what_was_said_before() -> None:
    done = (Done(Call("stop"), Outcome("Okay.")),)
    given, _ = pieces(Reply.of("It", " is done."), request=Request("Hi.", done=done, said="One moment."))
    assert given == [" It", " is done."]
    given, _ = pieces(Reply.of(call(0, "a", "stop", "{}")), request=Request("Hi.", done=done, said="One moment."))
    assert given == [Call("stop", {}, "a")]
