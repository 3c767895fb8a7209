"""Times as people say them: "half past six", "quarter to nine tomorrow morning", "at noon", "in twenty minutes".

moment := in a duration | [day] time [day]
time   := [half|quarter|minutes] past|to hour | hour [minutes] [am|pm] | h:mm | noon | midnight
"""

import re
from datetime import date, datetime, time, timedelta

from router.days import find_day, plain_words
from router.durations import duration_s

REPEATED = re.compile(
    r"\b(?:every|each|daily|weekly|weekdays|weekends|hourly|(?:mon|tues|wednes|thurs|fri|satur|sun)days)\b"
)
"""What asks for more than one time."""

_CLOCK = re.compile(r"\d:\d\d(?! ?(?:minutes|hours|seconds))")
_HALF = r"(?: (?P<half>am|pm))?"
_TIME = re.compile(
    r"(?<![\d:/.])(?:"
    r"(?P<noon>noon|midday)|(?P<midnight>midnight)"
    r"|(?P<minutes>\d{1,2}|0\.5|0\.25)(?: minutes?)? (?P<side>past|after|to|before|till|of) (?P<hour>\d{1,2})"
    r"|0\.5 (?P<half_hour>\d{1,2})"
    r"|(?P<h>\d{1,2}):(?P<m>\d\d)(?::\d\d)?"
    r"|(?P<joined>\d{3,4})"
    r"|(?P<alone>\d{1,2})(?: (?P<rest>\d\d))?"
    rf")(?![\d:/.])(?: o ?clock)?{_HALF}"
)
_PART = re.compile(r"\b(?:in the |this |at |the )?(?P<part>morning|afternoon|evening|night|tonight)\b")
_IDLE = re.compile(
    r"\b(?:at|on|for|the|by|sharp|exactly|please|about|around|oclock|o|clock|hours|hundred|dot|in|to|time|from|now|set|an|a|"
    r"alarm|me|up|wake|it|is|again|then|just|local|and)\b|[,.!?]"
)


def moment(said: str, now: datetime) -> datetime | None:
    """The next moment that is meant; None where none is said.

    "In twenty minutes" gives an aware time. A time of day gives a naive one, on the wall clock of `now`, which is
    local and aware: it is that time whatever the clocks do meanwhile. It lies before `now` only where a day was named.
    """
    try:
        return datetime.fromisoformat(said.strip())
    except ValueError:
        pass
    if not _CLOCK.search(said) and (seconds := duration_s(said)) is not None:
        return now + timedelta(seconds=seconds)
    wall = now.replace(tzinfo=None)
    text = plain_words(said)
    day, rest = find_day(text, wall.date()) or (None, text)
    part = _PART.search(f"{rest} tonight" if re.search(r"\btonight\b", text) else rest)
    rest = _PART.sub(" ", rest)
    found = _TIME.search(rest)
    if found is None or _IDLE.sub("", rest[: found.start()] + rest[found.end() :]).strip():
        return None
    return _on(day, _read(found, part["part"] if part else ""), wall)


def _read(found: re.Match[str], part: str) -> tuple[int, int, bool] | None:
    """Hour, minute, and whether it may be either half of the day; None where there is no such time."""
    hour, minute, sure = _numbers(found)
    half = found["half"]
    if not (0 <= hour <= 24 and 0 <= minute < 60):
        return None
    if not half and part and 1 <= hour <= 12:
        half = _half(part, hour)
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour % 24, minute, not (half or part or sure) and 1 <= hour <= 12


def _half(part: str, hour: int) -> str:
    """The half of the day that a part of it lies in: twelve and three at night are after midnight."""
    if part == "morning" or (part in ("night", "tonight") and (hour == 12 or hour < 5)):
        return "am"
    return "pm"


def _numbers(found: re.Match[str]) -> tuple[int, int, bool]:
    """Hour, minute, and whether the hour is one of 24."""
    if found["noon"] or found["midnight"]:
        return (12 if found["noon"] else 0), 0, True
    if found["side"]:
        minutes = round(float(found["minutes"]) * 60) if "." in found["minutes"] else int(found["minutes"])
        past = found["side"] in ("past", "after")
        hour = int(found["hour"])
        return (hour, minutes, False) if past else ((hour - 1) or 12, 60 - minutes, False)
    if found["half_hour"]:
        return int(found["half_hour"]), 30, False
    if found["joined"]:
        return (
            int(found["joined"][:-2]),
            int(found["joined"][-2:]),
            len(found["joined"]) == 4 and found["joined"] < "1000",
        )
    said: str = found["h"] or found["alone"]
    return int(said), int(found["m"] or found["rest"] or 0), len(said) == 2 and said < "10"


def _on(day: date | None, read: tuple[int, int, bool] | None, wall: datetime) -> datetime | None:
    """The next such time; on a day that was named, the time as it was said."""
    if read is None:
        return None
    hour, minute, either = read
    if day is not None and day != wall.date():
        if hour == 0 and minute == 0 and day > wall.date():
            return datetime.combine(day, time())
        return datetime.combine(day, time(hour, minute))
    hours = (hour % 12, hour % 12 + 12) if either else (hour,)
    days = (wall.date(),) if day and hour else (wall.date(), wall.date() + timedelta(1))
    times = [datetime.combine(d, time(h, minute)) for d in days for h in hours]
    return next((t for t in times if t > wall), times[-1])


def spoken_time(when: datetime | time) -> str:
    """A time of day as it is said: "7 AM", "7:05 PM", "noon", "midnight"."""
    if when.minute == 0 and when.hour % 12 == 0:
        return "noon" if when.hour else "midnight"
    minutes = f":{when.minute:02}" if when.minute else ""
    return f"{(when.hour - 1) % 12 + 1}{minutes} {'AM' if when.hour < 12 else 'PM'}"
