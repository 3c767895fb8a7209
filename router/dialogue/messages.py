"""A request as chat messages, as long as they may be."""

import json
from collections.abc import Sequence
from typing import Any, TypeAlias, assert_never

from assistant.history import AssistantSaid, Turn, UserSaid
from router.dialogue.base import Done, Request
from router.prompts import INTERRUPTED, played, system_prompt
from router.task import Task

Message: TypeAlias = dict[str, Any]
"""In the form of the chat-completions API."""

BYTES_PER_TOKEN = 3
"""English has 4 to 5 bytes of UTF-8 to a token, other scripts about 3: this counts too many rather than too few."""
TOKENS_PER_MESSAGE = 4
"""What the server adds around each."""


def messages(request: Request, history_tokens: int) -> list[Message]:
    """System prompt, the latest of the dialogue, the present turn, and the calls of this turn with their results."""
    return [
        {"role": "system", "content": system_prompt(request.tasks, request.resources)},
        *trimmed([_turn(turn) for turn in request.history], history_tokens),
        {"role": "user", "content": request.text},
        *_calls(request.done, request.said),
    ]


def tools(tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """The tasks as functions that a model may call."""
    return [
        {"type": "function", "function": {"name": t.name, "description": t.about, "parameters": dict(t.schema)}}
        for t in tasks
    ]


def tokens(message: Message) -> int:
    """About how many tokens a message takes; rather too many, because no tokenizer is at hand."""
    return TOKENS_PER_MESSAGE + -(-len(str(message["content"]).encode()) // BYTES_PER_TOKEN)


def trimmed(turns: Sequence[Message], limit: int) -> list[Message]:
    """The latest turns within `limit` tokens, beginning with one of the user's."""
    kept, spent = len(turns), 0
    while kept and (spent := spent + tokens(turns[kept - 1])) <= limit:
        kept -= 1
    latest = list(turns[kept:])
    while latest and latest[0]["role"] != "user":
        latest.pop(0)
    return latest


def _turn(turn: Turn) -> Message:
    match turn:
        case UserSaid(text):
            return {"role": "user", "content": text}
        case AssistantSaid(text, interrupted, names):
            parts = (text, played(names), INTERRUPTED if interrupted else "")
            return {"role": "assistant", "content": " ".join(part for part in parts if part)}
        case _:
            assert_never(turn)


def _calls(done: Sequence[Done], said: str) -> list[Message]:
    """Every call with its result; a call without a name of its own gets one."""
    ids = [one.call.id or f"call_{number}" for number, one in enumerate(done)]
    if not done:
        return []
    calls = [
        {"id": id, "type": "function", "function": {"name": d.call.task, "arguments": json.dumps(d.call.arguments)}}
        for id, d in zip(ids, done, strict=True)
    ]
    results = [{"role": "tool", "tool_call_id": id, "content": _result(d)} for id, d in zip(ids, done, strict=True)]
    return [{"role": "assistant", "content": said or None, "tool_calls": calls}, *results]


def _result(done: Done) -> str:
    """What the model is told: the outcome's words, and what the user gets besides them."""
    sounds = ", ".join(artifact.name for artifact in done.outcome.play)
    if done.outcome.verbatim:
        return f"Already spoken to the user: {done.outcome.text}"
    return f"{done.outcome.text} {f'(Plays after your words: {sounds}.)' if sounds else ''}".strip() or "Done."
