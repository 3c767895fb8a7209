"""Calls of tasks, as a language model writes them: in the fields of the protocol, piece by piece, or in its text."""

import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from router.dialogue.base import Call
from router.dialogue.chunks import CallPiece

UNREADABLE = "The arguments were not a JSON object, so nothing was done; call again."


@dataclass(slots=True)
class _Growing:
    """A call, as far as it has arrived."""

    id: str = ""
    name: str = ""
    arguments: str = ""


class Fragments:
    """Puts calls together from the pieces a server streams.

    Servers differ: some send a call whole, some leave out its id or index, some give every call the index 0.
    """

    def __init__(self) -> None:
        self._calls: list[tuple[int | None, _Growing]] = []

    def push(self, piece: CallPiece) -> None:
        """Take in a piece."""
        call = self._of(piece)
        call.id = call.id or piece.id
        call.name = call.name or piece.name
        call.arguments += piece.arguments

    def whole(self) -> list[Call]:
        """The calls, once the stream is over."""
        return [made_call(call.name, call.arguments, call.id) for _, call in self._calls]

    def _of(self, piece: CallPiece) -> _Growing:
        """The call a piece belongs to: the last with its index, unless the piece names another."""
        last = next((call for index, call in reversed(self._calls) if piece.index in (None, index)), None)
        if last and not (piece.name and last.name and (piece.index is None or piece.id != last.id)):
            return last
        self._calls.append((piece.index, growing := _Growing()))
        return growing


def made_call(name: str, arguments: Any, id: str = "") -> Call:
    """A call with its arguments read, even if they were written as text, or as text within text.

    What is null is left out, as if it were not given. A call whose arguments cannot be read says so.
    """
    name = name.strip().removeprefix("functions.")
    for _ in range(2):
        if isinstance(arguments, str):
            try:
                arguments = json.loads(arguments.strip() or "{}")
            except (ValueError, RecursionError):
                return Call(name, {}, id, UNREADABLE)
    if not isinstance(arguments, dict):
        return Call(name, {}, id, UNREADABLE)
    return Call(name, {key: value for key, value in arguments.items() if value is not None}, id)


def written_calls(text: str, known: Container[str] | None = None) -> list[Call]:
    """The calls in a text that is nothing but calls in JSON; none if any of it is something else.

    `known`: the names of the tasks there are; a text that names another is no call.
    """
    try:
        values = list(_values(re.sub(r"```(?:\w+\n)?|;", " ", text)))
    except (ValueError, RecursionError):
        return []
    flat = [v for value in values for v in (value if isinstance(value, list) else [value])]
    calls = [_written_call(value) for value in flat]
    if any(call is None or (known is not None and call.task not in known) for call in calls):
        return []
    return [call for call in calls if call]


def _values(text: str) -> Iterator[Any]:
    """Each JSON value of a text of several."""
    decoder = json.JSONDecoder()
    while text := text.strip():
        value, end = decoder.raw_decode(text)
        yield value
        text = text[end:]


def _written_call(value: Any) -> Call | None:
    """One of the ways in which models write a call as JSON."""
    if not isinstance(value, dict):
        return None
    inner: Mapping[str, Any] = value["function"] if isinstance(value.get("function"), dict) else value
    name = next((n for key in ("name", "function", "tool") if isinstance(n := inner.get(key), str)), "")
    arguments: Any = next((inner[key] for key in ("arguments", "parameters", "args") if key in inner), {})
    return made_call(name, arguments if arguments is not None else {}) if name else None
