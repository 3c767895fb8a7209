"""Work that takes its time, on virtual time: announced, gone on with in the background, told when it is done."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Annotated, TypeVar

import pytest

from assistant.clock import run_virtually
from assistant.errors import DataError, JobCancelled, TaskError
from assistant.events import Artifact, Heard, Play, Reply, Say, Show, Working
from assistant.history import AssistantSaid
from assistant.stream import cancelled
from router.abilities.conversation import show_progress, stop
from router.announcing import announced, gerund, left_s, left_undone, progress, recalled
from router.arguments import Ask
from router.dialogue.base import Call
from router.jobs import PATIENCE_S
from router.router import Router
from router.task import Context, Family, NextTurn, Outcome, Task, task
from tests.router_fakes import Scripted, WatchedContext, collected, converse, heard, spoken

T = TypeVar("T")
SOUND = Artifact("first speaker", Path("first.wav"), seconds=3.0)
LONG = Artifact("rain", Path("rain.wav"), seconds=30.0)
LOG: list[str] = []
"""What became of the tasks below."""


@task(family=Family.AUDIO_TO_AUDIO, effects=True, doing="separating them")
async def separate(context: Context, seconds: float = 5.0, steps: int = 0) -> Outcome:
    """Take some time."""
    try:
        for step in range(steps):
            await asyncio.sleep(seconds / steps)
            context.report((step + 1) / steps)
        await asyncio.sleep(0 if steps else seconds)
    except asyncio.CancelledError:
        LOG.append("cancelled")
        raise
    return Outcome("There are two speakers.", play=(SOUND,), show=(Show("two", SOUND),))


@task(family=Family.AUDIO_TO_TEXT, effects=False)
async def caption_audio(context: Context, seconds: float = 5.0) -> Outcome:
    """Take some time and change nothing."""
    await asyncio.sleep(seconds)
    return Outcome("It rains.")


@task(family=Family.AUDIO_TO_AUDIO, effects=True, doing="repairing it")
async def repair(context: Context, seconds: float = 5.0) -> Outcome:
    """Fail after some time."""
    await asyncio.sleep(seconds)
    raise TaskError("The gap is too long to repair.")


@task(family=Family.CONVERSATION, effects=True)
async def ring(context: Context) -> Outcome:
    """Make a long sound at once."""
    return Outcome("Ding.", play=(LONG,))


@task(family=Family.CONVERSATION, effects=True)
async def repaint(context: Context, part: Annotated[str, Ask("Which part?")], seconds: float = 0.0) -> Outcome:
    """Ask for something."""
    await asyncio.sleep(seconds)
    return Outcome(f"I have repainted {part}.")


TASKS: tuple[Task, ...] = (separate, caption_audio, repair, ring, stop, show_progress)
SEPARATE, CAPTION, REPAIR = Call("separate"), Call("caption_audio"), Call("repair")


class Talk:
    """A conversation with a router, a round of calls or words for each turn."""

    def __init__(self, folder: Path, *rounds: tuple[str | Call | Exception, ...], explains: bool = False) -> None:
        LOG.clear()
        self.engine = Scripted(*rounds, explains=explains)
        self.context = WatchedContext(folder)
        self.router = Router(self.context, self.engine, TASKS)

    async def say(self, text: str = "do it") -> list[Reply]:
        return await converse(self.router, text)

    async def told(self) -> list[Reply]:
        """What the next thing in the outbox yields."""
        return await collected((await self.context.outbox.get()).replies())

    def hold(self, talk: Callable[["Talk"], Awaitable[T]]) -> T:
        async def run() -> T:
            try:
                return await talk(self)
            finally:
                await self.router.close()

        return run_virtually(run())


def now() -> float:
    return round(asyncio.get_running_loop().time(), 3)


# -------------------------------------------------------------------- the announcement


def test_after_a_moment_it_is_said_that_it_takes_one_and_the_rest_comes_later(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        given = await t.say()
        assert given == [Working("separate"), Say(announced("separating them", 0))]
        assert now() == PATIENCE_S
        [job] = t.context.jobs
        assert (job.name, job.began, job.share, job.over) == ("separate", 0.0, None, False)
        unasked = await t.context.outbox.get()
        assert now() == 5.0
        assert (unasked.heard.text, unasked.tasks) == ("do it", ("separate",))
        assert t.context.jobs == [job], "until it is told, it can be cancelled"
        replies = await collected(unasked.replies())
        assert replies == [Say("There are two speakers."), Show("two", SOUND), Play(SOUND)]
        assert t.context.jobs == []

    Talk(tmp_path, (SEPARATE,)).hold(talk)


def test_what_is_quick_is_not_announced_and_comes_at_once(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        assert spoken(await t.say()) == "There are two speakers."
        assert now() == 0.7
        assert t.context.jobs == [] and t.context.outbox.empty()

    Talk(tmp_path, (Call("separate", {"seconds": 0.7}),)).hold(talk)


def test_the_first_words_of_a_quick_task_wait_for_nothing(tmp_path: Path) -> None:
    """Two turns of the loop: one to begin the work, one to hand over what came of it. Words alone take none."""

    async def turns_until_words(*round_: str | Call) -> int:
        count = 0

        def tick() -> None:
            nonlocal count
            count += 1
            asyncio.get_running_loop().call_soon(tick)

        router = Router(WatchedContext(tmp_path), Scripted(round_, explains=False), TASKS)
        certain = asyncio.Event()
        certain.set()
        tick()
        async with aclosing(router.answer(heard("now"), certain)) as replies:
            async for reply in replies:
                if isinstance(reply, Say):
                    return count - 1
        raise AssertionError("nothing was said")

    assert run_virtually(turns_until_words("At once.")) == 0
    assert run_virtually(turns_until_words(Call("ring"))) <= 2


def test_announcements_differ_from_the_one_before(tmp_path: Path) -> None:
    async def talk(t: Talk) -> list[str]:
        return [spoken(await t.say()) for _ in range(6)]

    said = Talk(tmp_path, *[(SEPARATE,)] * 6).hold(talk)
    assert all("separating them" in words for words in said)
    assert all(first != second for first, second in zip(said, said[1:], strict=False))


def test_a_task_without_words_of_its_own_is_called_by_its_name(tmp_path: Path) -> None:
    async def talk(t: Talk) -> list[Reply]:
        return await t.say()

    given = Talk(tmp_path, (CAPTION,)).hold(talk)
    assert given == [Working("caption_audio"), Say(announced("captioning audio", 0))]
    assert [gerund(name) for name in ("separate_speech", "cut_sound", "sing", "tell_time", "make_binaural")] == [
        "separating speech",
        "cutting sound",
        "singing",
        "telling time",
        "making binaural",
    ]


@pytest.mark.parametrize("certain_at", [0.3, 2.0])
def test_a_turn_that_is_not_certain_is_never_detached(tmp_path: Path, certain_at: float) -> None:
    async def talk(t: Talk) -> None:
        certain = asyncio.Event()
        asyncio.get_running_loop().call_later(certain_at, certain.set)
        before = t.context.trace()
        async with aclosing(t.router.answer(heard("what is it"), certain)) as replies:
            async for reply in replies:
                assert now() == max(certain_at, PATIENCE_S), "waiting begins with the work, and ends with certainty"
                assert reply in (Working("caption_audio"), Say(announced("captioning audio", 0)))
                assert t.context.trace() == before
        assert len(t.context.jobs) == 1

    Talk(tmp_path, (CAPTION,)).hold(talk)


def test_dropped_before_it_is_announced_it_is_cancelled_and_afterwards_it_is_not(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        for stop_at, log in ((0.7, ["cancelled"]), (0.9, [])):
            LOG.clear()
            answer = asyncio.create_task(t.say())
            await asyncio.sleep(stop_at)
            await cancelled(answer)
            assert log == LOG
        assert spoken(await t.told()) == "There are two speakers."

    Talk(tmp_path, (SEPARATE,), (SEPARATE,)).hold(talk)


def test_closed_while_the_announcement_is_being_said_it_goes_on(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        certain = asyncio.Event()
        certain.set()
        answer = t.router.answer(heard("do it"), certain)
        while not isinstance(await anext(answer), Say):
            pass
        await answer.aclose()
        assert len(t.context.jobs) == 1 and LOG == []

    Talk(tmp_path, (SEPARATE,)).hold(talk)


def test_who_still_listens_to_something_is_told_afterwards_and_only_if_it_still_goes_on(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        given = await t.say()
        assert given == [Working("ring"), Say("Ding."), Play(LONG), Working("separate")]
        assert now() == PATIENCE_S
        assert await t.told() == [Say(announced("separating them", 0))]
        assert spoken(await t.told()) == "There are two speakers."
        await t.say()
        await asyncio.sleep(6)
        assert await t.told() == [], "it is done by the time the sound is over"
        assert spoken(await t.told()) == "There are two speakers."

    Talk(tmp_path, *[(Call("ring"), SEPARATE)] * 2).hold(talk)


def test_content_that_takes_its_time_goes_on_by_itself_too(tmp_path: Path) -> None:
    async def take(context: Context, turn: Heard) -> Outcome:
        await asyncio.sleep(2)
        return Outcome(f"I kept {turn.text}.")

    async def talk(t: Talk) -> None:
        t.context.next_turn = NextTurn("record_note", take)
        assert await t.say("buy milk") == [Working("record_note"), Say(announced("recording note", 0))]
        assert await t.told() == [Say("I kept buy milk.")]
        assert t.engine.requests == []

    Talk(tmp_path).hold(talk)


# ------------------------------------------------------------------------- the result


def test_talk_goes_on_meanwhile_and_the_result_says_what_it_is(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        await t.say("separate them")
        assert await t.say("hello") == [Say("Hello.")]
        replies = await t.told()
        assert replies[:2] == [Say("I am done separating them. "), Say("There are two speakers.")]

    Talk(tmp_path, (SEPARATE,), ("Hello.",)).hold(talk)


def test_a_failure_in_the_background_is_a_sentence(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        await t.say()
        assert spoken(await t.told()) == "The gap is too long to repair."
        await t.say()
        await t.say("hello")
        assert spoken(await t.told()) == "This is about repairing it. The gap is too long to repair."

    Talk(tmp_path, (REPAIR,), (REPAIR,), ("Hello.",)).hold(talk)


def test_two_jobs_go_on_at_once(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        await t.say("separate them")
        await t.say("what is it")
        assert [job.name for job in t.context.jobs] == ["separate", "caption_audio"]
        assert (spoken(await t.told()), now()) == ("It rains.", pytest.approx(PATIENCE_S + 3.0))
        assert (spoken(await t.told()), now()) == ("I am done separating them. There are two speakers.", 5.0)

    Talk(tmp_path, (SEPARATE,), (Call("caption_audio", {"seconds": 3.0}),)).hold(talk)


def test_an_engine_that_explains_does_so_in_the_background(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        given = await t.say()
        assert given == [Working("separate"), Say(announced("separating them", 0))]
        assert await t.told() == [Show("two", SOUND), Say("I found "), Say("two."), Play(SOUND)]
        first, second = t.engine.requests
        assert second.said == announced("separating them", 0)
        assert [done.outcome.text for done in second.done] == ["There are two speakers."]

    Talk(tmp_path, (SEPARATE,), ("I found ", "two."), explains=True).hold(talk)


def test_a_question_that_comes_up_in_the_background_waits_until_it_is_put(tmp_path: Path) -> None:
    @task(family=Family.CONVERSATION, effects=True)
    async def fetch(context: Context) -> Outcome:
        """Ask after some time."""
        await asyncio.sleep(2)
        return await repaint(context, {})

    async def talk(t: Talk) -> None:
        t.router = Router(t.context, t.engine, (*TASKS, fetch))
        await t.say()
        await asyncio.sleep(2)
        assert t.context.pending is None
        assert spoken(await t.told()) == "Which part?"
        assert t.context.pending is not None and t.context.pending.missing == "part"

    Talk(tmp_path, (Call("fetch"),)).hold(talk)


def test_something_broken_in_the_engine_is_raised_where_it_is_told(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        await t.say()
        with pytest.raises(DataError, match="The disk is full"):
            await t.told()

    Talk(tmp_path, (SEPARATE,), (DataError("The disk is full."),), explains=True).hold(talk)


# --------------------------------------------------------------------------- progress


def test_how_far_it_is(tmp_path: Path) -> None:
    async def talk(t: Talk) -> Sequence[str]:
        said = [spoken(await t.say("how far is it"))]
        await t.say()
        await asyncio.sleep(1.2)
        said.append(spoken(await t.say("how far is it")))
        await asyncio.sleep(2.0)
        said.append(spoken(await t.say("how far is it")))
        await asyncio.sleep(9.0)
        said.append(spoken(await t.say("how far is it")))
        return said

    asked = (Call("show_progress"),)
    took = Call("separate", {"seconds": 10.0, "steps": 4})
    assert Talk(tmp_path, asked, (took,), asked, asked, asked).hold(talk) == [
        "I am not working on anything.",
        "I have been separating them for 2 seconds and cannot tell yet how long it will take.",
        "I am separating them, and about 25 percent done; it should take another 10 seconds.",
        "I am done separating them.",
    ]


@pytest.mark.parametrize(
    ("share", "elapsed_s", "words"),
    [
        (None, 0.9, "I have been sorting for a second and"),
        (0.5, 40.0, "about 50 percent done; it should take another 40 seconds."),
        (0.1, 60.0, "about 10 percent done; it should take another 9 minutes."),
        (0.98, 60.0, "about 98 percent done; it should take another second."),
        (0.97, 60.0, "about 97 percent done; it should take another 2 seconds."),
        (1.0, 60.0, "I am done sorting."),
    ],
)
def test_progress_in_words(share: float | None, elapsed_s: float, words: str) -> None:
    assert words in progress("sorting", share, elapsed_s)


def test_progress_is_shown_twice_a_second_at_most_in_the_answer_and_beside_it(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        shown: list[tuple[float, Working]] = []
        t.context.progress = lambda working: shown.append((now(), working))
        given = await t.say()
        assert given[:-1] == [Working("separate"), Working("separate", 0.13)]
        await t.context.outbox.get()
        assert len(shown) == 6
        assert all(later[0] - sooner[0] >= 0.5 for sooner, later in zip(shown, shown[1:], strict=False))
        assert shown[0] == (1.04, Working("separate", 0.26))

    Talk(tmp_path, (Call("separate", {"seconds": 4.0, "steps": 100}),)).hold(talk)


def test_a_chain_counts_its_links(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        await t.say()
        [job] = t.context.jobs
        await asyncio.sleep(2.2)
        assert (job.name, job.share) == ("separate", 0.5)

    Talk(tmp_path, (Call("caption_audio", {"seconds": 2.0}), SEPARATE)).hold(talk)


def test_each_task_at_work_reports_for_itself(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        await t.say()
        await t.say()
        await asyncio.sleep(2.1)
        first, second = t.context.jobs
        assert (first.share, second.share) == (0.6, 0.3)

    calls = [(Call("separate", {"seconds": seconds, "steps": 10}),) for seconds in (6.0, 9.0)]
    Talk(tmp_path, *calls).hold(talk)


def test_what_is_no_longer_wanted_is_told_so_when_it_reports(tmp_path: Path) -> None:
    reports: list[Callable[[float], None]] = []

    @task(family=Family.CONVERSATION, effects=True)
    async def compute(context: Context) -> Outcome:
        """Work in a thread, which nobody can cancel."""
        reports.append(context.report)
        await asyncio.sleep(9)
        return Outcome("Done.")

    async def talk(t: Talk) -> None:
        t.router = Router(t.context, t.engine, (compute,))
        await t.say()
        [report], [job] = reports, t.context.jobs
        report(0.5)
        job.cancel()
        with pytest.raises(JobCancelled):
            report(0.6)

    Talk(tmp_path, (Call("compute"),)).hold(talk)


# ----------------------------------------------------------------------- cancellation


def test_stop_cancels_what_goes_on_where_nothing_is_being_said(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        await t.say()
        await t.say("hello")
        await asyncio.sleep(1)
        began = now()
        assert spoken(await t.say("stop")) == "Okay, I have stopped separating them."
        await asyncio.sleep(0)
        assert LOG == ["cancelled"] and now() - began < 0.5
        await asyncio.sleep(9)
        assert t.context.jobs == [] and t.context.outbox.empty()

    Talk(tmp_path, (SEPARATE,), ("Hello.",), (Call("stop"),)).hold(talk)


@pytest.mark.parametrize(
    ("interrupted", "call", "cancels"),
    [
        ("a story", Call("stop"), False),
        ("a story", Call("stop", {"work": True}), True),
        ("the announcement", Call("stop"), True),
    ],
)
def test_stop_over_words_stops_the_words_unless_the_work_is_meant(
    tmp_path: Path, interrupted: str, call: Call, cancels: bool
) -> None:
    async def talk(t: Talk) -> None:
        await t.say()
        if interrupted == "a story":
            await t.say("tell me a story")
        t.context.history.turns[-1] = AssistantSaid("Once upon", interrupted=True)
        said = spoken(await t.say("stop"))
        await asyncio.sleep(0)
        assert said == ("Okay, I have stopped separating them." if cancels else "Okay.")
        assert (LOG, len(t.context.jobs)) == ((["cancelled"], 0) if cancels else ([], 1))

    story = [("Once upon a time.",)] if interrupted == "a story" else []
    Talk(tmp_path, (SEPARATE,), *story, (call,)).hold(talk)


def test_what_is_done_but_not_told_yet_can_be_cancelled(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        await t.say()
        await asyncio.sleep(9)
        assert spoken(await t.say("cancel it")) == "Okay, I have stopped separating them."
        assert await t.told() == []

    Talk(tmp_path, (SEPARATE,), (Call("stop"),)).hold(talk)


def test_stop_with_nothing_to_stop(tmp_path: Path) -> None:
    async def talk(t: Talk) -> list[str]:
        return [spoken(await t.say("stop")) for _ in range(2)]

    said = Talk(tmp_path, (Call("stop"),), (Call("stop", {"work": True}),)).hold(talk)
    assert said == ["Okay.", "I am not working on anything."]


def test_the_router_takes_its_work_with_it(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        await t.say()

    talk_ = Talk(tmp_path, (SEPARATE,))
    talk_.hold(talk)
    assert LOG == ["cancelled"] and talk_.context.jobs == []


# ------------------------------------------------------------------ without a session


def test_who_has_no_session_waits_until_everything_is_told(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        await t.say()
        await t.say()
        texts = [reply.text for reply in await collected(t.router.settled()) if isinstance(reply, Say)]
        assert texts == ["I am done captioning audio. ", "It rains.", "There are two speakers."]
        assert now() == pytest.approx(PATIENCE_S + 5.0)
        assert await collected(t.router.settled()) == []

    Talk(tmp_path, (Call("caption_audio", {"seconds": 2.0}),), (SEPARATE,)).hold(talk)


def test_waiting_ends_when_the_work_is_cancelled(tmp_path: Path) -> None:
    async def talk(t: Talk) -> None:
        await t.say()
        asyncio.get_running_loop().call_later(1, t.context.jobs[0].cancel)
        assert await collected(t.router.settled()) == []
        assert now() == pytest.approx(PATIENCE_S + 1)

    Talk(tmp_path, (SEPARATE,)).hold(talk)


# -------------------------------------------------------------------------- attendants


def test_what_goes_on_beside_the_conversation_is_run_and_its_failure_is_said(tmp_path: Path) -> None:
    rung: list[float] = []

    async def alarm(context: Context) -> None:
        for _ in range(3):
            await asyncio.sleep(1)
            rung.append(now())

    async def broken(context: Context) -> None:
        raise DataError("The alarms cannot be read.")

    async def talk(t: Talk) -> None:
        t.context.attendants += [alarm, broken]
        await t.router.attend()
        assert rung == [1, 2, 3]
        assert await t.told() == [Say("The alarms cannot be read.")]

    Talk(tmp_path).hold(talk)


# ------------------------------------------------------------------------------- words


def test_words_about_work() -> None:
    assert recalled(["cleaning it up", "separating them"], False) == "I am done cleaning it up and separating them."
    assert left_undone([], "cleaning it up", ["captioning it"]) == "So I have not begun captioning it."
    assert left_undone(["cleaning it up"], "separating them", []) == (
        "I am done cleaning it up, but not separating them."
    )
    assert left_undone([], "cleaning it up", []) == ""


def test_what_is_done_soon_is_announced_briefly() -> None:
    assert announced("separating them", 0, 2.0) == "One moment."
    assert announced("separating them", 0, left_s(0.1, 2.0)) == announced("separating them", 0)
    assert left_s(0.5, 2.0) == pytest.approx(2.0) and left_s(None, 2.0) is None and left_s(0.0, 2.0) is None
