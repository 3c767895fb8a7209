"""Timers and alarms: what is to ring, and when; they survive a restart.

Alarms("alarms.json") ── add, remove, all
      └─ rung() ── waits until something is due, and forgets it

A timer ends after a stretch of time, whatever the clock on the wall is set to meanwhile. An alarm rings when the clock
on the wall shows its time, summer time or not. Both are looked at every half minute, so that a clock that was set, or
a machine that slept, makes them late by no more than that.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.errors import DataError

LOOK_S = 30.0
"""How often it is looked what is due."""
SLIP_S = 2.0
"""From this difference on, the clock on the wall was set."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that is to ring."""

    id: int
    at: datetime
    """Of a timer: the instant, in UTC. Of an alarm: a time without a zone, on the clock on the wall."""
    seconds: float = 0.0
    """How long the timer was set for; 0 for an alarm."""
    label: str = ""
    """What it is for, in the user's words."""

    @property
    def timer(self) -> bool:
        """Whether it is a timer."""
        return self.at.tzinfo is not None

    def left_s(self, now: datetime) -> float:
        """Seconds until it rings; negative afterwards. `now` is local and aware."""
        return (self.at - (now if self.timer else now.replace(tzinfo=None))).total_seconds()


def local_now() -> datetime:
    """The time here, aware."""
    return datetime.now().astimezone()


def uptime() -> float:
    """Seconds that no setting of the clock changes, and that go on while the machine sleeps, where it can tell."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Alarms:
    """What is to ring, soonest first."""

    def __init__(
        self,
        path: Path | None = None,
        now: Callable[[], datetime] = local_now,
        elapsed: Callable[[], float] = uptime,
    ) -> None:
        """`path`: where they are kept; None: only as long as the program runs."""
        self.now = now
        self._path = path
        self._elapsed = elapsed
        self._seen = (now().astimezone(UTC), elapsed())
        self._alarms = _read(path) if path else []
        self._last_id = max((alarm.id for alarm in self._alarms), default=0)
        self._changed = asyncio.Event()

    @property
    def all(self) -> Sequence[Alarm]:
        """All of them, soonest first."""
        self._follow_clock()
        now = self.now()
        return sorted(self._alarms, key=lambda alarm: alarm.left_s(now))

    def set_timer(self, seconds: float, label: str = "") -> Alarm:
        """A timer that ends after this many seconds.

        Raises:
            DataError: it cannot be kept.
        """
        self._follow_clock()
        return self.add(Alarm(self._next_id(), self.now().astimezone(UTC) + timedelta(seconds=seconds), seconds, label))

    def set_alarm(self, at: datetime, label: str = "") -> Alarm:
        """An alarm at a time on the wall, naive, or at an instant, aware.

        Raises:
            DataError: it cannot be kept.
        """
        local = at if at.tzinfo is None else at.astimezone(self.now().tzinfo).replace(tzinfo=None)
        return self.add(Alarm(self._next_id(), local, 0.0, label))

    def add(self, alarm: Alarm) -> Alarm:
        """Put it among the others.

        Raises:
            DataError: it cannot be kept.
        """
        self._keep([*self._alarms, alarm])
        return alarm

    def remove(self, alarm: Alarm) -> bool:
        """Take it away; whether it was there.

        Raises:
            DataError: it cannot be kept.
        """
        rest = [other for other in self._alarms if other.id != alarm.id]
        there = len(rest) < len(self._alarms)
        if there:
            self._keep(rest)
        return there

    async def rung(self) -> Sequence[Alarm]:
        """Wait until something is due, and forget it."""
        while not (due := self._due()):
            self._changed.clear()
            soonest_s = min((alarm.left_s(self.now()) for alarm in self._alarms), default=LOOK_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), min(max(soonest_s, 0.01), LOOK_S))
        self._note([alarm for alarm in self._alarms if alarm not in due])
        return due

    def _due(self) -> Sequence[Alarm]:
        return [alarm for alarm in self.all if alarm.left_s(self.now()) <= 0]

    def _follow_clock(self) -> None:
        """Move the timers along where the clock on the wall was set."""
        before, seen = self._seen
        self._seen = now, elapsed = self.now().astimezone(UTC), self._elapsed()
        slip = now - before - timedelta(seconds=elapsed - seen)
        if abs(slip.total_seconds()) < SLIP_S:
            return
        _log.info("The clock was set by %.0f s; timers end as they would have.", slip.total_seconds())
        self._note([_moved(alarm, slip) if alarm.timer else alarm for alarm in self._alarms])

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _note(self, alarms: list[Alarm]) -> None:
        """Keep them, if only in memory: what is due rings, even where nothing can be written."""
        try:
            self._keep(alarms)
        except DataError as error:
            _log.warning("%s", error)
            self._alarms = alarms

    def _keep(self, alarms: list[Alarm]) -> None:
        if self._path:
            _write(self._path, alarms)
        self._alarms = alarms
        self._changed.set()


def _moved(alarm: Alarm, by: timedelta) -> Alarm:
    return Alarm(alarm.id, alarm.at + by, alarm.seconds, alarm.label)


def _write(path: Path, alarms: Sequence[Alarm]) -> None:
    rows = [{"id": a.id, "at": a.at.isoformat(), "seconds": a.seconds, "label": a.label} for a in alarms]
    beside = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise DataError(f"I cannot keep timers in {path}: {error.strerror}. Is the disk full?") from error


def _read(path: Path) -> list[Alarm]:
    """Those of the last time; a file that cannot be understood is put aside."""
    try:
        return [_alarm(row) for row in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        _log.warning("The timers in %s cannot be read (%s) and are put aside.", path, type(error).__name__)
        with suppress(OSError):
            path.replace(path.with_suffix(".broken"))
        return []


def _alarm(row: dict[str, Any]) -> Alarm:
    return Alarm(int(row["id"]), datetime.fromisoformat(row["at"]), float(row["seconds"]), str(row["label"]))
