"""What happens, a line each, for the journal. Nothing that was said is in it, nor what was answered."""

import re
from contextlib import suppress
from typing import TextIO

from assistant.events import DeviceChanged, Event, Ignored, Resumed, StateChanged, TurnEnded, Woken, Yielded
from assistant.screen.wording import milliseconds, one_line, reached

PLAIN_REASON = re.compile(r"[a-z][a-z' -]{0,39}")


class Lines:
    """A `Screen` for a journal. Where it cannot be written, the conversation goes on without it."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def write(self, line: str) -> None:
        """Write a line."""
        with suppress(OSError):
            self.out.write(f"{one_line(line)}\n")
            self.out.flush()

    def show(self, event: Event) -> None:
        """Write the event's line, if it has one."""
        if line := _line(event):
            self.write(line)


def reason_class(reason: str) -> str:
    """A reason if it is one of the few short ones that the program gives; "other" for sentences, which may quote."""
    return reason if PLAIN_REASON.fullmatch(reason) else "other"


def _line(event: Event) -> str:
    """Only what is named here is written: an event that is new says nothing until it is known to be harmless."""
    match event:
        case StateChanged(state):
            return f"state: {state}"
        case Woken():
            return "woken"
        case Yielded(ducked):
            return "yielded: ducked" if ducked else "yielded"
        case Resumed(after_s, reason):
            return f"resumed: after {milliseconds(after_s)} ({reason_class(reason)})"
        case Ignored(reason=reason):
            return f"ignored: a sound ({reason_class(reason)})"
        case DeviceChanged(text=text):
            return f"device: {text}"
        case TurnEnded():
            return f"turn: {_turn(event)}"
        case _:
            return ""


def _turn(turn: TurnEnded) -> str:
    stages = ", ".join(f"{name} {milliseconds(seconds)}" for name, seconds in reached(turn.stages))
    return (stages or "without an answer") + (", interrupted" if turn.interrupted else "")
