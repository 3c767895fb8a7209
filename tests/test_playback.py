import numpy as np
import pytest

from assistant.playback import FADE_S, PlaybackBuffer

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
