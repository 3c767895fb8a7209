"""The unit's own command under a supervisor, on a machine without sound."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from assistant.app import Engines
from assistant.service.install import unit
from config.settings import load
from tests.room import VirtualRoom
from tests.supervisor import Supervisor

UNIT = unit(Path(sys.executable))


def silent_environment(folder: Path) -> dict[str, str]:
    """A machine on which sound has been forgotten: no sound server, no devices, and nobody logged in."""
    room = VirtualRoom(folder)
    (folder / "home").mkdir(parents=True)
    room.list_devices()  # those of a sound server that is not there; without any ALSA aborts
    homes = ("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    kept = {k: v for k, v in room.env.items() if not k.startswith(("EARSHOT_", "OPENAI_", "PYTHONPATH"))}
    return kept | {name: str(folder / "home") for name in homes}


def log(folder: Path) -> str:
    return (folder / "home" / "earshot" / "service.log").read_text()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return silent_environment(tmp_path)


@pytest.fixture
def alone(tmp_path: Path, environment: Mapping[str, str]) -> Iterator[Supervisor]:
    with Supervisor(tmp_path, UNIT, environment, "--port", "0") as supervisor:
        yield supervisor


def test_without_devices_it_starts_says_so_lives_and_ends(alone: Supervisor, tmp_path: Path) -> None:
    alone.wait_for("READY=1")
    page = alone.wait_until("/health", "degraded")
    assert page.status == 503
    assert page.json["devices"] == {"microphone": False, "loudspeaker": False}
    assert page.json["engines"] == {"recognizer": "moonshine", "voice": "lj", "dialogue": "embedded"}
    assert any("No sound server listens" in reason for reason in page.json["reasons"])
    alone.wait_for("STATUS=There is no microphone")
    metrics = alone.get("/metrics")
    assert metrics.metric('earshot_device_present{device="microphone"}') == 0
    assert metrics.metric("earshot_models_resident") == 2
    assert metrics.metric('earshot_model_memory_bytes{model="moonshine"}') > 2e7
    alone.wait_for("WATCHDOG=1", alone.count("WATCHDOG=1") + 3)
    assert alone.stop() == 0
    alone.wait_for("STOPPING=1")
    assert "recordings" not in "\n".join(alone.lines()), "no conversation with recordings takes its place"
    assert "turn:" not in "\n".join(alone.lines())
    assert "There is no microphone" in log(tmp_path)


def test_killed_it_is_started_again(alone: Supervisor) -> None:
    alone.wait_for("READY=1")
    alone.process.kill()
    alone.wait_for("READY=1", 2)
    assert alone.codes == [-9]
    assert alone.stop() == 0


def test_a_wrong_setting_ends_it_for_good(tmp_path: Path, environment: Mapping[str, str]) -> None:
    with Supervisor(tmp_path, UNIT, environment, "--port", "70000") as supervisor:
        assert supervisor.process.wait(60) == 2
        time.sleep(0.3)
        assert supervisor.codes == [2]
        assert supervisor.lines() == ["--port: service.port does not fit: a port is from 0 to 65535."]


def test_a_port_that_is_taken_is_one_sentence(environment: Mapping[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        command = [sys.executable, "-P", "-m", "assistant", "serve", "--port", str(other.getsockname()[1])]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "choose another port with --port N" in done.stderr


def test_the_profile_is_headless_unless_another_is_given() -> None:
    from assistant.cli.commands import profile
    from assistant.cli.parser import parse

    assert profile(parse(["serve"]), {}) == "headless"
    assert profile(parse(["serve", "--profile", "handsfree"]), {}) == "handsfree"
    assert profile(parse(["serve"]), {"EARSHOT_PROFILE": "desktop"}) is None
    assert profile(parse(["talk"]), {}) is None


def test_what_each_engine_took_is_known_when_it_is_warm() -> None:
    engines = Engines.load(load(environment={"HOME": "/nowhere"}))
    assert [*engines.took] == [engines.recognizer.name, engines.voice.name]


def test_the_environment_of_these_tests_has_no_devices(environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-P", "-m", "assistant", "devices", "--json"]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60)
    assert '"inputs": 1' not in done.stdout or done.stdout == ""
