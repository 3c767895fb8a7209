"""A JSON object a line, for programs. The keys are stable: fields may be added, none is renamed or removed.

{"type": "heard", "text": "hello", "language": "en", "started": 1.2, "ended": 1.9, "confidence": 0.97}
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self, TextIO, TypeAlias, assert_never

from assistant.events import (
    Artifact,
    DeviceChanged,
    Event,
    Guessed,
    Heard,
    Ignored,
    Level,
    Notice,
    Perception,
    Play,
    Reply,
    Resumed,
    Said,
    Say,
    Show,
    Speaking,
    SpeechResumed,
    SpeechStarted,
    StateChanged,
    Supposed,
    TurnEnded,
    Woken,
    Working,
    Yielded,
)

Row: TypeAlias = dict[str, Any]
DIGITS = 4
"""Decimals kept: a tenth of a millisecond."""


class JsonScreen:
    """A `Screen` that writes every event as a line of JSON, levels and guesses included; sound is left out."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def show(self, event: Event) -> None:
        """Write the event's line."""
        self.out.write(json.dumps(as_row(event), ensure_ascii=False) + "\n")
        self.out.flush()


def as_row(event: Event) -> Row:
    """An event as a JSON object, its `type` first."""
    match event:
        case SpeechStarted() | Guessed() | Supposed() | SpeechResumed() | Heard() | Ignored() | Woken():
            return _perception(event)
        case Say() | Play() | Show() | Working():
            return _reply(event)
        case StateChanged(state):
            return {"type": "state", "state": str(state)}
        case Level(dbfs):
            return {"type": "level", "dbfs": round(dbfs, 1)}
        case Speaking(words, index):
            return {"type": "speaking", "words": list(words), "index": index}
        case Yielded() | Resumed() | DeviceChanged():
            return _notice(event)
        case Said(text, interrupted):
            return {"type": "said", "text": text, "interrupted": interrupted}
        case TurnEnded():
            return _turn(event)
        case _:
            assert_never(event)


def _perception(event: Perception) -> Row:
    match event:
        case SpeechStarted(at):
            return {"type": "speech_started", "at": _rounded(at)}
        case Guessed(text):
            return {"type": "guessed", "text": text}
        case Supposed(heard):
            return {"type": "supposed", "heard": _heard(heard)}
        case SpeechResumed(at):
            return {"type": "speech_resumed", "at": _rounded(at)}
        case Heard():
            return {"type": "heard", **_heard(event)}
        case Ignored(at, reason):
            return {"type": "ignored", "at": _rounded(at), "reason": reason}
        case Woken(phrase, at, score):
            return {"type": "woken", "phrase": phrase, "at": _rounded(at), "score": _rounded(score)}
        case _:
            assert_never(event)


def _reply(event: Reply) -> Row:
    match event:
        case Say(text, manner):
            return {"type": "say", "text": text, "manner": asdict(manner) if manner else None}
        case Play(artifact):
            return {"type": "play", "artifact": artifact_row(artifact)}
        case Show(text, artifact, pictures):
            shown = artifact_row(artifact) if artifact else None
            return {"type": "show", "text": text, "artifact": shown, "pictures": [str(path) for path in pictures]}
        case Working(task, share):
            return {"type": "working", "task": task, "share": _rounded(share)}
        case _:
            assert_never(event)


def _notice(event: Notice) -> Row:
    match event:
        case Yielded(ducked):
            return {"type": "yielded", "ducked": ducked}
        case Resumed(after_s, reason):
            return {"type": "resumed", "after_s": _rounded(after_s), "reason": reason}
        case DeviceChanged():
            return {"type": "device", **asdict(event)}
        case _:
            assert_never(event)


def _turn(event: TurnEnded) -> Row:
    return {
        "type": "turn",
        "heard": _heard(event.heard),
        "said": event.said,
        "interrupted": event.interrupted,
        "tasks": list(event.tasks),
        "latency_s": _rounded(event.latency()),
        "stages": _all_rounded(asdict(event.stages)),
    }


def _heard(heard: Heard) -> Row:
    return {
        "text": heard.text,
        "language": heard.language,
        "started": _rounded(heard.started),
        "ended": _rounded(heard.ended),
        "confidence": _rounded(heard.confidence),
    }


def artifact_row(artifact: Artifact) -> Row:
    """An artifact as a JSON object."""
    row = asdict(artifact)
    parents = list(artifact.parents)
    return {**row, "path": str(artifact.path), "seconds": _rounded(artifact.seconds), "parents": parents}


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DIGITS)


def _all_rounded(numbers: Mapping[str, float | None]) -> Row:
    return {name: _rounded(number) for name, number in numbers.items()}
