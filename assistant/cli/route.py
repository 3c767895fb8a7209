"""`assistant route`: what the dialogue engine would do about a text. Nothing is done."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from assistant.parts import Parts
from assistant.workspace import Workspace
from assistant.written import Choice, choose
from config.settings import Settings
from router.dialogue.base import Call
from router.router import stepped_in


def route(settings: Settings, text: str, files: Sequence[Path], as_json: bool, out: TextIO) -> int:
    """Print the choice and return the exit code, 0.

    Raises:
        EarshotError: a file cannot be read, or the dialogue engine is not here.
    """
    with TemporaryDirectory(prefix="earshot-") as folder:
        workspace = Workspace(Path(folder))
        for file in files:
            workspace.add_file(file)
        choice = asyncio.run(_chosen(Parts(settings), workspace, text))
    out.write((json.dumps(choice.as_json(), ensure_ascii=False) if as_json else readable(choice)) + "\n")
    return 0


async def _chosen(parts: Parts, workspace: Workspace, text: str) -> Choice:
    async with parts.answering() as engines:
        return await choose(parts.context(workspace), text, *engines)


def readable(choice: Choice) -> str:
    """A line for a person: the tasks with what they are given, then the words."""
    tasks = ", then ".join(map(_called, choice.calls))
    chosen = ": ".join(filter(None, (tasks, " ".join(choice.say.split())))) or "(nothing)"
    return f"{chosen}\n{stepped_in(choice.failure)}" if choice.failure and choice.failure != choice.say else chosen


def _called(call: Call) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
    return f"{call.task}({given})"
