"""Cuts text that is still being written into pieces worth speaking.

push:   "Of cou" "rse, Dr. Smi" "th. It is at 10:30, as " "ever. Bye"              flush
yield:                    |Of course,|                    |Dr. Smith.| |It is … ever.| |Bye|

The first piece goes out as soon as it is long enough to sound natural and to cover the making of the next; later ones
are whole sentences, or clauses of long ones, which sound better.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKS = re.compile(r"[.?!…,;:。！？，、；：]+[\"'”’»)\]}*_]*|—|–(?=\s)|\n")
"""Where a piece may end: marks with what closes behind them, a dash, the end of a line."""
_SENTENCE = frozenset(".?!。！？\n")
_SPACELESS = frozenset("—\n。！？，、；：")
"""Marks that need no white space behind them."""
_ABBREVIATION = re.compile(
    r"mrs?|ms|dr|prof|st|sr|jr|rev|gen|col|capt|lt|sgt|hon|gov|sen|rep|vs|etc|cf|al|approx|dept|est|inc|ltd|corp?|"
    r"ave|blvd|rd|mt|ft|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec|tel|ext|incl"
)
_BEFORE_NUMBER = re.compile(r"nos?|vol|fig|pp?|ch|sec|eq|min|max|mar")
"""Abbreviations when a number follows, words or ends of sentences otherwise."""
_SPACE = re.compile(r"\s")
_INITIALS = re.compile(r"\W*(?:[^\W\d_]\.)*[^\W\d_]")
"""J, U.S, e.g, p.m: letters with full stops between them, the last stop taken off."""


@dataclass(frozen=True, slots=True)
class ClauseOptions:
    """How text is cut for speaking."""

    first_letters: int = 10
    """Letters and digits that the first piece holds at least."""
    letters: int = 2
    """The same for later pieces."""
    long: int = 60
    """Characters from which on a piece may end at a comma and need not wait for the sentence."""
    longest: int = 160
    """Characters after which a piece without any mark is cut at a space."""


class Clauses:
    """The splitter of one reply: the pieces depend on the text alone and not on how it arrives."""

    def __init__(self, options: ClauseOptions | None = None) -> None:
        self.options = options or ClauseOptions()
        self._rest = ""
        self._first = True

    def push(self, text: str) -> list[str]:
        """The pieces that are certain by now, without white space around them."""
        self._rest += text
        return list(self._pieces())

    def flush(self) -> list[str]:
        """What is left when the text has ended; the splitter is then as new."""
        pieces = [*self._pieces(ended=True), self._rest.strip()]
        self._rest, self._first = "", True
        return [p for p in pieces if p]

    def _pieces(self, ended: bool = False) -> Iterator[str]:
        while end := self._end(ended):
            piece, self._rest = self._rest[:end].strip(), self._rest[end:].lstrip()
            self._first = False
            yield piece

    def _end(self, ended: bool) -> int:
        """Where the next piece ends; 0 where that cannot be told yet."""
        text = self._rest = self._rest.lstrip()
        cut = self._cut(text)
        for match in _MARKS.finditer(text):
            if cut and match.end() > max(cut, self.options.longest):
                break
            certain = _is_boundary(text, match, ended)
            if certain is None:
                return 0
            if certain and self._is_enough(text[: match.end()], match.group()):
                return match.end()
        return cut

    def _is_enough(self, piece: str, mark: str) -> bool:
        least = self.options.first_letters if self._first else self.options.letters
        if sum(c.isalnum() for c in piece) < least:
            return False
        return self._first or len(piece) >= self.options.long or _closes_sentence(mark)

    def _cut(self, text: str) -> int:
        """The last white space within the longest piece, else the first behind it; 0 while there is no need."""
        longest = self.options.longest
        if len(text) <= longest:
            return 0
        before = max((m.start() for m in _SPACE.finditer(text, 0, longest + 1)), default=0)
        after = _SPACE.search(text, longest)
        return before or (after.start() if after else 0)


def _closes_sentence(mark: str) -> bool:
    """Whether it is a full stop and the like; dots in a row only trail off."""
    return mark[0] in _SENTENCE and not mark.startswith("..")


def _is_boundary(text: str, match: re.Match[str], ended: bool) -> bool | None:
    """Whether a mark ends a piece; None while what follows is needed to tell."""
    behind = text[match.end() : match.end() + 1]
    if not behind and not ended:
        return None
    if match.group()[0] in _SPACELESS:
        return True
    if behind and not behind.isspace():
        return False
    return True if match.group()[0] != "." else _is_full_stop(text, match, ended)


def _is_full_stop(text: str, match: re.Match[str], ended: bool) -> bool | None:
    """Whether a full stop before white space closes a sentence, and not an abbreviation or a number in a list."""
    words = text[: match.start()].split()
    word = words[-1] if words else ""
    plain = word.strip("\"'“‘«([*_").lower()
    if _ABBREVIATION.fullmatch(plain) or _INITIALS.fullmatch(word) or (len(words) == 1 and plain.isdigit()):
        return False
    if _BEFORE_NUMBER.fullmatch(plain):
        following = text[match.end() :].lstrip()[:1]
        return not following.isdigit() if following or ended else None
    return True
