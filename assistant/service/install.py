"""Installs the service for the user who runs it: scripts/install_service {install,uninstall,status}

unit file ─▶ ~/.config/systemd/user ─▶ linger on ─▶ enabled, started ─▶ what is still in its way
"""

import os
import shlex
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TextIO

from assistant.errors import ServiceError
from assistant.findings import Finding, Verdict
from assistant.service.surroundings import Surroundings, findings, look

UNIT = "earshot.service"
PLACEHOLDER = "@PYTHON@"
PATIENCE_S = 10.0
"""How long the user's systemd may take to start once linger is on."""
SPECIAL = set('"\\$%\n')
"""Characters that would have to be written in another way in a unit."""


def unit(python: Path) -> str:
    """The unit file that starts the service with an interpreter.

    Raises:
        ServiceError: a unit cannot name it.
    """
    if SPECIAL & set(str(python)):
        raise ServiceError(f"A systemd unit cannot well name {python}; move Earshot to a folder with a plain name.")
    text = (resources.files("assistant.service") / UNIT).read_text(encoding="utf-8")
    return text.replace(PLACEHOLDER, str(python))


@dataclass(frozen=True, slots=True)
class Installation:
    """The service of one user."""

    python: Path
    """The interpreter that has Earshot."""
    out: TextIO
    environment: Mapping[str, str]
    root: Path = Path("/")

    @property
    def file(self) -> Path:
        """Where the unit is."""
        home = self.environment.get("HOME") or Path.home()
        config = Path(self.environment.get("XDG_CONFIG_HOME") or Path(home) / ".config")
        return config / "systemd" / "user" / UNIT

    def install(self) -> int:
        """Write the unit, turn linger on, start the service; 1 if it does not run, or not without a login.

        Raises:
            ServiceError: there is no systemd here, or the unit cannot be written.
        """
        if not self._look().systemd:
            command = shlex.join([str(self.python), "-P", "-m", "assistant", "serve"])
            raise ServiceError(f"{findings(self._look())[0].advice} Here that is: {command}")
        self._write()
        if not self._look().linger:
            self._run("loginctl", "enable-linger", self._look().user)
        self._wait_for(lambda: bool(self._look().runtime))
        runs = all(self._user_systemd(*words) for words in (["daemon-reload"], ["enable", UNIT], ["restart", UNIT]))
        self._tell("Earshot runs." if runs else f"Earshot does not run; see: journalctl --user -u {UNIT} -n 20")
        return max(self._in_the_way(), int(not runs))

    def uninstall(self) -> int:
        """Stop the service and take the unit away."""
        if self._look().systemd:
            self._user_systemd("disable", "--now", UNIT)
        self.file.unlink(missing_ok=True)
        if self._look().systemd:
            self._user_systemd("daemon-reload")
        user = self._look().user
        self._tell(
            f"The service is gone. Linger was left as it is; to turn it off: sudo loginctl disable-linger {user}"
        )
        return 0

    def status(self) -> int:
        """Tell whether it is installed and runs, and what is in its way; 1 if anything is."""
        self._tell(f"{self.file} is {'there' if self.file.exists() else 'not there'}.")
        runs = self._look().systemd and self._user_systemd("is-active", UNIT)
        self._tell("How it is: assistant doctor --service" if runs else "It does not run.")
        return max(self._in_the_way(), int(not runs))

    def _in_the_way(self) -> int:
        """Say what keeps it from working without a login; 1 if anything does."""
        found = [finding for finding in findings(self._look()) if finding.verdict is not Verdict.OK]
        for finding in found:
            self._tell(_sentence(finding))
        if not found:
            self._tell("It needs no login: it starts when the machine does.")
        return int(any(finding.verdict is Verdict.PROBLEM for finding in found))

    def _look(self) -> Surroundings:
        return look(self.environment, self.root)

    def _write(self) -> None:
        text = unit(self.python)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ServiceError(f"{self.file} cannot be written: {error.strerror}.") from error
        self._tell(f"Wrote {self.file}.")

    def _user_systemd(self, *words: str) -> bool:
        return self._run("systemctl", "--user", *words)

    def _run(self, *command: str) -> bool:
        """Run a command and say so if it fails; whether it succeeded. It needs no session bus, only the folder."""
        runtime = self._look().runtime
        environment = {**self.environment, **({"XDG_RUNTIME_DIR": runtime} if runtime else {})}
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        except OSError as error:
            self._tell(f"{shlex.join(command)}: {error.strerror}")
            return False
        if done.returncode:
            self._tell(f"{shlex.join(command)}: {(done.stderr or done.stdout).strip() or done.returncode}")
        return done.returncode == 0

    def _wait_for(self, there: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not there() and time.monotonic() < deadline:
            time.sleep(0.1)

    def _tell(self, line: str) -> None:
        self.out.write(f"{line}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit code."""
    parser = ArgumentParser("install_service", description="Earshot as a systemd service of the user who runs this.")
    parser.add_argument("action", choices=("install", "uninstall", "status"), nargs="?", default="install")
    action = parser.parse_args(arguments).action
    installation = Installation(Path(sys.executable), sys.stdout, os.environ)
    try:
        return int(getattr(installation, action)())
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1


def _sentence(finding: Finding) -> str:
    return f"{finding.verdict}: {finding.name}: {finding.found}. {finding.advice}"


if __name__ == "__main__":
    sys.exit(main())
