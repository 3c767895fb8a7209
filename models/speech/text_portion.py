"""A part of a text: "the last paragraph", "the first three sentences", "from paragraph two on", "chapter four".

TextFile ─▶ its paragraphs, sentences, words or chapters ─▶ those from one number to another ─▶ TextFile
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, cast

from assistant.errors import DataError
from models.base import Json
from models.speech.text_file import Chapter, TextFile

Unit: TypeAlias = Literal["chapter", "paragraph", "sentence", "word", "half", "title"]
Span: TypeAlias = tuple[int, int]
"""The first and the last, from 1; from the end they are counted from -1 down."""
SENTENCE = re.compile(
    r"(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bProf\.)(?<!\bNo\.)(?<!\bvs\.)(?<!\be\.g\.)"
    r"(?<!\bi\.e\.)(?<=[.!?…。！？])[\"'”’»)\]]*\s+|(?<=[。！？])(?=\S)"
)
"""Between two sentences."""
NUMBERED = re.compile(
    r"(?i)\b(?:chapter|part|book|section|act|canto|kapitel|chapitre|cap[ií]tulo)\s+(?:(?P<n>\d+)|(?P<word>\w+))"
)
"""A chapter that says which it is."""
WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


@dataclass(frozen=True, slots=True)
class Portion:
    """Which part of a text is meant."""

    unit: Unit
    spans: tuple[Span, ...]
    without: bool = False
    """Whether all but those are meant."""

    def as_json(self) -> Json:
        """For a job."""
        return {"unit": self.unit, "spans": [[*span] for span in self.spans], "without": self.without}

    @staticmethod
    def of_json(given: object) -> "Portion | None":
        """The same read again; None for nothing."""
        if not isinstance(given, dict):
            return None
        spans = tuple((int(first), int(last)) for first, last in given["spans"])
        return Portion(cast(Unit, given["unit"]), spans, bool(given["without"]))


def portion_of(text: TextFile, portion: Portion | None) -> TextFile:
    """The part of a text; all of it for None.

    Raises:
        DataError: it has none such.
    """
    if portion is None:
        return text
    if portion.unit == "chapter":
        return replace(text, chapters=_chapters(text, portion))
    if portion.unit == "title":
        titles = tuple(filter(None, (chapter.title for chapter in text.chapters))) or (text.title,)
        return replace(text, chapters=(Chapter("", titles),))
    wanted = portion
    if portion.unit == "half":
        wanted = _half(text, portion)
    pieces = [(at, piece) for at, piece in enumerate(_pieces(text, wanted.unit))]
    chosen = [piece for _, piece in _chosen(pieces, wanted)]
    kept = tuple(chosen) if wanted.unit == "paragraph" else (" ".join(chosen),)
    return replace(text, chapters=(Chapter("", kept),))


def _pieces(text: TextFile, unit: Unit) -> Sequence[str]:
    paragraphs = [one for chapter in text.chapters for one in chapter.paragraphs]
    if unit == "paragraph":
        return paragraphs
    if unit == "word":
        return [word for one in paragraphs for word in one.split()]
    return [piece.strip() for one in paragraphs for piece in SENTENCE.split(one) if piece.strip()]


def _half(text: TextFile, portion: Portion) -> Portion:
    count = len(_pieces(text, "sentence"))
    middle = max(1, (count + 1) // 2)
    (first, _), *_ = portion.spans
    return Portion("sentence", ((1, middle) if first == 1 else (min(middle + 1, count), count),))


def _chosen(pieces: Sequence[tuple[int, str]], portion: Portion) -> Sequence[tuple[int, str]]:
    """Those that are meant.

    Raises:
        DataError: there are not so many.
    """
    count, wanted = len(pieces), set[int]()
    for first, last in portion.spans:
        start, end = (number if number > 0 else count + 1 + number for number in (first, last))
        start = max(start, 1) if first < 0 else start
        if not 1 <= start <= count:
            raise DataError(_too_few(count, portion.unit))
        wanted |= set(range(start, min(end, count) + 1))
    chosen = [piece for number, piece in enumerate(pieces, 1) if (number in wanted) != portion.without]
    if not chosen:
        raise DataError("That leaves nothing of the text to be read.")
    return chosen


def _chapters(text: TextFile, portion: Portion) -> tuple[Chapter, ...]:
    """Chapters by the numbers that they bear; where they bear none, in order."""
    told = [chapter for chapter in text.chapters if chapter.paragraphs] or list(text.chapters)
    numbers = [_number(chapter.title) for chapter in told]
    if not any(numbers):
        told = [chapter for chapter in told if chapter.title] or told
        return tuple(told[at] for at, _ in _chosen([(at, "") for at in range(len(told))], portion))
    highest = max(filter(None, numbers))
    wanted = set[int]()
    for first, last in portion.spans:
        start, end = (number if number > 0 else highest + 1 + number for number in (first, last))
        wanted |= set(range(start, end + 1))
    chosen = tuple(one for one, number in zip(told, numbers, strict=True) if (number in wanted) != portion.without)
    if not chosen:
        raise DataError(_too_few(highest, "chapter"))
    return chosen


def _number(title: str) -> int | None:
    found = NUMBERED.search(title)
    if found is None:
        return None
    if found["n"]:
        return int(found["n"])
    word = found["word"].lower()
    return next((names.index(word) + 1 for names in (WORDS, ROMANS) if word in names), None)


def _too_few(count: int, unit: str) -> str:
    if not count:
        return f"That text has no {unit}s."
    return f"That text has only {count} {unit}{'s' if count > 1 else ''}."
