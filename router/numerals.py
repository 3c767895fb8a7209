"""Numbers as people say them and recognizers write them: "two and a half", "a hundred and five", "3 point 5", "1 1/2".

    numeral  := [minus] (fraction | whole [and fraction]) [scale]
    whole    := group (scale [and] group)* [point digits]
    group    := [a | below hundred] hundred [and below hundred] | below hundred | figures
    fraction := [a | whole] half | third | quarter …

Only a whole phrase counts: "third" alone is a place in a row, and "a" alone is no number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias


def words(text: str) -> tuple[str, ...]:
    """A list of words, readable as such."""
    return tuple(text.split())


_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_SMALL = {word: n for n, word in enumerate(words(f"zero one two three four five six seven eight nine {_TEENS}"))}
_TENS = {word: 10 * n for n, word in enumerate(words("twenty thirty forty fifty sixty seventy eighty ninety"), 2)}
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_DOZENS = {"couple": 2.0, "dozen": 12.0, "score": 20.0}
_PARTS = {
    **{"half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7},
    **{"eighth": 8, "ninth": 9, "tenth": 10, "twelfth": 12, "twentieth": 20, "hundredth": 100, "thousandth": 1000},
}
_GLYPHS = {"½": 1 / 2, "¼": 1 / 4, "¾": 3 / 4, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 1 / 8}
_ORDINALS = {
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8},
    **{"ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15},
    **{"sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30},
    **{"fortieth": 40, "fiftieth": 50, "sixtieth": 60},
}
_ABOUT = frozenset(("about", "around", "roughly", "approximately", "exactly"))

_TOKEN = re.compile(
    r"\d+(?::\d{2}){1,2}(?:\.\d+)?(?![\d:])"  # 1:30, 1:02:03.5
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|\.\d+"
    r"|[^\W\d_]+(?:'[^\W\d_]+)?"
    r"|(?<![^\W\d_])-(?![^\W\d_])"  # a hyphen within a word parts it and is nothing itself
    r"|[^\w\s'-]"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a figure or a sign of a text."""

    text: str
    """In lower case."""
    start: int
    """Where it stands in the text, in characters."""
    end: int

    @property
    def figures(self) -> float | None:
        """The number, where it is written in digits."""
        plain = self.text.replace(",", "")
        return float(plain) if plain[:1] in _DIGITS and ":" not in plain and plain != "." else None


_DIGITS = frozenset("0123456789.")
Numeral: TypeAlias = tuple[float, int]
"""A number, and the index of the first token after it."""


class Tokens:
    """The tokens of a text; beyond its end there are empty ones."""

    def __init__(self, text: str) -> None:
        self._tokens: Sequence[Token] = [
            Token(m.group().lower(), *m.span()) for m in _TOKEN.finditer(text.replace("’", "'"))
        ]
        self._none = Token("", len(text), len(text))

    def __len__(self) -> int:
        return len(self._tokens)

    def __getitem__(self, index: int) -> Token:
        return self._tokens[index] if 0 <= index < len(self._tokens) else self._none

    def word(self, index: int) -> str:
        """The text of a token; empty beyond the end."""
        return self[index].text

    def glued(self, index: int) -> bool:
        """Whether a token follows the one before without a gap."""
        return 0 < index < len(self) and self[index].start == self[index - 1].end

    def skip(self, index: int, *words: str) -> int:
        """The index after a token that is one of the words, else the same index."""
        return index + 1 if self.word(index) in words else index

    @cached_property
    def all(self) -> Sequence[Token]:
        """All of them."""
        return tuple(self._tokens)


def number(said: str) -> float | None:
    """The number that the words are, in digits or spelled out; None where they are none, or more than that.

    "one fifty" and "nineteen eighty four" are read in pairs, as they are said: 150, 1984.
    """
    tokens = Tokens(said.strip().rstrip(".!?,"))
    start = next((i for i in range(len(tokens)) if tokens.word(i) not in _ABOUT), 0)
    found = numeral(tokens, start, pairs=True)
    if found is None or found[1] == len(tokens):
        return found[0] if found else None
    closer = said.lower().replace("hundred and ", "hundred ")  # two hundred and five thousand: one number here
    return number(closer) if closer != said.lower() else None


def numeral(tokens: Tokens, at: int, *, pairs: bool = False) -> Numeral | None:
    """The longest number that begins at a token; with `pairs`, "one fifty" is 150 and not 1 and 50."""
    if tokens.word(at) in ("minus", "negative") or _is_sign(tokens, at):
        found = numeral(tokens, at + 1, pairs=pairs)
        return (-found[0], found[1]) if found and found[0] >= 0 else None
    found = _fraction(tokens, at) or _mixed(tokens, at, pairs)
    if found is None:
        return None
    value, end = found
    scaled = tokens.skip(end, "a") if value < 1 else end  # half a million
    if tokens.word(scaled) in _SCALES or tokens.word(scaled) == "dozen":
        return value * (_SCALES | _DOZENS)[tokens.word(scaled)], scaled + 1
    return found


def ordinal(tokens: Tokens, at: int) -> Numeral | None:
    """A place in a row, such as "third", "twenty-first" or "3rd"."""
    word, after = tokens.word(at), tokens.word(at + 1)
    if word in _ORDINALS:
        return float(_ORDINALS[word]), at + 1
    if word in _TENS and 1 <= _ORDINALS.get(after, 0) <= 9:
        return float(_TENS[word] + _ORDINALS[after]), at + 2
    figures = tokens[at].figures
    if figures is not None and after in ("st", "nd", "rd", "th") and tokens.glued(at + 1):
        return figures, at + 2
    return None


def figured(text: str) -> str:
    """The text with its numbers in digits, in lower case, words and signs parted by single spaces.

    "Twenty-five percent of 1,200" is "25 percent of 1200".
    """
    tokens, said, at = Tokens(text), list[str](), 0
    while at < len(tokens):
        if found := numeral(tokens, at, pairs=True):
            said.append(plain(found[0]))
            at = found[1]
        else:
            said.append(tokens.word(at))
            at += 1
    return " ".join(said)


def plain(value: float) -> str:
    """A number in digits, without an exponent where that is readable: 12, 0.5, -3.25."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _is_sign(tokens: Tokens, at: int) -> bool:
    return (
        tokens.word(at) in ("-", "−")
        and not tokens.glued(at)
        and tokens.glued(at + 1)
        and tokens[at + 1].figures is not None
    )


def _mixed(tokens: Tokens, at: int, pairs: bool) -> Numeral | None:
    """A whole number or one with a decimal part, and a fraction more: "two and three quarters"."""
    whole = _dozen(tokens, at) or (_pair(tokens, at) if pairs else None) or _decimal(tokens, at)
    if whole is None:
        return None
    value, end = whole
    joined = tokens.skip(end, "and")
    written = tokens.word(joined) in _GLYPHS or tokens.word(joined + 1) == "/"
    if joined == end and not (written and tokens[at].figures is not None):
        return whole
    part = _fraction(tokens, joined)
    if part is None or part[0] >= 1 or not value.is_integer() or _goes_on(tokens, joined, part[1]):
        return whole
    return value + part[0], part[1]


def _goes_on(tokens: Tokens, start: int, end: int) -> bool:
    """Whether a half or a quarter without an article is one of something: "two, and half an hour"."""
    return end == start + 1 and tokens.word(end) in ("a", "an", "of")


def _dozen(tokens: Tokens, at: int) -> Numeral | None:
    start = tokens.skip(at, "a")
    word = tokens.word(start)
    if word not in _DOZENS or (start == at and word != "dozen"):
        return None
    return _DOZENS[word], tokens.skip(start + 1, "of") if word == "couple" else start + 1


def _pair(tokens: Tokens, at: int) -> Numeral | None:
    """Hundreds as they are said in pairs: "one fifty", "two oh five", "nineteen eighty four"."""
    first = _below_hundred(tokens, at)
    second = two_digits(tokens, first[1]) if first and first[0] >= 1 else None
    if first is None or second is None or tokens[at].figures is not None:
        return None
    return first[0] * 100 + second[0], second[1]


def two_digits(tokens: Tokens, at: int) -> Numeral | None:
    """What takes two digits: ten to ninety-nine, or "oh five"."""
    if tokens.word(at) in ("oh", "o") and 1 <= _SMALL.get(tokens.word(at + 1), 0) <= 9:
        return float(_SMALL[tokens.word(at + 1)]), at + 2
    found = _below_hundred(tokens, at)
    counted = found and tokens.word(found[1]) in ("hundred", *_SCALES)
    return found if found and found[0] >= 10 and not counted else None


def _decimal(tokens: Tokens, at: int) -> Numeral | None:
    whole = (0.0, at) if tokens.word(at) == "point" else _cardinal(tokens, at)
    if whole is None or tokens.word(whole[1]) != "point":
        return whole
    digits, end = _digits(tokens, whole[1] + 1)
    if digits:
        return float(f"{whole[0]:.0f}.{digits}"), end
    return whole if whole[1] > at else None


def _digits(tokens: Tokens, at: int) -> tuple[str, int]:
    """What follows a decimal point, digit by digit or as one number: "one four", "25", "twenty five"."""
    digits = ""
    while True:
        word = tokens.word(at)
        if word.isdecimal():
            digits += word
        elif word in ("oh", "o") or _SMALL.get(word, 10) < 10:
            digits += str(_SMALL.get(word, 0))
        elif not digits and (found := _below_hundred(tokens, at)):
            return plain(found[0]), found[1]
        else:
            return digits, at
        at += 1


def _cardinal(tokens: Tokens, at: int) -> Numeral | None:
    """A whole number, or figures of any kind: "two thousand and five", "1,200"."""
    found = _group(tokens, at)
    if found is None or not found[0].is_integer():
        return found
    value, end = found
    scale = _SCALES.get(tokens.word(end), 0.0)
    if not scale:
        return found
    total, end = value * scale, end + 1
    while more := _more(tokens, end, scale):
        value, end, scale = more
        total += value
    return total, end


def _more(tokens: Tokens, at: int, scale: float) -> tuple[float, int, float] | None:
    """The next group below a scale: its value, its end and its own scale."""
    joined = tokens.skip(at, "and")
    found = _group(tokens, joined) if scale > 1 else None
    if found is None or tokens.word(joined) == "a" or not found[0].is_integer() or found[0] >= 1000:
        return None
    own = _SCALES.get(tokens.word(found[1]), 1.0)
    if own >= scale or (joined > at and (own > 1 or found[0] >= 100)):
        return None
    return found[0] * own, found[1] + (own > 1), own


def _group(tokens: Tokens, at: int) -> Numeral | None:
    """A number below a thousand in words, or any in figures."""
    first = tokens.word(at + 1)
    found = (1.0, at + 1) if tokens.word(at) == "a" and first in ("hundred", *_SCALES) else _below_hundred(tokens, at)
    if found is None:
        figures = tokens[at].figures
        return None if figures is None else (figures, at + 1)
    if tokens.word(found[1]) != "hundred":
        return found
    value, end = found[0] * 100, found[1] + 1
    joined = tokens.skip(end, "and")
    rest = _below_hundred(tokens, joined)
    counted = ("hundred",) if joined == end else ("hundred", *_SCALES)  # between one hundred and two hundred
    if rest and tokens.word(rest[1]) not in counted and not (joined > end and _fraction(tokens, joined)):
        return value + rest[0], rest[1]
    return value, end


def _below_hundred(tokens: Tokens, at: int) -> Numeral | None:
    word = tokens.word(at)
    if word in _TENS:
        ones = _SMALL.get(tokens.word(at + 1), 0)
        return (float(_TENS[word] + ones), at + 2) if 1 <= ones <= 9 else (float(_TENS[word]), at + 1)
    if word in _SMALL:
        return float(_SMALL[word]), at + 1
    figures = tokens[at].figures
    return (figures, at + 1) if figures is not None and figures < 100 and figures.is_integer() else None


def _fraction(tokens: Tokens, at: int) -> Numeral | None:
    """Parts of one: "a half", "three quarters", "1/2"; "half" and "quarter" need no count."""
    word = tokens.word(at)
    if word in _GLYPHS:
        return _GLYPHS[word], at + 1
    if word in ("half", "quarter"):
        return 1 / _PARTS[word], at + 1
    if written := _written_fraction(tokens, at):
        return written
    count = (1.0, at + 1) if word in ("a", "an") else _below_hundred(tokens, at)
    if count is None:
        return None
    named = tokens.word(count[1])
    part = _PARTS.get(named if count[0] == 1 else named.removesuffix("s"))
    if part is None or (count[0] != 1) != named.endswith("s"):  # the twenty-fifth is no fraction
        return None
    return count[0] / part, count[1] + 1


def _written_fraction(tokens: Tokens, at: int) -> Numeral | None:
    over, under = tokens[at].figures, tokens[at + 2].figures
    if tokens.word(at + 1) != "/" or over is None or not under or not (tokens.glued(at + 1) and tokens.glued(at + 2)):
        return None
    return over / under, at + 3
