"""Things that were given and made, by number or name: listed, opened with what the system opens such files with, or
shown here where it has nothing to show them with.

assistant open          1 castle (8.4 s, 16 kHz, mono)  given
                        2 first speaker (8.4 s, 16 kHz, mono)  model sepformer, Apache-2.0
assistant open 2
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO, TypeAlias

from rich.console import Console

from assistant.errors import DataError
from assistant.events import Artifact
from assistant.screen.jsonl import artifact_row
from assistant.screen.options import ScreenOptions
from assistant.screen.wording import detailed, one_line, origin
from assistant.workspace import SessionSummary, past_sessions

Opener: TypeAlias = Callable[[Path], bool]
"""Opens a file for the user to see or hear, and says whether that could be done."""

REFUSED_S = 1.0
"""An opener that fails does so within this."""
SHOWN_LINES = 60
"""Of a text."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be opened."""

    thing: str = ""
    """Its number or its name, or a part of that; empty for a list of what there is."""
    session: str = ""
    """The name of its session, or a part of that; empty for the newest in which there is anything."""
    json: bool = False
    plain: bool = False
    """No pictures."""


def open_thing(sessions: Path, wanted: Wanted, screen: ScreenOptions, out: TextIO, opener: Opener | None = None) -> int:
    """List, or open, what is in a session; the exit code.

    Raises:
        DataError: there is no such session, no such thing, or its file is gone.
    """
    session = _session(sessions, wanted.session)
    if not wanted.thing:
        for artifact in session.artifacts:
            out.write((json.dumps(artifact_row(artifact)) if wanted.json else _line(artifact)) + "\n")
        return 0
    artifact = _thing(session, wanted.thing)
    if not artifact.path.is_file():
        raise DataError(f"The file {artifact.path} is gone.")
    opened = (opener or system_opener())(artifact.path)
    if wanted.json:
        out.write(json.dumps({**artifact_row(artifact), "opened": opened}) + "\n")
        return 0
    out.write(_line(artifact) + "\n")
    if not opened:
        _show(artifact, screen, out, wanted.plain)
    return 0


def system_opener(
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    which: Callable[[str], str | None] = shutil.which,
) -> Opener:
    """What opens files here; one that opens nothing where there is no display."""
    if platform == "win32":
        return _started
    display = platform == "darwin" or "DISPLAY" in environment or "WAYLAND_DISPLAY" in environment
    command = which("open" if platform == "darwin" else "xdg-open") if display else None
    return (lambda path: launched(command, path)) if command else lambda path: False


def launched(command: str, path: Path) -> bool:
    """Start a command with a file, apart from us; False if it fails at once."""
    no = subprocess.DEVNULL
    try:
        process = subprocess.Popen([command, str(path)], stdin=no, stdout=no, stderr=no, start_new_session=True)
        return process.wait(REFUSED_S) == 0
    except subprocess.TimeoutExpired:
        return True  # it shows the file itself
    except OSError:
        return False


def _started(path: Path) -> bool:
    if sys.platform != "win32":
        return False
    try:
        os.startfile(path)
    except OSError:
        return False
    return True


def _session(root: Path, name: str) -> SessionSummary:
    """The newest session of such a name in which there is anything.

    Raises:
        DataError: there is none.
    """
    found = next((s for s in past_sessions(root) if s.artifacts and name.lower() in s.folder.name.lower()), None)
    if found is None:
        called = f' called "{name}"' if name else ""
        raise DataError(f"There is no session{called} in {root} in which anything was made or given.")
    return found


def _thing(session: SessionSummary, wanted: str) -> Artifact:
    """The artifact of a number, a name, or the newest with a part of a name.

    Raises:
        DataError: there is none; the sentence names those that there are.
    """
    newest: Sequence[Artifact] = session.artifacts[::-1]
    name = wanted.lower().removeprefix("the ")
    fitting = (
        [a for a in newest if str(a.id) == wanted],
        [a for a in newest if a.name.lower().removeprefix("the ") == name],
        [a for a in newest if name in a.name.lower()],
    )
    found = next((some[0] for some in fitting if some), None)
    if found is None:
        names = ", ".join(f"{a.id} {one_line(a.name)}" for a in session.artifacts)
        raise DataError(f'There is no "{one_line(wanted)}" in session {session.folder.name}; there are: {names}.')
    return found


def _line(artifact: Artifact) -> str:
    came = origin(artifact.provenance)
    return f"{detailed(artifact)}{f'  {came}' if came else ''}  {one_line(str(artifact.path))}"


def _show(artifact: Artifact, screen: ScreenOptions, out: TextIO, plain: bool) -> None:
    """Show a thing here: a text itself, of anything else its pictures, where this is a terminal."""
    if artifact.kind == "text":
        text = artifact.path.read_text(encoding="utf-8", errors="replace")
        out.writelines(f"{one_line(line)}\n" for line in text.splitlines()[:SHOWN_LINES])
    elif out.isatty() and not plain:
        from assistant.screen.pictures import show_picture
        from assistant.screen.terminal import look_at

        console, terminal = Console(file=out, highlight=False), look_at(out, screen)
        with TemporaryDirectory(prefix="earshot-") as folder:
            for picture in _pictures(artifact, Path(folder)):
                show_picture(console, picture, terminal, 0)


def _pictures(artifact: Artifact, folder: Path) -> Sequence[Path]:
    """Those beside it, or new ones."""
    beside = [artifact.path.with_name(f"{artifact.path.stem}{end}.png") for end in ("", "-events")]
    if artifact.kind != "image" and beside[0].is_file():
        return [path for path in beside if path.is_file()]
    from models.pictures import pictures_of

    return pictures_of(artifact.kind, artifact.path, folder)
