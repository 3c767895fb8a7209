"""Conversations as timelines, on virtual time, with exact numbers."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from asr.base import VoiceActivity
from assistant.audio import AudioChunk
from assistant.clock import run_virtually
from assistant.devices.files import BLOCK_S, FileLoudspeaker
from assistant.errors import DeviceError, EngineError
from assistant.events import (
    Guessed,
    Heard,
    Ignored,
    Manner,
    Perception,
    Play,
    Resumed,
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
    Yielded,
)
from assistant.floor import UNSURE_S
from assistant.history import AssistantSaid, UserSaid
from assistant.playback import DUCKED, RAMP_S
from assistant.pointer import POINTER_S
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


SIX = Say("one two three four five six.")
"""Three seconds, a word every half second; where a turn ends at 2 s, it sounds from 2.2 s on."""


@pytest.mark.parametrize(("onset", "heard"), [(3.0, "one"), (3.25, "one two"), (4.4, "one two three four")])
def test_words_over_the_reply_end_it_and_only_words_heard_before_are_kept(
    tmp_path: Path, onset: float, heard: str
) -> None:
    # The interruption is certain 0.1 s after its onset, and is known to be words 0.4 s later.
    ears = ScriptedEars(*turn("hello", 1, 2), *turn("what time is it", onset, onset + 0.3))
    talk = Conversation(FakeRouter(tmp_path, SIX), ears).hold()
    assert talk.history[:2] == [UserSaid("hello"), AssistantSaid(heard, interrupted=True)]
    [(yielded, _)] = talk.screen.of(Yielded)
    assert yielded == pytest.approx(onset + 0.1)
    at, said = talk.screen.of(Said)[0]
    assert at == pytest.approx(onset + 0.4) and said == Said(heard, True)
    assert talk.screen.of(Resumed) == []


def loud_parts(path: Path) -> list[tuple[float, float]]:
    """From when to when something is heard in a file, gaps under 30 ms aside."""
    samples, rate = sf.read(path)
    at = np.flatnonzero(abs(samples) > 0.01) / rate
    cuts = np.flatnonzero(np.diff(at) > 0.03)
    return list(zip(at[[0, *(cuts + 1)]], at[[*cuts, -1]], strict=True))


def hold_with_sound(
    tmp_path: Path, ears: ScriptedEars, router: FakeRouter
) -> tuple[list[tuple[float, float]], ListScreen]:
    """A conversation, when its loudspeaker sounded, and what was shown."""
    screen = ListScreen()

    async def hold() -> None:
        async with FileLoudspeaker(tmp_path / "said.wav", ToneVoice.rate).playing() as loudspeaker:
            await Session(ears, router, ToneVoice(), loudspeaker, screen).run(SilentMicrophone())

    run_virtually(hold())
    return loud_parts(tmp_path / "said.wav"), screen


def test_the_loudspeaker_is_silent_right_after_somebody_begins(tmp_path: Path) -> None:
    ears = ScriptedEars(*turn("hello", 1, 2), *turn("be quiet please", 3, 3.5, wait=1.2))
    [(began, ended), *_], _ = hold_with_sound(tmp_path, ears, FakeRouter(tmp_path, SIX))
    assert began == pytest.approx(2.2, abs=2 * BLOCK_S)
    assert ended == pytest.approx(3.1 + RAMP_S, abs=2 * BLOCK_S)


@pytest.mark.parametrize("what", [Ignored(3, "no words"), Heard("Mm-hmm.", started=3), Heard("right, okay", started=3)])
def test_after_what_is_no_turn_the_reply_goes_on_from_the_word_that_was_cut(tmp_path: Path, what: Perception) -> None:
    # "two" sounds from 2.7 to 3.2 s; the cough begins in it.
    router = FakeRouter(tmp_path, SIX)
    ears = ScriptedEars(*turn("hello", 1, 2), (3.1, SpeechStarted(3)), (3.6, what))
    [first, second], screen = hold_with_sound(tmp_path, ears, router)
    assert first[1] == pytest.approx(3.1 + RAMP_S, abs=2 * BLOCK_S)
    assert second[0] == pytest.approx(3.6, abs=2 * BLOCK_S)
    assert second[1] - second[0] == pytest.approx(2.5, abs=2 * BLOCK_S), "five words of six are said after the cough"
    assert router.context.history.turns == [UserSaid("hello"), AssistantSaid("one two three four five six.")]
    [(_, resumed)] = screen.of(Resumed)
    assert resumed.after_s == pytest.approx(0.5)
    assert not [heard for _, heard in screen.of(Heard) if heard is what]


def test_a_sign_of_listening_is_known_before_the_turn_is_over(tmp_path: Path) -> None:
    ears = ScriptedEars(*turn("hello", 1, 2), *turn("uh-huh", 3, 3.2, wait=0.9))
    talk = Conversation(FakeRouter(tmp_path, SIX), ears).hold()
    [(at, resumed)] = talk.screen.of(Resumed)
    assert at == pytest.approx(3.3) and resumed.reason == "backchannel"
    assert talk.history[-1] == AssistantSaid("one two three four five six.")
    assert talk.router.asked == ["hello"]


def test_who_goes_on_after_a_sign_of_listening_takes_the_turn(tmp_path: Path) -> None:
    okay, whole = Heard("okay", started=3, ended=3.2), Heard("okay but why", started=3, ended=3.9)
    ears = ScriptedEars(
        *turn("hello", 1, 2),
        (3.1, SpeechStarted(3)),
        (3.3, Supposed(okay)),
        (3.5, SpeechResumed(3.5)),
        (4.0, Supposed(whole)),
        (4.3, whole),
    )
    talk = Conversation(FakeRouter(tmp_path, SIX), ears).hold()
    assert len(talk.screen.of(Yielded)) == 2 and len(talk.screen.of(Resumed)) == 1
    assert [t.text for t in talk.history if isinstance(t, UserSaid)] == ["hello", "okay but why"]


def test_okay_is_an_answer_where_something_was_asked(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path, Say("shall I play it?"))
    talk = Conversation(router, ScriptedEars(*turn("hello", 1, 2), *turn("yes", 3.6, 3.8))).hold()
    assert [t.text for t in talk.history if isinstance(t, UserSaid)] == ["hello", "yes"]


def test_a_sound_that_never_becomes_words_is_waited_for_no_longer_than_that(tmp_path: Path) -> None:
    ears = ScriptedEars(*turn("hello", 1, 2), (3.1, SpeechStarted(3)), (9, Ignored(3, "no words")))
    talk = Conversation(FakeRouter(tmp_path, SIX), ears).hold()
    [(at, resumed)] = talk.screen.of(Resumed)
    assert at == pytest.approx(3.1 + SessionOptions().wordless_s, abs=2 * POINTER_S)
    assert talk.history[-1] == AssistantSaid("one two three four five six.")


def test_a_long_sentence_is_waited_for(tmp_path: Path) -> None:
    ears = ScriptedEars(
        *turn("hello", 1, 2),
        (3.1, SpeechStarted(3)),
        (3.6, Guessed("could you")),
        *turn("could you stop that", 3, 8)[1:],
    )
    talk = Conversation(FakeRouter(tmp_path, SIX), ears).hold()
    assert talk.screen.of(Resumed) == []
    assert talk.history[1] == AssistantSaid("one", interrupted=True)


class Learning:
    """An `EchoCanceller` that has not heard enough yet."""

    name = "learning"
    trusted = present = False

    def __init__(self) -> None:
        self.unneeded = lambda: False
        self.heard_of = 0

    def played(self, samples: np.ndarray, rate: int, sounds_at: float) -> None:
        self.heard_of += len(samples)

    def push(self, chunk: AudioChunk, captured_at: Callable[[float], float]) -> AudioChunk:
        return chunk

    def watch(self, activity: VoiceActivity) -> VoiceActivity:
        return activity


@pytest.mark.parametrize(("words", "yields_at"), [("please stop talking", 3.6), ("one two", None)])
def test_while_the_echo_is_being_learned_words_of_others_count_and_onsets_do_not(
    tmp_path: Path, words: str, yields_at: float | None
) -> None:
    ears = ScriptedEars(
        *turn("hello", 1, 2), (3.1, SpeechStarted(3)), (3.6, Guessed(words)), (4.2, Heard(words, started=3, ended=4))
    )

    async def hold() -> tuple[ListScreen, Learning]:
        screen, canceller = ListScreen(), Learning()
        async with FileLoudspeaker(None, ToneVoice.rate).playing() as loudspeaker:
            session = Session(ears, FakeRouter(tmp_path, SIX), ToneVoice(), loudspeaker, screen)
            session.canceller = canceller
            await session.run(SilentMicrophone())
        return screen, canceller

    screen, canceller = run_virtually(hold())
    assert [at for at, _ in screen.of(Yielded)] == ([pytest.approx(yields_at)] if yields_at else [])
    assert bool([i for _, i in screen.of(Ignored) if i.reason == "its own words"]) == (yields_at is None)
    assert canceller.heard_of > 3 * ToneVoice.rate, "the canceller is told all that is played"


class HummingMicrophone(SilentMicrophone):
    """A `Microphone` that delivers, 20 ms at a time, until 8 s."""

    async def listen(self) -> Stream[AudioChunk]:
        for i in range(400):
            await asyncio.sleep(0.02)
            yield AudioChunk(np.full(320, 0.01, np.float32), self.rate, 320 * i)


class AttendingEars(ScriptedEars):
    """A `Listener` that takes in the sound while it tells what it was told."""

    async def listen(self, sound: Stream[AudioChunk]) -> Stream[Perception]:
        async def take_in() -> None:
            async for _ in sound:
                pass

        task = asyncio.create_task(take_in())
        async for perception in super().listen(sound):
            yield perception
        task.cancel()


class Sensing(Learning):
    """An `EchoCanceller` that senses somebody from 3.0 to 3.2 s."""

    trusted = True

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    @property
    def present(self) -> bool:  # type: ignore[override]
        return 3.0 <= self.at < 3.2

    def push(self, chunk: AudioChunk, captured_at: Callable[[float], float]) -> AudioChunk:
        self.at = chunk.ends_at
        return chunk


@pytest.mark.parametrize(
    ("confirmed", "resumed"),
    [((), "no speech"), (((3.3, SpeechStarted(3.0)), (4.1, Ignored(3.0, "a cough"))), "a cough")],
)
def test_the_first_sign_of_somebody_holds_the_reply_until_it_is_confirmed_or_not(
    tmp_path: Path, confirmed: tuple[tuple[float, Perception], ...], resumed: str
) -> None:
    screen = ListScreen()

    async def hold() -> None:
        ears = AttendingEars(*turn("hello", 1, 2), *confirmed, ends_at=7)
        async with FileLoudspeaker(None, ToneVoice.rate).playing() as loudspeaker:
            session = Session(ears, FakeRouter(tmp_path, SIX), ToneVoice(), loudspeaker, screen)
            session.canceller = Sensing()
            await session.run(HummingMicrophone())

    run_virtually(hold())
    [(yielded, _)] = screen.of(Yielded)
    [(went_on, event)] = screen.of(Resumed)
    assert yielded == pytest.approx(3.0, abs=0.03)
    assert event.reason == resumed
    assert went_on == pytest.approx(yielded + UNSURE_S if not confirmed else 4.1, abs=2 * POINTER_S)


def test_a_sound_that_was_made_is_ducked_and_not_held(tmp_path: Path) -> None:
    router = FakeRouter(tmp_path)
    sound = router.context.workspace.save_audio("tone", np.full(80000, 0.3, np.float32), 8000, "test")
    router.replies = (Say("here it is."), Play(sound))
    ears = ScriptedEars(*turn("play", 1, 2), (5.0, SpeechStarted(4.9)), (6.0, Ignored(4.9, "a door")))
    _, screen = hold_with_sound(tmp_path, ears, router)
    samples, rate = sf.read(tmp_path / "said.wav")
    level = [samples[round(at * rate)] for at in (4.9, 5.5, 6.5)]
    assert level == pytest.approx([0.3, 0.3 * DUCKED, 0.3], abs=1e-3)
    [(_, yielded)] = screen.of(Yielded)
    assert yielded.ducked
    assert router.context.history.turns[-1] == AssistantSaid("here it is.", False, ("tone",))


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
    bark = Heard("wharf", started=2.3, ended=2.5)
    ears = ScriptedEars(
        *turn("hello", 1, 2),
        (2.4, SpeechStarted(2.3)),
        (2.6, Supposed(bark)),
        (2.7, SpeechResumed(2.7)),
        (3.3, Ignored(2.3, "doubtful")),
    )
    talk = Conversation(router, ears).hold()
    assert talk.history == [UserSaid("hello"), AssistantSaid("one two.")]
    assert router.asked == ["hello", "hello wharf", "hello"]
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
    ears = ScriptedEars(*turn("play", 1, 2), *turn("stop", 4.9, 5.2))
    talk = Conversation(router, ears).hold()
    assert talk.history[1] == AssistantSaid("here it is.", True, ("tone",))


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
