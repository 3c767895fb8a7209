"""What is printed of a measurement: rows on stdout as they come; on stderr progress, and what cannot be measured."""

import json
import math
import sys
import time
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.status import Status

from assistant.evaluation.capability.base import Row

QUIET_S = 30.0
"""How often progress is told where there is no terminal."""
WIDTHS = (24, 52, 8, 5)
"""Of the columns, in characters: engine, metric, value, n."""
HEADING = ("engine", "metric", "value", "n")
PLACES = 4
"""Behind the point."""


@dataclass(slots=True)
class Report:
    """Where a measurement goes."""

    as_json: bool = False
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    complete: bool = True
    """Whether everything that was wanted was measured."""
    _task: str = ""
    """Whose rows come now."""
    _told: set[str] = field(default_factory=set)
    _told_at: float = field(default_factory=time.monotonic)
    _status: Status | None = None

    def row(self, task: str, row: Row) -> None:
        """A figure."""
        self._quiet()
        text = self._object(task, row) if self.as_json else self._line(task, row)
        print(text, file=self.out, flush=True)

    def left_out(self, text: str, *, wanted: bool = True) -> None:
        """What is not measured, and why: a sentence, told once. `wanted`: the measurement is not complete then."""
        self.complete = self.complete and not wanted
        if text not in self._told:
            self._told.add(text)
            self._quiet()
            print(text, file=self.err, flush=True)

    def progress(self, text: str) -> None:
        """What is being done."""
        if self.err.isatty():
            self._status = self._status or Status(text, console=Console(file=self.err, highlight=False))
            self._status.update(text)
            self._status.start()
        elif time.monotonic() - self._told_at > QUIET_S:
            self._told_at = time.monotonic()
            print(text, file=self.err, flush=True)

    def close(self) -> None:
        """Take the progress away."""
        self._quiet()

    def _quiet(self) -> None:
        if self._status is not None:
            self._status.stop()

    def _object(self, task: str, row: Row) -> str:
        value = round(row.value, PLACES) if math.isfinite(row.value) else None
        return json.dumps({"task": task, "engine": row.engine, "metric": row.metric, "value": value, "n": row.n})

    def _line(self, task: str, row: Row) -> str:
        columns = _columns(row.engine, row.metric, f"{row.value:.{PLACES}g}", str(row.n))
        before, self._task = self._task, task
        if task == before:
            return columns
        return "\n".join([*([""] if before else []), task, _columns(*HEADING), columns])


def _columns(engine: str, metric: str, value: str, n: str) -> str:
    """Words to the left, numbers to the right."""
    return f"  {engine:<{WIDTHS[0]}} {metric:<{WIDTHS[1]}} {value:>{WIDTHS[2]}} {n:>{WIDTHS[3]}}"
