"""Devices without a sound card: what is chosen, what is counted, what is said."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import AudioChunk
from assistant.devices.backend import (
    DeviceInfo,
    Direction,
    FormatRefused,
    StreamFormat,
    load_backend,
    moment,
)
from assistant.devices.capture import CaptureQueue, StreamClock
from assistant.devices.faults import fault
from assistant.devices.selection import choose
from assistant.errors import DeviceError

INPUT, OUTPUT = Direction.INPUT, Direction.OUTPUT


def device(index: int, name: str, inputs: int = 1, outputs: int = 0, host: str = "ALSA", **more: bool) -> DeviceInfo:
    return DeviceInfo(index, name, host, inputs, outputs, 44_100, **more)


DEVICES = [
    device(0, "USB Microphone", default_input=True),
    device(1, "USB Microphone Pro"),
    device(2, "HDMI", inputs=0, outputs=8, default_output=True),
    device(3, "usb headset", outputs=2),
    device(4, "USB Microphone", host="OSS"),
]

# ------------------------------------------------------------------- selection


@pytest.mark.parametrize(
    ("wanted", "direction", "index"),
    [
        ("", INPUT, 0),
        ("", OUTPUT, 2),
        ("1", INPUT, 1),
        (" 3 ", OUTPUT, 3),
        ("pro", INPUT, 1),
        ("usb microphone", INPUT, 0),  # exact, though two names contain it, and though another host lists it too
        ("HEADSET", INPUT, 3),
        ("usb", OUTPUT, 3),  # only one of them is a loudspeaker
    ],
)
def test_a_device_is_found_by_index_name_or_default(wanted: str, direction: Direction, index: int) -> None:
    assert choose(DEVICES, wanted, direction).index == index


def test_without_a_default_the_first_that_fits_is_taken() -> None:
    assert choose(DEVICES[1:2] + DEVICES[3:4], "", OUTPUT).index == 3


@pytest.mark.parametrize(
    ("wanted", "direction", "sentence"),
    [
        ("usb", INPUT, '"usb" fits several microphones: 0 "USB Microphone", 1 "USB Microphone Pro", 3 "usb headset".'),
        ("banana", OUTPUT, 'No loudspeaker is called "banana"; there are 2 "HDMI", 3 "usb headset".'),
        ("7", INPUT, "There is no device 7;"),
        ("2", INPUT, 'Device 2, "HDMI", is no microphone;'),
    ],
)
def test_what_cannot_be_chosen_is_told_with_the_choices(wanted: str, direction: Direction, sentence: str) -> None:
    with pytest.raises(DeviceError) as told:
        choose(DEVICES, wanted, direction)
    assert str(told.value).startswith(sentence)


def test_no_device_at_all_is_told() -> None:
    with pytest.raises(DeviceError, match="There is no microphone on this machine; connect one"):
        choose([DEVICES[2]], "", INPUT)


# ----------------------------------------------------------------------- queue


def block(count: int = 10, value: float = 0.1) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.full(count, value, np.float32)


def drained(queue: CaptureQueue) -> list[AudioChunk]:
    chunks = []
    while chunk := queue.take():
        chunks.append(chunk)
    return chunks


def test_a_full_queue_drops_the_oldest_and_positions_jump() -> None:
    queue = CaptureQueue(rate=1000, limit_s=0.05)
    queue.start()
    for i in range(8):
        queue.put(block(), at=i * 0.01)
    assert [chunk.start for chunk in drained(queue)] == [30, 40, 50, 60, 70]
    assert queue.dropped == 30


def test_nothing_is_lost_uncounted_however_it_is_fetched() -> None:
    random = np.random.default_rng(3)
    queue = CaptureQueue(rate=1000, limit_s=0.05)
    queue.start()
    put = taken = 0
    for _ in range(500):
        size = int(random.integers(1, 30))
        queue.put(block(size), at=put / 1000)
        put += size
        for _ in range(int(random.integers(0, 3))):
            if chunk := queue.take():
                taken += len(chunk.samples)
    taken += sum(len(chunk.samples) for chunk in drained(queue))
    assert queue.dropped > 0
    assert taken + queue.dropped == put


def test_what_comes_before_anybody_listens_is_no_part_of_the_stream() -> None:
    queue = CaptureQueue(rate=1000, limit_s=0.05)
    for i in range(20):
        queue.put(block(), at=i * 0.01)
    queue.start()
    queue.put(block(), at=0.2)
    assert [chunk.start for chunk in drained(queue)] == [0]
    assert queue.dropped == 0
    assert queue.captured_at(0.005) == pytest.approx(0.205)


def test_an_overflow_of_the_device_counts_and_positions_jump() -> None:
    queue = CaptureQueue(rate=1000, limit_s=1.0)
    queue.start()
    queue.put(block(), at=5.0)
    queue.put(block(), at=5.04, lost=True)
    assert [chunk.start for chunk in drained(queue)] == [0, 40]
    assert queue.dropped == 30


def test_an_overflow_that_cannot_be_measured_still_counts() -> None:
    queue = CaptureQueue(rate=1000, limit_s=1.0)
    queue.start()
    queue.put(block(), at=5.0)
    queue.put(block(), at=5.01, lost=True)
    assert [chunk.start for chunk in drained(queue)] == [0, 10]
    assert queue.dropped == 1


def test_a_device_that_was_away_leaves_a_gap_that_is_not_counted_as_dropped() -> None:
    queue = CaptureQueue(rate=1000, limit_s=1.0)
    queue.start()
    queue.put(block(), at=5.0)
    queue.expect_gap()
    queue.put(block(), at=5.3)
    queue.put(block(), at=7.31)  # nobody told of this one: the computer slept
    assert [chunk.start for chunk in drained(queue)] == [0, 300, 2310]
    assert queue.dropped == 0


def test_a_callback_that_is_late_makes_no_gap() -> None:
    queue = CaptureQueue(rate=1000, limit_s=1.0)
    queue.start()
    for at in (5.0, 5.01, 5.32, 5.03):
        queue.put(block(), at)
    assert [chunk.start for chunk in drained(queue)] == [0, 10, 20, 30]


# ----------------------------------------------------------------------- clock


def test_the_clock_is_not_moved_by_callbacks_that_come_late() -> None:
    random = np.random.default_rng(5)
    clock = StreamClock()
    for i in range(1000):
        clock.note(i * 0.02, 100.0 + i * 0.02 + float(random.exponential(0.004)))
    assert clock.origin == pytest.approx(100.0, abs=0.002)


def test_the_clock_is_not_moved_by_one_block_that_claims_to_be_early() -> None:
    clock = StreamClock()
    clock.note(0.0, 99.97)
    for i in range(1, 50):
        clock.note(i * 0.02, 100.0 + i * 0.02)
    assert clock.origin == pytest.approx(100.0)


def test_the_clock_follows_a_sound_card_that_runs_slow() -> None:
    clock = StreamClock()
    for i in range(100_000):
        clock.note(i * 0.02, 100.0 + i * 0.02 * 1.0001)
    assert clock.origin + 2000 == pytest.approx(100.0 + 2000 * 1.0001, abs=0.002)


@pytest.mark.parametrize(
    ("event", "current", "otherwise_s", "from_now"),
    [
        (7.98, 8.0, -0.03, -0.02),
        (8.05, 8.0, 0.06, 0.05),
        (8.0, 8.0, 0.06, 0.0),
        (0.0, 8.0, 0.06, 0.06),  # a host that does not tell
        (8.0, 0.0, -0.03, -0.03),
        (0.0, 0.0, -0.03, -0.03),
        (800.0, 8.0, 0.06, 0.06),  # nonsense: two clocks
        (8.1, 8.0, -0.03, -0.03),  # nonsense: captured in the future
        (float("nan"), 8.0, -0.03, -0.03),
    ],
)
def test_a_moment_is_told_on_the_loops_clock(event: float, current: float, otherwise_s: float, from_now: float) -> None:
    before = time.monotonic()
    found = moment(event, current, otherwise_s)
    assert before - 1e-6 <= found - from_now <= time.monotonic() + 1e-6


# ------------------------------------------------------------------- sentences


@pytest.mark.parametrize(
    ("code", "host_code", "says", "refused"),
    [
        (-9997, 0, "does not do 44100 Hz with 1 channels", True),
        (-9998, 0, "does not do 44100 Hz with 1 channels", True),
        (-9985, 0, "is in use by another program", False),
        (-9999, -16, "is in use by another program", False),
        (-9996, 0, "is gone; connect it again", False),
        (-9999, -5, "cannot be opened (it said no)", False),
    ],
)
def test_every_code_is_a_sentence_that_says_what_to_do(code: int, host_code: int, says: str, refused: bool) -> None:
    error = fault(INPUT, StreamFormat(DEVICES[0], 44_100, 1, 882, 0.1), code, "it said no", host_code)
    assert str(error).startswith('The microphone "USB Microphone" ')
    assert says in str(error) and "`assistant devices`" in str(error)
    assert isinstance(error, FormatRefused) == refused


def test_an_unknown_backend_is_told_with_those_there_are() -> None:
    with pytest.raises(DeviceError, match='There is no audio backend "jack"; choose one of sounddevice, pyaudio.'):
        load_backend("jack")


ASK = """
import asyncio, sys
from assistant.devices import DeviceOptions, open_devices
from assistant.errors import DeviceError
async def main():
    async with open_devices(DeviceOptions(*sys.argv[1:])):
        pass
try:
    asyncio.run(main())
except DeviceError as error:
    print(error)
"""


def asked(folder: Path, *options: str) -> str:
    """What a process says that opens the devices with `folder` first on its path."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n{ASK}", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert done.stdout.count("\n") == 1
    return done.stdout.strip()


def test_a_missing_portaudio_is_told_with_the_command_that_installs_it(tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    assert "sudo apt install libportaudio2" in asked(tmp_path)


@pytest.mark.parametrize(
    ("backend", "says"),
    [("sounddevice", "`pip install sounddevice`"), ("pyaudio", "`.venv/bin/python -m pip install pyaudio`")],
)
def test_a_missing_package_is_told_with_the_command_that_installs_it(tmp_path: Path, backend: str, says: str) -> None:
    (tmp_path / f"{backend}.py").write_text(f"raise ModuleNotFoundError('No module named {backend}')")
    assert says in asked(tmp_path, backend)


def test_a_device_that_is_not_there_is_told_whatever_this_machine_has(tmp_path: Path) -> None:
    said = asked(tmp_path, "sounddevice", "no such microphone, anywhere")
    assert said.startswith(("There is no microphone on", "No microphone is called", "The PortAudio library is missing"))
