"""Numbers that are no date, time, price or measure: 21st, 1/2, 3-5, 1e6, v2.1, 1984, 1,234."""

import re

from tts.normalize.clause import Clause, Said, said
from tts.normalize.numbers import NUMBER, SIGNED, cardinal, code, digits, number, ordinal, year
from tts.normalize.symbols import BEFORE_NUMBER, FRACTIONS
from tts.normalize.tables import words_of

_ORDINAL = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,15})(?:st|nd|rd|th)(s?)")
_FRACTION = re.compile(r"(\d{1,4})/(\d{1,4})")
_VULGAR = re.compile(f"[{''.join(FRACTIONS)}]")
_SPAN = re.compile(rf"({SIGNED})(?:[-–]|…)({SIGNED})")
_POWER = re.compile(rf"({SIGNED})[eE]([-+]?\d{{1,3}})")
_DOTTED = re.compile(r"[vV]?\d{1,4}(?:\.\d{1,4}){2,}")
_SIZE = re.compile(rf"({NUMBER})[x×]({NUMBER})(?:[x×]({NUMBER}))?")
_PLUS = re.compile(rf"({NUMBER})\+")
_PREFIXED = re.compile(rf"([~≈<>≤≥#№©§])({SIGNED}.*)")
_YEAR = re.compile(r"1[1-9]\d\d|20\d\d")
_FIRST_GROUP = re.compile(r"[1-9]\d{0,2}")
_GROUP = re.compile(r"\d{3}")
_SIGNED = re.compile(SIGNED)

_HALVES = {2: "half", 4: "quarter"}
_PARTS = frozenset({2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 32, 64, 100, 1000})
"""Denominators of fractions that are said as such."""
_YEAR_CUES = words_of(
    "in since by until till of from year early late mid before after around circa during spring summer autumn fall "
    "winter january february march april may june july august september october november december"
)
_NAME_CUES = words_of(
    "room flight route highway bus boeing model channel error code status gate suite apartment apt extension ext"
)
"""Words whose number is a name and no count."""
_VERSIONED = words_of("version python release ubuntu node firmware")
"""Words behind which 3.12 is the twelfth and not more than 3.1."""
_VERBS = words_of("is was has does as this us plus his its yes vs versus")
"""Words on s behind a year that make it no count."""
_COUNTED = words_of("people men women children feet percent million thousand times more")


def ordinal_number(clause: Clause, index: int) -> Said | None:
    match = _ORDINAL.fullmatch(clause.body(index))
    return said(ordinal(int(match[1].replace(",", ""))) + match[2]) if match else None


def fraction(clause: Clause, index: int) -> Said | None:
    """1/2, 2 1/2, 8/10, and what is written with a slash but is none."""
    body = clause.body(index)
    match = _FRACTION.fullmatch(body)
    if match:
        return said(_fraction(int(match[1]), int(match[2])))
    following = clause.following(index)
    part = _FRACTION.fullmatch(following)
    if part and body.isdigit() and len(body) < 4 and int(part[1]) < int(part[2]) and int(part[2]) in _PARTS - {100}:
        words = _fraction(int(part[1]), int(part[2]))
        return said(f"{number(body)} and", words.replace("one ", "a ", 1))
    if following and _VULGAR.fullmatch(following) and body.isdigit():
        return said(f"{number(body)} and", FRACTIONS[following])
    return None


def _fraction(part: int, whole: int) -> str:
    if (part, whole) in ((24, 7), (9, 11)) or (part == whole and whole not in (5, 10, 100)):
        return f"{cardinal(part)} {cardinal(whole)}"
    if part >= whole or (whole in (10, 100) and part > 1):
        return f"{cardinal(part)} out of {cardinal(whole)}" if whole in (5, 10, 100) else _over(part, whole)
    if whole not in _PARTS:
        return _over(part, whole)
    name = _HALVES.get(whole) or ordinal(whole)
    return f"{cardinal(part)} {name}{'' if part == 1 else 's'}"


def _over(part: int, whole: int) -> str:
    return f"{cardinal(part)} over {cardinal(whole)}"


def span(clause: Clause, index: int) -> Said | None:
    """Two numbers with a dash between them, or dots; two years likewise."""
    match = _SPAN.fullmatch(clause.body(index))
    if not match:
        return None
    if _YEAR.fullmatch(match[1]) and re.fullmatch(r"\d\d|\d{4}", match[2]):
        return said(f"{year(int(match[1]))} to {code(match[2])}")
    joint = " " if match[1] == match[2] or match[0] == "24-7" else " to "
    return said(number(match[1]) + joint + number(match[2]))


def in_groups(clause: Clause, index: int) -> Said | None:
    """1 000 000: groups of three digits with spaces between them."""
    body = clause.body(index)
    groups: list[str] = []
    while len(groups) < 4 and _GROUP.fullmatch(clause.following(index + len(groups))):
        groups.append(clause.body(index + len(groups) + 1))
    if not _FIRST_GROUP.fullmatch(body) or not groups or (len(groups) == 1 and groups[0] != "000"):
        return None
    return said(number(body + "".join(groups)), *("" for _ in groups))


def power(clause: Clause, index: int) -> Said | None:
    """1.5e-3."""
    match = _POWER.fullmatch(clause.body(index))
    if not match:
        return None
    factor = "" if match[1] == "1" else f"{number(match[1])} times "
    return said(f"{factor}ten to the power of {number(match[2].lstrip('+'))}")


def dotted(clause: Clause, index: int) -> Said | None:
    """A version, or the address of a machine."""
    body = clause.body(index)
    if not _DOTTED.fullmatch(body):
        return None
    parts = body.lstrip("vV").split(".")
    if len(parts) == 4 and body[0] not in "vV":
        return said(address(body))
    version = "version " if body[0] in "vV" and clause.before(index) != "version" else ""
    return said(version + " point ".join(number(p) for p in parts))


def address(body: str) -> str:
    """The address of a machine, such as 192.168.0.1."""
    return " dot ".join(digits(p) if len(p) == 3 else number(p) for p in body.split("."))


def size(clause: Clause, index: int) -> Said | None:
    """1920x1080, 3×4×5."""
    match = _SIZE.fullmatch(clause.body(index))
    return (
        said(" by ".join(code(g) if len(g) == 4 and g.isdigit() else number(g) for g in match.groups() if g))
        if match
        else None
    )


def plus(clause: Clause, index: int) -> Said | None:
    """18+."""
    match = _PLUS.fullmatch(clause.body(index))
    return said(f"{number(match[1])} plus") if match else None


def prefix(body: str) -> tuple[str, str]:
    """ "about" and the like for the sign before a number, and the number with what follows it; empty for other text."""
    match = _PREFIXED.fullmatch(body)
    return (BEFORE_NUMBER[match[1]], match[2]) if match else ("", body)


def plain(clause: Clause, index: int) -> Said | None:
    """Any other number: a year, a name or a count."""
    body = clause.body(index)
    if not _SIGNED.fullmatch(body):
        return None
    if body.isdigit() and _is_name(clause, index):
        return said(code(body))
    if _YEAR.fullmatch(body) and _is_year(clause, index):
        return said(year(int(body)))
    whole, point, part = body.partition(".")
    if point and len(part) < 3 and clause.before(index) in _VERSIONED:
        return said(f"{number(whole)} point {number(part)}")
    return said(number(body))


def _is_name(clause: Clause, index: int) -> bool:
    """Whether a number names something: RTX 4090, flight 370."""
    before = clause.body(index - 1)
    is_model = before.isupper() and before.isalpha() and 1 < len(before) < 6 and len(clause.body(index)) > 2
    return clause.before(index) != "" and (before.lower() in _NAME_CUES or is_model) and not clause.is_shouted


def _is_year(clause: Clause, index: int) -> bool:
    """Whether four digits are a year, by the word before and the word behind."""
    following = clause.following(index)
    if following in _COUNTED:
        return False
    if clause.before(index) in _YEAR_CUES:
        return True
    return not (following.endswith("s") and following.islower() and following not in _VERBS)
