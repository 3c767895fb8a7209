"""The unit, its installation, and what is said of a machine on which a service would not work."""

import grp
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from assistant.doctor import check_service
from assistant.errors import ServiceError
from assistant.findings import Verdict
from assistant.service.install import UNIT, Installation, unit
from assistant.service.surroundings import Surroundings, findings, look, why_silent
from tests.supervisor import parsed

PYTHON = Path("/home/ada/ear shot/.venv/bin/python")
WELL = Surroundings("ada", runtime="/run/user/1000", server="PipeWire")

# ---------------------------------------------------------------------- unit


def test_the_unit_has_what_a_service_without_a_login_needs() -> None:
    sections = parsed(unit(PYTHON))
    service, about = sections["Service"], sections["Unit"]
    assert service["ExecStart"] == f'"{PYTHON}" -P -m assistant serve'
    assert (service["Type"], service["Restart"], service["NotifyAccess"]) == ("notify", "on-failure", "main")
    assert float(service["WatchdogSec"]) >= 10
    assert float(service["TimeoutStopSec"]) > 5 + 5, "longer than a reply may go on"
    assert {"pipewire.socket", "pulseaudio.socket", "wireplumber.service"} <= set(about["After"].split())
    assert sections["Install"] == {"WantedBy": "default.target"}


def test_nothing_is_taken_away_that_sound_or_a_gpu_needs() -> None:
    service = parsed(unit(PYTHON))["Service"]
    assert service["NoNewPrivileges"] == "yes"
    harmful = {"PrivateDevices", "DeviceAllow", "ProtectHome", "MemoryDenyWriteExecute", "RestrictRealtime"}
    harmful |= {"PrivateNetwork", "PrivateUsers", "ProtectSystem", "PrivateTmp", "IPAddressDeny"}
    assert not harmful & service.keys()
    assert {"AF_UNIX", "AF_INET"} <= set(service["RestrictAddressFamilies"].split())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_itself_finds_no_fault_in_it(tmp_path: Path) -> None:
    file = tmp_path / UNIT
    file.write_text(unit(Path(sys.executable)))
    runtime = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    command = ["systemd-analyze", "verify", "--user", "--man=no", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, env=runtime, timeout=60, check=False)
    assert [line for line in done.stderr.splitlines() if UNIT in line] == []


@pytest.mark.parametrize("name", ['a"b', "a$b", "100%", "a\\b", "a\nb"])
def test_a_path_that_a_unit_cannot_name_is_refused(name: str) -> None:
    with pytest.raises(ServiceError, match="plain name"):
        unit(Path("/home") / name / "python")


# -------------------------------------------------------------- surroundings


def test_a_machine_that_is_well() -> None:
    assert {finding.verdict for finding in findings(WELL)} == {Verdict.OK}
    assert why_silent(WELL) == []


@pytest.mark.parametrize(
    ("amiss", "name", "verdict", "words"),
    [
        (replace(WELL, systemd=False), "systemd", "problem", "NOTIFY_SOCKET"),
        (replace(WELL, linger=False), "linger", "problem", "sudo loginctl enable-linger ada"),
        (replace(WELL, runtime=""), "runtime folder", "problem", "not by su or sudo"),
        (
            replace(WELL, server=""),
            "sound server",
            "warning",
            "/run/user/1000/pipewire-0 or /run/user/1000/pulse/native",
        ),
        (replace(WELL, card=False), "sound card", "warning", "waits for it"),
        (replace(WELL, card=False, server=""), "sound card", "problem", "waits for it"),
        (replace(WELL, member=False), "group audio", "problem", "sudo usermod --append --groups audio ada"),
        (replace(WELL, effective=False), "group audio", "warning", "started again"),
    ],
)
def test_what_is_in_the_way_is_named_with_what_to_do(amiss: Surroundings, name: str, verdict: str, words: str) -> None:
    found = {finding.name: finding for finding in findings(amiss) if finding.verdict is not Verdict.OK}
    assert (found[name].verdict, words in found[name].advice) == (verdict, True)
    assert set(found) <= {name, "sound server"}


def test_a_service_that_hears_nothing_tells_of_what_concerns_devices_only() -> None:
    amiss = Surroundings("ada", systemd=False, linger=False, runtime="", member=False, card=False)
    assert len(why_silent(amiss)) == 3
    assert not any("NOTIFY_SOCKET" in sentence for sentence in why_silent(amiss))


def test_a_machine_is_looked_at(tmp_path: Path) -> None:
    user = pwd.getpwuid(os.getuid()).pw_name
    bare = look({"XDG_RUNTIME_DIR": str(tmp_path / "run/user/7")}, tmp_path)
    assert (bare.user, bare.systemd, bare.linger, bare.runtime, bare.server, bare.card) == (
        *(user, False, False, "", "", False),
    )
    for folder in ("run/systemd/system", f"var/lib/systemd/linger/{user}", "run/user/7/pulse", "dev/snd"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "run/user/7/pulse/native").touch()
    (tmp_path / "dev/snd/pcmC0D0p").touch()
    full = look({"XDG_RUNTIME_DIR": str(tmp_path / "run/user/7")}, tmp_path)
    assert (full.systemd, full.linger, full.card, full.server) == (True, True, True, "PulseAudio")
    assert full.runtime == str(tmp_path / "run/user/7")
    assert full.audio_group == any(group.gr_name == "audio" for group in grp.getgrall())


def test_without_a_variable_the_runtime_folder_is_where_systemd_puts_it(tmp_path: Path) -> None:
    folder = tmp_path / f"run/user/{os.getuid()}"
    folder.mkdir(parents=True)
    assert look({}, tmp_path).runtime == str(folder)
    assert look({"PULSE_SERVER": "tcp:box"}, tmp_path).server == "PulseAudio at tcp:box"
    assert look({"PULSE_SERVER": f"unix:{tmp_path}"}, tmp_path).server == f"PulseAudio at unix:{tmp_path}"
    assert look({"PULSE_SERVER": f"unix:{tmp_path}/gone"}, tmp_path).server == ""


@pytest.mark.parametrize(
    ("health", "verdict"),
    [
        (None, "warning"),
        ({"status": "ok", "reasons": []}, "ok"),
        ({"status": "degraded", "reasons": ["So."]}, "warning"),
    ],
)
def test_the_doctor_asks_the_service_that_runs(health: dict[str, object] | None, verdict: str) -> None:
    assert check_service(health).verdict == verdict


# -------------------------------------------------------------- installation

COMMAND = (
    '#!/bin/bash\necho "$(basename "$0") $* $XDG_RUNTIME_DIR" >>"$NOTES"\n[ "$(cat "$NOTES.fails" 2>/dev/null)" != '
)
COMMAND += '"$1" ] || { echo "not allowed" >&2; exit 1; }\n'


class Machine:
    """A machine in a folder, with a systemd that notes what it is asked, and turns linger on if it may."""

    def __init__(self, root: Path) -> None:
        self.root, self.out = root, StringIO()
        self.notes = root / "notes"
        self.user = pwd.getpwuid(os.getuid()).pw_name
        self.runtime = root / f"run/user/{os.getuid()}"
        self.linger = root / "var/lib/systemd/linger"
        for folder in (root / "run/systemd/system", self.runtime, self.linger, root / "bin"):
            folder.mkdir(parents=True)
        lingering = f'[ "$1" != enable-linger ] || touch "{self.linger}/$2"\n'
        for name, more in {"systemctl": "", "loginctl": lingering}.items():
            (root / "bin" / name).write_text(COMMAND + more)
            (root / "bin" / name).chmod(0o755)
        path = f"{root / 'bin'}:/usr/bin:/bin"
        self.environment = {"HOME": str(root / "home"), "PATH": path, "NOTES": str(self.notes)}
        self.installation = Installation(PYTHON, self.out, self.environment, root)

    def noted(self) -> list[str]:
        return self.notes.read_text().splitlines() if self.notes.exists() else []

    def fails(self, word: str) -> None:
        (self.root / "notes.fails").write_text(word)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_it_is_written_lingers_and_is_started_without_a_session_bus(machine: Machine) -> None:
    machine.installation.install()
    assert machine.installation.file == machine.root / "home/.config/systemd/user" / UNIT
    assert machine.installation.file.read_text() == unit(PYTHON)
    assert [line.removesuffix(f" {machine.runtime}") for line in machine.noted()] == [
        f"loginctl enable-linger {machine.user}",
        "systemctl --user daemon-reload",
        f"systemctl --user enable {UNIT}",
        f"systemctl --user restart {UNIT}",
    ]
    assert "Earshot runs." in machine.out.getvalue()
    assert "sound server: none. No sound server listens" in machine.out.getvalue()


def test_linger_that_may_not_be_turned_on_is_told_with_the_command(machine: Machine) -> None:
    machine.fails("enable-linger")
    (machine.root / "bin/loginctl").write_text(COMMAND)
    assert machine.installation.install() == 1
    told = machine.out.getvalue()
    assert "not allowed" in told
    assert f"problem: linger: off. The service would start when {machine.user} logs in" in told
    assert "Earshot runs." in told


def test_a_service_that_does_not_start_is_told(machine: Machine) -> None:
    machine.fails("--user")
    assert machine.installation.install() == 1
    assert "does not run; see: journalctl --user" in machine.out.getvalue()


def test_without_systemd_nothing_is_installed_and_the_command_is_told(machine: Machine) -> None:
    (machine.root / "run/systemd/system").rmdir()
    with pytest.raises(ServiceError, match="'/home/ada/ear shot/.venv/bin/python' -P -m assistant serve"):
        machine.installation.install()
    assert machine.noted() == [] and not machine.installation.file.exists()


def test_it_is_taken_away_again(machine: Machine) -> None:
    machine.installation.install()
    assert machine.installation.uninstall() == 0
    assert not machine.installation.file.exists()
    assert machine.installation.uninstall() == 0, "also where there is nothing"
    assert f"systemctl --user disable --now {UNIT} {machine.runtime}" in machine.noted()


def test_the_status_tells_what_is_in_the_way(machine: Machine) -> None:
    machine.fails("--user")
    assert machine.installation.status() == 1
    told = machine.out.getvalue().splitlines()
    assert told[0].endswith("is not there.")
    assert any(line.startswith("problem: linger: off.") for line in told)


def test_the_script_on_this_machine_says_what_it_says(tmp_path: Path) -> None:
    if Path("/run/systemd/system").exists():
        pytest.skip("this machine has systemd, and nothing is to be installed on it")
    command = [sys.executable, "-P", "-m", "assistant.service.install"]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "HOME": str(tmp_path)}, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Let what starts services here run `assistant serve`")
    assert not list(tmp_path.iterdir())
