"""M, the prompt manager: what a language model is told about itself, the tasks, the resources and the moment.

What changes seldom comes first, so that a server that keeps what it has read need not read it again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from router.dialogue.base import Request
from router.dialogue.usage import text_tokens
from router.task import Family, Task

IDENTITY = """\
You are Earshot, a voice assistant that hears, speaks and works with sound. The user speaks to you, and everything \
you write is spoken aloud.

How you speak:
- Short: one or two sentences, unless the user asks for more. Begin with what matters.
- Plain words only: no markup, lists, headings, emoji, links or code. Write numbers and units as they are said.
- The user's words come from a speech recognizer and may hold mistakes; understand what was meant.
- In the user's own language.

What you do:
- Call a task when the user asks for something a task does, and only then; call several where it takes several.
- Take names of sounds from the resources below. Leave out arguments that the user did not give.
- Ask one short question if something needed is missing.
- Say only what the results say. If a task fails, say why in a sentence. If no task and no knowledge of yours serves, \
say so; never pretend that something was done.
- Sounds that a task made are played after your words; do not describe file names or paths.
- "[the user heard only this much]" marks a reply of yours that was cut off there."""

WRITTEN = """\
To call tasks, write nothing but a line for each call:
<tool_call>{"name": "the task", "arguments": {"argument": "value"}}</tool_call>
You are then given what came of it. These are the tasks, with the JSON schemas of their arguments:"""

INTERRUPTED = "[the user heard only this much]"
"""Stands in the history after a reply that was cut off."""
UNSURE = 0.6
"""The recognizer's confidence below which its words may well be wrong."""
RESOURCE_TOKENS = 800
"""How much of the resources is told, the newest first."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What the system prompt is made of, besides the request."""

    offered: Sequence[Task]
    """The tasks that can be called."""
    written: Sequence[dict[str, Any]] = ()
    """Their schemas, where they have to be told in words."""
    summary: str = ""
    """What was said before the history that is sent along."""
    now: datetime | None = None
    """Local time, for those who ask "what is the date in a week"."""


def system_prompt(request: Request, brief: Brief) -> str:
    """The first message: who the assistant is, what it can do, what there is, and how things stand."""
    schemas = "\n".join(json.dumps(one["function"], ensure_ascii=False) for one in brief.written)
    parts = (
        IDENTITY,
        _families(brief.offered),
        f"{WRITTEN}\n{schemas}" if schemas else "",
        _absent(request, brief.offered),
        f"Earlier in this conversation:\n{brief.summary}" if brief.summary else "",
        _resources(request.resources),
        *_moment(request, brief.now),
    )
    return "\n\n".join(part for part in parts if part)


def played(names: Sequence[str]) -> str:
    """Stands in the history where sounds were played."""
    return f"[played: {', '.join(names)}]" if names else ""


def _families(tasks: Sequence[Task]) -> str:
    families = [(family, [t.name for t in tasks if t.family is family]) for family in Family]
    listed = "\n".join(f"- {family}: {', '.join(names)}" for family, names in families if names)
    return f"Tasks by family:\n{listed or '- none'}"


def _absent(request: Request, offered: Sequence[Task]) -> str:
    """Tasks that lack a resource, so that the model can say what to give."""
    there = {task.name for task in offered}
    lacking: dict[str, list[str]] = {}
    for task in request.tasks:
        if task.name not in there:
            needs = " and ".join(k for k in task.takes if k not in request.kinds)
            lacking.setdefault(needs, []).append(task.name)
    lines = "\n".join(f"- {needs}: {', '.join(names)}" for needs, names in lacking.items())
    return f"Tasks you can do once the user has given what is named first:\n{lines}" if lines else ""


def _resources(lines: Sequence[str]) -> str:
    """The newest of them, oldest first."""
    kept, spent = len(lines), 0
    while kept and (spent := spent + text_tokens(lines[kept - 1])) <= RESOURCE_TOKENS:
        kept -= 1
    older = [f"- {kept} older ones"] if kept else []
    listed = "\n".join([*older, *(f"- {line}" for line in lines[kept:])])
    return f"Resources, newest last:\n{listed or '- none yet'}"


def _moment(request: Request, now: datetime | None) -> list[str]:
    """How things stand in this turn."""
    jobs = "\n".join(f"- {job}" for job in request.jobs)
    pending = request.pending
    return [
        f"Still at work, in the background:\n{jobs}" if jobs else "",
        f'You have just asked "{pending.question}", for the argument {pending.missing} of {pending.task}'
        f" {json.dumps(dict(pending.arguments), ensure_ascii=False, default=str)}. If the user answers it, call the"
        " task with all of that; otherwise let it be."
        if pending
        else "",
        "The last words were hard to hear and may be wrong. If they make no sense, ask what was meant."
        if request.confidence < UNSURE
        else "",
        f"It is {now:%A}, {now.day} {now:%B %Y}, {now:%H:%M}." if now else "",
    ]
