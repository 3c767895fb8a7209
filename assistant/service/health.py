"""Whether a conversation can be held now, and if not, why, in sentences.

starting ──▶ ok ◀──▶ degraded ──▶ stopping
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from assistant.events import DeviceChanged, Event, Level, State, StateChanged, TurnEnded

DEVICES = ("microphone", "loudspeaker")
SILENT_S = 5.0
"""A microphone that is there and delivers nothing for this long hangs."""
STUCK_S = 5.0
"""So does a loop that does not come round for this long."""


class Status(StrEnum):
    """How the service is."""

    STARTING = "starting"
    OK = "ok"
    DEGRADED = "degraded"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class Report:
    """What /health tells."""

    status: Status
    fields: Mapping[str, Any]
    """All of it, for JSON."""


class Health:
    """A `Screen` that knows how the service is. Shown events on the loop; asked on any thread.

    What another thread reads is replaced and never changed in place.
    """

    def __init__(self, explain: Callable[[], Sequence[str]] = tuple, now: Callable[[], float] = time.monotonic) -> None:
        self.engines: Mapping[str, str] = {}
        """What hears, speaks and answers, by its job."""
        self._explain = explain
        self._now = now
        self._phase = Status.STARTING
        self._state: State | None = None
        self._missing: Mapping[str, str] = {}
        self._beat_at = self._level_at = now()
        self._turn_at: float | None = None
        self._last = Status.STARTING
        self._since = _date()

    def show(self, event: Event) -> None:
        """Take note of what concerns the service's health."""
        match event:
            case Level():
                self._level_at = self._now()
            case DeviceChanged(device, present, text):
                self._device(device.split(" ")[0], present, text)
            case StateChanged(state):
                self._state = state
            case TurnEnded():
                self._turn_at = self._now()
            case _:
                pass

    def ready(self) -> None:
        """The conversation begins."""
        self._phase, self._level_at = Status.OK, self._now()
        self._settle()

    def stopping(self) -> bool:
        """The conversation ends; whether that is news."""
        was, self._phase = self._phase, Status.STOPPING
        self._settle()
        return was is not Status.STOPPING

    def beat(self) -> None:
        """The loop came round."""
        self._beat_at = self._now()
        self._settle()

    @property
    def hears(self) -> bool:
        """Whether sound arrives, or is not to: the microphone is away, or not in use. False: something hangs."""
        excused = self._phase is not Status.OK or "microphone" in self._missing
        return excused or self._now() - self._level_at < SILENT_S

    @property
    def missing(self) -> list[str]:
        """The devices that are away: "microphone", "loudspeaker"."""
        return sorted(self._missing)

    def losses(self) -> list[str]:
        """What is to be said of the devices that are away."""
        return list(self._missing.values())

    def present(self) -> dict[str, bool]:
        """Which device is there; empty while nobody has looked yet."""
        looked = self._phase is not Status.STARTING
        return {device: device not in self._missing for device in DEVICES} if looked else {}

    def reasons(self) -> list[str]:
        """Why no conversation can be held, a sentence each; empty if one can."""
        if self._phase is Status.STARTING:
            return ["The engines are being loaded and the devices opened."]
        if self._phase is Status.STOPPING:
            return ["It was told to stop."]
        lost, hanging = self.losses(), self._hanging()
        return [*lost, *(self._explain() if lost else ()), *hanging]

    def report(self) -> Report:
        """How it is now."""
        status = self._settle()
        age = None if self._turn_at is None else round(self._now() - self._turn_at, 1)
        fields = {
            "status": status,
            "since": self._since,
            "state": self._state,
            "engines": dict(self.engines),
            "devices": self.present(),
            "last_turn_age_s": age,
            "reasons": self.reasons(),
        }
        return Report(status, fields)

    def _settle(self) -> Status:
        """The status now; where it is another than before, note since when."""
        degraded = self._phase is Status.OK and (self._missing or self._hanging())
        status = Status.DEGRADED if degraded else self._phase
        if status is not self._last:
            self._last, self._since = status, _date()
        return status

    def _hanging(self) -> list[str]:
        found = []
        if not self.hears:
            silent = self._now() - self._level_at
            found.append(f"The microphone is there and has delivered nothing for {silent:.0f} s.")
        if (stuck := self._now() - self._beat_at) > STUCK_S:
            found.append(f"The conversation hangs: its loop has not come round for {stuck:.0f} s.")
        return found

    def _device(self, device: str, present: bool, text: str) -> None:
        others = {name: why for name, why in self._missing.items() if name != device}
        self._missing = others if present else {**others, device: text}
        self._level_at = self._now()  # one that is back is given time to deliver
        self._settle()


def _date() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
