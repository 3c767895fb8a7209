"""What language models cost, in tokens."""

from dataclasses import dataclass, field
from typing import Any

BYTES_PER_TOKEN = 3
"""English has 4 to 5 bytes of UTF-8 to a token, schemas 3 to 4, other scripts about 3: rather too many than too few."""


def text_tokens(text: str) -> int:
    """About how many tokens a text takes; rather too many, because no tokenizer is at hand."""
    return -(-len(text.encode()) // BYTES_PER_TOKEN)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that were spent."""

    read: int = 0
    """What the model was given."""
    written: int = 0
    """What it generated, thoughts included."""
    requests: int = 0
    estimated: bool = False
    """Whether some of it was not told by the server."""

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.read + other.read,
            self.written + other.written,
            self.requests + other.requests,
            self.estimated or other.estimated,
        )

    @property
    def total(self) -> int:
        """Read and written."""
        return self.read + self.written


@dataclass(slots=True)
class Spending:
    """Running counts, for the budget of a turn and for metrics."""

    turn: Usage = field(default_factory=Usage)
    """Of the present or latest turn."""
    session: Usage = field(default_factory=Usage)
    """Of all so far, summaries included."""

    def begin_turn(self) -> None:
        """Count the turn from nothing."""
        self.turn = Usage()

    def add(self, usage: Usage, background: bool = False) -> None:
        """Count a request; one in the background is no part of the turn."""
        self.session += usage
        if not background:
            self.turn += usage


def told(value: Any) -> Usage | None:
    """What a server says of usage; None where it says nothing that can be counted."""
    if not isinstance(value, dict):
        return None
    read, written = value.get("prompt_tokens"), value.get("completion_tokens", 0)
    if not isinstance(read, int) or not isinstance(written, int):
        return None
    return Usage(read, written, 1)
