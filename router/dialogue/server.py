"""How a server wants to be asked: what it does not take is learnt from its refusals, once."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from router.dialogue.options import OpenAIOptions


@dataclass(frozen=True, slots=True)
class Manners:
    """What a server takes."""

    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """What it calls the longest reply. OpenAI's newer models know the one name, most other servers the other."""
    usage: bool = True
    """Whether it can be asked to count tokens in a stream."""
    temperature: bool = True
    tools: bool = True
    """Whether it knows tools; otherwise calls are written as text."""
    several: bool = True
    """Whether a message may hold several calls."""
    forbidding: bool = False
    """Whether it is told to make one call at a time by a parameter."""
    system: bool = True
    """Whether it knows the role of the system."""
    room: float = 1.0
    """How much of the history and of the longest reply that the settings allow fits into its context."""

    @classmethod
    def of(cls, options: OpenAIOptions) -> "Manners":
        """What is known before it was asked anything."""
        return cls(
            limit="max_tokens" if options.base_url else "max_completion_tokens",
            temperature=options.temperature is not None,
            tools=options.tool_calls == "native",
            several=options.parallel_calls,
            forbidding=not options.parallel_calls,
        )


SMALLEST = 0.1
"""A share of what the settings allow below which no history is sent."""

CONTEXT = re.compile(r"context.{0,20}(length|size|window)|maximum context|too many tokens|prompt is too long|n_ctx")
NO_TOOLS = re.compile(
    r"not support (tools|tool|function)|tool choice requires|tools param requires|enable-auto-tool-choice"
    r"|tools?.{0,30}(unsupported|not supported|unrecognized|unknown)|(unrecognized|unknown|extra).{0,60}\btools\b"
)
ONE_CALL = re.compile(r"single tool|one tool.?call|parallel tool calls? (is|are) not|multiple tool calls")
NO_SYSTEM = re.compile(r"system (role|message|prompt)s?.{0,20}not supported|system role")


def learnt(manners: Manners, told: str) -> Manners | None:
    """What to do differently after a refusal in these words, in lower case; None where they teach nothing new.

    The order matters: the name of a parameter says more than the words around it.
    """
    options = [
        ("stream_options" in told or "include_usage" in told, replace(manners, usage=False)),
        ("parallel_tool_calls" in told, replace(manners, forbidding=False, several=False)),
        ("max_completion_tokens" in told or "max_tokens" in told, _other_limit(manners, told)),
        (CONTEXT.search(told) is not None, _less_room(manners)),
        ("temperature" in told, replace(manners, temperature=False)),
        (ONE_CALL.search(told) is not None, replace(manners, several=False)),
        (NO_TOOLS.search(told) is not None, replace(manners, tools=False)),
        (NO_SYSTEM.search(told) is not None, replace(manners, system=False)),
    ]
    return next((changed for said, changed in options if said and changed != manners), None)


def _other_limit(manners: Manners, told: str) -> Manners:
    """The other name, unless the words are about the context: servers reckon the longest reply into it."""
    if CONTEXT.search(told):
        return manners
    other: Literal["max_tokens", "max_completion_tokens"]
    other = "max_completion_tokens" if manners.limit == "max_tokens" else "max_tokens"
    return replace(manners, limit=other)


def _less_room(manners: Manners) -> Manners:
    half = manners.room / 2
    return replace(manners, room=half if half >= SMALLEST else 0.0)
