"""Dates: 2026-11-23, 11/23/2026, Nov 23, 2026, 23 November 2026, November 2026."""

import re

from tts.normalize.clause import Clause, Said, said
from tts.normalize.numbers import ordinal, year
from tts.normalize.tables import listed, words_of
from tts.normalize.times import hours_minutes

MONTHS = listed("January February March April May June July August September October November December")
_SHORT = {m[:3].lower(): m for m in MONTHS} | {"sept": "September"}
_FULL = {m.lower(): m for m in MONTHS}
_AMBIGUOUS = frozenset({"may", "march", "mar", "jan", "dec", "sept"})
"""Months that are something else when they are written in small letters."""
_ISO = re.compile(r"(\d{4})([-/])(\d\d)\2(\d\d)(?:T(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
_SLASHES = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d\d)")
_MONTH_DAY = re.compile(r"(?!9/11)(\d{1,2})/(\d{1,2})")
_BEFORE_DAY = words_of("on by until till since before after due")
"""Words behind which 11/23 is a day and no fraction."""
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?(?:[-–](\d{1,2})(?:st|nd|rd|th)?)?")
_DECADE = re.compile(r"(early|mid|late|)-?(1[1-9]|20|)(\d)0'?s")
_YEAR = re.compile(r"1\d{3}|20\d\d|21\d\d")


def figures(clause: Clause, index: int) -> Said | None:
    """A date of nothing but figures."""
    body = clause.body(index)
    if iso := _ISO.fullmatch(body):
        return _iso(iso)
    if match := _SLASHES.fullmatch(body):
        first, second = int(match[1]), int(match[3])
        is_day_first = match[2] == "." or first > 12
        month, day = (second, first) if is_day_first else (first, second)
        return _said_date(month, day, _full_year(match[4]))
    match = _MONTH_DAY.fullmatch(body)
    if match and clause.before(index) in _BEFORE_DAY and 1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= 31:
        return said(f"{MONTHS[int(match[1]) - 1]} {ordinal(int(match[2]))}")
    return None


def calendar(text: str) -> str:
    """A day written like 2026-11-23; empty for other text."""
    match = _ISO.fullmatch(text)
    date = _iso(match) if match else None
    return date.words[0].replace(",", "") if date else ""


def _iso(match: re.Match[str]) -> Said | None:
    date = _said_date(int(match[3]), int(match[4]), int(match[1]))
    if date is None or match[5] is None:
        return date
    zone = " U T C" if match[7] == "Z" else ""
    time = hours_minutes(int(match[5]), int(match[6]))
    return said(f"{date.words[0]}, {time}{zone}") if time else None


def _said_date(month: int, day: int, number: int) -> Said | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return said(f"{MONTHS[month - 1]} {ordinal(day)}, {year(number)}")


def _full_year(text: str) -> int:
    """A year of two digits is the one that is near."""
    value = int(text)
    return value if len(text) == 4 else value + (1900 if value >= 70 else 2000)


def month_first(clause: Clause, index: int) -> Said | None:
    """A month with a day or a year or both behind it."""
    name = month(clause.body(index))
    if not name:
        return None
    following = clause.following(index, abbreviated=True)
    if days := _days(following):
        return said(name, days, *_year_behind(clause, index + 1))
    return said(name, year(int(following))) if _YEAR.fullmatch(following) else _abbreviated(clause, index, name)


def _abbreviated(clause: Clause, index: int, name: str) -> Said | None:
    """A month on its own, cut short with a full stop."""
    is_short = clause.body(index).lower() != name.lower()
    if is_short and clause.is_capitalized(index) and clause.pieces[index].tail.startswith("."):
        return Said((name,), abbreviated=True)
    return None


def _year_behind(clause: Clause, index: int) -> tuple[str, ...]:
    """The year behind a day, with a comma between them or without."""
    is_short = clause.body(index).lower() in _SHORT
    if clause.pieces[index].tail not in ("", ",", "." if is_short else ""):
        return ()
    body = clause.body(index + 1)
    return (year(int(body)),) if _YEAR.fullmatch(body) else ()


def _days(body: str) -> str:
    """ "23", "23rd" or "3-5" as ordinals; empty for what is no day."""
    match = _DAY.fullmatch(body)
    if not match or not all(1 <= int(d) <= 31 for d in match.groups() if d):
        return ""
    return " to ".join(ordinal(int(d)) for d in match.groups() if d)


def day_first(clause: Clause, index: int) -> Said | None:
    """A day with its month behind it, and perhaps a year."""
    days = _days(clause.body(index))
    name = month(clause.following(index)) if days else ""
    if not name or not clause.is_capitalized(index + 1):
        return None
    article = "" if clause.before(index) == "the" else "the "
    return said(f"{article}{days} of", name, *_year_behind(clause, index + 1))


def month(body: str) -> str:
    """The full name of a month; empty for what is none."""
    lower = body.lower()
    if body == lower and lower in _AMBIGUOUS:
        return ""
    return _FULL.get(lower) or _SHORT.get(lower, "")


def decade(clause: Clause, index: int) -> Said | None:
    """1990s, '90s; "the 20s" but not "20s", which are seconds."""
    match = _DECADE.fullmatch(clause.body(index))
    if not match:
        return None
    is_told = clause.before(index) in _BEFORE_DECADE or "'" in clause.pieces[index].lead
    if not match[2] and not match[1] and (not is_told or match[3] in "01"):
        return None
    words = year(int(f"{match[2]}{match[3]}0"))
    return said(f"{match[1]} {words[:-1]}ies".strip() if words.endswith("y") else f"{match[1]} {words}s".strip())


_BEFORE_DECADE = words_of("the her his their my your our its early mid late mid- in")
