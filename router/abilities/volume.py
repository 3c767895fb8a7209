"""How loud everything is played: "volume up", "set the volume to 40 percent", "mute"."""

import math
import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from assistant.errors import TaskError
from router.numerals import number
from router.task import Context, Family, Outcome, Undo, means, task

VolumeChange: TypeAlias = Literal["louder", "quieter", "mute", "unmute", ""]

USUAL = 50.0
"""The level, in percent, at which nothing is made louder or quieter."""
DB_PER_TENFOLD = 40.0
"""Twice the level is 12 decibels more, which sounds about twice as loud."""
STEP_DB = 6.0
LOUDEST_DB = DB_PER_TENFOLD * math.log10(100 / USUAL)
QUIETEST_DB = DB_PER_TENFOLD * math.log10(2 / USUAL)

NAMED = {"full": 100.0, "maximum": 100.0, "max": 100.0, "minimum": 2.0, "min": 2.0, "half": 50.0, "normal": USUAL}


def _said_level(value: object) -> object:
    """A level in words, in percent; anything else as it is. Words without one count as left out."""
    if not isinstance(value, str):
        return value
    words = re.sub(r"(?i)\s*(?:%|percent|per cent)\s*\.?$", "", value.strip(" .!?"))
    level = NAMED.get(words.lower(), number(words))
    if level is None:
        raise PydanticCustomError("missing", "no level")
    return level


Level: TypeAlias = Annotated[
    float, BeforeValidator(_said_level), Field(ge=0, le=100, description="percent; 50 is the usual level")
]

THE = "[the|your|my]"
SOUND = "(volume|sound|sound level|audio)"


@task(
    *means(
        f"(turn|crank|bump) {THE} {SOUND} up|(turn|crank) up {THE} {SOUND}|(raise|increase) {THE} {SOUND} [up]",
        f"{SOUND} up|turn everything up|make everything louder|more volume|{THE} {SOUND} is too (low|quiet)",
        change="louder",
    ),
    *means(
        f"turn {THE} {SOUND} down|turn down {THE} {SOUND}|(lower|decrease|reduce) {THE} {SOUND} [down]",
        f"{SOUND} down|turn everything down|make everything quieter|less volume|{THE} {SOUND} is too (high|loud)",
        change="quieter",
    ),
    *means(
        f"mute [yourself|it|{THE} {SOUND}]|(turn|switch) {THE} {SOUND} off|(turn|switch) off {THE} {SOUND}",
        change="mute",
    ),
    *means(
        f"unmute [yourself|it|{THE} {SOUND}]|(turn|switch) {THE} {SOUND} [back] on|(turn|switch) on {THE} {SOUND}",
        f"{SOUND} [back] on",
        change="unmute",
    ),
    f"(set|put|turn|change|bring) {THE} {SOUND} [up|down] to {{level}}|{SOUND} [to|at] {{level}} percent",
    *means(f"{SOUND} [to] [the] (maximum|max)|(maximum|max|full) {SOUND}|as loud as (possible|you can)", level=100),
    *means(f"(normal|usual) {SOUND}|{SOUND} [back] to normal|(reset) {THE} {SOUND}", level=USUAL),
    *means(f"what is {THE} {SOUND} [level|set to|at]|how loud (is it|are you)"),
    family=Family.CONVERSATION,
    effects=True,
    examples=(
        "Turn the volume up.",
        "Turn it down a bit.",
        "Set the volume to {level} percent.",
        "Mute.",
        "Unmute yourself, please.",
        "Volume {level}.",
        "Make everything a little louder.",
        "I want the sound at {level} percent.",
        "Can you lower the volume?",
        "Switch the sound off.",
        "Turn the sound back on.",
        "Full volume!",
        "The volume is too high.",
        "Put the sound level at {level}.",
    ),
)
async def change_volume(context: Context, change: VolumeChange = "", level: Level | None = None) -> Outcome:
    """Change how loud everything is played, speech and sounds alike, or tell how loud it is.

    change: a step louder or quieter, or sound off and on; level: in percent, 50 is the usual one. Give one of
    them; with neither, the level is told.
    """
    before = context.volume_db, context.unmuted_db
    if level is None and not change:
        return Outcome(_told(context))
    if level is not None:
        context.volume_db = decibels(level)
    elif change == "mute":
        context.unmuted_db = context.volume_db if math.isfinite(context.volume_db) else context.unmuted_db
        context.volume_db = -math.inf
    elif change == "unmute":
        context.volume_db = context.volume_db if math.isfinite(context.volume_db) else context.unmuted_db
    elif change:
        context.volume_db = _stepped(context, STEP_DB if change == "louder" else -STEP_DB)
    context.undoable.append(Undo("the change of volume", _setting(*before)))
    return Outcome(_told(context))


def decibels(level: float) -> float:
    """Of a level in percent; -inf for none."""
    return DB_PER_TENFOLD * math.log10(level / USUAL) if level > 0 else -math.inf


def percent(gain_db: float) -> float:
    """The level of a gain."""
    return USUAL * 10 ** (gain_db / DB_PER_TENFOLD)


def _stepped(context: Context, step_db: float) -> float:
    """A step further; from silence, what was before it.

    Raises:
        TaskError: it goes no further.
    """
    present = context.volume_db
    if not math.isfinite(present):
        if step_db > 0:
            return context.unmuted_db
        raise TaskError("The sound is off already.")
    changed = min(max(present + step_db, QUIETEST_DB), LOUDEST_DB)
    if math.isclose(changed, present, abs_tol=0.01):
        raise TaskError(f"It cannot be any {'louder' if step_db > 0 else 'quieter'}.")
    return changed


def _told(context: Context) -> str:
    if not math.isfinite(context.volume_db):
        return "The sound is off."
    return f"The volume is at {percent(context.volume_db):.0f} percent."


def _setting(volume_db: float, unmuted_db: float) -> Callable[[Context], Awaitable[None]]:
    async def take_back(context: Context) -> None:
        context.volume_db, context.unmuted_db = volume_db, unmuted_db

    return take_back
