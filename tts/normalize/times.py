"""Times of day and durations: 10:30 p.m., 14:05, 7am, 9am-5pm, 1:23:45, 2h30m."""

import re

from tts.normalize.clause import Clause, Said, said
from tts.normalize.numbers import cardinal, number

_CLOCK = r"(\d{1,2})(?::(\d\d))?(?::(\d\d))?([ap])?"
_TIME = re.compile(rf"{_CLOCK}(?:(?<=[ap])\.?m)?", re.IGNORECASE)
_MERIDIEM = re.compile(r"([ap])\.?m", re.IGNORECASE)
_RATIO = re.compile(r"(\d+):(\d+)")
_LASTING = re.compile(r"(\d{1,3}):(\d\d):(\d\d)(?:\.\d+)?")
_BEFORE_TIME = frozenset({"at", "by", "until", "since", "from"})
"""Words behind which 14:05:30 is a time of day."""
_PARTS = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+)s)?")


def hours_minutes(hours: int, minutes: int, half: str = "") -> str:
    """A time of day, `half` being a or p; empty for what is none."""
    if hours > 24 or minutes > 59 or (half and not 1 <= hours <= 12):
        return ""
    ending = f" {half.upper()} M" if half else ""
    if minutes:
        return f"{cardinal(hours)} {'oh ' if minutes < 10 else ''}{cardinal(minutes)}{ending}"
    if half:
        return f"{cardinal(hours)}{ending}"
    if hours in (0, 24):
        return "midnight"
    return f"{cardinal(hours)} o'clock" if hours <= 12 else f"{cardinal(hours)} hundred"


def clock(clause: Clause, index: int) -> Said | None:
    """A time or a span of times, with a.m. or p.m. at it, behind it or not at all."""
    first, dash, second = clause.body(index).replace("–", "-").partition("-")
    meridiem = _MERIDIEM.fullmatch(clause.following(index))
    half = meridiem[1].lower() if meridiem else ""
    last = _time(second if dash else first, half)
    words = f"{_first(first, last)} to {last}" if dash and last else last
    if not words or (dash and not _first(first, last)):
        return None
    if not meridiem:
        return Said((words,), abbreviated=_keeps_dot(clause, index))
    return Said((words[: -len(" A M")], f"{half.upper()} M"), abbreviated=_keeps_dot(clause, index + 1))


def _first(text: str, last: str) -> str:
    """The time in front of a dash; an hour alone will do if the other is a time."""
    return cardinal(int(text)) if text.isdigit() and len(text) < 3 and last else _time(text, "")


def _keeps_dot(clause: Clause, index: int) -> bool:
    """Whether the full stop belongs to p.m. alone."""
    return "." in clause.body(index) and not clause.begins_sentence(index + 1)


def meridiem(clause: Clause, index: int) -> Said | None:
    """a.m. and p.m. on their own."""
    match = re.fullmatch(r"([apAP])\.[mM]", clause.body(index))
    return Said((f"{match[1].upper()} M",), abbreviated=_keeps_dot(clause, index)) if match else None


def _time(text: str, half: str) -> str:
    """One time; an hour alone is one only with a half of the day."""
    match = _TIME.fullmatch(text)
    if not match or match[3] or (bool(match[4]) != text.lower().endswith("m")):
        return ""
    half = half or (match[4] or "").lower()
    return hours_minutes(int(match[1]), int(match[2] or 0), half) if match[2] or half else ""


def lasting(clause: Clause, index: int) -> Said | None:
    """A duration: hours, minutes and seconds with colons, or 2h30m."""
    body = clause.body(index)
    match = _LASTING.fullmatch(body)
    if match and clause.before(index) in _BEFORE_TIME and (time := hours_minutes(int(match[1]), int(match[2]))):
        return said(f"{time} and {_counted(int(match[3]), 'second')}")
    if match:
        return said(_listed(("hour", match[1]), ("minute", match[2]), ("second", match[3])))
    parts = _PARTS.fullmatch(body)
    if not body or not parts or sum(p is not None for p in parts.groups()) < 2:
        return None
    return said(_listed(*zip(("day", "hour", "minute", "second"), parts.groups(), strict=True)))


def _listed(*parts: tuple[str, str | None]) -> str:
    """Those that are not nothing: one hour, two minutes and three seconds."""
    words = [_counted(int(value), noun) for noun, value in parts if value and int(value)]
    words = words or ["zero seconds"]
    return " and ".join([*([" ".join(words[:-1])] if words[1:] else []), words[-1]])


def _counted(value: int, noun: str) -> str:
    return f"{cardinal(value)} {noun}{'' if value == 1 else 's'}"


def ratio(clause: Clause, index: int) -> Said | None:
    """16:9, 3:1: what looks like a time and is none."""
    match = _RATIO.fullmatch(clause.body(index))
    return said(f"{number(match[1])} to {number(match[2])}") if match else None
