"""Days as people name them: "tomorrow", "next Friday", "the 5th of May", "in three weeks", "Christmas"."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal, TypeAlias

from router.numerals import Tokens, numeral, ordinal, plain, words

WEEKDAYS = words("monday tuesday wednesday thursday friday saturday sunday")
MONTHS = words("january february march april may june july august september october november december")

_SHORT_DAYS = {name[:n]: i for i, name in enumerate(WEEKDAYS) for n in (3, 4, 5, 9)}
_SHORT_MONTHS = {name[:n]: i for i, name in enumerate(MONTHS, 1) for n in (3, 4, 9)}
_WEEKDAY = f"(?:{'|'.join(sorted(_SHORT_DAYS, key=len, reverse=True))})"
_DAY = f"(?P<day>{_WEEKDAY})"
_MONTH = rf"(?P<month>{'|'.join(sorted(_SHORT_MONTHS, key=len, reverse=True))})\.?"
_NTH = r"(?:the )?(?P<nth>\d{1,2})(?:th)?"
_YEAR = r"(?: ?,? (?P<year>\d{4}))?"
_IDLE = ("", "on", "is", "the", "for", "be", "will be", "on the", "morning", "afternoon", "evening", "night")
_STEPS = {"day": 1, "week": 7, "fortnight": 14}

Found: TypeAlias = "re.Match[str]"
Rule: TypeAlias = Callable[[Found, date], date | None]


def easter(year: int) -> date:
    """Easter Sunday, Gregorian (Butcher's rule, Nature 1876)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _thanksgiving(year: int) -> date:
    """The fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta((3 - first.weekday()) % 7 + 21)


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


FEASTS: dict[str, Callable[[int], date]] = {
    "christmas eve": _fixed(12, 24),
    "christmas day|christmas|xmas": _fixed(12, 25),
    "boxing day": _fixed(12, 26),
    "new years eve|the end of the year": _fixed(12, 31),
    "new years day|new years|new year|the new year": _fixed(1, 1),
    "valentines day|valentines": _fixed(2, 14),
    "st patricks day|saint patricks day": _fixed(3, 17),
    "april fools day|april fools": _fixed(4, 1),
    "independence day": _fixed(7, 4),
    "halloween": _fixed(10, 31),
    "thanksgiving day|thanksgiving": _thanksgiving,
    "good friday": lambda year: easter(year) - timedelta(2),
    "easter monday": lambda year: easter(year) + timedelta(1),
    "easter sunday|easter": easter,
}
"""How they are named, without apostrophes, and when they are in a year."""


def plain_words(text: str) -> str:
    """Words as the rules here and in `router.times` want them: lower case, numbers and places in a row in digits.

    "The twenty-first, at half past Six p.m." is "the 21th , at 0.5 past 6 pm".
    """
    text = re.sub(r"\b([ap])\.?\s?m\b\.?", r"\1m", text.lower().replace("’", "'")).replace("'", "")
    text = re.sub(r"(?<=\d)/(?=\d)", " / ", re.sub(r"\b(0\d)(\d\d)\b(?!:)", r"\1:\2", text))  # no fractions
    tokens, said, at = Tokens(text), list[str](), 0
    while at < len(tokens):
        place = ordinal(tokens, at)
        if place and (tokens.word(at) != "second" or _is_second_day(tokens, at)):
            said.append(f"{place[0]:.0f}th")
        elif place := numeral(tokens, at, pairs=True):
            said.append(plain(place[0]))
        else:
            said.append(tokens.word(at))
        at = place[1] if place else at + 1
    return " ".join(said)


def _is_second_day(tokens: Tokens, at: int) -> bool:
    """Whether "second" is a day and no stretch of time."""
    return bool({tokens.word(at - 1), tokens.word(at + 1)} & {"the", "of", *MONTHS})


def day(text: str, today: date) -> date | None:
    """The day that a text is; None where it is none, or more than that."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        pass
    found = find_day(plain_words(text), today)
    if found is None:
        return None
    rest = found[1].strip(" .,!?")
    return found[0] if rest in _IDLE else None


def day_in(text: str, today: date) -> str:
    """The words of a sentence that name a day, in `plain_words`; empty where none do."""
    said = plain_words(text)
    found = (match for pattern, rule in _RULES if (match := pattern.search(said)) and _applied(rule, match, today))
    return next((match.group().strip() for match in found), "")


def wanted(text: str) -> Literal["date", "days", "week"]:
    """What a question about a day asks for: its date, how many days it is away, or the number of its week."""
    if re.search(r"(?i)\b(?:how (?:many days|long)|days (?:left|until|till|to|before)|sleeps)\b", text):
        return "days"
    return (
        "week"
        if re.search(r"(?i)\bwhat week\b|\bwhich week\b|\bweek (?:number|of the year)|calendar week", text)
        else "date"
    )


def find_day(said: str, today: date) -> tuple[date, str] | None:
    """The first day in `plain_words`, and the words without it."""
    for pattern, rule in _RULES:
        if (found := pattern.search(said)) and (when := _applied(rule, found, today)):
            return when, f"{said[: found.start()].rstrip()} {said[found.end() :].lstrip()}"
    return None


def _applied(rule: Rule, found: Found, today: date) -> date | None:
    """What a rule makes of the words; None beyond the calendar."""
    try:
        return rule(found, today)
    except (ValueError, OverflowError):
        return None


def _relative(found: Found, today: date) -> date:
    count = float(found["count"]) if found["count"].isdigit() else 1.0
    days = count * _STEPS[found["step"]]
    return today + timedelta(-days if found["past"] else days)


def _months_on(found: Found, today: date) -> date | None:
    count = int(found["count"]) if found["count"].isdigit() else 1
    months = today.month - 1 + count * (12 if found["step"] == "year" else 1) * (-1 if found["past"] else 1)
    year, month = today.year + months // 12, months % 12 + 1
    return _last_possible(year, month, today.day)


def _last_possible(year: int, month: int, day: int) -> date | None:
    """A month after January 31st is the end of February."""
    return next((when for back in range(4) if (when := _date(year, month, day - back))), None)


def _weekday(found: Found, today: date) -> date:
    index = _SHORT_DAYS[found["day"]]
    ahead = (index - today.weekday()) % 7
    match found["which"]:
        case "last":
            return today - timedelta((today.weekday() - index) % 7 or 7)
        case "next":  # the one of next week
            return today + timedelta(7 - today.weekday() + index)
        case "this":
            return today + timedelta(ahead)
        case _:
            return today + timedelta(ahead or 7)


def _week_from(found: Found, today: date) -> date | None:
    base = find_day(found["base"], today)
    return base[0] + timedelta(7 * (int(found["count"]) if found["count"].isdigit() else 1)) if base else None


def _of_month(found: Found, today: date) -> date | None:
    month, day = _SHORT_MONTHS[found["month"]], int(found["nth"])
    if found["year"]:
        return _date(int(found["year"]), month, day)
    years = (_date(today.year + n, month, day) for n in range(9))  # February 29th
    return next((when for when in years if when and when >= today), None)


def _month_day(found: Found, today: date) -> date | None:
    """12/25, and 25/12 where it can be nothing else."""
    month, day = int(found["first"]), int(found["second"])
    if month > 12:
        month, day = day, month
    if found["year"]:
        return _date(int(found["year"]), month, day)
    return next((when for n in range(9) if (when := _date(today.year + n, month, day)) and when >= today), None)


def _nth(found: Found, today: date) -> date | None:
    """ "the 5th": the next one."""
    months = (divmod(today.month - 1 + n, 12) for n in range(13))
    dates = (_date(today.year + years, month + 1, int(found["nth"])) for years, month in months)
    return next((when for when in dates if when and when >= today), None)


def _feast(in_year: Callable[[int], date]) -> Rule:
    def rule(found: Found, today: date) -> date:
        if found["year"]:
            return in_year(int(found["year"]))
        return next(when for n in range(2) if (when := in_year(today.year + n)) >= today)

    return rule


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _days_on(days: int) -> Rule:
    return lambda found, today: today + timedelta(days)


_COUNT = r"(?P<count>\d+|a|1)"
_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(rf"\b(?:{pattern})(?!\w)"), rule)
    for pattern, rule in (
        (r"(?:the )?day after tomorrow", _days_on(2)),
        (r"(?:the )?day before yesterday", _days_on(-2)),
        (rf"{_COUNT} weeks? from (?P<base>(?:this |next )?{_WEEKDAY}|tomorrow)", _week_from),
        (
            rf"(?:in )?{_COUNT} (?P<step>day|week|fortnight)s?(?: time)?(?: from (?:now|today)| later)?(?P<past> ago)?",
            _relative,
        ),
        (
            rf"(?:in )?{_COUNT} (?P<step>month|year)s?(?: time)?(?: from (?:now|today)| later)?(?P<past> ago)?",
            _months_on,
        ),
        *((rf"(?:{names}){_YEAR}", _feast(rule)) for names, rule in FEASTS.items()),
        (rf"(?:on )?(?:{_WEEKDAY} ,? ?)?{_MONTH} {_NTH}{_YEAR}", _of_month),
        (rf"(?:on )?(?:{_WEEKDAY} ,? ?)?(?:the )?{_NTH} (?:of )?{_MONTH}{_YEAR}", _of_month),
        (r"(?:on )?(?P<first>\d{1,2}) ?/ ?(?P<second>\d{1,2})(?: ?/ ?(?P<year>\d{4}))?", _month_day),
        (rf"(?:on )?(?P<which>this|next|last)?(?: coming)? ?{_DAY}", _weekday),
        (r"today|tonight|(?=this (?:morning|afternoon|evening))", _days_on(0)),
        (r"tomorrow", _days_on(1)),
        (r"yesterday|last night", _days_on(-1)),
        (r"(?:on )?the (?P<nth>\d{1,2})th", _nth),
    )
)


def spoken_day(when: date, today: date) -> str:
    """A day as it is said among others: "today", "tomorrow", "on Friday", "on December 25th"."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    away = (when - today).days
    if away in near:
        return near[away]
    return f"on {WEEKDAYS[when.weekday()].title()}" if 1 < away < 7 else f"on {spoken_date(when, today)}"


def spoken_date(when: date, today: date) -> str:
    """ "December 25th", with the year where it is another one than this."""
    ending = "th" if when.day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(when.day % 10, "th")
    year = f", {when.year}" if when.year != today.year else ""
    return f"{MONTHS[when.month - 1].title()} {when.day}{ending}{year}"
