"""Chains of requests that were read out of one turn, without what was said twice."""

from collections.abc import Mapping

from router.dialogue.base import Call, Piece
from router.task import Task

READ_ALOUD = ("transcribe_speech", "translate_speech")
"""Tasks whose result is told word for word."""


def unrepeated(pieces: list[Piece]) -> list[Piece]:
    """A chain without the wish to hear what is read aloud anyway: "transcribe it, then read it aloud"."""
    tasks = [piece.task if isinstance(piece, Call) else "" for piece in pieces]
    told = [at for at, task in enumerate(tasks) if at and task == "repeat" and tasks[at - 1] in READ_ALOUD]
    return [piece for at, piece in enumerate(pieces) if at not in told]


def once(pieces: list[Piece], known: Mapping[str, Task]) -> list[Piece]:
    """A chain without a request that the next one says in full: "set it to music, and sing: we never go home"."""
    return [piece for piece, after in zip(pieces, [*pieces[1:], None], strict=True) if not _begun(piece, after, known)]


def _begun(piece: Piece, after: Piece | None, known: Mapping[str, Task]) -> bool:
    """Whether a request lacks what it takes, and the next one is the same with it."""
    if not isinstance(piece, Call) or not isinstance(after, Call) or piece.task != after.task:
        return False
    needed = known[piece.task].schema.get("required", ())
    return any(name in after.arguments and name not in piece.arguments for name in needed)
