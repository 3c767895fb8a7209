"""A request as chat messages, as long as they may be, and as the server takes them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, assert_never

from assistant.history import AssistantSaid, Turn, UserSaid
from router.dialogue.base import Done, Request
from router.dialogue.server import Manners
from router.dialogue.usage import text_tokens
from router.prompts import INTERRUPTED, played
from router.task import Task, TaskFunction

Message: TypeAlias = dict[str, Any]
"""In the form of the chat-completions API."""

TOKENS_PER_MESSAGE = 4
"""What the server adds around each."""
RESULT_TOKENS = 1500
"""How much of a result is told; a transcript of an hour would push everything else out of the context."""
CUT = " [… the middle is left out here; the user has all of it on the screen …] "


def messages(
    request: Request, system: str, history: Sequence[Turn], history_tokens: int, manners: Manners
) -> list[Message]:
    """System prompt, the latest of the history, the present turn, and the calls of this turn with their results."""
    written = [
        {"role": "system", "content": system},
        *trimmed([as_message(turn) for turn in history], history_tokens),
        {"role": "user", "content": request.text},
        *_calls(request.done, request.said, manners),
    ]
    return _joined(written if manners.system else _without_system(written))


def tools(tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """The tasks as functions that a model may call."""
    return [
        {"type": "function", "function": {"name": t.name, "description": t.about, "parameters": parameters(t.schema)}}
        for t in tasks
    ]


class Toolbox:
    """Tasks as functions that a model may call, each described once: a schema takes a third of a millisecond."""

    def __init__(self) -> None:
        self._described: dict[TaskFunction, dict[str, Any]] = {}

    def of(self, tasks: Sequence[Task]) -> list[dict[str, Any]]:
        """As `tools` gives them."""
        new = [task for task in tasks if task.run not in self._described]
        self._described |= {task.run: tool for task, tool in zip(new, tools(new), strict=True)}
        return [self._described[task.run] for task in tasks]


def parameters(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of arguments without what tells a model nothing and costs it tokens."""
    kept = {key: value for key, value in schema.items() if key not in ("title", "additionalProperties")}
    if choices := kept.get("anyOf"):
        real = [choice for choice in choices if choice.get("type") != "null"]
        kept = {**{k: v for k, v in kept.items() if k != "anyOf"}, **real[0]} if len(real) == 1 else kept
    if kept.get("default", ...) is None:
        del kept["default"]
    if properties := kept.get("properties"):
        kept["properties"] = {name: parameters(value) for name, value in properties.items()}
    return kept


def tokens(message: Message) -> int:
    """About how many tokens a message takes."""
    return TOKENS_PER_MESSAGE + text_tokens(str(message["content"]))


def trimmed(turns: Sequence[Message], limit: int) -> list[Message]:
    """The latest turns within `limit` tokens, beginning with one of the user's."""
    kept, spent = len(turns), 0
    while kept and (spent := spent + tokens(turns[kept - 1])) <= limit:
        kept -= 1
    latest = list(turns[kept:])
    while latest and latest[0]["role"] != "user":
        latest.pop(0)
    return latest


def as_message(turn: Turn) -> Message:
    """A turn of the history, as it was heard."""
    match turn:
        case UserSaid(text):
            return {"role": "user", "content": text}
        case AssistantSaid(text, interrupted, names):
            parts = (text, played(names), INTERRUPTED if interrupted else "")
            return {"role": "assistant", "content": " ".join(part for part in parts if part)}
        case _:
            assert_never(turn)


def _calls(done: Sequence[Done], said: str, manners: Manners) -> list[Message]:
    """Every call with its result, all at once or one after the other, in the protocol's fields or as text."""
    if not done:
        return []
    write = _as_fields if manners.tools else _as_text
    ids = _ids(done)
    if manners.several:
        return write(list(zip(ids, done, strict=True)), said)
    return [m for n, pair in enumerate(zip(ids, done, strict=True)) for m in write([pair], said if n == 0 else "")]


def _ids(done: Sequence[Done]) -> list[str]:
    """A name for each call: its own, unless it has none or shares it."""
    ids: list[str] = []
    for number, one in enumerate(done):
        ids.append(one.call.id if one.call.id and one.call.id not in ids else f"call_{number}")
    return ids


def _as_fields(calls: Sequence[tuple[str, Done]], said: str) -> list[Message]:
    asked = [
        {
            "id": id,
            "type": "function",
            "function": {"name": d.call.task or "unreadable", "arguments": json.dumps(dict(d.call.arguments))},
        }
        for id, d in calls
    ]
    results = [{"role": "tool", "tool_call_id": id, "content": _result(d)} for id, d in calls]
    return [{"role": "assistant", "content": said or None, "tool_calls": asked}, *results]


def _as_text(calls: Sequence[tuple[str, Done]], said: str) -> list[Message]:
    asked = [json.dumps({"name": d.call.task, "arguments": dict(d.call.arguments)}) for _, d in calls]
    results = [f"<tool_response>\n{_result(d)}\n</tool_response>" for _, d in calls]
    return [
        {"role": "assistant", "content": "\n".join([*filter(None, [said]), *map(_tagged, asked)])},
        {"role": "user", "content": "\n".join(results)},
    ]


def _tagged(call: str) -> str:
    return f"<tool_call>{call}</tool_call>"


def _result(done: Done) -> str:
    """What the model is told: the outcome's words, and what the user gets besides them."""
    sounds = ", ".join(artifact.name for artifact in done.outcome.play)
    text = cut(done.outcome.text, RESULT_TOKENS)
    if done.outcome.verbatim:
        return f"Already spoken to the user: {text}"
    if done.outcome.failed:
        return f"Not done: {text}"
    return f"{text} {f'(Plays after your words: {sounds}.)' if sounds else ''}".strip() or "Done."


def cut(text: str, limit: int) -> str:
    """A text of at most about `limit` tokens: its beginning and its end."""
    if (whole := text_tokens(text)) <= limit:
        return text
    half = int(len(text) * limit / whole / 2)
    return text[:half] + CUT + text[-half:]


def _without_system(written: list[Message]) -> list[Message]:
    """The system prompt as the first that the user says, for models whose templates know no system."""
    return [{"role": "user", "content": written[0]["content"]}, *written[1:]]


def _joined(written: Sequence[Message]) -> list[Message]:
    """Plain messages of the same role as one: many templates insist that roles alternate."""
    joined: list[Message] = []
    for message in written:
        last = joined[-1] if joined else {}
        plain = message["role"] in ("user", "assistant") and not {"tool_calls"} & (message.keys() | last.keys())
        if plain and last.get("role") == message["role"]:
            joined[-1] = {**last, "content": f"{last['content']}\n{message['content']}".strip()}
        else:
            joined.append(message)
    return joined
