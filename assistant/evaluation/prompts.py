"""Prompts of the consistency evaluation (section 4.2): what is said, what is at hand, and what it asks for.

{"text": "take the hiss out", "resources": ["audio"], "task": "enhance_speech", "arguments": {}}
{"text": "book a table", "resources": [], "task": null, "arguments": {}}
{"text": "clean it up, then write it down", "resources": ["audio"], "chain": ["enhance_speech", "transcribe_speech"]}
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.evaluation.lines import Row, Unfit, of_type, read_lines, taken, words
from assistant.evaluation.materials import KINDS

FIELDS = {"text", "resources", "task", "arguments", "chain"}


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request, and what it asks for."""

    line: int
    text: str
    resources: tuple[str, ...] = ()
    """The kinds of what is at hand when it is said."""
    task: str | None = None
    """None where it is not supported, and for chains."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    chain: tuple[str, ...] = ()


def read_prompts(path: Path) -> list[Prompt]:
    """The prompts of a file.

    Raises:
        DataError: it cannot be read, or a line is no prompt; the sentence has its number.
    """
    return read_lines(path, _prompt)


def _prompt(row: Row, line: int) -> Prompt:
    taken(row, FIELDS, {"text"})
    text, resources = of_type(row, "text", str, ""), words(row, "resources")
    if not text.strip():
        raise Unfit("'text' is empty")
    if unknown := [kind for kind in resources if kind not in KINDS]:
        raise Unfit(f"there is no kind of resource {unknown[0]!r}; there is {', '.join(KINDS)}")
    if "chain" in row:
        return _chain(row, Prompt(line, text, resources, chain=words(row, "chain")))
    if "task" not in row:
        raise Unfit("'task' or 'chain' is missing")
    task = row["task"]
    if task is not None and not (isinstance(task, str) and task):
        raise Unfit("'task' is neither a name nor null")
    arguments = of_type(row, "arguments", dict, {})
    if task is None and arguments:
        raise Unfit("a request that is not supported has no arguments")
    return Prompt(line, text, resources, task, arguments)


def _chain(row: Row, prompt: Prompt) -> Prompt:
    if not prompt.chain:
        raise Unfit("'chain' is empty")
    if row.get("task") is not None:
        raise Unfit("'task' and 'chain' exclude each other")
    return prompt
