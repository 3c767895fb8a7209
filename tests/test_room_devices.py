"""The live devices on real PortAudio, in the virtual room."""

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.audio import Samples
from assistant.resample import resample
from tests.room import RATE, VirtualRoom, room_test

pytestmark = room_test

ALIKE = 0.5
"""Correlation from which on it is the same sound; unrelated noise, or the same at another rate, has less than 0.1."""

BACKENDS = [
    "sounddevice",
    pytest.param(
        "pyaudio", marks=pytest.mark.skipif(not importlib.util.find_spec("pyaudio"), reason="pyaudio is not installed")
    ),
]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[VirtualRoom]:
    with VirtualRoom(tmp_path) as room:
        yield room


class Probe:
    """A job of `tests.room_probe` that has its devices open."""

    def __init__(self, room: VirtualRoom, job: str, seconds: float, backend: str, *rest: str) -> None:
        command = [sys.executable, "-m", "tests.room_probe", job, str(seconds), str(room.folder), backend, *rest]
        self._process = subprocess.Popen(
            command if rest else [*command, "2.0"],
            env=room.env,
            cwd=Path(__file__).parents[1],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout and self._process.stdout.readline() == "ready\n", self._process.stderr.read()  # type: ignore[union-attr]
        self.log = ""
        """What it wrote to standard error, once it is done."""

    def result(self) -> dict[str, Any]:
        try:
            out, self.log = self._process.communicate(timeout=40)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise AssertionError(f"it hangs: {self._process.communicate()[1]}") from None
        assert self._process.returncode == 0, self.log
        found: dict[str, Any] = json.loads(out)
        return found

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextmanager
def probing(*given: Any) -> Iterator[Probe]:
    probe = Probe(*given)
    try:
        yield probe
    finally:
        probe.stop()


def noise(seconds: float, rate: int = RATE) -> Samples:
    """White noise, which correlates with itself only."""
    return (np.random.default_rng(7).standard_normal(round(seconds * rate)) * 0.2).clip(-0.9, 0.9).astype(np.float32)


def found_at(needle: Samples, hay: Samples) -> tuple[int, float]:
    """Where a sound lies within another, and the correlation there."""
    size = len(hay) + len(needle)
    product = np.fft.irfft(np.fft.rfft(hay, size) * np.conj(np.fft.rfft(needle, size)), size)[: len(hay)]
    index = int(np.argmax(product))
    part = hay[index : index + len(needle)]
    return index, float(np.corrcoef(part, needle[: len(part)])[0, 1]) if part.any() else 0.0


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_played_into_the_microphone_arrives_at_the_time_told(room: VirtualRoom, backend: str) -> None:
    with room.record() as recording, probing(room, "listen", 2.5, backend) as probe:
        time.sleep(0.3)
        room.play(noise(0.3)).wait()
        result = probe.result()
    heard, rate = np.load(room.folder / "heard.npy"), result["rate"]
    index, likeness = found_at(resample(noise(0.3), RATE, rate), heard)
    assert likeness > ALIKE
    assert result["dropped"] == 0 and result["first"] == 0 and not any(result["gaps"])
    assert result["longest"] <= 0.04
    assert recording.first_sound(recording.mic) == pytest.approx(result["began_at"] + index / rate, abs=0.03)


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_pushed_comes_out_at_the_time_told_and_is_cut_off_at_once(room: VirtualRoom, backend: str) -> None:
    sound = noise(3.0, 44_100)
    np.save(room.folder / "sound.npy", sound)
    with room.record() as recording, probing(room, "speak", 1.0, backend) as probe:
        result = probe.result()
    began, ended = recording.first_sound(recording.speaker), recording.last_sound(recording.speaker)
    assert began == pytest.approx(result["began_at"], abs=0.03)
    assert ended is not None and 0 < ended - result["cut_at"] < 0.12
    _, likeness = found_at(resample(sound, result["rate"], RATE)[: RATE * 3 // 10], recording.speaker)
    assert likeness > ALIKE
    assert not recording.mic.any(), "the loudspeaker is heard at the microphone"


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_nobody_fetches_is_dropped_and_counted(room: VirtualRoom, backend: str) -> None:
    with probing(room, "sleep_through", 1.2, backend, "0.3") as probe:
        result = probe.result()
    assert result["missing"] == result["dropped"]
    assert 0.4 < result["dropped"] / result["rate"] < 1.1  # slept 1.2 s, 0.3 s fit into the queue


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_unplugged_microphone_is_heard_again_when_it_is_back(room: VirtualRoom, backend: str) -> None:
    with room.record() as recording, probing(room, "listen", 7.0, backend) as probe:
        time.sleep(0.8)
        room.unplug_microphone()
        time.sleep(1.0)
        room.plug_microphone()
        wait_for_listener(room)
        room.play(noise(0.3)).wait()
        result = probe.result()
    assert "stopped working" in probe.log and '" is back.' in probe.log and "Traceback" not in probe.log
    heard, rate = np.load(room.folder / "heard.npy"), result["rate"]
    index, likeness = found_at(resample(noise(0.3), RATE, rate), heard)
    assert likeness > ALIKE
    assert sum(result["gaps"]) / rate > 0.9, "positions do not tell of the gap"
    assert recording.first_sound(recording.speaker), "the loudspeaker did not survive"
    assert recording.first_sound(recording.mic) == pytest.approx(result["began_at"] + index / rate, abs=0.03)


def test_a_microphone_that_hangs_is_heard_again(room: VirtualRoom) -> None:
    with probing(room, "listen", 7.0, "sounddevice") as probe:
        time.sleep(0.8)
        room.freeze()
        time.sleep(2.0)
        room.freeze(False)
        wait_for_listener(room)
        time.sleep(1.0)
        room.play(noise(0.3)).wait()
        result = probe.result()
    assert "stopped working" in probe.log and "Traceback" not in probe.log
    heard = np.load(room.folder / "heard.npy")
    assert found_at(resample(noise(0.3), RATE, result["rate"]), heard)[1] > ALIKE


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_table_names_the_devices_and_their_levels(room: VirtualRoom, backend: str) -> None:
    playback = room.play(noise(4.0))
    time.sleep(0.3)
    with probing(room, "tell_devices", 0, backend) as probe:
        table = probe.result()["table"].splitlines()
    rows = {cells[3]: cells for line in table if len(cells := [cell.strip() for cell in line.split("│")]) > 8}
    playback.stop()
    level, unit = rows["microphone"][8].split()
    assert float(level) == pytest.approx(-14, abs=1.5) and unit == "dBFS"
    assert {"microphone", "speaker", "default"} <= rows.keys()
    assert rows["default"][1] == "*"


def test_an_unplugged_microphone_does_not_open_and_a_sentence_says_so(room: VirtualRoom) -> None:
    room.unplug_microphone()
    with probing(room, "refuse", 0, "sounddevice", "2.0", "Microphone") as probe:
        error = probe.result()["error"]
    assert error.startswith('The microphone "microphone" cannot be opened (')
    assert "assistant devices" in error and "\n" not in error
    assert not probe.log


# ------------------------------------------------- what becomes of devices during a reply

PIECE = RATE // 20


def lost_of(sound: Samples, heard: Samples) -> int:
    """How many pieces of 50 ms of a sound are not to be found in what was heard, in their order."""
    lost = at = 0
    for piece in sound[: len(sound) // PIECE * PIECE].reshape(-1, PIECE):
        if not alike(piece, heard[at : at + PIECE]):
            index, likeness = found_at(piece, heard[at : at + 2**19 - PIECE])  # 10.9 s
            lost, at = (lost + 1, at) if likeness < ALIKE else (lost, at + index)
        if alike(piece, heard[at : at + PIECE]):
            at += PIECE
    return lost


def at_rate(reply: Samples, result: dict[str, Any]) -> Samples:
    """What the room hears of a reply that was pushed as it is."""
    return resample(reply, result["rates"][1], RATE)


def alike(piece: Samples, heard: Samples) -> bool:
    """Whether this is that piece."""
    return bool(len(piece) == len(heard) and heard.any() and np.corrcoef(piece, heard)[0, 1] > ALIKE)


def longest_silence(heard: Samples) -> float:
    """Seconds for which a sound that never rests was not to be heard, between its first and last sample."""
    return float(np.diff(np.flatnonzero(np.abs(heard) > 0.005)).max()) / RATE


@pytest.fixture
def reply(room: VirtualRoom) -> Samples:
    """What is said: 7 s, or a little more by the loudspeaker's rate, that correlate with themselves only."""
    sound = noise(7.0)
    np.save(room.folder / "sound.npy", sound)
    return sound


def test_a_microphone_that_is_pulled_out_during_a_reply_is_heard_again_and_the_reply_goes_on(
    room: VirtualRoom, reply: Samples
) -> None:
    with room.record() as recording, probing(room, "converse", 10.0, "sounddevice") as probe:
        time.sleep(2.0)
        room.unplug_microphone(listed=False)
        time.sleep(2.0)
        room.plug_microphone()
        back_at = time.monotonic()
        result = probe.result()
    assert [change[2] for change in result["changes"]] == [False, True], probe.log
    assert min(at for at in result["heard_at"] if at > back_at) - back_at < 5.0
    assert lost_of(at_rate(reply, result), recording.speaker) == 0 and longest_silence(recording.speaker) < 0.5


def test_a_microphone_that_was_never_there_comes_during_a_reply_of_which_no_word_is_lost(
    room: VirtualRoom, reply: Samples
) -> None:
    room.unplug_microphone(listed=False)
    with room.record() as recording, probing(room, "converse", 10.0, "sounddevice", "2.0", "microphone") as probe:
        time.sleep(3.0)
        room.plug_microphone()
        back_at = time.monotonic()
        result = probe.result()
    assert [change[2] for change in result["changes"]] == [False, True], probe.log
    assert result["heard_at"][0] - back_at < 5.0
    assert lost_of(at_rate(reply, result), recording.speaker) == 0
    assert 0.01 < longest_silence(recording.speaker) < 0.5, "the library was restarted, and that took not long"
    print(f"gap at the loudspeaker: {longest_silence(recording.speaker):.3f} s")


def test_a_loudspeaker_that_is_pulled_out_during_a_reply_says_the_rest_when_it_is_back(
    room: VirtualRoom, reply: Samples
) -> None:
    # 2 s of the reply are played before, 2 s it is away, 5 s it may take to come back, and 5.7 s are left by then.
    with room.record() as recording, probing(room, "converse", 15.5, "sounddevice") as probe:
        time.sleep(2.5)
        room.unplug_speaker()
        time.sleep(2.0)
        room.plug_speaker()
        back_at = time.monotonic()
        result = probe.result()
    assert [change[2] for change in result["changes"]] == [False, True], probe.log
    again = recording.first_sound(recording.speaker, after=back_at)
    assert again is not None and again - back_at < 5.0
    assert result["pending"] == 0 and lost_of(at_rate(reply, result), recording.speaker) <= 1
    gaps = np.diff(result["heard_at"])
    assert gaps.max() < 0.5 and (gaps > 0.1).sum() <= 1, "the microphone was torn again and again, though it was there"


def test_a_microphone_that_goes_as_it_is_started_does_not_hang_the_library(room: VirtualRoom) -> None:
    with probing(room, "start_late", 1.5, "sounddevice") as probe:
        room.unplug_microphone()
        time.sleep(3.0)
        room.plug_microphone()
        result = probe.result()
    assert result["error"] == 'The microphone "default" went away as it was started.'
    assert result["beats"] > 20, "the library was started again"
    assert "Assertion" not in probe.log


def test_a_reply_goes_on_after_the_loudspeaker_hung(room: VirtualRoom, reply: Samples) -> None:
    with room.record() as recording, probing(room, "converse", 12.0, "sounddevice") as probe:
        time.sleep(2.0)
        room.freeze()
        time.sleep(2.0)
        room.freeze(False)
        result = probe.result()
    assert result["pending"] == 0 and lost_of(at_rate(reply, result), recording.speaker) <= 1
    assert "stopped working" in probe.log and "is back" in probe.log and "Traceback" not in probe.log


def test_a_machine_without_sound_is_waited_for(room: VirtualRoom, reply: Samples) -> None:
    with room.record() as recording:
        room.hide()
        with probing(room, "converse", 8.0, "sounddevice") as probe:
            time.sleep(1.5)
            room.hide(False)
            result = probe.result()
    assert result["rates"] == [48_000, 48_000]
    assert sorted(change[2] for change in result["changes"]) == [False, False, True, True]
    assert result["heard_at"]
    assert not recording.speaker.any(), "what nobody could hear in its time came after all"


# ------------------------------------------------------------------ what the sound server does


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[VirtualRoom]:
    with VirtualRoom(tmp_path, following=True) as room:
        np.save(room.folder / "sound.npy", noise(3.0))
        yield room


def test_another_default_microphone_is_followed_and_told(desktop: VirtualRoom) -> None:
    with probing(desktop, "converse", 6.0, "sounddevice") as probe:
        time.sleep(1.0)
        desktop.add_microphone("headset")
        result = probe.result()
    assert ["is" in change[3] and change[2] for change in result["changes"]] == [True]
    assert not desktop.listeners()


def test_the_loudspeaker_is_not_taken_for_a_microphone_when_that_is_gone(desktop: VirtualRoom) -> None:
    with probing(desktop, "converse", 9.0, "sounddevice") as probe:
        time.sleep(1.0)
        desktop.leave_microphone()
        time.sleep(4.0)
        desktop.plug_microphone()
        result = probe.result()
    assert [change[2] for change in result["changes"]] == [False, True], result["changes"]


def test_the_canceller_of_the_sound_server_is_used_for_both_directions(desktop: VirtualRoom) -> None:
    desktop.add_canceller()
    with probing(desktop, "converse", 2.0, "sounddevice") as probe:
        assert desktop.leads_to() == {"microphone.echo-cancel", "far.echo-cancel"}
        result = probe.result()
    assert result["cancelled"] == [True, True] and not result["changes"]


def test_without_a_canceller_there_is_none(desktop: VirtualRoom) -> None:
    with probing(desktop, "converse", 1.0, "sounddevice") as probe:
        assert desktop.leads_to() == {"microphone", "speaker"}
        result = probe.result()
    assert result["cancelled"] == [False, False]


def wait_for_listener(room: VirtualRoom) -> None:
    """Until the program under test listens to the microphone."""
    deadline = time.monotonic() + 5
    while not room.listeners() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.2)
