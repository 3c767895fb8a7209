"""A clause as the rules see it: its written words, each taken apart from the punctuation that clings to it.

text:  ("$45.20!),
lead:  ("              body:  $45.20              tail:  !),              mark:  !
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tts.normalize.characters import cleaned
from tts.normalize.tables import words_of

OPENING = "\"'([{*_`—"
"""What may stand in front of a word without being a part of it."""
CLOSING = "\"')]}*_`.,;:?!…—–"
"""What may stand behind it."""
ENDS = ".?!…"
"""Marks that end a sentence."""
MARKS = ENDS + ",;:—"
STARTERS = words_of("the then it i we you he she they this that there but and so if when my your no yes")


@dataclass(frozen=True, slots=True)
class Piece:
    """A written word."""

    written: str
    text: str
    """What is left of it when characters that nobody reads are gone."""
    lead: str
    body: str
    tail: str

    @property
    def mark(self) -> str:
        """The pause or melody that its tail asks for."""
        is_call = "(" in self.body
        return mark_of(self.tail.replace(")", "") if is_call else self.tail)

    @property
    def is_capitalized(self) -> bool:
        return self.body[:1].isupper()


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule makes of a piece and of those behind it that it takes: one string for each."""

    words: tuple[str, ...]
    abbreviated: bool = False
    """The full stop behind the last one belongs to an abbreviation; it ends no sentence."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The pieces of a clause."""

    pieces: Sequence[Piece]
    is_shouted: bool = False
    """All of it stands in capitals, so that capitals mean nothing."""
    known: Collection[str] = frozenset()
    """Words, in small letters, that the user has told the pronunciation of."""

    @classmethod
    def of(cls, tokens: Sequence[str], known: Collection[str] = frozenset()) -> "Clause":
        """The clause of these written words."""
        pieces = [taken_apart(token) for token in tokens]
        return cls(pieces, _is_shouted(pieces), known)

    def body(self, index: int) -> str:
        """The body of a piece; empty where there is none."""
        return self.pieces[index].body if 0 <= index < len(self.pieces) else ""

    def following(self, index: int, *, abbreviated: bool = False) -> str:
        """The body behind a piece if no punctuation parts the two; a full stop does not where it is `abbreviated`."""
        tail = self.pieces[index].tail
        if (tail and not (abbreviated and tail == ".")) or index + 1 >= len(self.pieces):
            return ""
        return "" if self.pieces[index + 1].lead else self.pieces[index + 1].body

    def before(self, index: int) -> str:
        """The body in front of a piece, in small letters, if no punctuation parts the two."""
        if index < 1 or self.pieces[index - 1].tail.strip("."):
            return ""
        return self.pieces[index - 1].body.lower()

    def is_capitalized(self, index: int) -> bool:
        """Whether there is such a piece and it begins with a capital."""
        return self.body(index)[:1].isupper()

    def is_last(self, index: int) -> bool:
        """Whether no piece follows."""
        return index + 1 >= len(self.pieces)

    def begins_sentence(self, index: int) -> bool:
        """Whether a piece is a word that stands in capitals at the beginning of sentences and hardly elsewhere."""
        return self.is_capitalized(index) and self.body(index).lower() in STARTERS

    def opens_sentence(self, index: int) -> bool:
        return index == 0 or self.pieces[index - 1].mark in (*ENDS, ":", "—")


Rule: TypeAlias = Callable[[Clause, int], Said | None]


def said(*words: str) -> Said:
    """These words, one string for each piece."""
    return Said(words)


def taken_apart(token: str) -> Piece:
    """A written word, cleaned and cut into lead, body and tail."""
    text = cleaned(token)
    begun = text.lstrip(OPENING)
    body = begun.rstrip(CLOSING)
    return Piece(token, text, text[: len(text) - len(begun)], body, begun[len(body) :])


def mark_of(tail: str) -> str:
    """The strongest mark of a tail; a bracket that closes is a little pause."""
    for mark in "?!…":
        if mark in tail:
            return mark
    marks = [c for c in tail if c in ".:;,—"]
    return marks[-1] if marks else "," if set(tail) & set(")]}–") else ""


def _is_shouted(pieces: Sequence[Piece]) -> bool:
    """Three words or more, all in capitals, one of them longer than names that are made of letters."""
    words = [p.body for p in pieces if p.body.isalpha()]
    return len(words) > 2 and any(len(w) > 4 for w in words) and all(w.isupper() for w in words)
