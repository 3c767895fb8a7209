"""Conversations as timelines, on virtual time, with exact numbers."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.audio import AudioChunk
from assistant.clock import run_virtually
from assistant.devices.files import BLOCK_S, FileLoudspeaker
from assistant.errors import DeviceError, EngineError
from assistant.events import (
    Heard,
    Ignored,
    Manner,
    Perception,
    Play,
    Said,
    Say,
    Show,
    SpeechResumed,
    SpeechStarted,
    Spoken,
    State,
    StateChanged,
    Supposed,
    TurnEnded,
    Working,
)
from assistant.history import AssistantSaid, UserSaid
from assistant.session import Session, SessionOptions
from assistant.stream import Stream
from tests.fakes import FakeRouter, ListScreen, ScriptedEars, SilentMicrophone, ToneVoice


class Conversation:
    """A session with fakes around it, held to its end."""

    def __init__(
        self,
        router: FakeRouter,
        ears: ScriptedEars,
        options: SessionOptions | None = None,
        voice: ToneVoice | None = None,
    ) -> None:
        self.screen, self.voice, self.router = ListScreen(), voice or ToneVoice(), router
        self.ears, self.options = ears, options

    async def _hold(self) -> None:
        async with FileLoudspeaker(None, ToneVoice.rate).playing() as loudspeaker:
            self.session = Session(self.ears, self.router, self.voice, loudspeaker, self.screen, self.options)
            await self.session.run(SilentMicrophone())

    def hold(self) -> "Conversation":
        run_virtually(self._hold())
        return self

    @property
    def history(self) -> list[UserSaid | AssistantSaid]:
        return self.router.context.history.turns

    @property
    def turns(self) -> list[TurnEnded]:
        return [event for _, event in self.screen.of(TurnEnded)]


def turn(text: str, started: float, ended: float, wait: float = 0.2, pause: float = 0.1) -> list:
    """What ears perceive of a turn: speech, a pause, and the decision `wait` seconds after its end."""
    heard = Heard(text, started=started, ended=ended)
    return [
        (started + 0.1, SpeechStarted(started)),
        (ended + pause, Supposed(heard)),
        (ended + wait, heard),
    ]


def test_an_answer_is_spoken_whole_and_remembered(tmp_path: Path) -> None:
    talk = Conversation(FakeRouter(tmp_path, Say("one two three four.")), ScriptedEars(*turn("hello", 1, 2))).hold()
    assert talk.history == [UserSaid("hello"), AssistantSaid("one two three four.")]
    [(at, said)] = talk.screen.of(Said)
    assert said == Said("one two three four.", False)
    assert at == pytest.approx(2.2 + 4 * 0.5, abs=2 * BLOCK_S)


def test_the_answer_is_ready_when_the_turn_is_certain(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path, Say("yes of course."), delay_s=0.05)
    [ended] = Conversation(router, ScriptedEars(*turn("hello", 1, 2, wait=0.3))).hold().turns
    stages = ended.stages
    assert stages.speech_end == 2
    assert stages.recognized == pytest.approx(2.1)
    assert stages.first_token == stages.first_audio == pytest.approx(2.15)
    assert stages.decided == pytest.approx(2.3)
    assert stages.first_sample == pytest.approx(2.32)  # the next block after the decision
    assert ended.latency() == pytest.approx(0.32)


def test_without_speculation_work_begins_when_the_turn_is_certain(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path, Say("yes of course."), delay_s=0.05)
    ears = ScriptedEars(*turn("hello", 1, 2, wait=0.3))
    [ended] = Conversation(router, ears, SessionOptions(speculate=False)).hold().turns
    assert ended.stages.first_token == pytest.approx(2.35)
    assert ended.stages.first_sample == pytest.approx(2.35, abs=2 * BLOCK_S)


def test_what_was_prepared_is_thrown_away_if_the_person_goes_on(tmp_path: Path) -> None:
    first = Heard("make it", started=1, ended=2)
    ears = ScriptedEars(
        (1.1, SpeechStarted(1)), (2.1, Supposed(first)), (2.3, SpeechResumed(2.25)), *turn("make it louder", 1, 3)[1:]
    )
    talk = Conversation(FakeRouter(tmp_path, delay_s=0.3), ears).hold()
    assert talk.router.asked == ["make it", "make it louder"]
    assert talk.router.abandoned == 1
    assert talk.history == [UserSaid("make it louder"), AssistantSaid("You said make it louder")]
    assert len(talk.turns) == 1


def test_nothing_is_shown_of_what_was_only_supposed(tmp_path: Path) -> None:
    ears = ScriptedEars(
        (1.1, SpeechStarted(1)), (2.1, Supposed(Heard("a"))), (2.3, SpeechResumed(2.25)), (3, Ignored(1, "no words"))
    )
    talk = Conversation(FakeRouter(tmp_path, Show("secret"), Working("work"), Say("hi there.")), ears).hold()
    assert talk.screen.of(Show, Working, Said, TurnEnded) == []
    assert talk.history == []


@pytest.mark.parametrize(("onset", "heard"), [(3.0, "one"), (3.25, "one two"), (4.4, "one two three four")])
def test_speech_over_the_reply_silences_it_and_only_words_heard_are_kept(
    tmp_path: Path, onset: float, heard: str
) -> None:
    # The reply sounds from 2.2 s on, half a second a word; the interruption is certain 0.1 s after its onset.
    router = FakeRouter(tmp_path, Say("one two three four five six."))
    ears = ScriptedEars(*turn("hello", 1, 2), (onset + 0.1, SpeechStarted(onset)), (onset + 1, Ignored(onset, "cough")))
    talk = Conversation(router, ears).hold()
    assert talk.history == [UserSaid("hello"), AssistantSaid(heard, interrupted=True)]
    [(at, said)] = talk.screen.of(Said)
    assert at == pytest.approx(onset + 0.1)
    assert talk.session.player.buffer.pending == 0


def test_the_loudspeaker_is_silent_right_after_an_interruption(tmp_path: Path) -> None:
    async def hold() -> FileLoudspeaker:
        ears = ScriptedEars(*turn("hello", 1, 2), (3.1, SpeechStarted(3)), ends_at=4)
        async with FileLoudspeaker(tmp_path / "said.wav", ToneVoice.rate).playing() as loudspeaker:
            router = FakeRouter(tmp_path, Say("one two three four five six."))
            await Session(ears, router, ToneVoice(), loudspeaker, ListScreen()).run(SilentMicrophone())
        return loudspeaker

    run_virtually(hold())
    samples, rate = sf.read(tmp_path / "said.wav")
    loud = abs(samples) > 0.01
    assert loud.argmax() / rate == pytest.approx(2.2, abs=2 * BLOCK_S)
    assert (len(loud) - loud[::-1].argmax()) / rate == pytest.approx(3.1, abs=2 * BLOCK_S)


def test_an_interrupted_turn_is_followed_by_the_next(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path, Say("one two three four five six."))
    talk = Conversation(router, ScriptedEars(*turn("hello", 1, 2), *turn("stop it", 4, 5))).hold()
    assert talk.history == [
        UserSaid("hello"),
        AssistantSaid("one two three", interrupted=True),
        UserSaid("stop it"),
        AssistantSaid("one two three four five six."),
    ]
    first, second = talk.turns
    assert first.interrupted and not second.interrupted
    assert second.stages.first_sample == pytest.approx(5.2, abs=2 * BLOCK_S)


def test_who_goes_on_before_the_answer_sounds_is_answered_once(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path, delay_s=1.0)
    talk = Conversation(router, ScriptedEars(*turn("make it", 1, 2), *turn("louder", 2.5, 3))).hold()
    assert talk.history == [UserSaid("make it louder"), AssistantSaid("You said make it louder")]
    assert talk.router.asked[-1] == "make it louder"


def test_who_goes_on_much_later_begins_a_new_turn(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path, delay_s=9.0)
    talk = Conversation(router, ScriptedEars(*turn("make it", 1, 2), *turn("louder", 6, 7))).hold()
    assert [t.text for t in talk.history if isinstance(t, UserSaid)] == ["make it", "louder"]


def test_what_has_begun_to_work_is_not_done_twice(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path, None, Working("record"), Say("ok."), delay_s=0.4)
    talk = Conversation(router, ScriptedEars(*turn("record", 1, 2), *turn("a note", 2.85, 3.3))).hold()
    assert [t.text for t in talk.history if isinstance(t, UserSaid)] == ["record", "a note"]


def test_a_cough_before_the_answer_sounds_delays_it_and_no_more(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path, Say("one two."), delay_s=0.5)
    ears = ScriptedEars(*turn("hello", 1, 2), (2.4, SpeechStarted(2.3)), (3.0, Ignored(2.3, "no words")))
    talk = Conversation(router, ears).hold()
    assert talk.history == [UserSaid("hello"), AssistantSaid("one two.")]
    [ended] = talk.turns
    assert ended.stages.first_sample == pytest.approx(3.0, abs=2 * BLOCK_S)


def test_an_answer_dropped_for_what_was_no_turn_is_given_after_all(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path, Say("one two."), delay_s=1.5)
    cough = Heard("uh", started=2.3, ended=2.5)
    ears = ScriptedEars(
        *turn("hello", 1, 2),
        (2.4, SpeechStarted(2.3)),
        (2.6, Supposed(cough)),
        (2.7, SpeechResumed(2.7)),
        (3.3, Ignored(2.3, "doubtful")),
    )
    talk = Conversation(router, ears).hold()
    assert talk.history == [UserSaid("hello"), AssistantSaid("one two.")]
    assert router.asked == ["hello", "hello uh", "hello"]
    dropped, given = (ended.stages for ended in talk.turns)
    assert dropped.first_sample is None
    assert given.speech_end == 2
    assert (given.recognized, given.decided) == (pytest.approx(2.1), pytest.approx(2.2))
    assert given.first_sample == pytest.approx(3.3 + 1.5, abs=2 * BLOCK_S)


class BreakingVoice(ToneVoice):
    """Fails at a clause with "bad" in it."""

    def speak(self, clause: str, manner: Manner) -> Spoken:
        if "bad" in clause:
            raise EngineError("The voice is broken.")
        return super().speak(clause, manner)


def test_what_was_made_before_the_voice_failed_is_heard(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path, Say("one two three four five. "), Say("bad luck."))
    talk = Conversation(router, ScriptedEars(*turn("hello", 1, 2)), voice=BreakingVoice()).hold()
    assert talk.history == [UserSaid("hello"), AssistantSaid("one two three four five.")]
    [(at, shown)] = talk.screen.of(Show)
    assert shown == Show("The voice is broken.")
    assert at == pytest.approx(2.2 + 5 * 0.5, abs=2 * BLOCK_S)


def test_a_turn_whose_answer_failed_is_no_part_of_the_next(tmp_path: Path) -> None:
    ears = ScriptedEars(*turn("hello", 1, 2), *turn("stop", 3, 4))
    talk = Conversation(FakeRouter(tmp_path, Say("bad.")), ears, voice=BreakingVoice()).hold()
    assert [t.text for t in talk.history if isinstance(t, UserSaid)] == ["hello", "stop"]


class UnpluggedEars(ScriptedEars):
    """A `Listener` whose microphone fails after the script."""

    async def listen(self, sound: Stream[AudioChunk]) -> Stream[Perception]:
        async for perception in super().listen(sound):
            yield perception
        raise DeviceError("The microphone is gone.")


def test_what_ends_the_conversation_arrives_as_it_was_raised(tmp_path: Path) -> None:
    talk = Conversation(FakeRouter(tmp_path, Say("one two.")), UnpluggedEars(*turn("hello", 1, 2)))
    with pytest.raises(DeviceError, match="The microphone is gone"):
        talk.hold()


def test_states_follow_the_conversation(tmp_path: Path) -> None:
    talk = Conversation(FakeRouter(tmp_path, Say("one.")), ScriptedEars(*turn("hello", 1, 2))).hold()
    states = [event.state for _, event in talk.screen.of(StateChanged)]
    assert states == [State.HEARING, State.THINKING, State.SPEAKING, State.LISTENING]


def test_an_artifact_plays_after_the_words_before_it_and_can_be_interrupted(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path)
    sound = router.context.workspace.save_audio("tone", np.full(8000, 0.3, np.float32), 8000, "test")
    router.replies = (Say("here it is."), Play(sound), Say("done."))
    talk = Conversation(router, ScriptedEars(*turn("play", 1, 2))).hold()
    [(_, said)] = talk.screen.of(Said)
    assert said.text == "here it is. done."
    assert talk.history[-1] == AssistantSaid("here it is. done.", False, ("tone",))
    [(at, ended)] = talk.screen.of(TurnEnded)
    assert at == pytest.approx(2.2 + 1.5 + 1.0 + 0.5, abs=0.06)


def test_interrupted_within_an_artifact(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path)
    sound = router.context.workspace.save_audio("tone", np.full(80000, 0.3, np.float32), 8000, "test")
    router.replies = (Say("here it is."), Play(sound), Say("done."))
    ears = ScriptedEars(*turn("play", 1, 2), (5.0, SpeechStarted(4.9)), (6.0, Ignored(4.9, "x")))
    talk = Conversation(router, ears).hold()
    assert talk.history[-1] == AssistantSaid("here it is.", True, ("tone",))


def test_a_manner_of_its_own_ends_the_clause_before_it(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path, Say("slowly now"), Say(" very slow", Manner(speed=0.5)))
    talk = Conversation(router, ScriptedEars(*turn("hello", 1, 2))).hold()
    assert talk.voice.spoken == ["slowly now", "very slow"]


def test_the_transcript_holds_both_sides(tmp_path: Path) -> None:
    Conversation(FakeRouter(tmp_path, Say("one two.")), ScriptedEars(*turn("hello", 1, 2))).hold()
    assert (tmp_path / "transcript.txt").read_text() == "you: hello\nearshot: one two.\n"


def test_the_transcript_holds_a_turn_that_had_no_answer(tmp_path: Path) -> None:
    async def hold() -> None:
        ears = ScriptedEars(*turn("hello", 1, 2), ends_at=60)
        async with FileLoudspeaker(None, ToneVoice.rate).playing() as loudspeaker:
            session = Session(ears, FakeRouter(tmp_path, delay_s=9.0), ToneVoice(), loudspeaker, ListScreen())
            task = asyncio.create_task(session.run(SilentMicrophone()))
            await asyncio.sleep(5)
            task.cancel()
            await asyncio.wait([task])

    run_virtually(hold())
    assert (tmp_path / "transcript.txt").read_text() == "you: hello\n"


def test_deaf_while_the_loudspeaker_sounds_and_a_moment_longer(tmp_path: Path) -> None:
    async def hold() -> list[float]:
        deaf: list[float] = []
        ears = ScriptedEars(*turn("hello", 1, 2), ends_at=6)
        async with FileLoudspeaker(None, ToneVoice.rate).playing() as loudspeaker:
            session = Session(ears, FakeRouter(tmp_path, Say("one two.")), ToneVoice(), loudspeaker, ListScreen())
            task = asyncio.create_task(session.run(SilentMicrophone()))
            while not task.done():
                if session.deaf():
                    deaf.append(asyncio.get_running_loop().time())
                await asyncio.sleep(0.05)
        return deaf

    deaf = run_virtually(hold())
    assert deaf[0] == pytest.approx(2.2, abs=0.06)
    assert deaf[-1] == pytest.approx(3.2 + 0.3, abs=0.06)
