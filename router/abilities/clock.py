"""Time and date: here and elsewhere, today and on other days."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from assistant.errors import TaskError
from router import days
from router.days import WEEKDAYS, spoken_date, spoken_day
from router.places import zone
from router.task import Context, Family, Outcome, means, task
from router.times import spoken_time

Want: TypeAlias = Literal["date", "days", "week"]

NOW = "[right] [now|at the moment|currently|here]"


@task(
    f"what time is it {NOW}|what is the [current] time {NOW}|(tell|give) me the [current] time|do you have the time",
    f"how late is it {NOW}|what does the clock say|what hour is it|[got] [the] time|can you tell me the time",
    f"what time is it {NOW} in {{place}} {NOW}|what is the [current] [local] time {NOW} in {{place}} {NOW}",
    "(tell me|give me) the time in {place}|how late is it in {place}|[the] [local|current] time in {place}",
    family=Family.CONVERSATION,
    effects=False,
    examples=(
        "What time is it?",
        "Tell me the time.",
        "What time is it in {place}?",
        "How late is it?",
        "Do you know what time it is?",
        "What's the time in {place} right now?",
        "The current time, please.",
        "What does the clock say?",
        "How late is it over in {place}?",
        "Can you check the clock for me?",
        "Is it past noon yet?",
    ),
)
async def tell_time(
    context: Context,
    place: Annotated[str, Field(description="a city or a country; leave out for the time here")] = "",
) -> Outcome:
    """Tell the time.

    place: a city or country elsewhere; left out, it is the time here.
    """
    now = context.alarms.now()
    if not place.strip():
        return Outcome(f"It is {spoken_time(now)}.")
    there = now.astimezone(zone(place, now))
    other_day = spoken_day(there.date(), now.date())
    when = spoken_time(there) + (f", {other_day}" if there.date() != now.date() else "")
    return Outcome(f"In {_titled(place)} it is {when}.")


@task(
    "(what|which) day is (it|today) [today]|(what|which) day of the (week|month) (is it|is today|are we on) [today]",
    "what is (the date|today is date|the current date) [today]|what date (is it|is today|do we have) [today]",
    "(what|which) (month|year) (is it|is this|are we in|do we have)|[tell me] (the|today is) date|what is today",
    "(what|which) (day|date|day of the week) (is it|will it be|is|will be) {day}|what is the date (on|of|for) {day}",
    "what is the date {day:tomorrow|[(next|this|last)] (monday|tuesday|wednesday|thursday|friday|saturday|sunday)}",
    "when is {day:christmas|christmas eve|new year|easter|thanksgiving|halloween|valentine is day|good friday}",
    *means(
        "how many days (until|till|to|before) {day}|how (long|many days) is it (until|till|to) {day}",
        "how many days (are there|is it|are left|is there) (until|till|to|before) {day}|how long until {day}",
        want="days",
    ),
    *means(
        "(what|which) (week|calendar week|week of the year|week number) (is it|is this|are we in|do we have)",
        want="week",
    ),
    *means("what is the week number|(what|which) [calendar] week is {day}", want="week"),
    family=Family.CONVERSATION,
    effects=False,
    examples=(
        "What day is it today?",
        "What's the date?",
        "Which day of the week is {day}?",
        "How many days until {day}?",
        "What's the date on {day}?",
        "Which week of the year are we in?",
        "Tell me today's date.",
        "What month is it?",
        "When is {day} this year?",
        "How long is it until {day}?",
        "Is today a Tuesday?",
        "On what day does {day} fall?",
    ),
)
async def tell_date(
    context: Context,
    day: Annotated[str, Field(description="a day in words, such as 'next Friday'; leave out for today")] = "",
    want: Want = "date",
) -> Outcome:
    """Tell the date, the day of the week, the number of the week, or how many days it is until a day.

    day: in the user's own words, such as "tomorrow", "the 5th of May", "Christmas"; left out, it is today.
    want: "date" for the date and the day of the week, "days" for how many days it is until then, "week" for the number
    of the week.
    """
    today = context.alarms.now().date()
    when = _named(day, today) if day.strip() else today
    if want == "week":
        return Outcome(f"{_subject(when, today)} in week {when.isocalendar().week}.")
    full = f"{WEEKDAYS[when.weekday()].title()}, {spoken_date(when, today)}"
    if want == "days":
        return Outcome(_distance((when - today).days, full))
    year = f", {when.year}" if when.year == today.year else ""
    return Outcome(f"{_subject(when, today)} {full}{year}.")


def _named(said: str, today: date) -> date:
    when = days.day(said, today)
    if when is None:
        raise TaskError(f"I do not know when {said.strip(' .?!')} is.")
    return when


def _distance(days: int, full: str) -> str:
    many = f"{abs(days):,} day" + ("s" if abs(days) != 1 else "")
    if days == 0:
        return f"That is today, {full}."
    return f"It is {many} until {full}." if days > 0 else f"{full} was {many} ago."


def _subject(when: date, today: date) -> str:
    near = {0: "Today is", 1: "Tomorrow is", -1: "Yesterday was"}
    return near.get((when - today).days, "That is" if when > today else "That was")


def _titled(place: str) -> str:
    """A place's name as it is written, where it came without capitals."""
    return place.strip(" .?!") if any(c.isupper() for c in place) else place.strip(" .?!").title()
