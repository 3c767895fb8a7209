import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from assistant.clock import run_virtually
from assistant.devices.files import FileLoudspeaker
from assistant.errors import DeviceError
from assistant.events import Spoken, Word
from assistant.playback import DUCKED, FADE_S, KEPT_S, RAMP_S, PlaybackBuffer, Player
from assistant.stream import Stream

RATE = 1000


def ones(count: int) -> np.ndarray:
    return np.ones(count, np.float32)


def test_what_is_pushed_comes_out_once_and_then_silence() -> None:
    buffer = PlaybackBuffer(RATE)
    buffer.push(np.arange(1, 6, dtype=np.float32))
    assert buffer.pull(3, 0).tolist() == [1, 2, 3]
    buffer.push(np.array([6], np.float32))
    assert buffer.pending == 3
    assert buffer.pull(5, 0).tolist() == [4, 5, 6, 0, 0]
    assert (buffer.played, buffer.pending) == (6, 0)


def test_the_beginning_is_when_the_first_sample_sounds() -> None:
    buffer = PlaybackBuffer(RATE)
    buffer.pull(10, 1.0)
    assert buffer.began_at is None
    buffer.push(ones(5))
    buffer.pull(10, 2.0)
    buffer.push(ones(5))
    buffer.pull(10, 3.0)
    assert buffer.began_at == 2.0
    buffer.start_over()
    buffer.push(ones(5))
    buffer.pull(10, 4.0)
    assert buffer.began_at == 4.0


def test_what_is_discarded_fades_and_is_not_counted() -> None:
    buffer = PlaybackBuffer(RATE)
    buffer.push(ones(100))
    buffer.pull(10, 0)
    buffer.discard()
    assert (buffer.played, buffer.pending) == (10, 0)
    out = buffer.pull(20, 0)
    fade = round(FADE_S * RATE)
    assert np.all(np.diff(out[:fade]) < 0) and not out[fade:].any()
    assert buffer.played == 10


def test_after_a_discard_the_next_sound_follows_the_fade() -> None:
    buffer = PlaybackBuffer(RATE)
    buffer.push(ones(100))
    buffer.discard()
    buffer.push(ones(5) * 2)
    out = buffer.pull(20, 1.0)
    fade = round(FADE_S * RATE)
    assert out[fade : fade + 5].tolist() == [2] * 5
    assert buffer.began_at == pytest.approx(1.0 + FADE_S)


@pytest.mark.parametrize(
    ("count", "source", "rate"), [(4000, 24_000, 11_025), (4040, 24_000, 44_100), (800, 8000, 8000)]
)
def test_a_word_that_ends_with_the_sound_is_heard_at_any_rate(count: int, source: int, rate: int) -> None:
    async def sounds() -> Stream[Spoken]:
        yield Spoken(ones(count), source, (Word("yes", 0, count / source),))

    async def play() -> list[Word]:
        async with FileLoudspeaker(None, rate).playing() as loudspeaker:
            player = Player(loudspeaker.buffer)
            await player.play(sounds())
        return player.heard()

    assert [word.text for word in run_virtually(play())] == ["yes"]


@contextmanager
def full_disk(after: int) -> Iterator[None]:
    """No file becomes longer than `after` bytes."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (after, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


def test_a_file_that_takes_no_more_is_told_at_the_end_and_playing_goes_on(tmp_path: Path) -> None:
    async def sounds() -> Stream[Spoken]:
        yield Spoken(ones(24_000), 8000)

    async def play() -> FileLoudspeaker:
        async with FileLoudspeaker(tmp_path / "said.wav", 8000).playing() as loudspeaker:
            await asyncio.wait_for(Player(loudspeaker.buffer).play(sounds()), timeout=4)
            assert loudspeaker.buffer.played == 24_000
        return loudspeaker

    with full_disk(after=20_000), pytest.raises(DeviceError, match=r"said\.wav ends before .* Is the disk full"):
        run_virtually(play())


@pytest.mark.parametrize("name", ["said", "said.txt", "said.mp3"])
def test_whatever_the_file_is_called_it_is_a_wav(tmp_path: Path, name: str) -> None:
    async def play() -> None:
        async with FileLoudspeaker(tmp_path / name, 8000).playing():
            await asyncio.sleep(0.1)

    run_virtually(play())
    with sf.SoundFile(tmp_path / name) as file:
        assert (file.format, file.subtype, file.samplerate) == ("WAV", "PCM_16", 8000)


def test_what_is_held_fades_and_waits() -> None:
    buffer = PlaybackBuffer(RATE)
    buffer.push(ones(100))
    buffer.pull(10, 0)
    buffer.hold()
    out = buffer.pull(40, 0)
    fade = round(RAMP_S * RATE)
    assert np.all(np.diff(out[:fade]) < 0) and not out[fade:].any()
    assert (buffer.played, buffer.pending, buffer.sounding) == (10, 90, False)


def test_what_was_played_can_be_played_again() -> None:
    buffer = PlaybackBuffer(RATE)
    buffer.push(np.arange(1, 101, dtype=np.float32))
    buffer.pull(30, 0)
    buffer.pull(30, 0)
    buffer.hold()
    buffer.pull(50, 0)
    buffer.let_go(25)
    assert (buffer.played, buffer.pending) == (25, 75)
    out = buffer.pull(100, 0)
    ramp = round(RAMP_S * RATE)
    assert out[ramp:75].tolist() == list(range(26 + ramp, 101)) and not out[75:].any()
    assert np.all(out[:ramp] <= np.arange(26, 26 + ramp)) and out[0] < 5


def test_no_more_is_kept_than_can_be_wanted_again() -> None:
    buffer = PlaybackBuffer(RATE)
    length = round(3 * KEPT_S * RATE)
    buffer.push(ones(length))
    for _ in range(length // 100):
        buffer.pull(100, 0)
    buffer.let_go(0)
    assert KEPT_S * RATE <= buffer.pending <= KEPT_S * RATE + 100


def test_what_is_ducked_goes_on_softly_without_a_click() -> None:
    buffer = PlaybackBuffer(RATE)
    buffer.push(ones(300))
    buffer.duck()
    out = buffer.pull(100, 0)
    assert out[-1] == pytest.approx(DUCKED) and abs(np.diff(out)).max() < 0.11
    buffer.let_go(buffer.played)
    out = buffer.pull(100, 0)
    assert out[-1] == 1 and abs(np.diff(out)).max() < 0.11


def test_the_tap_is_told_what_leaves_silence_included() -> None:
    told: list[tuple[list[float], int, float]] = []
    buffer = PlaybackBuffer(RATE)
    buffer.tap = lambda samples, rate, at: told.append((samples.tolist(), rate, at))
    buffer.pull(2, 1.0)
    buffer.push(ones(3))
    buffer.pull(2, 2.0)
    buffer.pull(2, 3.0)
    assert told == [([0, 0], RATE, 1.0), ([1, 1], RATE, 2.0), ([1, 0], RATE, 3.0)]


def test_who_gives_way_goes_on_at_the_word_that_was_cut() -> None:
    async def sounds() -> Stream[Spoken]:
        yield Spoken(ones(3000), RATE, (Word("one", 0, 0.5), Word("two", 0.5, 1.0), Word("three?", 2.2, 3.0)))

    async def play() -> None:
        async with FileLoudspeaker(None, RATE).playing() as loudspeaker:
            player = Player(loudspeaker.buffer)
            task = asyncio.create_task(player.play(sounds()))
            await asyncio.sleep(0.75)
            assert not player.asking()
            assert player.give_way() is False and [w.text for w in player.heard()] == ["one"]
            await asyncio.sleep(1)
            assert player.around(0.1, 0.1) == ["two"]
            player.go_on()
            assert loudspeaker.buffer.played == 500 and player.asking() is False
            await asyncio.sleep(1.3)
            assert player.asking() and player.around(0, 1) == ["three?"]
            await task
            assert [w.text for w in player.heard()] == ["one", "two", "three?"]

    run_virtually(play())
