"""Durations as people say them: "a minute and a half", "1:30", "half an hour", "an hour, twenty minutes and 5 seconds".

duration := part ([and] smaller part)* [[and] bare number]
part     := number unit [and fraction] | fraction [of] [a] unit | a unit | h:mm:ss | m:ss
"""

from collections.abc import Iterator
from dataclasses import dataclass

from router.numerals import Token, Tokens, numeral, words

UNITS_S = {
    **dict.fromkeys(("millisecond", "milliseconds", "ms"), 0.001),
    **dict.fromkeys(("second", "seconds", "sec", "secs"), 1.0),
    **dict.fromkeys(("minute", "minutes", "min", "mins"), 60.0),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), 3600.0),
    **dict.fromkeys(("day", "days"), 86_400.0),
    **dict.fromkeys(("week", "weeks"), 604_800.0),
}
_LETTERS_S = {"s": 1.0, "m": 60.0, "h": 3600.0}
"""Units only behind digits: "5m 30s"."""
_ARTICLES = ("a", "an", "one", "another")
_BEFORE_TIMES = ("at", "by", "before", "until", "till", "past", "since")
"""What stands before a time of day, which looks like a duration: "at 7:30"."""
_AFTER_TIMES = ("am", "pm", "a", "p", "o'clock", "today", "tonight", "tomorrow", "in")
_BEHIND = frozenset(
    words(
        ", . ? ! ; : ) - – — and or to until till through thru from before after on onwards of mark timer alarm "
        "countdown long later ago in for at please pause silence gap delay"
    )
) | {""}
"""What may stand behind a bare number that belongs to the unit before, and behind "a second" that is a duration."""
_FILLERS = frozenset(
    words(
        "for about around exactly roughly approximately in the just maybe some please long from now time let's say "
        "make it set er um uh , . ! ?"
    )
)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of time with one unit."""

    seconds: float
    unit_s: float
    end: int
    """The index of the first token after it."""


def duration_s(said: str) -> float | None:
    """The one duration that the words are, in seconds; None where they are none, or more than that."""
    tokens = Tokens(said)
    found = list(_found(tokens))
    if len(found) != 1:
        return None
    start, part = found[0]
    rest = [*range(start), *range(part.end, len(tokens))]
    return part.seconds if all(tokens.word(i) in _FILLERS for i in rest) else None


def durations_in(text: str) -> list[tuple[int, int, float]]:
    """Every duration in a text: where it begins and ends, in characters, and its seconds."""
    tokens = Tokens(text)
    return [(tokens[start].start, tokens[part.end - 1].end, part.seconds) for start, part in _found(tokens)]


def _found(tokens: Tokens) -> Iterator[tuple[int, Part]]:
    at = 0
    while at < len(tokens):
        part = duration(tokens, at)
        if part and not _is_time(tokens, at, part):
            yield at, part
        at = part.end if part else at + 1


def duration(tokens: Tokens, at: int, *, bare: bool = False) -> Part | None:
    """The longest duration that begins at a token; with `bare`, "minute" alone is one."""
    whole = _part(tokens, at, bare)
    if whole is None:
        return None
    total, end, unit_s = whole.seconds, whole.end, whole.unit_s
    while (smaller := _part(tokens, _joined(tokens, end), False)) and smaller.unit_s < unit_s:
        total, end, unit_s = total + smaller.seconds, smaller.end, smaller.unit_s
    if rest := _bare(tokens, end, unit_s):
        total, end = total + rest.seconds, rest.end
    return Part(total, whole.unit_s, end)


def _joined(tokens: Tokens, at: int) -> int:
    return tokens.skip(tokens.skip(at, ","), "and")


def _part(tokens: Tokens, at: int, bare: bool) -> Part | None:
    if ":" in tokens.word(at) and len(tokens.word(at)) > 1:
        return _colon(tokens, at)
    found = numeral(tokens, at)
    if found and found[0] >= 0:
        value, end = found
        if value < 1:
            end = tokens.skip(tokens.skip(end, "of"), "a", "an", "one")  # three quarters of an hour
    elif tokens.word(at) in _ARTICLES:
        value, end = 1.0, at + 1
    elif bare:
        value, end = 1.0, at
    else:
        return None
    unit_s = unit(tokens, end)
    if unit_s is None or _is_another(tokens, at, end):
        return None
    more = _and_a_half(tokens, end + 1)
    return Part((value + more[0]) * unit_s, unit_s, more[1]) if more else Part(value * unit_s, unit_s, end + 1)


def unit(tokens: Tokens, at: int) -> float | None:
    """The seconds of the unit that a token is."""
    word = tokens.word(at)
    if word in _LETTERS_S and tokens[at - 1].figures is not None and (word == "s" or tokens.glued(at)):
        return _LETTERS_S[word]
    return UNITS_S.get(word)


def _is_another(tokens: Tokens, at: int, end: int) -> bool:
    """Whether "a second" is one more of something: "a second speaker"."""
    said = tokens.word(at) in ("a", "another") and end == at + 1 and tokens.word(end) == "second"
    return said and tokens.word(end + 1) not in _BEHIND


def _and_a_half(tokens: Tokens, at: int) -> tuple[float, int] | None:
    """What comes after the unit: "a minute and a half"."""
    found = numeral(tokens, at + 1) if tokens.word(at) == "and" else None
    if found is None or not 0 < found[0] < 1 or tokens.word(found[1]) in ("of", "a", "an", *UNITS_S):
        return None
    return found


def _bare(tokens: Tokens, at: int, unit_s: float) -> Part | None:
    """A number without a unit behind hours or minutes: "a minute thirty"."""
    joined = tokens.skip(at, "and")
    found = numeral(tokens, joined) if unit_s in (60.0, 3600.0) else None
    if found is None or not found[0].is_integer() or not 0 < found[0] < 60:
        return None
    after = tokens.word(found[1])
    if after not in _BEHIND or (joined > at and after == "for"):  # "five minutes and two for ten" people
        return None
    return Part(found[0] * unit_s / 60, unit_s / 60, found[1])


def _colon(tokens: Tokens, at: int) -> Part:
    """1:30 is a minute and a half, 1:02:03 an hour and more, "1:30 hours" what it says."""
    seconds = clock_s(tokens[at])
    unit_s = unit(tokens, at + 1)
    if unit_s == 3600.0 and tokens.word(at).count(":") == 1:
        seconds *= 60
    return Part(seconds, 1.0, at + 1 + (unit_s is not None))


def clock_s(token: Token) -> float:
    """The seconds of m:ss or h:mm:ss."""
    seconds = 0.0
    for piece in token.text.split(":"):
        seconds = seconds * 60 + float(piece)
    return seconds


def _is_time(tokens: Tokens, at: int, part: Part) -> bool:
    """Whether what looks like a duration is a time of day: "at 7:30", "7:30 pm"."""
    if ":" not in tokens.word(at) or part.end > at + 1:
        return False
    return tokens.word(at - 1) in _BEFORE_TIMES or tokens.word(at + 1) in _AFTER_TIMES


def spoken_duration(seconds: float) -> str:
    """A duration as it is said, to its two largest units: "1 hour and 20 minutes", "45 seconds", "0.5 seconds"."""
    if seconds < 10 and round(seconds, 1) % 1:
        return f"{seconds:.1f} seconds"
    left, parts = round(seconds), list[str]()
    for name, size in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}" + ("s" if count != 1 else ""))
        if parts and (len(parts) == 2 or not count):
            break
    return " and ".join(parts) or "0 seconds"
