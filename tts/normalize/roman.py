"""Roman numerals: Henry VIII, Chapter IV, World War II."""

import re

from tts.normalize.clause import Clause, Said, said
from tts.normalize.numbers import cardinal, ordinal, year
from tts.normalize.tables import words_of

_ROMAN = re.compile(r"(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_PARTS = words_of(
    "chapter part act scene volume vol book section phase type war article title appendix figure table level stage "
    "class mark bowl episode division unit lesson canto psalm corps tier grade category step"
)
"""Words behind which a numeral counts."""
_RULERS = words_of(
    "adolf albert alexander alfonso baudouin benedict carl carlos catherine charles christian clement constantine "
    "cyrus darius edward elizabeth felipe ferdinand francis frederick friedrich george gregory gustav haakon harald "
    "henri henry innocent isabella ivan james john juan julius kamehameha leo leopold louis ludwig margaret margrethe "
    "mary maximilian mehmed murad napoleon nicholas olav otto paul pedro peter philip pius ptolemy rama ramses "
    "ramesses richard robert rudolf selim sixtus suleiman theodore urban victor wilhelm william xerxes"
)
"""First names behind which it orders, of kings and popes."""
_AFTER_FIRST = words_of("was of died ruled reigned and became who in had")
"""Words that show an I behind a ruler's name to be a numeral and not the speaker."""


def roman(clause: Clause, index: int) -> Said | None:
    """A numeral, as an ordinal behind the name of a ruler and as a cardinal elsewhere."""
    body = clause.body(index)
    numeral, apostrophe, ending = body.partition("'")
    if not _ROMAN.fullmatch(numeral):
        return _span(clause, index)
    genitive = apostrophe + ending
    before = clause.before(index)
    if before in _RULERS and _is_ordinal(clause, index, numeral):
        return said(f"the {ordinal(value(numeral))}{genitive}")
    if before.removesuffix("s") in _PARTS or _is_unmistakable(numeral, before):
        number = value(numeral)
        return said((year(number) if number > 1000 else cardinal(number)) + genitive)
    return None


def _span(clause: Clause, index: int) -> Said | None:
    """Chapters I-III."""
    numerals = clause.body(index).replace("–", "-").split("-")
    is_span = len(numerals) == 2 and all(_ROMAN.fullmatch(n) for n in numerals)
    if not is_span or clause.before(index).removesuffix("s") not in _PARTS:
        return None
    return said(" to ".join(cardinal(value(n)) for n in numerals))


def _is_ordinal(clause: Clause, index: int, numeral: str) -> bool:
    return numeral != "I" or bool(clause.pieces[index].tail) or clause.following(index) in ("", *_AFTER_FIRST)


def _is_unmistakable(numeral: str, before: str) -> bool:
    """Two signs or more of small numbers, or many of a great one, that are not initials: an IV, the XI."""
    if set(numeral) <= set("IVX"):
        return len(numeral) > 1 and not (numeral == "IV" and before in ("an", "the", "by"))
    return len(numeral) > 4


def value(numeral: str) -> int:
    """What a numeral comes to: a sign before a larger one is taken off."""
    values = [_VALUES[c] for c in numeral]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
