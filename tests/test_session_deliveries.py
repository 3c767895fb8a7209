"""What the assistant says of its own accord, as timelines: results that took their time, alarms."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.attention import Attention, AttentionOptions
from assistant.clock import run_virtually
from assistant.deliveries import ASKED_S, PAUSE_S
from assistant.devices.files import BLOCK_S, FileLoudspeaker
from assistant.events import (
    Heard,
    Ignored,
    Play,
    Reply,
    Said,
    Say,
    Show,
    SpeechStarted,
    State,
    StateChanged,
    Supposed,
    TurnEnded,
    Woken,
    Working,
)
from assistant.history import AssistantSaid, UserSaid
from assistant.session import Session
from assistant.stream import Stream, cancelled
from router.abilities.conversation import stop
from router.announcing import announced
from router.dialogue.base import Call, Piece, Request
from router.jobs import PATIENCE_S
from router.router import Router
from router.task import Context, Family, NextTurn, Outcome, Unasked, task
from tests.fakes import WORD_S, FakeRouter, ListScreen, ScriptedEars, SilentMicrophone, ToneVoice
from tests.router_fakes import WatchedContext
from tests.test_session import turn

LOG: list[str] = []
"""Which work was begun, and cancelled."""
CANCELLED_AT: list[float] = []
ANNOUNCED = announced("separating them", 0)
RESULT = "there are two of them."
"""Two and a half seconds."""


@task(family=Family.AUDIO_TO_AUDIO, effects=True, doing="separating them")
async def separate(context: Context, seconds: float = 5.0) -> Outcome:
    """Take some time."""
    LOG.append("begun")
    try:
        for step in range(10):
            await asyncio.sleep(seconds / 10)
            context.report((step + 1) / 10)
    except asyncio.CancelledError:
        LOG.append("cancelled")
        CANCELLED_AT.append(asyncio.get_running_loop().time())
        raise
    return Outcome(RESULT)


class Clerk:
    """A `Dialogue` that has work done for "separate …", stops for "stop", and answers anything else with itself."""

    name = "clerk"
    explains = False

    async def reply(self, request: Request) -> Stream[Piece]:
        words = request.text.split()
        if words[0] == "separate":
            yield Call("separate", {"seconds": float(words[1])})
        else:
            yield Call("stop") if words[0] == "stop" else f"{request.text}."

    async def close(self) -> None:
        pass


class Conversation:
    """A session with a real router, held to its end."""

    def __init__(self, folder: Path, *script: tuple, ends_at: float | None = None, listen: str = "open") -> None:
        LOG.clear()
        CANCELLED_AT.clear()
        self.folder, self.screen, self.voice = folder, ListScreen(), ToneVoice()
        self.context = WatchedContext(folder)
        self.router = Router(self.context, Clerk(), (separate, stop))
        self.ears = ScriptedEars(*script, ends_at=ends_at)
        self.attention = Attention(AttentionOptions(listen=listen))  # type: ignore[arg-type]
        self.during: Callable[[Session], object] = lambda session: None

    async def _hold(self) -> None:
        async with FileLoudspeaker(self.folder / "said.wav", ToneVoice.rate).playing() as loudspeaker:
            self.session = Session(self.ears, self.router, self.voice, loudspeaker, self.screen)
            self.session.attention = self.attention
            self.session.state = State.LISTENING if self.attention.always else State.ASLEEP
            self.during(self.session)
            await self.session.run(SilentMicrophone())
            self.ended_at = asyncio.get_running_loop().time()

    def hold(self) -> "Conversation":
        run_virtually(self._hold())
        return self

    @property
    def history(self) -> list:
        return self.context.history.turns

    @property
    def said(self) -> list[tuple[float, str]]:
        """What was said, with the time at which it was over."""
        return [(at, event.text) for at, event in self.screen.of(Said)]

    def ended(self, text: str) -> TurnEnded:
        [found] = [event for _, event in self.screen.of(TurnEnded) if event.said == text]
        return found


def unasked(*replies: Reply) -> Unasked:
    async def stream() -> Stream[Reply]:
        for reply in replies:
            yield reply

    return Unasked(stream)


def near(at: float) -> float:
    return pytest.approx(at, abs=3 * BLOCK_S)  # type: ignore[return-value]


# -------------------------------------------------------------------- long work


def test_long_work_is_announced_and_its_result_comes_when_it_is_done(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, *turn("separate 9", 1, 2)).hold()
    begun = 2.2
    first, second = talk.said
    assert first == (near(begun + PATIENCE_S + len(ANNOUNCED.split()) * WORD_S), ANNOUNCED)
    assert second == (near(begun + 9 + 2.5), RESULT)
    assert talk.history == [UserSaid("separate 9"), AssistantSaid(ANNOUNCED), AssistantSaid(RESULT)]
    told = talk.ended(RESULT)
    assert (told.tasks, told.unasked, told.latency()) == (("separate",), True, None)
    assert told.heard.text == "separate 9"
    assert talk.ended(ANNOUNCED).tasks == ("separate",)
    assert (tmp_path / "session" / "transcript.txt").read_text() == (
        f"you: separate 9\nearshot: {ANNOUNCED}\nearshot: {RESULT}\n"
    )


def test_talk_goes_on_meanwhile(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, *turn("separate 12", 1, 2), *turn("hello there", 8, 9)).hold()
    assert [text for _, text in talk.said] == [ANNOUNCED, "hello there.", f"I am done separating them. {RESULT}"]
    assert talk.said[1][0] == near(9.2 + 1.0)
    assert LOG == ["begun"]


def test_the_result_waits_until_the_floor_is_free(tmp_path: Path) -> None:
    # It is done at 7.2 s; somebody speaks from 7 to 10 s and is answered until 12.2 s.
    script = (*turn("separate 5", 1, 2), *turn("one two three four", 7, 10))
    talk = Conversation(tmp_path, *script).hold()
    assert [text for _, text in talk.said] == [
        ANNOUNCED,
        "one two three four.",
        f"I am done separating them. {RESULT}",
    ]
    answered_at = talk.said[1][0]
    assert answered_at == near(10.2 + 2.0)
    assert talk.said[2][0] == near(answered_at + PAUSE_S + 10 * WORD_S)


def test_a_sound_that_is_no_turn_only_puts_it_off(tmp_path: Path) -> None:
    script = (*turn("separate 5", 1, 2), (7.0, SpeechStarted(6.9)), (9.0, Ignored(6.9, "a cough")))
    talk = Conversation(tmp_path, *script).hold()
    assert talk.said[1] == (near(9.0 + PAUSE_S + 2.5), RESULT)


def test_an_interrupted_result_is_over_and_what_was_heard_is_remembered(tmp_path: Path) -> None:
    # "there" sounds from 7.2 to 7.7 s.
    talk = Conversation(tmp_path, *turn("separate 5", 1, 2), *turn("what time is it", 7.7, 8.4)).hold()
    assert talk.history[2:] == [
        AssistantSaid("there", interrupted=True),
        UserSaid("what time is it"),
        AssistantSaid("what time is it."),
    ]
    assert talk.ended("there").interrupted and talk.ended("there").unasked


def test_a_result_that_had_not_sounded_yet_is_told_after_all(tmp_path: Path) -> None:
    """Somebody begins just as it is being made to sound."""
    began = 7.2
    script = (
        *turn("separate 5", 1, 2),
        (began - 0.001, SpeechStarted(began - 0.1)),
        (began + 0.3, Supposed(heard := Heard("hello", started=began - 0.1, ended=began + 0.2))),
        (began + 0.4, heard),
    )
    talk = Conversation(tmp_path, *script)

    def begin_late(session: Session) -> None:
        """Let it take the floor at the very moment that it is lost."""
        asyncio.get_running_loop().call_at(began - 0.002, lambda: talk.context.outbox.put_nowait(late))

    async def slow() -> Stream[Reply]:
        await asyncio.sleep(0.01)
        yield Say("ding dong.")

    late = Unasked(slow)
    talk.during = begin_late
    talk.hold()
    assert [text for _, text in talk.said] == [
        ANNOUNCED,
        "hello.",
        "ding dong.",
        f"I am done separating them. {RESULT}",
    ]
    assert [turn.text for turn in talk.history].count("ding dong.") == 1


def test_cancelled_by_voice_within_half_a_second(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, *turn("separate 30", 1, 2), *turn("stop", 8, 8.4)).hold()
    assert LOG == ["begun", "cancelled"]
    assert CANCELLED_AT[0] - 8.6 < 0.5, "the turn is certain at 8.6 s"
    assert [text for _, text in talk.said] == [ANNOUNCED, "Okay, I have stopped separating them."]


def test_stop_over_another_answer_leaves_the_work_alone(tmp_path: Path) -> None:
    story = "one two three four five six seven eight"
    talk = Conversation(tmp_path, *turn("separate 20", 1, 2), *turn(story, 8, 9), *turn("stop", 10.6, 11)).hold()
    assert LOG == ["begun"]
    assert [text for _, text in talk.said] == [
        ANNOUNCED,
        "one two",
        "Okay.",
        f"I am done separating them. {RESULT}",
    ]


def test_who_says_stop_to_the_announcement_means_the_work(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, *turn("separate 20", 1, 2), *turn("stop", 4.2, 4.6)).hold()
    assert LOG == ["begun", "cancelled"]
    assert talk.said[-1][1] == "Okay, I have stopped separating them."


def test_who_talks_over_the_announcement_stops_nothing(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, *turn("separate 9", 1, 2), *turn("oh and hello", 3.3, 4)).hold()
    assert LOG == ["begun"]
    assert [text for _, text in talk.said][1:] == ["oh and hello.", f"I am done separating them. {RESULT}"]


def test_who_goes_on_before_it_is_announced_takes_it_back(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, *turn("separate 9", 1, 2), *turn("of them", 2.5, 2.8)).hold()
    assert LOG == ["begun", "cancelled"]
    assert [turn.text for turn in talk.history] == ["separate 9", "", "of them", "of them."]
    assert [text for _, text in talk.said] == ["", "of them."]


def test_two_jobs_are_told_one_after_the_other(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, *turn("separate 12", 1, 2), *turn("separate 9", 8, 9)).hold()
    assert [text for _, text in talk.said] == [
        ANNOUNCED,
        announced("separating them", 1),
        f"I am done separating them. {RESULT}",
        f"I am done separating them. {RESULT}",
    ]
    assert LOG == ["begun", "begun"]


# ---------------------------------------------------------------------- the session


def test_the_conversation_ends_when_the_work_is_done_and_told(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, *turn("separate 30", 1, 2), ends_at=2.3).hold()
    assert talk.ended_at == near(2.2 + 30 + 2.5)
    assert talk.said[-1][1] == RESULT


def test_it_is_not_idle_while_work_goes_on_or_something_is_to_be_said(tmp_path: Path) -> None:
    idle: dict[float, bool] = {}
    talk = Conversation(tmp_path, *turn("separate 9", 1, 2), ends_at=20)

    def watch(session: Session) -> None:
        loop = asyncio.get_running_loop()
        for at in (0.5, 8.0, 11.21, 12.0, 16.0):
            loop.call_at(at, lambda at=at: idle.update({at: session.idle}))

    talk.during = watch
    talk.hold()
    assert idle == {0.5: True, 8.0: False, 11.21: False, 12.0: False, 16.0: True}


def test_who_breaks_the_conversation_off_breaks_off_the_work(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, *turn("separate 30", 1, 2), ends_at=60)

    async def hold() -> None:
        task = asyncio.create_task(talk._hold())
        await asyncio.sleep(9)
        await cancelled(task)
        assert LOG == ["begun", "cancelled"] and talk.context.jobs == []

    run_virtually(hold())


def test_a_microphone_that_ends_while_somebody_speaks_ends_the_conversation(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, *turn("separate 5", 1, 2), (7.0, SpeechStarted(6.9))).hold()
    assert talk.said[-1][1] == RESULT


def test_work_in_the_background_shows_how_far_it_is(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, *turn("separate 10", 1, 2)).hold()
    shown = [(at, event) for at, event in talk.screen.of(Working) if event.share is not None]
    assert [event for _, event in shown] == [Working("separate", share / 10) for share in range(1, 11)]
    assert all(later[0] - sooner[0] >= 0.5 for sooner, later in zip(shown, shown[1:], strict=False))


# ------------------------------------------------------------------------- of its own


def ringing(at: float, *replies: Reply) -> Callable[[Context], object]:
    async def ring(context: Context) -> None:
        await asyncio.sleep(at)
        context.outbox.put_nowait(unasked(*replies))

    return ring


def test_an_alarm_is_heard_by_who_had_not_woken_it_and_may_be_answered(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, (30, Heard("thanks", started=29, ended=29.8)), listen="wake")
    talk.context.attendants.append(ringing(10, Say("ten o'clock.")))  # type: ignore[arg-type]
    attentive: dict[float, bool] = {}

    def watch(session: Session) -> None:
        for at in (9.0, 13.0, 25.0):
            asyncio.get_running_loop().call_at(at, lambda at=at: attentive.update({at: session.attentive()}))

    talk.during = watch
    talk.hold()
    assert talk.said[0] == (near(10 + 1.0), "ten o'clock.")
    assert attentive == {9.0: False, 13.0: True, 25.0: False}
    assert [event.state for _, event in talk.screen.of(StateChanged)][:2] == [State.SPEAKING, State.LISTENING]
    assert talk.history[0] == AssistantSaid("ten o'clock.")


def test_who_has_called_is_let_speak_first(tmp_path: Path) -> None:
    script = ((9.9, Woken("hey you", 9.8)), (11.5, SpeechStarted(11.4)), *turn("hello there", 11.4, 12)[1:])
    talk = Conversation(tmp_path, *script, listen="wake")
    talk.context.attendants.append(ringing(10, Say("ten o'clock.")))  # type: ignore[arg-type]
    talk.hold()
    assert [text for _, text in talk.said] == ["hello there.", "ten o'clock."]


@pytest.mark.parametrize(("given_up_at", "over_at"), [(None, 4.2 + PAUSE_S + ASKED_S), (6.0, 6.0)])
def test_who_was_asked_for_something_is_let_answer_first(
    tmp_path: Path, given_up_at: float | None, over_at: float
) -> None:
    async def take(context: Context, heard: Heard) -> Outcome:
        return Outcome("kept.")

    talk = Conversation(tmp_path, *turn("one two three four", 1, 2), ends_at=30)
    talk.context.attendants.append(ringing(3, Say("ten o'clock.")))  # type: ignore[arg-type]

    def ask(session: Session) -> None:
        loop = asyncio.get_running_loop()
        loop.call_at(2.5, lambda: setattr(talk.context, "next_turn", NextTurn("record_note", take)))
        if given_up_at:
            loop.call_at(given_up_at, lambda: setattr(talk.context, "next_turn", None))

    talk.during = ask
    talk.hold()
    assert talk.said[1][0] == pytest.approx(over_at + 1.0, abs=0.15)


def test_what_has_nothing_to_say_leaves_nothing_behind(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, ends_at=5)
    talk.context.attendants.append(ringing(1))  # type: ignore[arg-type]
    talk.hold()
    assert (talk.history, talk.screen.of(Said, TurnEnded, StateChanged)) == ([], [])


def test_what_is_only_shown_is_on_record(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, ends_at=5)
    talk.context.attendants.append(ringing(1, Show("a picture")))  # type: ignore[arg-type]
    talk.hold()
    assert [event for _, event in talk.screen.of(Show)] == [Show("a picture")]
    assert len(talk.screen.of(TurnEnded)) == 1


# ---------------------------------------------------------------------------- volume


@pytest.mark.parametrize(("volume_db", "speech", "sound"), [(0.0, 0.5, 0.3), (-6.0, 0.25, 0.15), (12.0, 0.98, 0.98)])
def test_everything_is_as_loud_as_is_set_and_nothing_is_clipped(
    tmp_path: Path, volume_db: float, speech: float, sound: float
) -> None:
    router = FakeRouter(tmp_path)
    router.context.volume_db = volume_db
    tone = router.context.workspace.save_audio("tone", np.full(16000, 0.3, np.float32), 8000, "test")
    router.replies = (Say("one two."), Play(tone))

    async def hold() -> None:
        ears = ScriptedEars(*turn("hello", 1, 2))
        async with FileLoudspeaker(tmp_path / "said.wav", ToneVoice.rate).playing() as loudspeaker:
            await Session(ears, router, ToneVoice(), loudspeaker, ListScreen()).run(SilentMicrophone())

    run_virtually(hold())
    samples, rate = sf.read(tmp_path / "said.wav")
    assert samples[round(2.7 * rate)] == pytest.approx(speech, abs=0.01)
    assert samples[round(4.2 * rate)] == pytest.approx(sound, abs=0.01)


def test_muted_is_silent(tmp_path: Path) -> None:
    talk = Conversation(tmp_path, *turn("hello there", 1, 2))
    talk.context.volume_db = float("-inf")
    talk.hold()
    assert talk.said == [(near(3.2), "hello there.")]
    assert not sf.read(tmp_path / "said.wav")[0].any()
