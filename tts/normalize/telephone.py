"""Telephone numbers, digit by digit, with a pause between groups: "five five five, one two three four"."""

import re

from tts.normalize.clause import Clause, Said, said
from tts.normalize.numbers import digits

_WHOLE = re.compile(r"(\+?\d{1,3}[-.])?(\(?\d{3}\)?[-.])?\d{3}[-.]\d{4}")
_LOCAL = re.compile(r"\d{3}[-.]?\d{4}")
_COUNTRY = re.compile(r"\+\d{1,3}")
_GROUP = re.compile(r"\(?\d{2,5}\)?(?:-\d{2,5})*")
_JOINED = re.compile(r"\+\d{8,15}")
_DIALLED = frozenset({"call", "dial", "text", "ring", "calling", "dialing"})
_LEAST = 7
"""Digits of the shortest number that is told by its groups alone."""


def grouped(text: str) -> str:
    """The groups of digits of a text with a pause between them."""
    plus = "plus " if text.startswith("+") else ""
    return plus + ", ".join("eight hundred" if g == "800" else digits(g) for g in re.findall(r"\d+", text))


def telephone(clause: Clause, index: int) -> Said | None:
    """A number in one written word or in several."""
    body = clause.body(index)
    if _WHOLE.fullmatch(body):
        return said(grouped(body))
    if _JOINED.fullmatch(body):
        return said(grouped(f"{body[:-10]} {body[-10:-7]} {body[-7:-4]} {body[-4:]}"))
    is_dialled = clause.before(index) in _DIALLED or (body == "911" and not clause.is_capitalized(index - 1))
    if body.isdigit() and len(body) < 5 and is_dialled:
        return said(digits(body))
    return _several(clause, index)


def _several(clause: Clause, index: int) -> Said | None:
    """+44 20 7946 0958, (415) 555-1234, 0800 123 4567: the first group tells that it is one."""
    piece = clause.pieces[index]
    is_area = piece.lead.endswith("(") and piece.tail == ")" and re.fullmatch(r"\d{3}", piece.body)
    is_trunk = re.fullmatch(r"0\d{2,4}", piece.body) and not piece.tail
    is_country = _COUNTRY.fullmatch(piece.body) and not piece.tail
    if not (is_area or is_trunk or is_country):
        return None
    groups = [piece.body, *_groups(clause, index + 1)]
    if sum(c.isdigit() for group in groups[1:] for c in group) < _LEAST:
        return None
    return said(*(grouped(g) + "," for g in groups[:-1]), grouped(groups[-1]))


def _groups(clause: Clause, index: int) -> list[str]:
    """The groups of digits from here on, up to five."""
    groups = []
    for piece in clause.pieces[index : index + 5]:
        if not (_GROUP.fullmatch(piece.body) or _LOCAL.fullmatch(piece.body)):
            break
        groups.append(piece.body)
        if piece.tail.strip(")"):
            break
    return groups
