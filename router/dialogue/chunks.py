"""A piece of a server's stream, read with patience for what servers make of the protocol."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from router.dialogue.trouble import Trouble
from router.dialogue.usage import Usage, told


@dataclass(frozen=True, slots=True)
class CallPiece:
    """A piece of a call."""

    index: int | None
    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one event of the stream brings."""

    text: str = ""
    calls: tuple[CallPiece, ...] = ()
    finish: str = ""
    """Why the reply ends here; empty while it goes on."""
    usage: Usage | None = None


def read_chunk(data: str) -> Chunk:
    """An event's data, or a whole completion, which looks almost the same.

    Raises:
        Trouble: it is not JSON of the protocol, or tells of an error.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise Trouble.unreadable() from None
    if not isinstance(value, dict):
        raise Trouble.unreadable()
    if value.get("error"):
        raise Trouble("gave up in the middle of its answer", again=True, told=data)
    choice = _first(value.get("choices"))
    delta = _mapping(choice.get("delta") or choice.get("message"))
    pieces = delta.get("tool_calls")
    return Chunk(
        _text(delta.get("content")) or _text(delta.get("refusal")),
        tuple(_piece(_mapping(p)) for p in pieces) if isinstance(pieces, list) else (),
        str(choice.get("finish_reason") or ""),
        told(value.get("usage")),
    )


def _text(content: Any) -> str:
    """Text, whether it comes as such or in parts."""
    if isinstance(content, list):
        return "".join(_text(part.get("text") if isinstance(part, dict) else part) for part in content)
    return content if isinstance(content, str) else ""


def _piece(piece: Mapping[str, Any]) -> CallPiece:
    function = _mapping(piece.get("function"))
    index, arguments = piece.get("index"), function.get("arguments")
    if arguments is not None and not isinstance(arguments, str):
        arguments = json.dumps(arguments)
    return CallPiece(
        index if isinstance(index, int) else None,
        str(piece.get("id") or ""),
        str(function.get("name") or ""),
        arguments or "",
    )


def _first(choices: Any) -> Mapping[str, Any]:
    return _mapping(choices[0]) if isinstance(choices, list) and choices else {}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
