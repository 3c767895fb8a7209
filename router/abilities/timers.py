"""Timers, alarms and reminders: "set a timer for ten minutes", "wake me at seven", "how long is left?"."""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError
from rapidfuzz import fuzz

from assistant.alarms import Alarm
from assistant.errors import TaskError
from router.arguments import Ask
from router.days import find_day, plain_words, spoken_day
from router.ringing import is_phrase, named
from router.spoken import duration_s, durations_in, number, spoken_duration
from router.task import Context, Family, Missing, Outcome, Pending, Undo, means, task
from router.times import REPEATED, moment, spoken_time

LONGEST_S = 7 * 86_400.0
ALIKE = 75.0
"""From this likeness on, 0 to 100, a label was meant; recognizers write names as they like."""
TOLD = 5
"""How many are told at most."""

ONCE = "I can set an alarm for one time only, not one that comes back."
NO_TIME = "I did not understand the time; say it like half past seven tomorrow, or in twenty minutes."
NO_LENGTH = "A timer has to run for some time; say how long, such as five minutes."
OVER = "That time is over already."
NONE = "No timer or alarm is set."

_FILLERS = frozenset(
    ("the", "my", "a", "an", "one", "about", "timer", "timers", "alarm", "alarms", "reminder", "for", "of", "at")
)
_ALL = re.compile(r"\b(all|every|everything|both|any)\b")


def _said_seconds(value: object) -> object:
    """A duration in words, in seconds; anything else as it is. Words without one are asked back, as if left out.

    Raises:
        TaskError: it is no time that could pass.
    """
    if isinstance(value, str):
        found = [seconds for _, _, seconds in durations_in(value)]
        value = found[0] if len(found) == 1 else number(value)
        if value is None:
            raise PydanticCustomError("missing", "no duration")
    if isinstance(value, int | float) and value <= 0:
        raise TaskError(NO_LENGTH)
    return value


Length: TypeAlias = Annotated[
    float, BeforeValidator(_said_seconds), Field(gt=0, le=LONGEST_S, description="how long, in seconds")
]
Label: TypeAlias = Annotated[str, Field(description="what it is for, such as 'tea' or 'take the bread out'")]

SET = "(set|start|make|create|run|begin|give me) [me] [a|an|another|the|my] [new]"
CANCEL = "(cancel|stop|delete|remove|clear|end|kill|turn off|forget)"
TEA = "[a|an|my|the] {label}"


@task(
    f"{SET} timer (for|of) {{seconds}}|timer for {{seconds}}|{SET} {{seconds}} [long] timer",
    f"{SET} timer (for|of) {{seconds}} (called|named|labeled) {TEA}",
    f"{SET} timer (called|named) {{label}} for {{seconds}}",
    f"{SET} {{label}} timer (for|of) {{seconds}}|{SET} timer (for|of) {{seconds}} (for|to) {TEA}",
    f"{SET} {{seconds}} timer (for|called|named|to) {TEA}",
    "(remind me|tell me|alert me) in {seconds} (that i (have|need|want) to|to|about|of) {label}",
    "(remind me|tell me|alert me) [to|about] {label} in {seconds}|remind me in {seconds}",
    "(count down|countdown) [from] {seconds}|(tell me|let me know|ring|wake me) (in|after) {seconds}",
    f"{SET} timer|i need a timer|timer",
    family=Family.CONVERSATION,
    effects=True,
    examples=(
        "Set a timer for {seconds}.",
        "Start a {seconds} timer for the {label}.",
        "Remind me in {seconds} to {label}.",
        "Remind me to {label} in {seconds}.",
        "Count down {seconds}.",
        "Let me know when {seconds} have passed.",
        "The {label} needs {seconds}, tell me when it is done.",
        "I put the {label} in the oven, give me {seconds}.",
        "Give me a {label} timer of {seconds}.",
        "Ring in {seconds}.",
        "Wake me up in {seconds}.",
        "Time {seconds} for the {label}, please.",
        "I need a countdown of {seconds} called {label}.",
        "Don't let me forget to {label} {seconds} from now.",
    ),
)
async def set_timer(context: Context, seconds: Annotated[Length, Ask("For how long?")], label: Label = "") -> Outcome:
    """Set a timer that rings by voice, or a reminder after a while.

    seconds: how long. label: what it is for, as a noun ("tea") or as something to do ("take the bread out").
    """
    alarm = context.alarms.set_timer(seconds, label.strip(" .,!?"))
    _undoable(context, alarm)
    length = spoken_duration(seconds)
    if is_phrase(alarm.label):
        return Outcome(f"Okay, I will remind you in {length}.")
    return Outcome(f"{named(alarm, 'Your') if alarm.label else 'Your timer'} is set for {length}.")


@task(
    f"{SET} alarm [for|at|to] {{time}}|alarm [for|at] {{time}}|{SET} {{time}} alarm",
    f"{SET} alarm (for|at) {{time}} (called|named|labeled|to) {TEA}",
    "(wake me [up]|get me up|ring) (at|by|before) {time}|wake me [up] {time}",
    "(remind me|tell me|alert me) at {time} (that i (have|need|want) to|to|about|of) {label}",
    "(remind me|tell me|alert me) [to|about] {label} at {time}",
    f"{SET} alarm|i need an alarm|wake me [up]",
    family=Family.CONVERSATION,
    effects=True,
    examples=(
        "Set an alarm for {time}.",
        "Wake me up at {time}.",
        "Set an alarm at {time} for {label}.",
        "Remind me at {time} to {label}.",
        "Remind me to {label} at {time}.",
        "I have to get up at {time}.",
        "Ring at {time}, please.",
        "Can you make sure I'm awake by {time}?",
        "An alarm for the {label} at {time}.",
        "Alarm {time}.",
        "Get me out of bed at {time}.",
        "At {time}, tell me to {label}.",
    ),
)
async def set_alarm(
    context: Context,
    time: Annotated[
        str, Ask("For what time?"), Field(description="when, in the user's words: 'half past six tomorrow'")
    ],
    label: Label = "",
) -> Outcome:
    """Set an alarm that rings by voice at a time of day.

    time: in the user's own words, such as "half past six", "7 am on Friday", "at noon". label: what it is for.
    """
    if REPEATED.search(time.lower()):
        raise TaskError(ONCE)
    now = context.alarms.now()
    at = moment(time, now)
    if at is None:
        raise Missing(Pending(set_alarm.name, {"label": label} if label else {}, "time", NO_TIME))
    wall = at if at.tzinfo is None else at.astimezone(now.tzinfo).replace(tzinfo=None)
    if wall <= now.replace(tzinfo=None):
        raise TaskError(OVER)
    alarm = context.alarms.set_alarm(wall, label.strip(" .,!?"))
    _undoable(context, alarm)
    if is_phrase(alarm.label):
        return Outcome(f"Okay, I will remind you at {_when(alarm, now)}.")
    return Outcome(f"{named(alarm, 'Your')} is set for {_when(alarm, now)}.")


@task(
    "how (much time|long) (is|does) (it|that|the timer|my timer|the {label} [timer]) (have left|left|take|still take)",
    "how (much time|long|many minutes) (is|are|do i have|have i got) (left|remaining) [on [the|my] (timer|alarm)]",
    "how (much time|long|many minutes) (is|are) (left|remaining) on [the|my] {label} timer",
    "time left|how (much|long) [is] left",
    "(what|which) (timers|alarms|reminders|timers and alarms) (are|have) [there|set|running|on|i set|i have|do i have]",
    "(which|what) (timers|alarms|reminders) (do i have|did i set|have i set|have i got|are there)",
    "(list|show [me]|tell me|read [me]) [all] [of] [my|the] (timers|alarms|reminders|timers and alarms)",
    "(is|are) [there|any|a|an|my] (timer|timers|alarm|alarms) (set|running|on|going)",
    "do i have (a|an|any) (timer|alarm|alarms)",
    "when (does|will|is) (the|my) (alarm|timer|next alarm) [ring|go off|over|up|done|set for]",
    family=Family.CONVERSATION,
    effects=False,
    examples=(
        "How long is left on the timer?",
        "Which timers are running?",
        "What alarms have I set?",
        "How much longer?",
        "List my timers and alarms.",
        "Is there an alarm for tomorrow?",
        "When does my alarm go off?",
        "How long do the {label} still need?",
        "Show me all the reminders.",
        "Do I have a timer going?",
        "Check the {label} timer.",
        "How many minutes are left?",
    ),
)
async def list_timers(context: Context, label: Label = "") -> Outcome:
    """Tell which timers and alarms are set, and how long they have left.

    label: the one that is meant; empty for all.
    """
    every = context.alarms.all
    chosen = _meant(every, label, context.alarms.now()) or every
    if not chosen:
        return Outcome(NONE)
    now = context.alarms.now()
    told = " ".join(_told(alarm, now) for alarm in chosen[:TOLD])
    more = f" And {len(chosen) - TOLD} more." if len(chosen) > TOLD else ""
    return Outcome(told + more)


@task(
    *means(
        f"{CANCEL} (all|every|both) [of] [the|my] [timers|alarms|timer|alarm|reminders]|{CANCEL} everything that rings",
        label="all",
    ),
    *means(f"{CANCEL} [the|my|that] (timer|countdown)", label="timer"),
    *means(f"{CANCEL} [the|my|that] alarm|turn the alarm off", label="alarm"),
    *means(f"{CANCEL} [the|my|that] reminder", label=""),
    f"{CANCEL} [the|my|that] {{label}} (timer|alarm|reminder|countdown|one)",
    f"{CANCEL} [the|my|that] (timer|alarm|reminder) (for|at|of|about|called) {{label}}",
    family=Family.CONVERSATION,
    effects=True,
    examples=(
        "Cancel the timer.",
        "Cancel the {label} timer.",
        "Turn off my alarm.",
        "Delete the alarm for {label}.",
        "Stop the countdown.",
        "Clear all the timers.",
        "I don't need the {label} timer any more.",
        "Forget the reminder about the {label}.",
        "Never mind the {label}, it is done already.",
        "No alarm tomorrow, please.",
        "Remove every alarm.",
        "Kill the {label} one.",
    ),
)
async def cancel_timer(context: Context, label: Label = "") -> Outcome:
    """Cancel a timer, an alarm or a reminder.

    label: what it is for, how long or when it is, or "all"; empty for the only one.
    """
    every, now = context.alarms.all, context.alarms.now()
    if not every:
        raise TaskError(NONE)
    chosen = _meant(every, label, now)
    if not chosen:
        raise TaskError(f"There is no such timer. {' '.join(_told(alarm, now) for alarm in every[:TOLD])}")
    if len(chosen) > 1 and not _ALL.search(label.lower()):
        names = " or ".join(_short(alarm, now) for alarm in chosen)
        raise Missing(Pending(cancel_timer.name, {}, "label", f"Which one: {names}?"))
    for alarm in chosen:
        context.alarms.remove(alarm)
    what = named(chosen[0], "the") if len(chosen) == 1 else f"all {len(chosen)}"
    context.undoable.append(Undo(f"cancelling {what}", _setting(chosen)))
    return Outcome(f"Okay, I cancelled {what}.")


def _meant(every: Sequence[Alarm], label: str, now: datetime) -> Sequence[Alarm]:
    """Those that a label, a length, a time or "all" means, soonest first; empty for all."""
    words = label.lower().strip(" .,!?").split()
    kinds = {word.rstrip("s") for word in words} & {"timer", "alarm"}
    if len(kinds) == 1:
        every = [alarm for alarm in every if ("timer" in kinds) == alarm.timer]
    rest = " ".join(word for word in words if word not in _FILLERS)
    if not rest or _ALL.fullmatch(rest):
        return every
    if rest in ("first", "next"):
        return every[:1]
    if rest in ("last", "latest", "newest"):
        return sorted(every, key=lambda alarm: alarm.id)[-1:]
    return [alarm for alarm in every if _fits(alarm, rest, now)]


def _fits(alarm: Alarm, said: str, now: datetime) -> bool:
    if alarm.label and fuzz.token_set_ratio(said, alarm.label.lower()) >= ALIKE:
        return True
    if alarm.timer:
        return duration_s(said) == alarm.seconds
    day = find_day(plain_words(said), now.date())
    same_day = day is not None and not day[1].strip() and day[0] == alarm.at.date()
    time = moment(f"{said} {spoken_day(alarm.at.date(), now.date())}", now)
    return same_day or alarm.at in (moment(said, now), time)


def _told(alarm: Alarm, now: datetime) -> str:
    """A sentence about one of them."""
    if not alarm.timer:
        when = _when(alarm, now)
        return f"At {when}: {alarm.label}." if is_phrase(alarm.label) else f"{named(alarm, 'Your')} is set for {when}."
    left = spoken_duration(max(1.0, alarm.left_s(now)))
    return f"In {left}: {alarm.label}." if is_phrase(alarm.label) else f"{named(alarm, 'Your')} has {left} left."


def _when(alarm: Alarm, now: datetime) -> str:
    """ "7 AM tomorrow"; "7 AM" where it is today."""
    day = spoken_day(alarm.at.date(), now.date())
    return spoken_time(alarm.at) + (f" {day}" if day != "today" else "")


def _short(alarm: Alarm, now: datetime) -> str:
    """What sets it apart from the others."""
    if is_phrase(alarm.label):
        return f"{alarm.label}"
    if not alarm.timer:
        return f"{named(alarm, 'the')} for {_when(alarm, now)}"
    return named(alarm, "the")


def _undoable(context: Context, alarm: Alarm) -> None:
    async def take_back(context: Context) -> None:
        context.alarms.remove(alarm)

    context.undoable.append(Undo(named(alarm, "the"), take_back))


def _setting(cancelled: Sequence[Alarm]) -> Callable[[Context], Awaitable[None]]:
    async def take_back(context: Context) -> None:
        for alarm in cancelled:
            context.alarms.add(alarm)

    return take_back
