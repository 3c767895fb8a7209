"""Scripted dialogues of the robustness evaluation (section 4.4): what is said, and what must be true after each turn.

{"kind": "model_errors", "turns": [
    {"say": "Take the noise out.", "with": ["recording.wav"], "fails": {"enhance_speech": "error"},
     "expect": {"calls": ["enhance_speech"], "refused": true, "artifacts": 0}},
    {"say": "Try that again.", "expect": {"calls": ["enhance_speech"], "artifacts": ["audio"]}}]}

`with` names files of `assistant.evaluation.materials`, and so may the text: "Transcribe {broken.wav}" has its path.
`fails` says whose engine fails in this turn, and how: error (with a sentence), crash (a bug), absent (there is none).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.evaluation.lines import Row, Unfit, of_type, read_lines, taken, words

FAILURES = ("error", "crash", "absent")
EXPECTATIONS = {"calls", "refused", "asks", "says_contains", "says_any", "says_none", "artifacts", "of"}


@dataclass(frozen=True, slots=True)
class ExpectedCall:
    """A task that must be called."""

    tasks: tuple[str, ...]
    """Any one of these; written with | between them."""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be true after a turn. None is for what does not matter."""

    calls: tuple[ExpectedCall, ...] | None = None
    """What was called, in this order and nothing else."""
    refused: bool | None = None
    """Whether nothing was done, and a sentence said so; False: something was done."""
    asks: bool | None = None
    """Whether something was asked back."""
    says_contains: tuple[str, ...] = ()
    says_any: tuple[str, ...] = ()
    says_none: tuple[str, ...] = ()
    artifacts: tuple[str, ...] | int | None = None
    """The kinds of what was made, or how many; more may have been made."""
    of: tuple[str, ...] = ()
    """The names of what it was made from; it may be made from more."""


@dataclass(frozen=True, slots=True)
class ScriptedTurn:
    """What is said, and what comes with it."""

    say: str
    expect: Expectation
    files: tuple[str, ...] = ()
    fails: Mapping[str, str] = field(default_factory=dict)
    """How the engine of a task fails, by the task's name."""


@dataclass(frozen=True, slots=True)
class Script:
    """A dialogue."""

    line: int
    kind: str
    turns: tuple[ScriptedTurn, ...]


def read_scripts(path: Path) -> list[Script]:
    """The dialogues of a file.

    Raises:
        DataError: it cannot be read, or a line is no dialogue; the sentence has its number.
    """
    return read_lines(path, _script)


def _script(row: Row, line: int) -> Script:
    taken(row, {"kind", "turns"}, {"kind", "turns"})
    turns = of_type(row, "turns", list, [])
    if not turns or not all(isinstance(turn, dict) for turn in turns):
        raise Unfit("'turns' is no list of objects")
    return Script(line, of_type(row, "kind", str, ""), tuple(map(_turn, turns)))


def _turn(row: Row) -> ScriptedTurn:
    taken(row, {"say", "with", "fails", "expect"}, {"say", "expect"})
    expect = _expectation(of_type(row, "expect", dict, {}))
    return ScriptedTurn(of_type(row, "say", str, ""), expect, words(row, "with"), _fails(row))


def _fails(row: Row) -> Mapping[str, str]:
    """A task alone fails with an error."""
    fails = row.get("fails", {})
    named = {fails: "error"} if isinstance(fails, str) else of_type(row, "fails", dict, {})
    if unknown := [how for how in named.values() if how not in FAILURES]:
        raise Unfit(f"an engine cannot fail by {unknown[0]!r}; it can by {', '.join(FAILURES)}")
    return named


def _expectation(row: Row) -> Expectation:
    taken(row, EXPECTATIONS, set())
    if not row:
        raise Unfit("'expect' is empty")
    calls = tuple(map(_call, of_type(row, "calls", list, []))) if "calls" in row else None
    refused, asks = (of_type(row, name, bool, False) if name in row else None for name in ("refused", "asks"))
    contains, any_, none, of = (words(row, name) for name in ("says_contains", "says_any", "says_none", "of"))
    return Expectation(calls, refused, asks, contains, any_, none, _artifacts(row), of)


def _artifacts(row: Row) -> tuple[str, ...] | int | None:
    expected = row.get("artifacts")
    return expected if expected is None or isinstance(expected, int) else words(row, "artifacts")


def _call(row: object) -> ExpectedCall:
    if isinstance(row, str):
        return ExpectedCall(tuple(row.split("|")))
    if not isinstance(row, dict):
        raise Unfit("a call is neither a name nor an object")
    taken(row, {"task", "arguments"}, {"task"})
    return ExpectedCall(tuple(of_type(row, "task", str, "").split("|")), of_type(row, "arguments", dict, {}))
