import asyncio
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import AudioChunk, Framer, dbfs, from_pcm16, mono, silence, to_pcm16
from assistant.clock import run_virtually
from assistant.resample import Resampler, resample

TONE = np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000).astype(np.float32)


@pytest.mark.parametrize("lengths", [[7], [1] * 20, [3, 11, 2, 5], [4, 4, 4], [100]])
def test_frames_are_the_sound_cut_exactly(lengths: list[int]) -> None:
    framer, sound = Framer(4), np.arange(sum(lengths), dtype=np.float32)
    frames, start = [], 0
    for length in lengths:
        frames += list(framer.push(sound[start : start + length]))
        start += length
    assert all(len(frame) == 4 for frame in frames)
    assert np.array_equal(np.concatenate(frames) if frames else [], sound[: len(sound) // 4 * 4])


def test_pcm_there_and_back() -> None:
    sound = np.array([0, 0.5, -0.5, 1, -1, 2, -2], np.float32)
    back = from_pcm16(to_pcm16(sound))
    assert back == pytest.approx([0, 0.5, -0.5, 1, -1, 1, -1], abs=1e-4)
    assert from_pcm16(np.array([8192, -8192, 16384, 0], "<i2").tobytes(), 2) == pytest.approx([0, 0.25])


def test_levels() -> None:
    assert dbfs(TONE) == pytest.approx(-3.01, abs=0.01)
    assert dbfs(silence(1, 100)) == dbfs(silence(0, 100)) == -120
    assert mono(np.ones((5, 2), np.float32)).shape == (5,)


@pytest.mark.parametrize("size", [320, 777, 4800, 48_000])
@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_a_stream_resampled_is_the_sound_resampled(size: int, rate: int) -> None:
    resampler, parts = Resampler(16_000), []
    for start in range(0, len(TONE), size):
        chunk = resampler.push(AudioChunk(TONE[start : start + size], rate, start))
        assert chunk.start == sum(map(len, parts)) or rate == 16_000
        parts.append(chunk.samples)
    streamed, whole = np.concatenate(parts), resample(TONE, rate, 16_000)
    assert len(whole) - len(streamed) <= 0.03 * 16_000
    assert streamed[200:-200] == pytest.approx(whole[200 : len(streamed) - 200], abs=2e-2)


def test_positions_after_a_gap() -> None:
    resampler = Resampler(16_000)
    resampler.push(AudioChunk(TONE[:4800], 48_000, 0))
    assert resampler.push(AudioChunk(TONE[:4800], 48_000, 48_000)).start == 16_000


def test_virtual_time_passes_by_itself(tmp_path: Path) -> None:
    async def hour() -> float:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time() + await asyncio.to_thread(lambda: 1)

    assert run_virtually(hour()) == pytest.approx(3601)


def test_errors_of_virtual_threads_are_raised() -> None:
    async def fail() -> None:
        await asyncio.to_thread(lambda: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        run_virtually(fail())
