"""Abbreviations: Dr., St. by what stands around it, e.g., etc., No. 5, U.S., w/o."""

import re

from tts.normalize.clause import Clause, Said, said
from tts.normalize.letters import spelled
from tts.normalize.tables import pairs, words_of

ANYWHERE = pairs(
    "mr mister | mrs missus | ms miz | prof professor | vs versus | etc et cetera | e.g for example | i.e that is | "
    "eg for example | a.k.a also known as | aka also known as | ph.d P H D | w/ with | w/o without | b/c because | "
    "n/a not applicable | c/o care of | i/o I O | and/or and or | he/she he or she | she/he she or he | "
    "his/her his or her | a/b A B | a-z A to Z | him/her him or her | yes/no yes or no | true/false true or false | "
    "tcp/ip T C P I P | on/off on or off | r&d R and D | q&a Q and A | at&t A T and T | rock'n'roll rock and roll | "
    "tl;dr T L D R | ac/dc A C D C | either/or either or | viz namely | "
    "resp respectively | approx approximately | incl including | excl excluding"
)
"""Said so with a full stop or without."""
DOTTED = pairs(
    "vol volume | vols volumes | rev reverend | gen general | col colonel | capt captain | lt lieutenant | "
    "sgt sergeant | hon honorable | "
    "gov governor | sen senator | rep representative | jr junior | sr senior | ave avenue | blvd boulevard | "
    "rd road | dept department | est estimated | cf compare | inc incorporated | ltd limited | corp corporation | "
    "co company | al al | ca circa | tel telephone | ext extension | min minutes | max maximum | hr hour | "
    "hrs hours | mon Monday | tue Tuesday | tues Tuesday | wed Wednesday | thu Thursday | thurs Thursday | "
    "fri Friday | sat Saturday | sun Sunday | avg average | govt government | univ university | ed edition | "
    "esp especially | temp temperature | sec seconds | ft feet | lb pounds"
)
"""Said so where a full stop stands behind it."""
BEFORE_NUMBER = pairs(
    "c circa | no number | nos numbers | fig figure | figs figures | p page | pp pages | ch chapter | "
    "sec section | eq equation | art article | tel telephone | ext extension | approx approximately | ver version | "
    "min minimum | max maximum | apt apartment"
)
"""Said so where a full stop and a number follow."""
BEFORE_NAME = {"dr": ("doctor", "drive"), "st": ("saint", "street"), "mt": ("mount", "mount"), "ft": ("fort", "fort")}
"""Said as the first before a name, as the second behind one."""
_DAYS = pairs("mon Monday | tue Tuesday | wed Wednesday | thu Thursday | fri Friday | sat Saturday | sun Sunday")
_SHORT_WORDS = words_of("al co ed est mon rep sat sun temp wed fri col gen min")
"""Abbreviations of `DOTTED` that at the end of a sentence are words, or that need a name or number near them."""
_INITIALS = re.compile(r"(?:[A-Za-z]\.){1,8}[A-Za-z]('?s)?")


def abbreviation(clause: Clause, index: int) -> Said | None:
    """What a table has, by the full stop behind it and what follows."""
    piece = clause.pieces[index]
    lower = piece.body.lower()
    is_dotted = piece.tail.startswith(".")
    if is_dotted and lower in BEFORE_NUMBER and clause.body(index + 1)[:1].isdigit():
        return Said((BEFORE_NUMBER[lower],), abbreviated=True)
    if lower in BEFORE_NAME and (is_dotted or piece.body.istitle()):
        return _by_names(clause, index, lower)
    if lower in ANYWHERE and not (piece.body.isupper() and piece.body.isalpha() and lower != "etc"):
        return _shortened(clause, index, ANYWHERE[lower])
    if is_dotted and lower in DOTTED and not (clause.is_last(index) and lower in _SHORT_WORDS):
        return _shortened(clause, index, DOTTED[lower])
    return None


def _shortened(clause: Clause, index: int, words: str) -> Said:
    """Behind "etc." a capital shows that the sentence is over; titles stand before capitals."""
    ends = clause.is_capitalized(index + 1) and clause.body(index).lower() == "etc"
    return Said((words,), abbreviated=not ends)


def _by_names(clause: Clause, index: int, lower: str) -> Said | None:
    """Doctor or drive, saint or street: it belongs to the name behind it, else to the one before it."""
    first, second = BEFORE_NAME[lower]
    is_behind = clause.is_capitalized(index - 1)
    if clause.is_capitalized(index + 1) and not (lower == "st" and is_behind and clause.before(index) not in _TITLED):
        return Said((first,), abbreviated=True)
    if is_behind or (lower == "dr" and clause.pieces[index].tail):
        return Said((second if is_behind else first,), abbreviated=True)
    return None


_TITLED = words_of("in at to from near the mount lake port")
"""Words, capital or not, behind which St. is a saint."""


def initials(clause: Clause, index: int) -> Said | None:
    """U.S., J. R. R., D.C.: letters with full stops between or behind them."""
    body = clause.body(index)
    if match := _INITIALS.fullmatch(body):
        letters = spelled(body[: len(body) - len(match[1] or "")])
        return Said((letters + ("'s" if match[1] else ""),), abbreviated=True)
    is_initial = len(body) == 1 and body.isupper() and clause.pieces[index].tail == "." and body != "I"
    if is_initial and clause.is_capitalized(index + 1) and not clause.begins_sentence(index + 1):
        return Said((body,), abbreviated=True)
    return None


def weekdays(clause: Clause, index: int) -> Said | None:
    """Mon–Fri, and Mon, Tue, Wed, Thu on their own."""
    body = clause.body(index)
    first, dash, second = body.replace("–", "-").partition("-")
    days = [_DAYS.get(d.lower(), "") for d in (first, second) if d]
    if dash and all(days) and len(days) == 2:
        return said(" to ".join(days))
    if not dash and body.istitle() and body not in ("Sat", "Sun") and days and days[0]:
        return said(days[0])
    return None
