"""What of a conversation goes on in another process: kept beside what was made, and taken up again.

    assistant ask "Say hello in her voice." --with her.wav        "Does that person agree?"
        └─▶ <session>/conversation.json ─▶ assistant ask --continue "Yes, she does."

What hangs on the process itself is not kept: work in the background, what "undo" takes back, recordings in memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.errors import DataError
from assistant.events import Manner, Say
from assistant.history import AssistantSaid, UserSaid
from assistant.workspace import SessionSummary, Workspace, past_sessions, write_text
from router.speech import Speech
from router.task import Context, Pending

FILE = "conversation.json"
KEPT = ("pending", "manner", "last_said", "last_speech", "last_call")
"""Fields of a context that are kept as they are."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a conversation stands."""

    said: tuple[UserSaid | AssistantSaid, ...] = ()
    pending: Pending | None = None
    """What was asked back last."""
    manner: Manner = field(default_factory=Manner)
    last_said: Say | None = None
    last_speech: Speech | None = None
    last_call: tuple[str, Mapping[str, Any]] | None = None
    consents: Mapping[Path, bool] = field(default_factory=dict)


_CARRIED = TypeAdapter(Carried)


def put_down(context: Context) -> None:
    """Keep where a conversation stands, in its session's folder.

    Raises:
        DataError: it cannot be written.
    """
    kept = {name: getattr(context, name) for name in KEPT}
    carried = Carried(tuple(context.history.turns), consents=context.consents, **kept)
    text = _CARRIED.dump_json(carried, indent=1, fallback=str).decode()
    write_text(context.workspace.path(FILE), text)


def take_up(context: Context) -> None:
    """Go on where the conversation in this folder was put down; where that cannot be read, with its things alone."""
    try:
        carried = _CARRIED.validate_json((context.workspace.folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return
    context.history.turns[:] = carried.said
    for name in KEPT:
        setattr(context, name, getattr(carried, name))
    context.consents.update(carried.consents)


def workspace_of(sessions: Path, go_on: bool, name: str = "") -> Workspace:
    """A new session's workspace; or a past one's: the newest of which the name has `name` in it.

    Raises:
        DataError: there is none to go on with.
    """
    if not (go_on or name):
        return Workspace.create(sessions)
    fitting = [s for s in past_sessions(sessions) if name.lower() in s.folder.name.lower()]
    found = next((s for s in fitting if s.folder.name == name), next(iter(fitting), None))
    return Workspace.reopen(_there(found, sessions, name).folder)


def _there(found: SessionSummary | None, sessions: Path, name: str) -> SessionSummary:
    if found is None:
        called = f' called "{name}"' if name else ""
        raise DataError(f"There is no session{called} in {sessions} to go on with; leave --continue out to begin one.")
    return found
