"""Several calls in one turn: chains, calls at the same time, and what is asked back."""

import asyncio
from pathlib import Path
from typing import Annotated

import pytest

from assistant.clock import run_virtually
from assistant.errors import EngineError, TaskError
from assistant.events import Artifact, Play, Reply, Say, Show, Working
from router.announcing import announced
from router.arguments import Ask
from router.dialogue.base import Call
from router.router import Router
from router.task import Context, Family, Outcome, Pending, Task, task
from tests.router_fakes import Failing, Scripted, WatchedContext, converse, heard, spoken, tone

CLEAN = Artifact("clean sound", Path("clean.wav"))
VOICE = Artifact("first speaker", Path("first.wav"))


@task(family=Family.AUDIO_TO_AUDIO, effects=True, doing="cleaning it up")
async def enhance(context: Context, seconds: float = 0.1) -> Outcome:
    """Make something."""
    await asyncio.sleep(seconds)
    made = context.workspace.save_audio("clean", tone(100, 1), 16_000, "enhance")
    return Outcome("It is clean.", play=(CLEAN,), show=(Show(made.name, made),))


@task(family=Family.AUDIO_TO_AUDIO, effects=True, doing="separating them")
async def separate(context: Context, works: bool = True, seconds: float = 0.1) -> Outcome:
    """Go on with what was made before, or fail."""
    await asyncio.sleep(seconds)
    if not works:
        raise TaskError("I hear only one speaker.")
    last = context.workspace.last()
    return Outcome(f"I separated {last.name if last else 'nothing'}.", play=(VOICE,))


@task(family=Family.AUDIO_TO_TEXT, effects=False, doing="writing it down")
async def transcribe(context: Context, seconds: float = 0.1) -> Outcome:
    """Say what is in it."""
    await asyncio.sleep(seconds)
    return Outcome("They say hello.")


@task(family=Family.AUDIO_TO_TEXT, effects=False)
async def describe(context: Context, seconds: float = 0.1) -> Outcome:
    """Say what it is."""
    await asyncio.sleep(seconds)
    return Outcome("It is speech.")


@task(family=Family.AUDIO_TO_AUDIO, effects=True, doing="repainting it")
async def repaint(
    context: Context,
    start_s: Annotated[float, Ask("From which second on?")],
    end_s: Annotated[float, Ask("Up to which second?")],
) -> Outcome:
    """Ask for what it needs."""
    return Outcome(f"I have repainted it from {start_s:g} to {end_s:g}.")


TASKS: tuple[Task, ...] = (enhance, separate, transcribe, describe, repaint)
FAILS = Call("separate", {"works": False})


def router_of(folder: Path, *rounds: tuple[str | Call | Exception, ...], explains: bool = False) -> Router:
    return Router(WatchedContext(folder), Scripted(*rounds, explains=explains), TASKS)


async def timed(router: Router, text: str = "do it") -> tuple[list[Reply], float]:
    replies = await converse(router, text)
    return replies, round(asyncio.get_running_loop().time(), 3)


def answered(router: Router) -> tuple[list[Reply], float]:
    return run_virtually(timed(router))


# ------------------------------------------------------------------------------ chains


def test_links_are_done_in_order_and_each_finds_what_the_one_before_made(tmp_path: Path) -> None:
    replies, took = answered(router_of(tmp_path, (Call("enhance"), Call("separate"), Call("transcribe"))))
    assert [r for r in replies if not isinstance(r, Show)] == [
        Working("enhance"),
        Say("It is clean."),
        Play(CLEAN),
        Working("separate"),
        Say(" I separated clean."),
        Play(VOICE),
        Say(" They say hello."),
    ]
    assert took == 0.3


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        (
            (Call("enhance"), FAILS, Call("transcribe")),
            "It is clean. I hear only one speaker. I am done cleaning it up, but not separating them. "
            "So I have not begun writing it down.",
        ),
        (
            (FAILS, Call("enhance"), Call("transcribe")),
            "I hear only one speaker. So I have not begun cleaning it up and writing it down.",
        ),
        (
            (Call("enhance"), Call("transcribe"), FAILS),
            "It is clean. They say hello. I hear only one speaker. "
            "I am done cleaning it up and writing it down, but not separating them.",
        ),
        ((FAILS,), "I hear only one speaker."),
        ((Call("nonsense"), Call("enhance")), "There is no task called nonsense. So I have not begun cleaning it up."),
    ],
)
def test_a_link_that_fails_ends_the_chain_and_it_is_said_what_was_done(
    tmp_path: Path, calls: tuple[Call, ...], said: str
) -> None:
    router = router_of(tmp_path, calls)
    replies, _ = answered(router)
    assert spoken(replies) == said
    made = [artifact.name for artifact in router.context.workspace.artifacts]
    assert made == (["clean"] if calls[0].task == "enhance" else []), "nothing that was made is lost"
    assert [r.artifact for r in replies if isinstance(r, Play)] == ([CLEAN] if made else [])


def test_a_chain_that_breaks_in_the_background_says_the_same(tmp_path: Path) -> None:
    slow = Call("separate", {"works": False, "seconds": 4})
    router = router_of(tmp_path, (Call("enhance"), slow, Call("transcribe")))

    async def talk() -> None:
        given, _ = await timed(router)
        assert [r for r in given if not isinstance(r, Show)] == [
            Working("enhance"),
            Say("It is clean."),
            Play(CLEAN),
            Working("separate"),
            Say(" " + announced("separating them", 0)),
        ]
        unasked = await router.context.outbox.get()
        said = spoken([reply async for reply in unasked.replies()])
        assert said == (
            "I hear only one speaker. I am done cleaning it up, but not separating them. "
            "So I have not begun writing it down."
        )
        assert unasked.tasks == ("enhance", "separate")

    run_virtually(talk())


# -------------------------------------------------------------------- at the same time


def test_where_results_are_explained_what_has_no_effects_is_done_at_once_and_told_in_order(tmp_path: Path) -> None:
    calls = (
        Call("describe", {"seconds": 0.6}),
        Call("transcribe", {"seconds": 0.2}),
        Call("nonsense"),
        Call("enhance", {"seconds": 0.1}),
        Call("describe", {"seconds": 0.05}),
    )
    router = router_of(tmp_path, calls, ("Fine.",), explains=True)
    replies, took = answered(router)
    assert took == 0.75
    assert spoken(replies) == "Fine."
    assert isinstance(router.dialogue, Scripted)
    done = router.dialogue.requests[1].done
    assert [d.call for d in done] == [*calls]
    assert [d.outcome.text for d in done] == [
        "It is speech.",
        "They say hello.",
        "There is no task called nonsense.",
        "It is clean.",
        "It is speech.",
    ]
    assert [d.outcome.failed for d in done] == [False, False, True, False, False]


def test_an_answer_that_is_dropped_takes_all_of_them_with_it(tmp_path: Path) -> None:
    router = router_of(tmp_path, (Call("describe", {"seconds": 9}), Call("transcribe", {"seconds": 9})), explains=True)

    async def drop() -> None:
        answer = asyncio.create_task(timed(router))
        await asyncio.sleep(0.5)
        answer.cancel()
        await asyncio.wait([answer])
        assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []

    run_virtually(drop())


def test_results_before_the_engine_fails_are_kept_and_the_next_turn_works(tmp_path: Path) -> None:
    rounds = ((Call("enhance"),), (Call("transcribe"), EngineError("The model is gone.")), ("Hello.",))
    router = router_of(tmp_path, *rounds, explains=True)

    async def talk() -> None:
        replies, _ = await timed(router)
        assert spoken(replies) == "It is clean."
        assert [r for r in replies if isinstance(r, Play)] == [Play(CLEAN)]
        assert spoken((await timed(router))[0]) == "Hello."

    run_virtually(talk())


def test_the_engine_that_steps_in_may_call_for_a_chain(tmp_path: Path) -> None:
    steps_in = Scripted((Call("enhance"), Call("transcribe")), explains=False)
    router = Router(WatchedContext(tmp_path), Failing(), TASKS, steps_in)
    assert spoken(answered(router)[0]) == "It is clean. They say hello."


# --------------------------------------------------------------------- what is missing

WHERE = Pending("repaint", {}, "start_s", "From which second on?")
UNTIL = Pending("repaint", {"start_s": 2}, "end_s", "Up to which second?")
FILLED = Call("repaint", {"start_s": 2, "end_s": 4})


def test_what_is_missing_is_asked_for_until_it_is_there(tmp_path: Path) -> None:
    router = router_of(tmp_path, (Call("repaint"),), (Call("repaint", {"start_s": 2}),), (FILLED,), ("Hello.",))

    async def talk() -> None:
        said, pending = [], []
        for text in ("repaint it", "two", "four", "hello"):
            said.append(spoken((await timed(router, text))[0]))
            pending.append(router.context.pending)
        assert said == [WHERE.question, UNTIL.question, "I have repainted it from 2 to 4.", "Hello."]
        assert pending == [WHERE, UNTIL, None, None]

    run_virtually(talk())
    assert isinstance(router.dialogue, Scripted)
    assert [request.pending for request in router.dialogue.requests] == [None, WHERE, UNTIL, None]


def test_a_question_that_is_not_answered_is_over(tmp_path: Path) -> None:
    router = router_of(tmp_path, (Call("repaint"),), ("Hello.",))

    async def talk() -> None:
        await timed(router)
        assert router.context.pending == WHERE
        assert spoken((await timed(router, "hello"))[0]) == "Hello."
        assert router.context.pending is None

    run_virtually(talk())


def test_a_chain_waits_for_the_answer_and_goes_on_with_it(tmp_path: Path) -> None:
    asks = (Call("enhance"), Call("repaint", {"start_s": 2}), Call("transcribe"))
    router = router_of(tmp_path, asks, (FILLED,), asks, ("Hello.",), (FILLED,))

    async def talk() -> list[str]:
        return [spoken((await timed(router))[0]) for _ in range(5)]

    assert run_virtually(talk()) == [
        "It is clean. Up to which second?",
        "I have repainted it from 2 to 4. They say hello.",
        "It is clean. Up to which second?",
        "Hello.",
        "I have repainted it from 2 to 4.",
    ]


def test_an_engine_that_explains_is_given_the_question(tmp_path: Path) -> None:
    router = router_of(tmp_path, (Call("repaint"),), ("From where on?",), (Call("repaint"),), (FILLED,), explains=True)

    async def talk() -> None:
        assert spoken((await timed(router))[0]) == "From where on?"
        assert isinstance(router.dialogue, Scripted)
        [done] = router.dialogue.requests[1].done
        assert (done.outcome.text, done.outcome.failed) == (WHERE.question, False)
        assert router.context.pending == WHERE

    run_virtually(talk())


def test_what_the_engine_finds_out_by_itself_is_not_waited_for(tmp_path: Path) -> None:
    router = router_of(tmp_path, (Call("repaint"),), (FILLED,), ("Done.",), explains=True)
    assert spoken(answered(router)[0]) == "Done."
    assert router.context.pending is None


def test_nothing_is_asked_or_settled_before_the_turn_is_certain(tmp_path: Path) -> None:
    @task(family=Family.CONVERSATION, effects=False)
    async def look(context: Context, at: Annotated[str, Ask("At what?")]) -> Outcome:
        """Look."""
        return Outcome(at)

    context = WatchedContext(tmp_path)
    context.pending = UNTIL
    router = Router(context, Scripted((Call("look"),), (Call("look"),), explains=False), (look,))
    before = context.trace()

    async def talk() -> None:
        answer = router.answer(heard("look"), asyncio.Event())
        assert await anext(answer) == Say("At what?")
        await answer.aclose()
        assert context.pending == UNTIL and context.trace() == before
        certain = asyncio.Event()
        answer = router.answer(heard("look"), certain)
        assert await anext(answer) == Say("At what?")
        certain.set()
        await answer.aclose()
        assert context.pending == Pending("look", {}, "at", "At what?"), "who interrupts a question was asked it"

    run_virtually(talk())


# --------------------------------------------------------------------------- resources


def test_the_engine_is_told_the_kinds_of_what_is_there(tmp_path: Path) -> None:
    router = router_of(tmp_path, ("Yes.",), ("Yes.",), (Call("enhance"),))
    router.context.workspace.save_text("note", "hello", "user")
    run_virtually(timed(router))
    run_virtually(timed(router))
    assert isinstance(router.dialogue, Scripted)
    first, second = router.dialogue.requests
    assert first.kinds == {"text"}
    assert second.kinds == {"text", "audio"}, "what the user said before is a recording"
