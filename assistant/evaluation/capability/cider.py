"""How near a caption comes to what people wrote of the same sound: CIDEr-D (Vedantam et al. 2015, section 6).

Words are told apart by spaces, without case and punctuation, and not stemmed.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import exp, log, sqrt
from typing import TypeAlias

LONGEST = 4
"""Words of the longest n-gram."""
SIGMA = 6.0
"""How soon another length counts against a caption, in words."""
SCALE = 10.0
"""Of a caption that is all references at once."""

Grams: TypeAlias = Counter[tuple[str, ...]]


def cider_d(told: Sequence[str], references: Sequence[Sequence[str]]) -> list[float]:
    """The score of each caption against its references, 0 to 10; their mean is the figure of all.

    How rare an n-gram is comes from the references of all sounds, so that a score belongs to the set it was taken in;
    with one sound alone every n-gram is common, and it is 0.
    """
    theirs = [[_grams(text) for text in texts] for texts in references]
    known = Counter(gram for texts in theirs for gram in set().union(*texts))
    rarity = {gram: log(len(theirs)) - log(count) for gram, count in known.items()}
    unknown = log(len(theirs)) if theirs else 0.0
    scorer = _Scorer(rarity, unknown)
    return [scorer.score(_grams(text), texts) for text, texts in zip(told, theirs, strict=True)]


class _Scorer:
    def __init__(self, rarity: dict[tuple[str, ...], float], unknown: float) -> None:
        self._rarity, self._unknown = rarity, unknown

    def score(self, ours: Grams, references: Sequence[Grams]) -> float:
        each = [sum(self._similarity(ours, theirs, n) for n in range(1, LONGEST + 1)) for theirs in references]
        return SCALE * sum(each) / (LONGEST * len(each)) if each else 0.0

    def _similarity(self, ours: Grams, theirs: Grams, size: int) -> float:
        """The cosine of two captions by their n-grams of a size; nothing counts more often than it is in both."""
        mine, other = self._weights(ours, size), self._weights(theirs, size)
        shared = sum(min(weight, other[gram]) * other[gram] for gram, weight in mine.items() if gram in other)
        norms = _norm(mine) * _norm(other)
        return shared / norms * exp(-((_length(ours) - _length(theirs)) ** 2) / (2 * SIGMA**2)) if norms else 0.0

    def _weights(self, grams: Grams, size: int) -> dict[tuple[str, ...], float]:
        return {g: count * self._rarity.get(g, self._unknown) for g, count in grams.items() if len(g) == size}


def _grams(text: str) -> Grams:
    words = re.findall(r"[\w']+", text.lower())
    return Counter(tuple(words[i : i + n]) for n in range(1, LONGEST + 1) for i in range(len(words) - n + 1))


def _length(grams: Grams) -> int:
    """In words."""
    return sum(count for gram, count in grams.items() if len(gram) == 1)


def _norm(weights: dict[tuple[str, ...], float]) -> float:
    return sqrt(sum(weight**2 for weight in weights.values()))
