"""Recording what the microphone hears, on request."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import AudioChunk, Samples
from assistant.clock import run_virtually
from assistant.errors import DeviceError, TaskError
from assistant.events import Heard, Provenance, Say, Show
from assistant.recorder import Recorder
from assistant.workspace import Workspace
from router.abilities.listening import record_sound
from router.abilities.notes import record_note
from router.task import Context, Outcome
from tests.router_fakes import collected, spoken

RATE = 1000


def ramp(seconds: float, rate: int = RATE) -> Samples:
    """A stream whose samples say when they came, in seconds by ten."""
    return (np.arange(round(seconds * rate)) / rate / 10).astype(np.float32)


async def microphone(recorder: Recorder, seconds: float, rate: int = RATE, since: float = 0.0) -> None:
    """A stream of 20 ms at a time."""
    sound, size = ramp(since + seconds, rate), rate // 50
    for start in range(round(since * rate), len(sound), size):
        await asyncio.sleep(0.02)
        recorder.push(AudioChunk(sound[start : start + size], rate, start))


def during(stream_s: float, work: Callable[[Recorder], object], busy: Callable[[], bool] = lambda: False) -> object:
    """What comes of work while the microphone gives so many seconds."""

    async def run() -> object:
        recorder = Recorder(busy)
        stream = asyncio.create_task(microphone(recorder, stream_s))
        try:
            return await work(recorder)  # type: ignore[misc]
        finally:
            stream.cancel()
            assert not recorder.recording

    return run_virtually(run())


def take(seconds: float, stop_at: float | None = None, said_at: float = 0.0) -> Callable[[Recorder], object]:
    """A recording of so many seconds, told at a time of the loop to end at a second of the stream."""

    async def work(recorder: Recorder) -> tuple[float, float, float]:
        stop: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        await asyncio.sleep(0.5)
        if stop_at is not None:
            asyncio.get_running_loop().call_later(said_at - 0.5, stop.set_result, stop_at)
        samples, rate = await recorder.record(seconds, stop)
        return len(samples) / max(rate, 1), float(samples[0] * 10) if len(samples) else -1.0, rate

    return work


def test_so_many_seconds_are_recorded_to_the_sample() -> None:
    length, began, rate = during(10, take(2.0))  # type: ignore[misc]
    assert (length, rate) == (2.0, RATE)
    assert began == pytest.approx(0.58, abs=0.03), "a tenth of a second of quiet after it was asked"


def test_it_waits_until_the_assistant_is_quiet_but_not_for_ever() -> None:
    async def busy_until(recorder: Recorder) -> float:
        loop = asyncio.get_running_loop()
        recorder.busy = lambda: loop.time() < 3.0
        return (await take(1.0)(recorder))[1]  # type: ignore[misc]

    assert during(10, busy_until) == pytest.approx(3.08, abs=0.03)
    assert during(30, take(1.0), busy=lambda: True)[1] == pytest.approx(10.5, abs=0.05)  # type: ignore[index]


@pytest.mark.parametrize(
    ("stop_at", "said_at", "length"), [(2.0, 2.8, 1.42), (9.0, 1.0, 0.42), (float("inf"), 1.5, 0.92)]
)
def test_it_ends_where_stop_was_said(stop_at: float, said_at: float, length: float) -> None:
    """Before the word, though that was heard later; a place that has not come yet ends it now."""
    assert during(10, take(5.0, stop_at, said_at))[0] == pytest.approx(length, abs=0.04)  # type: ignore[index]


def test_stopped_before_it_began_it_is_empty() -> None:
    assert during(10, take(5.0, 0.4, 0.52))[0] == 0.0  # type: ignore[index]


def test_a_microphone_that_gives_nothing_is_said() -> None:
    with pytest.raises(DeviceError, match="the microphone gives no sound"):
        during(0.2, take(5.0))


def test_a_stream_that_changes_its_rate_is_joined_at_the_higher() -> None:
    async def work() -> tuple[Samples, int]:
        recorder = Recorder()
        stop: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        recording = asyncio.create_task(recorder.record(2.0, stop))
        await microphone(recorder, 1.0, 16_000)
        await microphone(recorder, 2.0, 48_000, since=1.0)
        return await recording

    samples, rate = run_virtually(work())
    assert rate == 48_000 and len(samples) == 96_000
    expected = ramp(3.0, 48_000)[3840 : 3840 + 96_000]
    joint = 48_000 - 3840
    assert np.allclose(samples[1000 : joint - 1000], expected[1000 : joint - 1000], atol=0.002)
    assert np.allclose(samples[joint:], expected[joint:], atol=0.002)


# ---------------------------------------------------------------------------- the task


class Talk:
    """A conversation with a microphone that gives so many seconds."""

    def __init__(self, folder: Path) -> None:
        self.context = Context(Workspace(folder / "session"))
        self.recorder = Recorder()
        self.context.record = self.recorder.record
        self.said: list[str] = []

    async def hear(self, text: str, at: float) -> None:
        """A turn that goes where the router would send it."""
        await asyncio.sleep(at - asyncio.get_running_loop().time())
        expected, self.context.next_turn = self.context.next_turn, None
        assert expected is not None
        heard = Heard(text, started=at - 0.6, ended=at - 0.1, audio=np.zeros(8000, np.float32))
        self.said.append((await expected.take(self.context, heard)).text)

    async def unasked(self) -> list[object]:
        """What is said of its own accord."""
        return list(await collected((await asyncio.wait_for(self.context.outbox.get(), 60)).replies()))

    def run(self, script: Callable[["Talk"], object], stream_s: float = 60.0) -> object:
        async def all_of_it() -> object:
            stream = asyncio.create_task(microphone(self.recorder, stream_s))
            try:
                return await script(self)  # type: ignore[misc]
            finally:
                stream.cancel()

        return run_virtually(all_of_it())


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path)


def test_ten_seconds_are_recorded_and_told_of(talk: Talk) -> None:
    async def script(talk: Talk) -> list[object]:
        outcome = await record_sound(talk.context, {"seconds": "ten seconds"})
        assert outcome.text == "I am recording for 10 seconds."
        await talk.hear("What a lovely bird.", 4.0)
        return await talk.unasked()

    replies = talk.run(script)
    (made,) = talk.context.workspace.artifacts
    assert replies == [Say("I have 10 seconds as the recording."), Show(artifact=made)]
    assert (made.name, made.made_by, made.rate, made.seconds) == ("recording", "record_sound", RATE, 10.0)
    assert made.provenance == Provenance("recorded", "microphone")
    assert talk.said == [""], "what is said meanwhile is part of it and gets no answer"
    assert talk.context.next_turn is None and [u.what for u in talk.context.undoable] == ["the recording"]


@pytest.mark.parametrize(
    "said", ["Stop.", "Okay, stop recording!", "That's it.", "Thanks.", "You can stop now, please."]
)
def test_until_stop_is_said_and_the_word_is_not_on_it(talk: Talk, said: str) -> None:
    async def script(talk: Talk) -> Outcome:
        outcome = await record_sound(talk.context, {"seconds": 600})
        await talk.hear("Don't stop believing.", 2.0)
        await talk.hear(said, 6.0)
        assert talk.context.outbox.empty()
        return outcome

    assert talk.run(script).text == "I am recording until you say stop."  # type: ignore[attr-defined]
    (made,) = talk.context.workspace.artifacts
    assert made.seconds == pytest.approx(6.0 - 0.6 - 0.25 - 0.1, abs=0.05)
    assert talk.said == ["", "I have 5.1 seconds as the recording."]


def test_it_can_be_withdrawn(talk: Talk) -> None:
    async def script(talk: Talk) -> None:
        await record_sound(talk.context, {})
        await talk.hear("Never mind.", 3.0)

    talk.run(script)
    assert talk.said == ["Okay, nothing recorded."]
    assert talk.context.workspace.artifacts == [] and talk.context.next_turn is None
    assert not talk.recorder.recording


def test_silence_and_a_dead_microphone_are_said(talk: Talk) -> None:
    async def quiet(talk: Talk) -> str:
        talk.recorder.push = lambda chunk: Recorder.push(  # type: ignore[method-assign]
            talk.recorder, AudioChunk(chunk.samples * 0, chunk.rate, chunk.start)
        )
        await record_sound(talk.context, {"seconds": 1})
        return spoken(await talk.unasked())  # type: ignore[arg-type]

    assert talk.run(quiet) == "I have 1 second as the recording. It is silent; is the microphone on?"
    again = Talk(talk.context.workspace.folder.parent / "other")

    async def dead(talk: Talk) -> str:
        await record_sound(talk.context, {"seconds": 30})
        return spoken(await talk.unasked())  # type: ignore[arg-type]

    assert again.run(dead, stream_s=2.0) == "I cannot record, the microphone gives no sound."
    assert again.context.next_turn is None


def test_what_cannot_be_recorded_is_refused(talk: Talk) -> None:
    async def script(talk: Talk) -> None:
        with pytest.raises(TaskError, match="10 minutes at most"):
            await record_sound(talk.context, {"seconds": 3600})
        await record_note(talk.context, {})
        with pytest.raises(TaskError, match="already"):
            await record_sound(talk.context, {})
        with pytest.raises(TaskError, match="no microphone"):
            await record_sound(Context(talk.context.workspace), {})

    talk.run(script)
