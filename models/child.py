"""A process that is spoken to in lines: started, listened to, and never left behind."""

import logging
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO

logger = logging.getLogger(__name__)

PARTING_S = 2.0
"""How long it may take to end when its input has ended, and again when it is told to."""
ROOT = Path(__file__).parents[1]
"""Where our packages are, for interpreters in which they are not installed."""


class Gone(Exception):
    """The process has ended."""


class Child:
    """Its lines are read on a thread of its own; what it says on standard error goes to the debug log."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        """Start it.

        Raises:
            OSError: it cannot be started.
        """
        self.name = name
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        # Ctrl-C in the terminal is for us; a session of its own keeps it from the child.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,
        )
        assert self._process.stdout and self._process.stderr
        self._threads = (
            Thread(target=self._listen, args=(self._process.stdout,), name=f"{name} says", daemon=True),
            Thread(target=self._overhear, args=(self._process.stderr,), name=f"{name} logs", daemon=True),
        )
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def send(self, given: bytes) -> None:
        """Say something.

        Raises:
            Gone: it has ended.
        """
        assert self._process.stdin
        try:
            self._process.stdin.write(given)
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise Gone from error

    def receive(self, timeout_s: float) -> bytes | None:
        """Its next line; None if it says nothing for so long.

        Raises:
            Gone: it has ended.
        """
        try:
            given = self._lines.get(timeout=timeout_s)
        except Empty:
            return None
        if given is None:
            self._lines.put(None)  # it stays gone
            raise Gone
        return given

    def end(self, patience_s: float = PARTING_S) -> None:
        """End it, by force if it takes too long, and clear up after it."""
        if self._process.stdin:
            try:
                self._process.stdin.close()
            except OSError:
                logger.debug("%s did not take its last line", self.name)
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                self._process.wait(patience_s)
                break
            except subprocess.TimeoutExpired:
                self._signal(number)
        self._process.wait()
        for thread in self._threads:
            thread.join(PARTING_S)  # what it started itself may still hold its pipes

    def _signal(self, number: signal.Signals) -> None:
        """Tell it, and what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _listen(self, out: IO[bytes]) -> None:
        with out:
            for given in out:
                self._lines.put(given)
        code = self._process.wait()  # so that no zombie is left, whenever it ends
        logger.debug("the process of %s ended with %d", self.name, code)
        self._lines.put(None)

    def _overhear(self, err: IO[bytes]) -> None:
        with err:
            for given in err:
                logger.debug("%s: %s", self.name, given.decode(errors="replace").rstrip())


def _environment() -> Mapping[str, str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}
