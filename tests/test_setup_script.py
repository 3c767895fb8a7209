"""`scripts/setup`, in a copy of the repository with an interpreter that only notes what it is asked."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.test_scripts import COMMANDS, PYTHON, ROOT, Copy


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    root = tmp_path / "ear shot"
    (root / "scripts").mkdir(parents=True)
    for name in ("bootstrap.sh", "talk", "setup"):
        shutil.copy2(ROOT / "scripts" / name, root / "scripts" / name)
    for name in ("pyproject.toml", "constraints.txt"):
        (root / name).write_text("one\n")
    made = Copy(root, tmp_path / "notes")
    (tmp_path / "bin").mkdir()
    bodies = {**COMMANDS, "nvidia-smi": 'test -e "$NOTES.driver"'}
    scripts = {"python": PYTHON, **{name: f"#!/bin/bash\n{body}\n" for name, body in bodies.items()}}
    for name, body in scripts.items():
        (tmp_path / "bin" / name).write_text(body)
        (tmp_path / "bin" / name).chmod(0o755)
    return made


def test_it_can_be_started() -> None:
    assert os.access(ROOT / "scripts/setup", os.X_OK)
    subprocess.run(["bash", "-n", ROOT / "scripts/setup"], check=True)


def test_alone_it_installs_the_core(copy: Copy) -> None:
    done = copy.run("scripts/setup")
    assert done.returncode == 0
    assert copy.noted() == ["venv", f"pip {copy.root}"]
    assert "scripts/talk" in done.stderr
    assert (copy.run("scripts/setup").returncode, copy.noted()) == (0, [])


def test_for_a_gpu_it_puts_one_onnxruntime_in_the_place_of_the_other_and_fetches_a_recognizer(copy: Copy) -> None:
    copy.flag("driver").touch()
    done = copy.run("scripts/setup", "--gpu")
    assert done.returncode == 0, done.stderr
    noted = copy.noted()
    quiet = "<-m><pip><--quiet><--disable-pip-version-check><--no-input>"
    cuda = f"{quiet}<install><--constraint><{copy.root}/constraints.txt><--editable><{copy.root}[gpu]>"
    assert noted == [
        "venv",
        f"pip {copy.root}",
        cuda,
        f"{quiet}<uninstall><--yes><onnxruntime><onnxruntime-gpu>",
        f"{quiet}<install><--no-deps><onnxruntime-gpu>=1.24,<1.27>",
        "<-P><-m><assistant.cuda>",
        "<-P><-m><assistant><models><pull><whisper-turbo>",
    ]
    assert 'model = "turbo"' in done.stderr
    copy.run("scripts/talk")
    assert [line for line in copy.noted() if "pip" in line] == [], "what is there is not installed over"


@pytest.mark.parametrize(
    ("choice", "pulled"), [("none", []), ("all", ["<-P><-m><assistant><models><pull><whisper-turbo><--accept>"])]
)
def test_weights_are_fetched_by_the_licence_that_is_chosen(copy: Copy, choice: str, pulled: list[str]) -> None:
    copy.flag("driver").touch()
    assert copy.run("scripts/setup", "--gpu", "--weights", choice).returncode == 0
    assert [line for line in copy.noted() if "pull" in line] == pulled


def test_without_a_driver_it_says_what_to_do_first(copy: Copy) -> None:
    done = copy.run("scripts/setup", "--gpu")
    assert (done.returncode, copy.noted()) == (1, [])
    assert "There is no NVIDIA driver here" in done.stderr
    assert copy.run("scripts/setup", "--gpu", "--anyway", "--weights", "none").returncode == 0
    assert any("onnxruntime-gpu" in line for line in copy.noted())


@pytest.mark.parametrize("given", [["--cpu"], ["--gpu", "--weights"], ["--gpu", "--weights", "some"]])
def test_what_it_does_not_know_it_says(copy: Copy, given: list[str]) -> None:
    done = copy.run("scripts/setup", *given)
    assert (done.returncode, copy.noted()) == (2, [])
    assert done.stderr.startswith("usage: scripts/setup")
