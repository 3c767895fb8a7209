"""What a callback does with time and rate: steady moments, conversion, what a dying device swallowed."""

import numpy as np
import pytest

from assistant.audio import Samples
from assistant.devices.convert import Converter
from assistant.devices.feed import Feed
from assistant.devices.timing import StreamTimer
from assistant.playback import PlaybackBuffer

RATE, BLOCK = 48_000, 960
BLOCK_S = BLOCK / RATE


def moments(offset_s: float, wander_s: float, count: int = 3000) -> tuple[Samples, Samples]:
    """What the timer tells of blocks that are late by chance, said by a library that wanders; and what is true."""
    random, timer = np.random.default_rng(1), StreamTimer(RATE)
    true = 100.0 + np.arange(count) * BLOCK_S
    said = true + wander_s * np.sin(np.arange(count) / 40)
    now = true - offset_s + random.exponential(0.002, count)
    told = [timer.tell(BLOCK, float(s), float(n)) for s, n in zip(said, now, strict=True)]
    return np.array(told, np.float64), true


@pytest.mark.parametrize("offset_s", [0.06, -0.03])
def test_moments_are_steady_though_callbacks_are_late_and_the_library_wanders(offset_s: float) -> None:
    told, true = moments(offset_s, wander_s=0.01)
    errors = (told - true)[1000:]
    assert np.ptp(errors) < 0.003 and abs(np.median(errors)) < 0.003


def test_a_card_that_runs_slow_is_followed() -> None:
    timer = StreamTimer(RATE)
    for i in range(30_000):
        told = timer.tell(BLOCK, 100.0 + i * BLOCK_S * 1.0001, 100.03 + i * BLOCK_S * 1.0001)
    assert told == pytest.approx(100.0 + 29_999 * BLOCK_S * 1.0001, abs=0.001)


def test_after_sound_was_lost_the_library_is_believed_at_once() -> None:
    timer = StreamTimer(RATE)
    for i in range(500):
        timer.tell(BLOCK, i * BLOCK_S, i * BLOCK_S + 0.02)
    assert timer.tell(BLOCK, 10.1, 10.12, lost=True) == 10.1
    assert timer.tell(BLOCK, 13.0, 13.02) == 13.0, "a gap that nobody told of"


@pytest.mark.parametrize(("source", "target"), [(44_100, 48_000), (48_000, 44_100), (16_000, 48_000), (48_000, 48_000)])
def test_converted_sound_lies_where_it_lay(source: int, target: int) -> None:
    converter = Converter(source, target)
    tone = np.sin(2 * np.pi * 440 * np.arange(source) / source).astype(np.float32)
    made = np.concatenate([converter.push(piece) for piece in np.split(tone, 50)])
    expected = np.sin(2 * np.pi * 440 * np.arange(len(made)) / target)
    assert 0 <= converter.behind_s < 0.05 and len(made) / target == pytest.approx(1 - converter.behind_s)
    np.testing.assert_allclose(made[500:], expected[500:], atol=0.01)


class Device:
    """Pulls from a feed in blocks of 20 ms, 60 ms ahead of its sounding."""

    def __init__(self, rate: int, device_rate: int) -> None:
        self.now = 10.0
        self.rate = device_rate
        self.buffer = PlaybackBuffer(rate)
        self.feed = Feed(self.buffer, lambda: self.now)
        self.feed.begin(device_rate)

    def pull(self, blocks: int) -> Samples:
        pulled = []
        for _ in range(blocks):
            pulled.append(self.feed.pull(self.rate // 50, self.now + 0.06))
            self.now += 0.02
        return np.concatenate(pulled)


@pytest.mark.parametrize(("rate", "device_rate"), [(48_000, 48_000), (48_000, 44_100), (44_100, 48_000)])
def test_a_sound_begins_when_it_is_told_to_at_any_rate(rate: int, device_rate: int) -> None:
    device = Device(rate, device_rate)
    device.pull(7)
    device.buffer.push(np.full(rate, 0.5, np.float32))
    began = device.now + 0.06
    sound = device.pull(75)
    first = int(np.flatnonzero(sound > 0.25)[0])
    assert device.buffer.began_at == pytest.approx(began + first / device_rate, abs=0.0005)
    assert np.count_nonzero(sound > 0.25) == pytest.approx(device_rate, abs=30)


@pytest.mark.parametrize("device_rate", [48_000, 44_100])
def test_a_reply_that_is_held_goes_on_where_it_was(device_rate: int) -> None:
    whole, held = Device(48_000, device_rate), Device(48_000, device_rate)
    for device in (whole, held):
        device.buffer.push(np.linspace(0.1, 0.9, 48_000, dtype=np.float32))
    before = held.pull(20)
    held.feed.hold()
    assert not held.pull(10).any()
    held.feed.begin(device_rate)
    sound = np.concatenate((before, held.pull(40)))
    assert held.buffer.pending == 0
    expected = whole.pull(60)
    assert sound[sound > 0.05].sum() == pytest.approx(expected[expected > 0.05].sum(), rel=0.005)


def test_what_was_pulled_and_did_not_sound_is_pulled_again() -> None:
    device = Device(48_000, 48_000)
    device.buffer.push(np.arange(1, 48_001, dtype=np.float32))
    device.pull(10)
    before = device.buffer.played
    device.feed.give_back()  # the last callback was at 10.18 s, when what had sounded was pulled at 10.12 s
    device.feed.begin(48_000)
    assert device.buffer.played < before, "it counts as played"
    again = device.pull(1)
    assert again[0] == 6 * 960 + 1
    assert device.pull(60)[-960 * 20 :].max() == 48_000
