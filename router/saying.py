"""How things are said: a step slower, louder or higher, and the last thing said again that way."""

from dataclasses import replace
from typing import Literal, TypeAlias, assert_never

from assistant.errors import TaskError
from assistant.events import Manner, Say
from router.speech import GAIN_DB, PITCH, SPEED
from router.task import Context, Outcome

Change: TypeAlias = Literal["slower", "faster", "louder", "quieter", "higher", "deeper"]

SPEED_STEP = 1.25
GAIN_STEP_DB = 6.0
PITCH_STEP = 2.0
"""Semitones."""


def changed(manner: Manner, change: Change) -> Manner:
    """A step further, as far as it goes."""
    match change:
        case "slower":
            return replace(manner, speed=max(SPEED[0], manner.speed / SPEED_STEP))
        case "faster":
            return replace(manner, speed=min(SPEED[1], manner.speed * SPEED_STEP))
        case "louder":
            return replace(manner, gain_db=min(GAIN_DB[1], manner.gain_db + GAIN_STEP_DB))
        case "quieter":
            return replace(manner, gain_db=max(GAIN_DB[0], manner.gain_db - GAIN_STEP_DB))
        case "higher":
            return replace(manner, pitch=min(PITCH[1], manner.pitch + PITCH_STEP))
        case "deeper":
            return replace(manner, pitch=max(PITCH[0], manner.pitch - PITCH_STEP))
        case _:
            assert_never(change)


def say_again(context: Context, change: Change) -> Outcome | None:
    """Say once more, changed, what the user asked to have said; None unless that was the last reply.

    Raises:
        TaskError: it goes no further.
    """
    last, reply = context.last_said, context.history.last_reply()
    if last is None or reply is None or not _begins(last.text, reply.text):
        return None
    before = last.manner or context.manner
    manner = changed(before, change)
    if manner == before:
        raise TaskError(f"I cannot say it any {change}.")
    context.last_said = Say(last.text, manner)
    return Outcome(last.text, manner=manner, verbatim=True)


def _begins(text: str, heard: str) -> bool:
    """Whether what was heard is the text, or its beginning where the rest was cut off."""
    words, beginning = text.split(), heard.split()
    return bool(beginning) and words[: len(beginning)] == beginning
