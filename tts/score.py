"""What a voice is given to sing from: phones by their ids, each with the word it belongs to and the pause it marks.

phones   w ˈɜː l d ,  ə ɡ ˈɛ n .
ids      9  4  7 2 30 1 5 3  8 31
words    0  0  0 0 0  1 1 1  1 1
marks    "" "" … ","  …        "."
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from tts.arpabet import JOINED, from_ipa
from tts.phonemes import PAUSES, STRESS, Phone, plain

NEAR = {
    "ᵻ": "ɪ", "ɐ": "ə", "ə": "ʌ", "ʌ": "ə", "ɚ": "ɜː", "ɜː": "ɚ", "ɝ": "ɜː", "ɒ": "ɑː", "ɔ": "ɔː", "a": "æ", "e": "ɛ",
    "o": "oʊ", "oː": "ɔː", "y": "iː", "ø": "ɜː", "œ": "ɜː", "ɨ": "ɪ", "ɾ": "d", "ʔ": "t", "g": "ɡ", "ɡ": "g", "r": "ɹ",
    "ʁ": "ɹ", "ɫ": "l", "ɬ": "l", "ʎ": "l", "x": "k", "χ": "k", "ç": "h", "ɣ": "ɡ", "ʍ": "w", "ɲ": "n", "ɱ": "m",
    "β": "v", "ɸ": "f", "ɕ": "ʃ", "ʑ": "ʒ", "ts": "s", "!": ".", "?": ".", ".": ",",
}  # fmt: skip
"""What takes the place of a phone, or a mark, that a voice does not know."""

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """The phones of a clause, or of a piece of it."""

    ids: Ids
    """Shape (n,)."""
    words: Ids
    """Index of the word that each belongs to, shape (n,), never falling."""
    marks: tuple[str, ...]
    """The mark that each is a pause for; empty for a sound."""

    @property
    def sounds(self) -> NDArray[np.bool_]:
        """Which are sounds and no pauses, shape (n,)."""
        return np.array([not mark for mark in self.marks], bool)

    def cut(self, start: int, end: int) -> "Score":
        """The phones from `start` up to `end`."""
        return Score(self.ids[start:end], self.words[start:end], self.marks[start:end])

    def pieces(self, longest: int) -> Iterator["Score"]:
        """Pieces of at most `longest` phones, cut behind a pause where there is one, else between words."""
        start = 0
        while len(self.ids) - start > longest:
            end = start + self._cut_within(start, longest)
            yield self.cut(start, end)
            start = end
        yield self.cut(start, len(self.ids))

    def _cut_within(self, start: int, longest: int) -> int:
        """How many phones the next piece has; a word longer than a piece is cut itself."""
        words, marks = self.words[start : start + longest + 1], self.marks[start : start + longest]
        pauses = [i + 1 for i, mark in enumerate(marks) if mark and i >= longest // 2]
        edges = np.flatnonzero(np.diff(words)) + 1
        return pauses[-1] if pauses else int(edges[-1]) if len(edges) else longest


class Symbols:
    """The phones a voice knows, and which of them are taken for those it does not."""

    def __init__(self, known: Sequence[str], phone_set: str = "espeak", end: str = "") -> None:
        self.known = {symbol: i for i, symbol in enumerate(known)}
        self.end = end
        self._ids = cache(partial(_found, self.known) if phone_set == "espeak" else partial(_coded, self.known))

    def score(self, phones: Iterable[Phone]) -> Score:
        """The phones as a score; those that are like none the voice knows are left out."""
        rows = [
            (number, phone.word, phone.symbol if phone.symbol in PAUSES else "")
            for phone in phones
            for number in self._ids(phone.symbol)
        ]
        if self.end and rows:
            rows.append((self.known[self.end], rows[-1][1], self.end))
        ids, words, marks = zip(*rows, strict=True) if rows else ((), (), ())
        return Score(np.array(ids, np.int64), np.array(words, np.int64), tuple(marks))


def _found(known: dict[str, int], symbol: str, tries: int = 4) -> tuple[int, ...]:
    """The ids of a phone in IPA: itself, with another stress, another length, its like, or its two halves."""
    sound = plain(symbol)
    stress = symbol[: len(symbol) - len(sound)]
    short = sound.rstrip("ː")
    for shape in (sound, short, f"{short}ː"):
        for mark in (stress, "", *reversed(STRESS)):
            if mark + shape in known:
                return (known[mark + shape],)
    halves = JOINED.get(sound) or ((sound[0], sound[1:]) if len(sound) > 1 and sound[-1] != "ː" else ())
    if not tries:
        return ()
    if like := NEAR.get(sound) or NEAR.get(short):
        return _found(known, stress + like, tries - 1)
    parts = (stress + half if i == 0 else half for i, half in enumerate(halves))
    return tuple(number for part in parts for number in _found(known, part, tries - 1))


def _coded(known: dict[str, int], symbol: str) -> tuple[int, ...]:
    """The ids of a phone in ARPABET, its stress left out where the voice has none."""
    if symbol in PAUSES:
        return _found(known, symbol)
    codes = (_with_any_stress(code, known) for code in from_ipa(symbol))
    return tuple(known[code] for code in codes if code)


def _with_any_stress(code: str, known: dict[str, int]) -> str:
    """The code with its own stress, or another, or none; empty where the voice knows no such phone."""
    base = code.rstrip("012")
    return next((c for c in (code, base, *(base + digit for digit in "102")) if c in known), "")
