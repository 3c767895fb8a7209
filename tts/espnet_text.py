"""From spoken words to the tokens of a model, each with the word it belongs to.

The model's own tokenizer is asked twice: for the whole text, since how a word is pronounced depends on its neighbours,
and for each word alone, which tells where its tokens end. Mostly both are the same; where not, they are aligned.

together   AY1  R EH1 D  IH1 T ,
alone      AY1  R IY1 D  IH1 T ,
word       0    1 1   1  2   2 2
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

LONGEST = 240
"""Characters that are spoken in one go; attention costs the square of their frames."""
CLOSING = ".?!,;:…—"
"""Marks behind which a text is best cut."""
SPACE = "<space>"
"""How ESPnet writes the token of a space."""
PAUSE = -1
"""The word of a token that belongs to none."""

Tokenize = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Token:
    """A phone, a letter or a mark."""

    symbol: str
    word: int
    """Index of the word that it sounds in; `PAUSE` for marks and spaces."""


def tokens(words: Sequence[tuple[int, str]], tokenize: Tokenize) -> list[Token]:
    """The tokens of a stretch of text; `words` are pairs of an index and what is said for it."""
    together = tokenize(" ".join(spoken for _, spoken in words))
    alone = [(index, symbol) for index, spoken in words for symbol in tokenize(spoken)]
    owners = _owners(alone, together)
    return [Token(symbol, owner if sounds(symbol) else PAUSE) for symbol, owner in zip(together, owners, strict=True)]


def sounds(symbol: str) -> bool:
    """Whether a token is a phone or a letter, and not a mark or a space."""
    return symbol != SPACE and any(c.isalnum() for c in symbol)


def pieces(words: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """The words in stretches of at most `LONGEST` characters, cut behind a mark where the second half has one."""
    rest = [(index, part) for index, spoken in words for part in _parts(spoken)]
    while rest:
        end = _end(rest)
        yield rest[:end]
        rest = rest[end:]


def _parts(spoken: str) -> list[str]:
    """What is said for a word, in parts that are short enough."""
    return [spoken[i : i + LONGEST] for i in range(0, len(spoken), LONGEST)]


def _end(words: Sequence[tuple[int, str]]) -> int:
    """How many words the next stretch has."""
    length, fitting = 0, 0
    for _, spoken in words:
        length += len(spoken) + 1
        if length > LONGEST + 1:
            break
        fitting += 1
    if fitting == len(words):
        return fitting
    marked = [i + 1 for i in range(fitting // 2, fitting) if words[i][1][-1] in CLOSING]
    return marked[-1] if marked else fitting


def _owners(alone: Sequence[tuple[int, str]], together: Sequence[str]) -> list[int]:
    """The word of each token, from the tokens of the words alone."""
    symbols = [symbol for _, symbol in alone]
    if symbols == list(together):
        return [index for index, _ in alone]
    owners: list[int] = []
    for block in Levenshtein.opcodes(symbols, list(together)):
        count = block.dest_end - block.dest_start
        for k in range(count):
            at = block.src_start + k * (block.src_end - block.src_start) // count
            owners.append(alone[min(at, len(alone) - 1)][0] if alone else PAUSE)
    return owners
