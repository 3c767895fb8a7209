"""Past sessions, as the list shows them."""

import json
from dataclasses import asdict

from assistant.screen.wording import described, one_line
from assistant.workspace import SessionSummary


def fits(session: SessionSummary, wanted: str) -> bool:
    """Whether the session, or a thing in it, is called so; `wanted` is in lower case, and empty fits all."""
    return any(wanted in name.lower() for name in (session.folder.name, *(a.name for a in session.artifacts)))


def as_json(session: SessionSummary) -> str:
    """One line."""
    artifacts = [{**asdict(artifact), "path": str(artifact.path)} for artifact in session.artifacts]
    row = {"folder": str(session.folder), "turns": session.turns, "artifacts": artifacts}
    return json.dumps(row, ensure_ascii=False)


def as_text(session: SessionSummary) -> str:
    """A line for the session, and one below it for each thing made."""
    lines = "1 line" if session.turns == 1 else f"{session.turns} lines"
    things = [f"    {described(artifact)}  {one_line(str(artifact.path))}" for artifact in session.artifacts]
    return "\n".join([f"{session.folder}  (transcript: {lines})", *things])
