"""The program as a process: it finds its own packages, sends nothing, and keeps what was said out of its log."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.demo import demonstration
from assistant.workspace import Workspace

WATCH = """
import sys
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        address = arguments[1] if event != "socket.getaddrinfo" else arguments[0]
        if not (isinstance(address, (str, bytes)) and event == "socket.connect"):  # a path: a socket of this machine
            open({log!r}, "a").write(f"{{event}} {{address}}\\n")
sys.addaudithook(hook)
"""


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody reads the first sentence of a tale."""
    sound = next(sound for sound in demonstration() if sound.name == "two_cities")
    return Workspace(tmp_path_factory.mktemp("said")).save_audio("tale", sound.samples, sound.rate, "test").path


def talk(folder: Path, *arguments: str, path: Path | None = None) -> "subprocess.CompletedProcess[str]":
    homes = {name: str(folder / name) for name in ("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("EARSHOT_", "OPENAI_", "PYTHONPATH"))}
    environment |= homes | ({"PYTHONPATH": str(path)} if path else {})
    command = [sys.executable, "-P", "-m", "assistant", *arguments]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120)


def conversation(folder: Path, question: Path, path: Path | None = None) -> "subprocess.CompletedProcess[str]":
    said = str(folder / "said.wav")
    return talk(folder, "talk", "--json", "--input", str(question), "--output", said, path=path)


def test_it_answers_a_recording(tmp_path: Path, question: Path) -> None:
    done = conversation(tmp_path, question)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    [turn] = [event for event in events if event["type"] == "turn"]
    assert "times" in turn["heard"]["text"] and turn["said"] and not turn["interrupted"]
    assert 0 < turn["latency_s"] < 2
    assert (tmp_path / "said.wav").stat().st_size > 50_000


def test_no_packet_leaves_the_machine(tmp_path: Path, question: Path) -> None:
    log = tmp_path / "network.log"
    (tmp_path / "sitecustomize.py").write_text(WATCH.format(log=str(log)))
    assert conversation(tmp_path, question, path=tmp_path).returncode == 0
    assert not log.exists(), log.read_text()


def test_the_watch_sees_a_packet(tmp_path: Path) -> None:
    log = tmp_path / "network.log"
    (tmp_path / "sitecustomize.py").write_text(WATCH.format(log=str(log)))
    attempt = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))"
    subprocess.run([sys.executable, "-c", attempt], env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=True)
    assert "127.0.0.1" in log.read_text()


def test_the_log_holds_nothing_that_was_said(tmp_path: Path, question: Path) -> None:
    assert conversation(tmp_path, question).returncode == 0
    log = (tmp_path / "XDG_STATE_HOME" / "earshot" / "earshot.log").read_text()
    assert log
    assert "times" not in log and "heard you" not in log


def test_a_stray_package_of_the_same_name_is_not_taken_for_ours(tmp_path: Path) -> None:
    for name in ("config", "models", "router"):
        (tmp_path / "stray" / name).mkdir(parents=True)
        (tmp_path / "stray" / name / "__init__.py").write_text("raise ImportError('the wrong package')")
    done = talk(tmp_path, "settings", path=tmp_path / "stray")
    assert done.returncode == 0, done.stderr
    assert "recognizer" in done.stdout
