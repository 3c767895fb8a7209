"""The shell scripts, in a copy of the repository with an interpreter that only notes what it is asked.

The copy lies in a folder with a space in its name, and the scripts are started from elsewhere.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = ["scripts/talk", "scripts/test", "scripts/check", "scripts/pin", "scripts/install_service", ".ci/run"]

PYTHON = """#!/bin/bash
# Stands in for Python: notes its arguments, makes environments that hold itself, fails where it is told to.
case "$*" in
    "-c import pip") [ -e "$NOTES.pip" ] ;;
    "-c import sys, venv;"*) exit 0 ;;
    "-c import ctypes"*) exit 0 ;;
    "-c import sys; print"*) echo python3.11-venv ;;
    "-m venv --clear --without-pip "*) exit 1 ;;
    "-m venv --clear "*)
        [ -e "$NOTES.no-venv" ] && exit 1
        mkdir -p "${*: -1}/bin" && cp "$0" "${*: -1}/bin/python" && touch "$NOTES.pip" && echo "venv" >>"$NOTES" ;;
    "-m pip install "*)
        echo "pip ${*: -1}" >>"$NOTES"
        echo "WARNING: noise"
        if [ -e "$NOTES.offline" ]; then exit 1; fi ;;
    *) printf '<%s>' "$@" >>"$NOTES"; echo >>"$NOTES" ;;
esac
"""


COMMANDS = {
    "ldconfig": 'echo libc.so.6; if [ -e "$NOTES.portaudio" ]; then echo "libportaudio.so.2 => /lib"; fi',
    "id": 'cat "$NOTES.id" 2>/dev/null || echo 1000',
    "sudo": "exit 1",
    "apt-get": 'echo "apt-get $*" >>"$NOTES"; if [ ! -e "$NOTES.apt" ]; then exit 100; fi; '
    'touch "$NOTES.portaudio"; rm -f "$NOTES.no-venv"',
}
"""Stand-ins for what the scripts ask of the system; files beside the notes say how they behave."""


@dataclass(frozen=True)
class Copy:
    """A copy of what the scripts need."""

    root: Path
    notes: Path

    def run(self, script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        bin = self.notes.parent / "bin"
        variables = {**os.environ, "PYTHON": f"{bin}/python", "PATH": f"{bin}:/usr/bin:/bin", "NOTES": str(self.notes)}
        command = [str(self.root / script), *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=variables, cwd="/", check=False, timeout=60)

    def noted(self) -> list[str]:
        """What the interpreter was asked since the last time."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        self.notes.unlink(missing_ok=True)
        return lines

    def flag(self, name: str) -> Path:
        """A file that tells the interpreter what to do."""
        return self.notes.with_name(f"{self.notes.name}.{name}")


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    root = tmp_path / "ear shot"
    (root / "scripts").mkdir(parents=True)
    for name in ("bootstrap.sh", "talk", "test"):
        shutil.copy2(ROOT / "scripts" / name, root / "scripts" / name)
    for name in ("pyproject.toml", "constraints.txt"):
        (root / name).write_text("one\n")
    made = Copy(root, tmp_path / "notes")
    made.flag("portaudio").touch()
    (tmp_path / "bin").mkdir()
    for name, body in {"python": PYTHON, **{name: f"#!/bin/bash\n{body}\n" for name, body in COMMANDS.items()}}.items():
        (tmp_path / "bin" / name).write_text(body)
        (tmp_path / "bin" / name).chmod(0o755)
    return made


def started(copy: Copy, *arguments: str) -> str:
    return "".join(f"<{a}>" for a in ("-P", "-m", "assistant", "talk", *arguments))


@pytest.mark.parametrize("script", [*SCRIPTS, "scripts/bootstrap.sh", "scripts/install_audio.sh"])
def test_every_script_is_bash(script: str) -> None:
    subprocess.run(["bash", "-n", ROOT / script], check=True)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_can_be_started(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    assert (ROOT / script).read_text().startswith("#!/usr/bin/env bash\n")


def test_the_first_start_installs_and_the_second_only_starts(copy: Copy) -> None:
    first = copy.run("scripts/talk", "--input", "my file.wav", "", "a'b")
    assert first.returncode == 0
    assert copy.noted() == ["venv", f"pip {copy.root}", started(copy, "--input", "my file.wav", "", "a'b")]
    assert "Installing" in first.stderr and "noise" not in first.stderr
    second = copy.run("scripts/talk")
    assert (second.returncode, copy.noted()) == (0, [started(copy)])
    assert "Installing" not in second.stderr


def test_the_tests_get_their_extra_and_their_arguments(copy: Copy) -> None:
    assert copy.run("scripts/test", "-k", "one or two").returncode == 0
    assert copy.noted() == ["venv", f"pip {copy.root}[test]", "<-m><pytest><-k><one or two>"]


def test_what_the_tests_installed_will_do_for_talking_but_not_the_reverse(copy: Copy) -> None:
    copy.run("scripts/test")
    copy.noted()
    copy.run("scripts/talk")
    assert copy.noted() == [started(copy)]
    copy.root.joinpath("pyproject.toml").write_text("two\n")
    copy.run("scripts/talk")
    assert copy.noted() == [f"pip {copy.root}", started(copy)]
    copy.run("scripts/test")
    assert copy.noted()[0] == f"pip {copy.root}[test]"


@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
def test_a_change_of_what_is_wanted_installs_again(copy: Copy, changed: str) -> None:
    copy.run("scripts/talk")
    copy.noted()
    copy.root.joinpath(changed).write_text("two\n")
    copy.run("scripts/talk")
    assert copy.noted() == [f"pip {copy.root}", started(copy)]


def test_an_installation_that_failed_says_so_and_is_done_again(copy: Copy) -> None:
    copy.flag("offline").touch()
    failed = copy.run("scripts/talk")
    assert failed.returncode == 1
    assert "could not be installed" in failed.stderr and "noise" in failed.stderr
    assert copy.noted() == ["venv", f"pip {copy.root}"]
    copy.flag("offline").unlink()
    assert copy.run("scripts/talk").returncode == 0
    assert copy.noted() == [f"pip {copy.root}", started(copy)]


def test_an_upgrade_that_failed_does_not_count_when_it_is_taken_back(copy: Copy) -> None:
    copy.run("scripts/talk")
    copy.root.joinpath("pyproject.toml").write_text("two\n")
    copy.flag("offline").touch()
    copy.run("scripts/talk")
    copy.flag("offline").unlink()
    copy.noted()
    copy.root.joinpath("pyproject.toml").write_text("one\n")
    copy.run("scripts/talk")
    assert copy.noted() == [f"pip {copy.root}", started(copy)]


def test_an_environment_that_was_half_made_is_made_again(copy: Copy) -> None:
    copy.run("scripts/talk")
    copy.noted()
    copy.root.joinpath(".venv", "bin", "python").unlink()
    copy.run("scripts/talk")
    assert copy.noted() == ["venv", f"pip {copy.root}", started(copy)]


def test_a_folder_that_was_moved_is_installed_again(copy: Copy) -> None:
    copy.run("scripts/talk")
    copy.noted()
    moved = Copy(copy.root.rename(copy.root.with_name("moved")), copy.notes)
    moved.run("scripts/talk")
    assert moved.noted() == [f"pip {moved.root}", started(moved)]


def test_a_link_to_the_script_will_do(copy: Copy) -> None:
    link = copy.root.parent / "talk"
    link.symlink_to(copy.root / "scripts" / "talk")
    assert Copy(link.parent, copy.notes).run("talk").returncode == 0
    assert copy.noted() == ["venv", f"pip {copy.root}", started(copy)]


def test_portaudio_is_installed_where_that_needs_no_password(copy: Copy) -> None:
    copy.flag("portaudio").unlink()
    copy.flag("id").write_text("0")
    copy.flag("apt").touch()
    done = copy.run("scripts/talk")
    assert (done.returncode, "PortAudio is missing" in done.stderr) == (0, False)
    asked = ["apt-get update -qq", "apt-get install --yes -qq --no-install-recommends libportaudio2"]
    assert copy.noted()[2:] == [*asked, started(copy)]


def test_where_portaudio_cannot_be_installed_the_command_is_told_and_it_starts_all_the_same(copy: Copy) -> None:
    copy.flag("portaudio").unlink()
    copy.flag("id").write_text("0")
    done = copy.run("scripts/talk")
    assert (done.returncode, "Run: sudo apt-get install libportaudio2" in done.stderr) == (0, True)
    assert copy.noted()[-1] == started(copy)
    again = copy.run("scripts/talk")
    assert (again.returncode, "Run: sudo apt-get install libportaudio2" in again.stderr) == (0, True)
    assert copy.noted() == [started(copy)], "what failed once is not tried at every start"


def test_who_is_not_root_is_asked_for_no_password(copy: Copy) -> None:
    copy.flag("portaudio").unlink()
    done = copy.run("scripts/talk")
    assert (done.returncode, "Run: sudo apt-get install libportaudio2" in done.stderr) == (0, True)
    assert copy.noted() == ["venv", f"pip {copy.root}", started(copy)]


def test_a_python_without_ensurepip_gets_it(copy: Copy) -> None:
    copy.flag("no-venv").touch()
    copy.flag("id").write_text("0")
    copy.flag("apt").touch()
    assert copy.run("scripts/talk").returncode == 0
    assert "apt-get install --yes -qq --no-install-recommends python3.11-venv" in copy.noted()


def test_a_python_without_ensurepip_is_a_sentence_where_it_cannot_get_it(copy: Copy) -> None:
    copy.flag("no-venv").touch()
    done = copy.run("scripts/talk")
    assert done.returncode == 1
    assert done.stderr.endswith("On Debian or Ubuntu: sudo apt-get install python3.11-venv\n")


def test_a_constraint_is_a_name_and_a_version_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert len(pins) > 20
    for pin in pins:
        name, _, version = pin.partition("==")
        assert name.replace("-", "").replace("_", "").replace(".", "").isalnum(), pin
        assert version.replace(".", "").replace("post", "").isdigit(), pin
    assert not any(pin.lower().startswith("earshot") for pin in pins)
