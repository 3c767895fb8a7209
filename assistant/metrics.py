"""The record of every turn as a line of JSON, for `--metrics FILE`."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import DataError
from assistant.events import Event, TurnEnded
from assistant.ports import Screen
from assistant.workspace import append_line


@dataclass(frozen=True, slots=True)
class Screens:
    """A `Screen` that is several."""

    screens: Sequence[Screen]

    def show(self, event: Event) -> None:
        """Show it on each."""
        for screen in self.screens:
            screen.show(event)


class MetricsFile:
    """A `Screen` that appends a line for every turn that ended; what was said is not in it."""

    def __init__(self, path: Path) -> None:
        """Make sure that the file can be written.

        Raises:
            DataError: it cannot.
        """
        try:
            path.open("a").close()
        except OSError as error:
            raise DataError(f"Cannot write the metrics to {path}: {error.strerror}.") from error
        self.path = path

    def show(self, event: Event) -> None:
        """Append the record, if this is the end of a turn."""
        if isinstance(event, TurnEnded):
            append_line(self.path, json.dumps(record(event)))


def record(turn: TurnEnded) -> dict[str, Any]:
    """The stages in seconds from the end of speech, and what kind of turn it was."""
    stages = asdict(turn.stages)
    speech_end = stages.pop("speech_end")
    return {
        "date": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "latency_s": _rounded(turn.latency()),
        "stages_s": {name: _rounded(None if at is None else at - speech_end) for name, at in stages.items()},
        "speech_s": _rounded(turn.heard.ended - turn.heard.started),
        "confidence": _rounded(turn.heard.confidence),
        "words_heard": len(turn.said.split()),
        "interrupted": turn.interrupted,
        "tasks": list(turn.tasks),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
