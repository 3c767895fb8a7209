"""The unit's own command under a supervisor, in the virtual room."""

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.demo import demonstration
from assistant.devices.files import Recording as Sound
from assistant.service.install import unit
from tests.room import VirtualRoom, room_test
from tests.supervisor import Supervisor

pytestmark = room_test

UNIT = unit(Path(sys.executable))
SOUNDS = {sound.name: sound for sound in demonstration()}


@pytest.fixture
def room(tmp_path: Path) -> VirtualRoom:
    """A room that is not there yet."""
    return VirtualRoom(tmp_path)


@pytest.fixture
def served(room: VirtualRoom) -> Iterator[Supervisor]:
    (room.folder / "home").mkdir(parents=True)
    room.list_devices()
    room_env = {k: v for k, v in room.env.items() if not k.startswith(("EARSHOT_", "OPENAI_"))}
    homes = {name: str(room.folder / "home") for name in ("XDG_STATE_HOME", "XDG_DATA_HOME")}
    with Supervisor(room.folder, UNIT, room_env | homes, "--port", "0", "--set", "service.drain_s=30") as supervisor:
        yield supervisor


def say(room: VirtualRoom, sound: Sound) -> None:
    room.play(np.concatenate((sound.samples, np.zeros(sound.rate // 10, np.float32))), sound.rate)


def test_it_starts_before_the_sound_server_talks_and_keeps_it_to_itself(room: VirtualRoom, served: Supervisor) -> None:
    served.wait_for("READY=1")
    assert served.get("/health").status == 503
    with room:
        assert served.wait_until("/health", '"ok"').status == 200
        served.wait_for("STATUS=Listening.")
        say(room, SOUNDS["two_cities"])
        deadline = time.monotonic() + 60
        while not served.get("/metrics").metric("earshot_turns_total") and time.monotonic() < deadline:
            time.sleep(0.2)
        metrics = served.get("/metrics")
        assert metrics.metric("earshot_turns_total") == 1
        assert 0 < metrics.metric('earshot_stage_seconds_sum{stage="first_sample"}') < 5
        assert metrics.metric('earshot_stage_seconds_count{stage="recognized"}') == 1
        assert served.get("/health").json["last_turn_age_s"] < 60
        assert served.stop() == 0
    log = (room.folder / "home" / "earshot" / "service.log").read_text()
    written = "\n".join((log, *served.lines(), metrics.text, *(line for _, line in served.told)))
    assert re.search(r"^turn: .*sounded", written, re.MULTILINE)
    assert not re.search(r"\b(times|best|worst|heard you)\b", written)
    (transcript,) = (room.folder / "home" / "earshot" / "sessions").glob("*/transcript.txt")
    assert "times" in transcript.read_text(), "so it was said, and kept where it belongs"


def test_told_to_stop_in_the_middle_of_a_reply_it_finishes_it(room: VirtualRoom, served: Supervisor) -> None:
    served.wait_for("READY=1")
    with room, room.record() as recording:
        served.wait_until("/health", '"ok"')
        say(room, SOUNDS["Who are you?"])
        recording.wait_for_sound("speaker", 60)
        told = time.monotonic()
        assert served.stop() == 0
        ended = recording.last_sound(recording.speaker)
    assert ended is not None and ended > told + 0.5
    lines = served.lines()
    assert any(line.startswith("service: stopping when the reply is over") for line in lines)
    assert "interrupted" not in [line for line in lines if line.startswith("turn: ")][-1]


def test_an_unplugged_microphone_is_told_and_forgotten(room: VirtualRoom, served: Supervisor) -> None:
    served.wait_for("READY=1")
    with room:
        served.wait_until("/health", '"ok"')
        room.unplug_microphone()
        page = served.wait_until("/health", "degraded")
        assert (page.status, page.json["devices"]) == (503, {"microphone": False, "loudspeaker": True})
        room.plug_microphone()
        served.wait_until("/health", '"ok"')
        metrics = served.get("/metrics")
        assert metrics.metric('earshot_device_losses_total{device="microphone"}') >= 1
        beats = served.count("WATCHDOG=1")
        served.wait_for("WATCHDOG=1", beats + 2)
        assert served.stop() == 0
