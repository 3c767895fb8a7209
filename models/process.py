"""An engine that lives in a process of its own, since its packages conflict with ours, or to spare us its crashes.

load ──▶ starts it ──▶ ready                  ended by `drop`; dead: the next job starts it again
run  ──▶ job ──▶ share … share ──▶ made        cancelled: told; killed if it takes no notice
"""

import logging
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from assistant.errors import EarshotError, EngineError, EngineMissing, JobCancelled
from models import wire
from models.base import Job, Made, Report
from models.budget import Footprint
from models.child import Child, Gone
from models.faults import EngineBroken, OutOfMemory
from models.spec import Spec

logger = logging.getLogger(__name__)

LOOK_S = 0.2
"""How often it is seen to whether a job is still wanted."""
GRACE_S = 3.0
"""How long it may go on with one that is not."""


class Process:
    """An `Engine`, and `Apart`."""

    def __init__(self, spec: Spec, interpreter: Path | None = None, grace_s: float = GRACE_S) -> None:
        """`interpreter` is the Python it runs in; None: ours."""
        self.card = spec.card
        self.takes = Footprint()
        self._spec = spec
        self._interpreter = str(interpreter or sys.executable)
        self._grace_s = grace_s
        self._child: Child | None = None
        self._jobs = 0

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        child = self._child  # another thread may end it
        return child is not None and child.alive

    @property
    def pid(self) -> int | None:
        """The number of the process; None while there is none."""
        child = self._child
        return child.pid if child else None

    def load(self) -> None:
        """Start the process, and wait until its engine is loaded.

        Raises:
            EngineMissing: the interpreter, a package or weights are not here.
            EngineError: it cannot be loaded.
        """
        self.drop()
        try:
            self._child = Child(self.card.name, [self._interpreter, "-P", "-m", "models.worker"])
        except OSError as error:
            raise EngineMissing(
                f"The interpreter of {self.card.name}, {self._interpreter}, cannot be started: {error.strerror}."
            ) from error
        try:
            self._await_ready(self._child)
        except EarshotError:
            self.drop()
            raise

    def run(self, job: Job, report: Report) -> Made:
        """Have the job done there.

        Raises:
            EngineBroken: the process died, or answers nonsense.
            EarshotError: what the engine raised.
        """
        if not self.alive:
            self.load()
        assert self._child is not None
        self._jobs += 1
        try:
            self._child.send(wire.line({"job": wire.from_job(job), "id": self._jobs}))
            return self._awaited(self._child, self._jobs, report)
        except Gone as error:
            self._lost(error)

    def drop(self) -> None:
        """End the process."""
        child, self._child = self._child, None
        if child:
            child.end()

    def _await_ready(self, child: Child) -> None:
        try:
            child.send(wire.line({"spec": wire.from_spec(self._spec)}))
            while (message := self._message(child)) is None:
                pass
        except Gone as error:
            self._lost(error)
        if "failed" in message:
            raise self._failure(message["failed"])
        try:
            self.takes = Footprint(**message["ready"])
        except (KeyError, TypeError) as error:
            raise self._nonsense() from error

    def _awaited(self, child: Child, number: int, report: Report) -> Made:
        """What comes of a job; `report` is asked often whether it is still wanted.

        Raises:
            Gone: the process died.
        """
        share = 0.0
        while True:
            message = self._message(child)
            if message is None or message.get("id") == number:
                if message and ("made" in message or "failed" in message):
                    return self._result(message)
                try:
                    report(share := _share(message, share))
                except JobCancelled:
                    self._cancel(child, number)
                    raise

    def _cancel(self, child: Child, number: int) -> None:
        """Tell it that a job is not wanted, and end it if it does not let go."""
        child.send(wire.line({"cancel": number}))
        deadline = time.monotonic() + self._grace_s
        while time.monotonic() < deadline:
            message = self._message(child)
            if message and message.get("id") == number and ("made" in message or "failed" in message):
                return
        logger.warning("%s does not let go of a job that nobody wants, and is ended", self.card.name)
        self._child = None
        child.end(0.0)

    def _message(self, child: Child) -> dict[str, Any] | None:
        """What it says next; None if it says nothing for a while.

        Raises:
            Gone: it has ended.
            EngineBroken: it says nonsense.
        """
        given = child.receive(LOOK_S)
        if given is None:
            return None
        try:
            return wire.parsed(given)
        except ValueError as error:
            raise self._nonsense() from error

    def _result(self, message: Mapping[str, Any]) -> Made:
        if "failed" in message:
            raise self._failure(message["failed"])
        try:
            return wire.to_made(message["made"])
        except ValueError as error:
            raise self._nonsense() from error

    def _failure(self, fields: Mapping[str, Any]) -> EarshotError:
        kind = wire.KINDS.get(str(fields.get("kind")), EngineBroken)
        text = str(fields.get("text", ""))
        if kind is OutOfMemory:
            return OutOfMemory(f"The engine {self.card.name} ran out of memory.")
        if kind is EngineBroken:
            logger.debug("%s: %s", self.card.name, text)
            return EngineBroken(f"The engine {self.card.name} broke down.")
        return kind(text)

    def _nonsense(self) -> EngineError:
        return EngineBroken(f"The engine {self.card.name} answers in a way that I do not understand.")

    def _lost(self, gone: Gone) -> NoReturn:
        raise EngineBroken(f"The process of the engine {self.card.name} died.") from gone


def _share(message: Mapping[str, Any] | None, before: float) -> float:
    share = (message or {}).get("share")
    return share if isinstance(share, float | int) else before
