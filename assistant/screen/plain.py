"""A line a fact, for logs and pipes: no colours, no control codes."""

from types import TracebackType
from typing import Self, TextIO, assert_never

from assistant.events import (
    Artifact,
    DeviceChanged,
    Event,
    Guessed,
    Heard,
    Ignored,
    Level,
    Play,
    Reply,
    Resumed,
    Said,
    Say,
    Show,
    Speaking,
    SpeechResumed,
    SpeechStarted,
    State,
    StateChanged,
    Supposed,
    TurnEnded,
    Woken,
    Working,
    Yielded,
)
from assistant.screen.wording import described, detailed, milliseconds, one_line, origin, percent, reached


class PlainScreen:
    """A `Screen` of plain lines.

    What is still changing is left out unless `partials` are wanted: guesses, pieces of a reply, states.
    """

    def __init__(self, out: TextIO, partials: bool = False) -> None:
        self.out = out
        self.partials = partials

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def show(self, event: Event) -> None:
        """Write the event's line, if it has one."""
        for line in self._lines(event):
            self.out.write(f"{line}\n")
        self.out.flush()

    def _lines(self, event: Event) -> list[str]:
        match event:
            case Heard() | Ignored():
                return [_turn(event)]
            case Say() | Working(share=float()):
                return _reply(event) if self.partials else []
            case Play() | Show() | Working():
                return _reply(event)
            case Said() | TurnEnded():
                return [_ended(event)]
            case StateChanged(state):
                return [f"state: {state}"] if self.partials or state in (State.LISTENING, State.ASLEEP) else []
            case Woken() | Resumed() | DeviceChanged():
                return [_noticed(event)]
            case Guessed() | Supposed() | SpeechStarted() | SpeechResumed():
                return [_partial(event)] if self.partials else []
            case Level() | Speaking() | Yielded():
                return []
            case _:
                assert_never(event)


def _turn(event: Heard | Ignored) -> str:
    match event:
        case Heard(text=text):
            return f"you: {one_line(text)}"
        case Ignored(at, reason):
            return f"ignored: a sound at {at:.1f} s ({one_line(reason)})"
        case _:
            assert_never(event)


def _noticed(event: Woken | Resumed | DeviceChanged) -> str:
    match event:
        case Woken(phrase):
            return f'woken: "{one_line(phrase)}"'
        case Resumed(after_s, reason):
            return f"resumed: after {milliseconds(after_s)} ({one_line(reason)})"
        case DeviceChanged(text=text):
            return f"device: {one_line(text)}"
        case _:
            assert_never(event)


def _reply(event: Reply) -> list[str]:
    match event:
        case Say(text=text):
            return [f"saying: {one_line(text)}"]
        case Play(artifact):
            return [f"playing: {described(artifact)} {artifact.path}"]
        case Show(text, artifact, pictures):
            shown = [f"shown: {line}" for part in text.splitlines() if (line := one_line(part))]
            made = [_made(artifact)] if artifact else []
            return [*shown, *made, *(f"picture: {one_line(str(path))}" for path in pictures)]
        case Working(task, share):
            return [f"working: {task}{'' if share is None else f' {percent(share)}'}"]
        case _:
            assert_never(event)


def _made(artifact: Artifact) -> str:
    came = origin(artifact.provenance).removeprefix("by ")
    return f"made: {detailed(artifact)}{f' by {came}' if came else ''} {artifact.path}"


def _ended(event: Said | TurnEnded) -> str:
    match event:
        case Said(text, interrupted):
            return f"earshot{' (interrupted)' if interrupted else ''}: {one_line(text)}"
        case TurnEnded(stages=stages):
            parts = ", ".join(f"{name} {milliseconds(seconds)}" for name, seconds in reached(stages))
            return f"turn: {parts or 'without an answer'}"
        case _:
            assert_never(event)


def _partial(event: Guessed | Supposed | SpeechStarted | SpeechResumed) -> str:
    match event:
        case Guessed(text):
            return f"guessed: {one_line(text)}"
        case Supposed(heard):
            return f"supposed: {one_line(heard.text)}"
        case SpeechStarted(at):
            return f"speech: started at {at:.1f} s"
        case SpeechResumed(at):
            return f"speech: resumed at {at:.1f} s"
        case _:
            assert_never(event)
