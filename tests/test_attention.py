"""When the assistant listens: the wake phrase, the follow-up, the key, stop words, on virtual time."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest

from asr.base import Candidate, Spotted, Transcript
from asr.ears import Ears
from assistant.attention import Attention, AttentionOptions, earcon
from assistant.audio import RATE, Samples
from assistant.clock import run_virtually
from assistant.devices.files import FileLoudspeaker
from assistant.events import (
    Guessed,
    Heard,
    Ignored,
    Perception,
    Play,
    Say,
    SpeechStarted,
    State,
    StateChanged,
    Supposed,
    TurnEnded,
    Woken,
    Yielded,
)
from assistant.overheard import Meaning, is_murmur, meaning
from assistant.session import Session
from tests.fakes import (
    CountingRecognizer,
    EnergyActivity,
    FakeRouter,
    FixedPatience,
    ListScreen,
    ScriptedEars,
    SilentMicrophone,
    ToneVoice,
    in_chunks,
    speech,
)

CHUNK = [320]


class LoudSpotter:
    """A `Spotter` whose phrase is a second of sound that is louder than the rest, and looked at when it is over."""

    name = "loud"

    def __init__(self) -> None:
        self.heard: list[Samples] = []
        self.resets = 0

    def push(self, window: Samples, speech: float) -> Candidate | None:
        self.heard = [*self.heard, window][-40:]
        loud = [np.abs(w).max() > 0.8 for w in self.heard]
        return Candidate(np.concatenate(self.heard)) if len(loud) > 1 and loud[-2] and not loud[-1] else None

    def verify(self, candidate: Candidate) -> Spotted | None:
        return Spotted("hey you", 0.9, len(candidate.sound) / RATE)

    def reset(self) -> None:
        self.heard = []
        self.resets += 1


def with_phrase(sound: Samples, start: float, end: float) -> Samples:
    out = sound.copy()
    out[round(start * RATE) : round(end * RATE)] *= 2.5
    return out


def hear(sound: Samples, attentive_from: float = float("inf"), stopping: bool = False) -> list[Perception]:
    async def listen() -> list[Perception]:
        ears = Ears(CountingRecognizer(), EnergyActivity(), FixedPatience(0.5))
        woken: list[Perception] = []
        ears.attentive = lambda: bool(woken)
        if stopping:
            ears.stopper, ears.playing = LoudSpotter(), lambda: True
        else:
            ears.spotter = LoudSpotter()
        async with aclosing(ears.listen(in_chunks(sound, RATE, CHUNK))) as perceptions:
            found = []
            async for perceived in perceptions:
                found.append(perceived)
                woken += [perceived] if isinstance(perceived, Woken) else []
            return found

    return run_virtually(listen())


def test_what_is_said_without_the_phrase_is_not_heard() -> None:
    assert hear(speech((1.0, 2.0), (3.0, 9.0), seconds=11)) == []


def test_the_phrase_and_the_request_come_in_one_breath() -> None:
    # Others speak until 2 s, the phrase is said from 3 to 3.8 s, the request until 5.5 s.
    sound = with_phrase(speech((1.0, 2.0), (3.0, 5.5), seconds=8), 3.0, 3.8)
    woken, started, *others, heard = hear(sound)
    assert isinstance(woken, Woken) and woken.phrase == "hey you" and woken.at == pytest.approx(3.8, abs=0.1)
    assert isinstance(started, SpeechStarted) and isinstance(heard, Heard)
    assert {type(p) for p in others} <= {Guessed, Supposed}
    assert heard.started == pytest.approx(2.9, abs=0.5), "what was said before the phrase is not part of it"
    assert heard.ended == pytest.approx(5.5, abs=0.1)
    assert len(heard.audio) / RATE < 4.0


def test_the_request_may_come_after_a_while() -> None:
    sound = with_phrase(speech((1.0, 1.8), (4.0, 5.0), seconds=8), 1.0, 1.8)
    perceptions = hear(sound)
    assert isinstance(perceptions[0], Woken)
    assert [type(p) for p in perceptions if isinstance(p, Heard)], "the request has no phrase before it"
    assert perceptions[-1].ended == pytest.approx(5.0, abs=0.1)


def test_a_phrase_in_the_midst_of_a_long_speech_leaves_the_rest_out() -> None:
    sound = with_phrase(speech((1.0, 21.0), seconds=24), 18.0, 18.8)
    heard = [p for p in hear(sound) if isinstance(p, Heard)]
    assert len(heard) == 1 and heard[0].started > 17 and len(heard[0].audio) / RATE < 6


def test_a_stop_word_is_a_turn_of_its_own() -> None:
    sound = with_phrase(speech((1.0, 1.4), seconds=4), 1.0, 1.4)
    started, heard = hear(sound, stopping=True)
    assert isinstance(started, SpeechStarted)
    assert isinstance(heard, Heard) and heard.text == "hey you" and heard.ended == pytest.approx(1.4, abs=0.1)


@pytest.mark.parametrize(("listen", "after_answer"), [("open", True), ("wake", True), ("key", False)])
def test_who_listens_after_an_answer(listen: str, after_answer: bool) -> None:
    attention = Attention(AttentionOptions(listen=listen, request_s=5, follow_up_s=3))  # type: ignore[arg-type]
    assert attention.lasts(0) == (listen == "open")
    attention.wake(10)
    assert attention.lasts(14.9)
    assert attention.lasts(15.1) == (listen == "open")
    attention.answered(20)
    assert attention.lasts(22.9) == after_answer
    assert attention.lasts(23.1) == (listen == "open")


def test_the_earcon_is_short_and_soft() -> None:
    sound = earcon(48_000)
    assert len(sound) / 48_000 == pytest.approx(0.15, abs=0.001)
    assert 0.05 < np.abs(sound).max() <= 0.1 and abs(sound[0]) < 1e-3 and abs(sound[-1]) < 1e-3


def hold(tmp_path: Path, options: AttentionOptions, *script: tuple[float, Perception], **rest: object) -> ListScreen:
    """A conversation with ears that tell whatever the script says, and a session that is asked whether it listens."""
    screen = ListScreen()
    router = FakeRouter(tmp_path)
    router.replies = rest.get("replies", (Say("one two."),))  # type: ignore[assignment]

    async def run() -> None:
        async with FileLoudspeaker(None, ToneVoice.rate).playing() as loudspeaker:
            ears = ScriptedEars(*script, ends_at=rest.get("ends_at"))  # type: ignore[arg-type]
            session = Session(ears, router, ToneVoice(), loudspeaker, screen)
            session.attention = Attention(options)
            probe = asyncio.create_task(_note(session, screen))
            await session.run(SilentMicrophone())
            probe.cancel()

    run_virtually(run())
    return screen


async def _note(session: Session, screen: ListScreen) -> None:
    """Keep what the session would tell the ears, every tenth of a second."""
    while True:
        screen.listening.append((asyncio.get_running_loop().time(), session.attentive()))  # type: ignore[attr-defined]
        await asyncio.sleep(0.1)


def test_after_an_answer_a_follow_up_needs_no_phrase(tmp_path: Path) -> None:
    heard = Heard("hello", started=2, ended=2.5)
    ListScreen.listening = []  # type: ignore[attr-defined]
    screen = hold(
        tmp_path,
        AttentionOptions("wake", request_s=4, follow_up_s=3),
        (1.0, Woken("hey you", 1.0)),
        (2.1, SpeechStarted(2)),
        (2.7, heard),
        ends_at=12,
    )
    [(ended, _)] = screen.of(TurnEnded)
    listening = dict((round(at, 1), does) for at, does in screen.listening)  # type: ignore[attr-defined]
    assert not listening[0.5] and listening[1.2], "the phrase wakes"
    assert listening[round(ended + 2.8, 1)] and not listening[round(ended + 3.3, 1)]


def test_a_sound_that_plays_is_no_conversation(tmp_path: Path) -> None:
    ListScreen.listening = []  # type: ignore[attr-defined]
    tone = FakeRouter(tmp_path).context.workspace.save_audio("tone", np.full(80_000, 0.3, np.float32), 8000, "test")
    screen = hold(
        tmp_path,
        AttentionOptions("wake", request_s=1, follow_up_s=1),
        (1.0, Woken("hey you", 1.0)),
        (1.5, SpeechStarted(1.4)),
        (2.0, Heard("play", started=1.4, ended=1.8)),
        ends_at=8,
        replies=(Say("here it is."), Play(tone)),
    )
    listening = dict((round(at, 1), does) for at, does in screen.listening)  # type: ignore[attr-defined]
    assert listening[3.0], "while it speaks, whoever speaks is listened to"
    assert not listening[6.0], "while music plays, only its phrase and the words that stop it are"


def test_the_phrase_over_a_reply_makes_it_give_way(tmp_path: Path) -> None:
    screen = hold(
        tmp_path,
        AttentionOptions("wake"),
        (1.0, Woken("hey you", 1.0)),
        (1.5, SpeechStarted(1.4)),
        (2.0, Heard("hello", started=1.4, ended=1.8)),
        (2.5, Woken("hey you", 2.5)),
        (2.6, SpeechStarted(2.4)),
        (3.0, Ignored(2.4, "no words")),
        replies=(Say("one two three four five six."),),
    )
    assert [round(at, 1) for at, _ in screen.of(Yielded)] == [2.5]


def test_the_state_shows_who_sleeps(tmp_path: Path) -> None:
    screen = hold(
        tmp_path,
        AttentionOptions("wake", request_s=1, follow_up_s=1),
        (0.5, Ignored(0.4, "x")),
        (1.0, Woken("hey you", 1.0)),
        (1.5, SpeechStarted(1.4)),
        (2.0, Heard("hello", started=1.4, ended=1.8)),
        (6.0, Ignored(5.9, "x")),
    )
    states = [event.state for _, event in screen.of(StateChanged)]
    assert states == [
        State.ASLEEP, State.LISTENING, State.HEARING, State.THINKING, State.SPEAKING, State.LISTENING, State.ASLEEP
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "spoken", "asking", "cancelled", "means"),
    [
        ("Mm-hmm.", "", False, True, Meaning.SIGN),
        ("Right, okay.", "", False, True, Meaning.SIGN),
        ("I see.", "", False, True, Meaning.SIGN),
        ("", "", False, True, Meaning.SIGN),
        ("Okay, but why?", "", False, True, Meaning.TURN),
        ("Yes.", "shall I?", True, True, Meaning.TURN),
        ("Stop!", "", False, True, Meaning.STOP),
        ("Stop it.", "stop it now", False, True, Meaning.STOP),
        ("Stop it.", "we stop it now", False, False, Meaning.OWN),
        ("the weather is fine", "Today the weather is fine.", False, False, Meaning.OWN),
        ("The wether was fine", "Today the weather is fine.", False, False, Meaning.OWN),
        ("the weather is fine today", "I think the weather is fine today.", False, True, Meaning.OWN),
        ("weather", "Today the weather is fine.", False, False, Meaning.OWN),
        ("Paris?", "The capital of France is Paris.", False, True, Meaning.TURN),
        ("what time is it", "Today the weather is fine.", False, False, Meaning.TURN),
    ],
)
def test_what_is_said_over_a_reply(text: str, spoken: str, asking: bool, cancelled: bool, means: Meaning) -> None:
    assert meaning(text, spoken.split(), asking, cancelled) is means


def test_what_sounds_a_little_like_the_phrase_is_kept_where_none_need_be_said() -> None:
    class Wordy(CountingRecognizer):
        def transcribe(self, samples: Samples, said: str = "") -> Transcript:
            return Transcript("Who are you?", log_prob=-0.1, finished=0.9, tokens=4)

    async def listen() -> list[Perception]:
        ears = Ears(Wordy(), EnergyActivity(), FixedPatience(0.5))
        ears.spotter, ears.phrase = LoudSpotter(), "hey earshot"
        async with aclosing(ears.listen(in_chunks(speech((1.0, 2.0), seconds=4), RATE, CHUNK))) as perceptions:
            return [p async for p in perceptions]

    [heard] = [p for p in run_virtually(listen()) if isinstance(p, Heard)]
    assert heard.text == "Who are you?"


@pytest.mark.parametrize("attentive", [False, True])
def test_the_phrase_is_no_part_of_the_words(attentive: bool) -> None:
    class Wordy(CountingRecognizer):
        def transcribe(self, samples: Samples, said: str = "") -> Transcript:
            return Transcript("Hey you, play the rain.", log_prob=-0.1, finished=0.9, tokens=6)

    async def listen() -> list[Perception]:
        ears = Ears(Wordy(), EnergyActivity(), FixedPatience(0.5))
        ears.attentive, ears.spotter, ears.phrase = lambda: attentive, LoudSpotter(), "hey you"
        sound = with_phrase(speech((1.0, 3.0), seconds=5), 1.0, 1.8)
        async with aclosing(ears.listen(in_chunks(sound, RATE, CHUNK))) as perceptions:
            return [p async for p in perceptions]

    [heard] = [p for p in run_virtually(listen()) if isinstance(p, Heard)]
    assert heard.text == "Play the rain."


@pytest.mark.parametrize(
    ("text", "lasted_s", "confidence", "murmur"),
    [
        ("Sir,,", 0.32, 0.6, True),
        ("Paris?", 0.5, 0.92, False),
        ("Fight,", 0.8, 0.6, False),
        ("I want it", 0.5, 0.6, False),
    ],
)
def test_what_is_short_and_badly_understood_interrupts_nobody(
    text: str, lasted_s: float, confidence: float, murmur: bool
) -> None:
    assert is_murmur(Heard(text, started=1, ended=1 + lasted_s, confidence=confidence)) is murmur
