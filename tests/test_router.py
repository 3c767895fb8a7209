"""The loop that answers: speculation, rounds, faults, fallback."""

import asyncio
import logging
from contextlib import aclosing
from pathlib import Path

import pytest

from assistant.clock import run_virtually
from assistant.errors import EngineError, TaskError
from assistant.events import Artifact, Heard, Play, Reply, Say, Show, Working
from assistant.history import AssistantSaid, UserSaid
from assistant.stream import cancelled
from router.dialogue.base import Call
from router.dialogue.embedded import Embedded
from router.dialogue.refusing import CANNOT_SERVE, TO_CHAT
from router.router import LOST, Router
from router.task import Context, Family, Outcome, Task, task
from router.tasks import CATALOGUE
from tests.router_fakes import Failing, Scripted, WatchedContext, collected, converse, heard, spoken, tone

CHIME = Artifact("chime", Path("chime.wav"))


@task(family=Family.CONVERSATION, effects=False)
async def look(context: Context, at: str = "it") -> Outcome:
    """Look at something."""
    return Outcome(f"I see {at}.", show=(Show(at),))


@task(family=Family.CONVERSATION, effects=True)
async def ring(context: Context) -> Outcome:
    """Ring."""
    return Outcome("Ding.", play=(CHIME,))


@task(family=Family.CONVERSATION, effects=False)
async def quote(context: Context) -> Outcome:
    """Quote."""
    return Outcome("To be.", verbatim=True)


@task(family=Family.CONVERSATION, effects=False)
async def refuse(context: Context) -> Outcome:
    """Refuse."""
    raise TaskError("There is nothing to do.")


@task(family=Family.CONVERSATION, effects=False)
async def crash(context: Context) -> Outcome:
    """Crash."""
    raise ZeroDivisionError("the user said: my secret")


TASKS: tuple[Task, ...] = (look, ring, quote, refuse, crash)


def answered(folder: Path, engine: Scripted | Failing | Embedded, fallback: Embedded | None = None) -> list[Reply]:
    """The reply to a certain turn."""
    tasks = CATALOGUE if isinstance(engine, Embedded) or fallback else TASKS
    router = Router(WatchedContext(folder), engine, tasks, fallback)
    return run_virtually(converse(router, "Who are you?" if fallback else "do it"))


# -------------------------------------------------------------------------- rounds


def test_text_is_said_as_it_comes(tmp_path: Path) -> None:
    assert answered(tmp_path, Scripted(("Hello ", "there", "."))) == [Say("Hello "), Say("there.")]


def test_an_engine_that_does_not_explain_lets_outcomes_speak(tmp_path: Path) -> None:
    replies = answered(tmp_path, Scripted((Call("ring"), Call("look", {"at": "rain"})), explains=False))
    assert replies == [Working("ring"), Say("Ding."), Play(CHIME), Say(" I see rain."), Show("rain")]


def test_an_engine_that_explains_gets_the_results_and_plays_come_after_its_words(tmp_path: Path) -> None:
    engine = Scripted(("Let me see. ", Call("ring", id="a"), Call("look", {"at": "rain"}, "b")), ("It rang.",))
    replies = answered(tmp_path, engine)
    assert replies == [Say("Let me see. "), Working("ring"), Show("rain"), Say("It "), Say("rang."), Play(CHIME)]
    first, second = engine.requests
    assert first.done == () and first.said == ""
    assert [(d.call.id, d.outcome.text) for d in second.done] == [("a", "Ding."), ("b", "I see rain.")]
    assert second.said == "Let me see. "


def test_what_is_to_be_said_word_for_word_is_not_explained(tmp_path: Path) -> None:
    engine = Scripted((Call("quote"),))
    assert answered(tmp_path, engine) == [Say("To be.")]
    assert len(engine.requests) == 1


def test_failures_are_sentences_for_the_user_or_the_engine(tmp_path: Path) -> None:
    assert spoken(answered(tmp_path, Scripted((Call("refuse"),), explains=False))) == "There is nothing to do."
    engine = Scripted(
        (Call("refuse"), Call("nonsense"), Call("look", {"of": 1}), Call("look", {}, "", "No JSON.")), ("Sorry.",)
    )
    assert spoken(answered(tmp_path, engine)) == "Sorry."
    assert [d.outcome.text.split(":")[0] for d in engine.requests[1].done] == [
        "There is nothing to do.",
        "There is no task called nonsense.",
        "I did not get all I need to look",
        "No JSON.",
    ]


def test_a_crash_is_a_sentence_and_its_log_holds_no_words_of_the_user(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    said = spoken(answered(tmp_path, Scripted((Call("crash"),), explains=False)))
    assert said == "Something went wrong inside me while I tried to crash; it was not done."
    assert "crash failed with ZeroDivisionError" in caplog.text
    assert "secret" not in caplog.text


def test_rounds_come_to_an_end(tmp_path: Path) -> None:
    engine = Scripted(*[(Call("look"),)] * 9)
    assert spoken(answered(tmp_path, engine)) == LOST
    assert len(engine.requests) == 5


def test_markup_is_taken_out(tmp_path: Path) -> None:
    engine = Scripted(
        (
            "**Two",
            " things:**\n",
            "- mil",
            "k\n- [eggs](http://x.y)",
        )
    )
    assert spoken(answered(tmp_path, engine)) == "Two things: milk. eggs"


# ------------------------------------------------------------------------ fallback


def test_the_fallback_does_the_task_within_the_turn(tmp_path: Path) -> None:
    assert spoken(answered(tmp_path, Failing(), Embedded(CATALOGUE))).startswith("I am Earshot")


def test_the_fallback_says_why_before_it_says_what_it_cannot(tmp_path: Path) -> None:
    router = Router(WatchedContext(tmp_path), Failing(), CATALOGUE, Embedded(CATALOGUE))
    replies = run_virtually(converse(router, "Make me a coffee."))
    assert spoken(replies) == f"The language model is not there. {CANNOT_SERVE}"


def test_how_to_have_a_language_model_is_shown_once_and_not_said(tmp_path: Path) -> None:
    router = Router(WatchedContext(tmp_path), Embedded(CATALOGUE), CATALOGUE)

    async def twice() -> tuple[list[Reply], list[Reply]]:
        return await converse(router, "Who wrote Faust?"), await converse(router, "And who wrote Hamlet?")

    first, second = run_virtually(twice())
    assert [reply for reply in first if isinstance(reply, Show)] == [Show(TO_CHAT)]
    assert "model" not in spoken(first) and "Who wrote Faust" in spoken(first)
    assert not any(isinstance(reply, Show) for reply in second)


def test_without_a_fallback_the_reason_is_said(tmp_path: Path) -> None:
    assert answered(tmp_path, Failing()) == [Say("The language model is not there.")]


def test_what_has_begun_is_not_begun_again(tmp_path: Path) -> None:
    engine = Scripted(("The answer is ", EngineError("It broke off.")))
    assert spoken(answered(tmp_path, engine, Embedded(CATALOGUE))) == "The answer is It broke off."


def test_results_are_spoken_where_the_engine_fails_to_explain_them(tmp_path: Path) -> None:
    engine = Scripted((Call("ring"), Call("look")), (EngineError("Gone."),))
    replies = answered(tmp_path, engine)
    assert replies == [Working("ring"), Show("it"), Say("Ding."), Say(" I see it."), Play(CHIME)]


# --------------------------------------------------------------------- speculation


def before_certain(router: Router, text: str) -> list[Reply]:
    """What an answer gives out before the turn is certain; then the user goes on and it is cancelled."""

    given: list[Reply] = []

    async def take() -> None:
        async with aclosing(router.answer(heard(text), asyncio.Event())) as replies:
            async for reply in replies:
                given.append(reply)  # noqa: PERF401  # an extend would lose what came before the cancellation

    async def run() -> None:
        answer = asyncio.create_task(take())
        await asyncio.sleep(1)
        await cancelled(answer)

    run_virtually(run())
    return given


def watched(folder: Path) -> WatchedContext:
    """A context in the middle of a conversation."""

    context = WatchedContext(folder, voices=("one", "other"))
    context.workspace.save_audio("rain", tone(200, 1), 16_000, "user")
    context.recordings.append(heard("before"))
    context.history.add(UserSaid("Say hello."))
    context.history.add(AssistantSaid("hello"))
    context.last_said = Say("hello")
    return context


ARGUMENTS: dict[str, dict[str, object]] = {
    "synthesize_speech": {"text": "good night"},
    "say_text": {"text": "good night"},
    "again": {"change": "slower"},
    "adjust_voice": {"change": "louder"},
    "spell": {"text": "banana"},
    "record_note": {"text": "buy milk"},
    "play_back": {"name": "rain"},
    "change_sound": {"change": "reversed", "name": "rain"},
    "cut_sound": {"name": "rain", "start_s": 0, "end_s": 0.5},
    "change_voice": {"name": "other"},
    "change_volume": {"change": "louder"},
    "set_timer": {"seconds": 600},
    "set_alarm": {"time": "half past six"},
    "calculate": {"text": "twelve times eighty"},
    "convert_units": {"text": "two miles in meters"},
}
"""For the tasks that want some; what they are is tested elsewhere."""


@pytest.mark.parametrize("name", [t.name for t in CATALOGUE])
def test_nothing_changes_before_the_turn_is_certain(tmp_path: Path, name: str) -> None:
    (wanted,) = [t for t in CATALOGUE if t.name == name]
    context = watched(tmp_path)
    call = Call(name, ARGUMENTS.get(name, {}))
    router = Router(context, Scripted((call,), (call,), explains=False))
    before = context.trace()
    given = before_certain(router, "do it")
    assert context.trace() == before
    assert bool(given) != wanted.effects, "a task without effects answers early, one with effects waits"
    certain = run_virtually(converse(router, "do it"))
    assert ([r.task for r in certain if isinstance(r, Working)] == [name]) == wanted.effects
    assert certain[: len(given)] == given
    if wanted.effects:
        assert context.trace() != before


def test_closing_leaves_no_trace_either(tmp_path: Path) -> None:
    context = watched(tmp_path)
    engine = Scripted(("one ", "two ", "three "))
    router = Router(context, engine)
    before = context.trace()

    async def peek() -> None:
        answer = router.answer(heard("hello"), asyncio.Event())
        assert await anext(answer) == Say("one ")
        await answer.aclose()

    run_virtually(peek())
    assert context.trace() == before
    assert engine.closed == 1


def test_a_note_is_not_taken_before_the_turn_is_certain(tmp_path: Path) -> None:
    context = WatchedContext(tmp_path)
    router = Router(context, Embedded(CATALOGUE))
    run_virtually(converse(router, "Record a note."))
    before = context.trace()
    expected = context.next_turn
    assert before_certain(router, "buy") == []
    assert (context.trace(), context.next_turn) == (before, expected)
    assert spoken(run_virtually(converse(router, "buy milk"))) == "I have kept it as the note."
    assert context.next_turn is None


def test_an_answer_begun_early_goes_on_when_the_turn_is_certain(tmp_path: Path) -> None:
    context = watched(tmp_path)
    router = Router(context, Embedded(CATALOGUE))
    turn, certain = heard("Play my last recording.", 0.25), asyncio.Event()

    async def decide() -> list[Reply]:
        answer = asyncio.create_task(collected(router.answer(turn, certain)))
        await asyncio.sleep(0.3)
        context.history.add(UserSaid(turn.text))
        context.recordings.append(turn)
        certain.set()
        return await answer

    replies = run_virtually(decide())
    (play,) = [r for r in replies if isinstance(r, Play)]
    assert play.artifact.seconds == 0.5, "the recording before, not the request"
    assert context.present is None


def test_the_present_turn_is_no_history(tmp_path: Path) -> None:
    engine = Scripted(("Yes.",), ("No.",))
    router = Router(WatchedContext(tmp_path), engine)
    run_virtually(converse(router, "One?"))
    run_virtually(converse(router, "Two?"))
    assert engine.requests[1].text == "Two?"
    assert engine.requests[1].history == (UserSaid("One?"), AssistantSaid("Yes."))


def test_resources_are_told(tmp_path: Path) -> None:
    context, engine = watched(tmp_path), Scripted(("Yes.",))
    run_virtually(collected(Router(context, engine).answer(Heard("What is there?"), asyncio.Event())))
    rain, last = engine.requests[0].resources
    assert "rain" in rain and "1.0 seconds" in rain
    assert last.startswith("last recording of the user") and "0.5 seconds" in last


@pytest.mark.parametrize("said", ["make it louder", "make it"])
def test_the_first_part_of_a_turn_in_two_is_no_turn_before_it(tmp_path: Path, said: str) -> None:
    engine, context = Scripted(("Fine.",)), WatchedContext(tmp_path)
    context.history.turns += [AssistantSaid("Yes?"), UserSaid("make it")]
    router = Router(context, engine, TASKS)
    run_virtually(collected(router.answer(heard(said), asyncio.Event())))
    assert [request.history for request in engine.requests] == [(AssistantSaid("Yes?"),)]


def test_an_answer_in_two_parts_still_answers_the_question(tmp_path: Path) -> None:
    context = WatchedContext(tmp_path)
    context.history.turns += [AssistantSaid("What should I spell?"), UserSaid("ice")]
    router = Router(context, Embedded(), CATALOGUE)
    assert (
        spoken(run_virtually(collected(router.answer(heard("ice cream"), asyncio.Event()))))
        == "I, C, E. C, R, E, A, M."
    )


def test_a_task_that_began_early_does_not_take_its_own_turn_for_a_recording(tmp_path: Path) -> None:
    @task(family=Family.AUDIO_TO_TEXT, effects=False)
    async def measure(context: Context) -> Outcome:
        """Look for the last recording after a while."""
        before = context.last_recording()
        await asyncio.sleep(0.2)
        after = context.last_recording()
        return Outcome(f"{before.text if before else None}, {after.text if after else None}")

    context, turn, certain = WatchedContext(tmp_path), heard("measure it"), asyncio.Event()
    context.recordings.append(heard("one"))
    router = Router(context, Scripted((Call("measure"),), explains=False), (measure,))

    async def decide() -> list[Reply]:
        answer = asyncio.create_task(collected(router.answer(turn, certain)))
        await asyncio.sleep(0.1)
        context.recordings.append(turn)
        certain.set()
        context.recordings.append(heard("what was said meanwhile"))
        return await answer

    assert spoken(run_virtually(decide())) == "one, one"


def test_the_present_turn_is_no_recording_to_work_on(tmp_path: Path) -> None:
    engine, context = Scripted(("Fine.",), ("Fine again.",)), WatchedContext(tmp_path)
    router = Router(context, engine, TASKS)
    run_virtually(converse(router, "hello", heard("hello", seconds=1.0)))
    run_virtually(converse(router, "and now", heard("and now", seconds=2.0)))
    (first, second) = (request.resources for request in engine.requests)
    assert first == []
    assert len(second) == 1 and "1.0 seconds" in second[0]
