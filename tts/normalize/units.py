"""Numbers with units: 5 km/h, 20 °C, 3.5GHz, 10-20%, 5'10, 10k."""

import re

from tts.normalize.clause import Clause, Said, said
from tts.normalize.letters import word
from tts.normalize.numbers import SPAN, amount, is_one, number
from tts.normalize.unit_names import ALONE, ATTACHED_ONLY, DOTTED_ONLY, PER, SEPARATE_ONLY, UNITS, plural

SCALE_SIGNS = {
    **{"k": "thousand", "m": "million", "b": "billion", "bn": "billion", "t": "trillion", "tn": "trillion"},
}
SCALE_WORDS = frozenset({"hundred", "thousand", "million", "billion", "trillion"})

_ATTACHED = re.compile(rf"({SPAN})-?([^\W\d_]+[²³]?|[%‰°×]|°[CF])(?:/([^\W\d_]+[²³]?))?")
_NUMBER = re.compile(SPAN)
_FEET = re.compile(r"(\d+)'(\d{1,2})")
_MAGNITUDE = re.compile(r"(\d+(?:\.\d+)?)(k|M|B|bn)(\+?)")


def attached(clause: Clause, index: int) -> Said | None:
    """A number and its unit in one written word."""
    match = _ATTACHED.fullmatch(clause.body(index))
    if not match or match[2] in SEPARATE_ONLY:
        return None
    is_singular = is_one(match[1]) or "-" in clause.body(index)[len(match[1]) :]
    name = _name(match[2], match[3], is_singular=is_singular)
    return _said(clause, index, f"{amount(match[1])} {name}") if name else None


def behind(clause: Clause, index: int) -> Said | None:
    """A number whose unit is the next written word; a number with "million" leaves the unit to `alone`."""
    body, unit = clause.body(index), clause.following(index)
    if not unit or not _NUMBER.fullmatch(body):
        return None
    name = _unit_name(clause, index + 1, is_singular=is_one(body))
    return _said(clause, index + 1, amount(body), name) if name else None


def alone(clause: Clause, index: int) -> Said | None:
    """A unit behind "5 million", or one that cannot be anything else."""
    body = clause.body(index)
    if clause.before(index) in SCALE_WORDS or body in ALONE:
        name = _unit_name(clause, index, is_singular=False)
        return _said(clause, index, name) if name else None
    return None


def _unit_name(clause: Clause, index: int, *, is_singular: bool) -> str:
    """The unit that a piece is on its own; empty for what is none."""
    body = clause.body(index)
    is_dotted = clause.pieces[index].tail.startswith(".")
    if body in ATTACHED_ONLY and not (body in DOTTED_ONLY and is_dotted):
        return ""
    over, _, under = body.partition("/")
    return _name(over, under, is_singular=is_singular)


def _name(over: str, under: str | None, *, is_singular: bool) -> str:
    """A unit, or one per another; empty where the first is none."""
    name = UNITS.get(over)
    if name is None or (under and not (under in PER or under.isalpha())):
        return ""
    words = name if is_singular else plural(name)
    return f"{words} per {PER.get(under) or word(under)}" if under else words


def _said(clause: Clause, index: int, *words: str) -> Said:
    """A full stop behind "ft" goes with it; not where a sentence begins behind it."""
    return Said(words, abbreviated=clause.body(index).isalpha() and not clause.is_capitalized(index + 1))


def feet(clause: Clause, index: int) -> Said | None:
    """5'10 and 5'10\"."""
    match = _FEET.fullmatch(clause.body(index))
    return said(f"{number(match[1])} foot {number(match[2])}") if match else None


def magnitude(clause: Clause, index: int) -> Said | None:
    """10k, 5M, 7B; but not 221B Baker Street."""
    match = _MAGNITUDE.fullmatch(clause.body(index))
    is_house = match and match[2] == "B" and clause.following(index)[:1].isupper()
    if not match or is_house:
        return None
    return said(f"{number(match[1])} {SCALE_SIGNS[match[2].lower()]}{' plus' if match[3] else ''}")
