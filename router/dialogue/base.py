"""L, the dialogue engine: the protocol, and what passes through it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from assistant.events import Artifact
from assistant.history import Turn
from assistant.stream import Stream
from router.task import Outcome, Pending, Task


@dataclass(frozen=True, slots=True)
class Call:
    """The engine's wish to have a task done."""

    task: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    """The engine's own name for the call."""
    fault: str = ""
    """Why the arguments cannot be read. Such a call is not carried out; this is what comes of it."""


@dataclass(frozen=True, slots=True)
class Done:
    """A call and what came of it, for an engine that explains results itself."""

    call: Call
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Request:
    """All a dialogue engine is told when it is asked for a reply."""

    text: str
    """What the user just said."""
    history: Sequence[Turn] = ()
    """The turns before it, oldest first."""
    tasks: Sequence[Task] = ()
    resources: Sequence[str] = ()
    """The artifacts there are, a line each."""
    done: Sequence[Done] = ()
    """Calls already carried out in this turn."""
    said: str = ""
    """What was already said in this turn, before and between the calls."""
    pending: Pending | None = None
    """What was asked back just before: the text may be the answer. A call of `pending.task` fills it."""
    kinds: frozenset[str] = frozenset()
    """The kinds of resources at hand, such as {"audio", "image"}."""
    confidence: float = 1.0
    """How sure the recognizer is of the words, 0 to 1; see `Heard.confidence`."""
    jobs: Sequence[str] = ()
    """The work that goes on in the background, a line each."""
    artifacts: Sequence[Artifact] = ()
    """What there is to work on, newest last."""
    last_call: tuple[str, Mapping[str, Any]] | None = None
    """The task that was done last, and its arguments, for requests that vary it."""


Piece: TypeAlias = str | Call


class Dialogue(Protocol):
    """Continues a conversation."""

    name: str
    explains: bool
    """Whether it wants the outcomes of its calls, to put them into words itself; else they are spoken as they are."""

    def reply(self, request: Request) -> Stream[Piece]:
        """Yield text as it is generated, or calls; stop when cancelled.

        Raises:
            EngineError: the engine does not answer; the sentence is fit to be spoken.
        """

    async def close(self) -> None:
        """Let go of connections."""
