"""The way from a text to what is said for each of its written words."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from html import unescape

from tts.normalize import (
    abbreviations,
    addresses,
    dates,
    figures,
    files,
    initialisms,
    letters,
    money,
    roman,
    symbols,
    telephone,
    times,
    unit_names,
    units,
    words,
)
from tts.normalize.clause import ENDS, MARKS, Clause, Piece, Rule, Said, mark_of, said

LONGEST = 200
"""Characters of a body that rules look at; of what is longer only web addresses are known."""
AHEAD = 6
"""Pieces that a rule may look at behind its own."""

OF_WORDS: tuple[Rule, ...] = (
    symbols.lone_sign,
    addresses.email,
    addresses.web,
    addresses.handle,
    abbreviations.abbreviation,
    abbreviations.weekdays,
    money.code_first,
    dates.month_first,
    times.meridiem,
    units.alone,
    roman.roman,
    abbreviations.initials,
    files.file,
    letters.plain_word,
)
"""Rules for pieces without a digit, in order: the first that says something has said it."""
OF_FIGURES: tuple[Rule, ...] = (
    addresses.email,
    addresses.web,
    dates.figures,
    dates.day_first,
    dates.decade,
    times.clock,
    times.lasting,
    times.ratio,
    telephone.telephone,
    money.money,
    figures.in_groups,
    figures.fraction,
    figures.ordinal_number,
    figures.size,
    units.attached,
    units.behind,
    units.feet,
    units.magnitude,
    figures.span,
    figures.power,
    figures.dotted,
    figures.plus,
    figures.plain,
    files.file,
    addresses.handle,
)
"""The same for pieces with digits."""
_DIGIT = re.compile(r"[0-9]")
_ORDINARY = re.compile(r"[A-Za-z][a-z]+[,.?!;:]?")
"""A word that only needs looking up."""
_LINK = re.compile(r"\]\([^()\s]*\)")
_TAG = re.compile(r"</?[A-Za-z][\w-]*/?>")
_NOTE = re.compile(r"\[\d{1,3}\]")
_FACE = re.compile(r"[:;]['-]?[()DPp/\\|*oO3]+|=[()DPp]|<3+|[(\[][^\w\s]*[oO°^]?[_.][oO°^]?[^\w\s]*[)\]]")
_ART_LEAST = 5
"""Characters of which fewer than a third are letters or digits: a drawing, not a word."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is said for one written word.

    Letters of other scripts than Latin are said as their transliteration into ASCII, by the library anyascii.
    """

    written: str
    """The word as it stands between white space."""
    spoken: str
    """Words of letters, apostrophes and hyphens with single spaces between them; empty where nothing is said.

    A mark of , . ? ! ; : — … may stand directly behind a word: behind the last one, and within where what is written
    as one word holds a pause, as a telephone number does. A capital that stands alone is the name of that letter.
    """


def readings(text: str, known: Collection[str] = frozenset()) -> list[Reading]:
    """One for every written word of a clause, in order.

    `known` are words, in small letters, whose pronunciation the user has told; they stay as they are written.
    """
    tokens = re.findall(r"\S+", text)
    clause = Clause.of([_without_markup(token) for token in tokens], known)
    spoken = _marked(clause, list(_said(clause)))
    return [Reading(token, words) for token, words in zip(tokens, spoken, strict=True)]


def _without_markup(token: str) -> str:
    """A token without the target of a link, tags of HTML, numbers of footnotes and faces made of signs."""
    if token.isalnum():
        return token
    if "&" in token and ";" in token:
        token = unescape(token)
    if "<" in token and len(token) <= LONGEST:
        token = _TAG.sub("", token)
    if "[" in token or "]" in token:
        token = _NOTE.sub("", _LINK.sub("", token))
    return "" if len(token) <= LONGEST and (_FACE.fullmatch(token) or _is_drawing(token)) else token


def _is_drawing(token: str) -> bool:
    return len(token) >= _ART_LEAST and 0 < 3 * sum(c.isalnum() for c in token) < len(token) and not token.isascii()


def _said(clause: Clause) -> Iterator[tuple[str, bool]]:
    """The words of each piece, and whether the full stop behind them belongs to an abbreviation."""
    index = 0
    while index < len(clause.pieces):
        found = _read(clause, index)
        for k, spoken in enumerate(found.words, 1):
            yield spoken, found.abbreviated or k < len(found.words)
        index += len(found.words)


def _read(clause: Clause, index: int) -> Said:
    """What the first rule that knows says."""
    piece = clause.pieces[index]
    if _ORDINARY.fullmatch(piece.text) and piece.body.lower() not in _SPECIAL:
        return said(piece.body)
    if piece.body.lower() in clause.known:
        return said(piece.body)
    if len(piece.body) > LONGEST:
        return addresses.web(clause, index) or _by_runs(clause, index)
    relation, rest = figures.prefix(piece.body)
    if relation:
        return _related(clause, index, relation, rest)
    for rule in OF_FIGURES if _DIGIT.search(piece.body) else OF_WORDS:
        if found := rule(clause, index):
            return found
    return _by_runs(clause, index)


def _related(clause: Clause, index: int, relation: str, rest: str) -> Said:
    """A number with a sign like ~ in front of it: the number is read as if it stood there alone."""
    pieces = [replace(clause.pieces[index], body=rest), *clause.pieces[index + 1 : index + AHEAD]]
    found = _read(replace(clause, pieces=pieces), 0)
    return replace(found, words=(f"{relation} {found.words[0]}", *found.words[1:]))


def _by_runs(clause: Clause, index: int) -> Said:
    """What no rule knows, by its letters, digits and signs."""
    body = clause.body(index)
    return said(words.spoken(f"{body[:-2]}s" if body.endswith("(s") else body, is_shouted=clause.is_shouted))


def _marked(clause: Clause, spoken: list[tuple[str, bool]]) -> list[str]:
    """The words with their marks. A mark that stands alone goes to the last word before it."""
    result: list[str] = []
    last = -1
    for index, (piece, (phrase, is_abbreviated)) in enumerate(zip(clause.pieces, spoken, strict=True)):
        _mark(result, last, _opening_mark(piece))
        is_pause = phrase in MARKS
        result.append("" if is_pause else phrase)
        _mark(result, last, phrase if is_pause else "")
        last = index if result[index] else last
        _mark(result, last, _closing_mark(clause, index, is_abbreviated))
    return result


def _mark(spoken: list[str], index: int, mark: str) -> None:
    """Put a mark behind some words; the end of a sentence wins over a lesser mark."""
    if index < 0 or not mark:
        return
    if spoken[index][-1] not in MARKS:
        spoken[index] += mark
    elif mark in ENDS and spoken[index][-1] not in ENDS:
        spoken[index] = spoken[index][:-1] + mark


def _opening_mark(piece: Piece) -> str:
    """The pause before a bracket or a dash."""
    is_area_code = piece.tail == ")" and piece.body.isdigit() and len(piece.body) == 3
    return "—" if "—" in piece.lead else "," if set(piece.lead) & set("([{") and not is_area_code else ""


_WITHOUT_BRACKETS = str.maketrans("", "", ")]}")


def _closing_mark(clause: Clause, index: int, is_abbreviated: bool) -> str:
    piece = clause.pieces[index]
    if clause.is_last(index):
        return mark_of(piece.tail.translate(_WITHOUT_BRACKETS))
    return mark_of(piece.tail[1:]) if is_abbreviated and piece.tail.startswith(".") else piece.mark


_SPECIAL = (
    frozenset(abbreviations.ANYWHERE)
    | frozenset(abbreviations.DOTTED)
    | frozenset(abbreviations.BEFORE_NUMBER)
    | frozenset(abbreviations.BEFORE_NAME)
    | initialisms.SPELLED_SMALL
    | {f"{word}s" for word in initialisms.SPELLED_SMALL}
    | {name.lower() for name in initialisms.NAMES}
    | {name for month in dates.MONTHS for name in (month.lower(), month[:3].lower())}
    | {"sept", "localhost"}
    | {sign for sign in unit_names.UNITS if sign.islower()}
)
"""Words in small letters that a rule has to see."""
