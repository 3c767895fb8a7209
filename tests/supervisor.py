"""Stands in for systemd: runs the command of a unit, hears what it tells, and starts it again when it fails.

    with Supervisor(tmp_path, unit(Path(sys.executable)), environment, "--port", "0") as supervisor:
        supervisor.wait_for("READY=1")
        assert supervisor.get("/health").status == 503
        assert supervisor.stop() == 0

It does what sd_notify(3) and systemd.service(5) say of Type=notify, WatchdogSec, Restart=on-failure and
RestartPreventExitStatus.
"""

import json
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from configparser import RawConfigParser
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any

PATIENCE_S = 90.0
"""For a process to start on a busy machine."""


def parsed(unit: str) -> dict[str, dict[str, str]]:
    """The sections of a unit file. A key that comes twice is refused."""
    parser = RawConfigParser(delimiters=("=",), comment_prefixes=("#",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit)
    return {name: dict(parser[name]) for name in parser.sections()}


@dataclass(frozen=True)
class Page:
    """What a path answered."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    def metric(self, name: str) -> float:
        """The value of a metric, its labels included in the name."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.text, re.MULTILINE)
        assert found, f"no {name} in {self.text}"
        return float(found[1])


class Supervisor:
    """One service, from `__enter__` to `__exit__`."""

    def __init__(self, folder: Path, unit: str, env: Mapping[str, str], *flags: str, watchdog_s: float = 1.0) -> None:
        service = parsed(unit)["Service"]
        assert service["Type"] == "notify" and service["Restart"] == "on-failure"
        self.command = [*shlex.split(service["ExecStart"]), *flags]
        self._hopeless = {int(code) for code in service["RestartPreventExitStatus"].split()}
        self._folder = folder
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(folder / "notify"))
        self._socket.settimeout(0.05)
        name, _, value = service["Environment"].partition("=")
        notify = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": str(round(watchdog_s * 1e6))}
        self.env = {**env, name: value, **notify}
        self.told: list[tuple[float, str]] = []
        """What the service told, line by line, and when."""
        self.codes: list[int] = []
        """How it ended, each time."""
        self.process = self._start()
        self._over = Event()
        self._threads = [Thread(target=work, daemon=True) for work in (self._hear, self._keep)]

    def __enter__(self) -> "Supervisor":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self.process.kill()
        for thread in self._threads:
            thread.join()
        self.process.wait()
        self._socket.close()

    def lines(self) -> list[str]:
        """What it has printed, over all its lives."""
        return (self._folder / "journal").read_text().splitlines()

    def count(self, line: str) -> int:
        """How often it told a line."""
        return [told for _, told in self.told].count(line)

    def wait_for(self, line: str, count: int = 1) -> float:
        """Wait until it has told a line that begins so `count` times; when it did."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            found = [at for at, told in self.told if told.startswith(line)]
            if len(found) >= count:
                return found[count - 1]
            time.sleep(0.02)
        raise AssertionError(f"{line} was not told {count} times, but {self.told}, {self.codes}: {self.lines()}")

    def wait_until(self, path: str, wanted: str) -> Page:
        """Wait until a page of it holds something."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if wanted in (page := self.get(path)).text:
                return page
            time.sleep(0.1)
        raise AssertionError(f"no {wanted} in {page}: {self.lines()}")

    def get(self, path: str) -> Page:
        """Ask the service for a page."""
        port = int(re.findall(r"http://127\.0\.0\.1:(\d+)/health", "\n".join(self.lines()))[-1])
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", path)
        response = connection.getresponse()
        page = Page(response.status, response.read().decode())
        connection.close()
        return page

    def stop(self) -> int:
        """Send SIGTERM, and wait for the exit code."""
        self._over.set()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def _start(self) -> "subprocess.Popen[bytes]":
        with (self._folder / "journal").open("ab") as journal:
            return subprocess.Popen(self.command, env=self.env, cwd="/", stdout=journal, stderr=journal)

    def _hear(self) -> None:
        while not self._over.is_set() or self.process.poll() is None:
            try:
                message = self._socket.recv(4096).decode()
            except TimeoutError:
                continue
            self.told += [(time.monotonic(), line) for line in message.splitlines()]

    def _keep(self) -> None:
        """Start it again when it fails."""
        while not self._over.is_set():
            code = self.process.poll()
            if code is None or len(self.codes) and code in self._hopeless:
                time.sleep(0.02)
                continue
            self.codes.append(code)
            if code == 0 or code in self._hopeless:
                return
            self.process = self._start()
