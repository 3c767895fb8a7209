"""When each written word sounds, from where the synthesizer began the words it spoke.

written:   Dr.   Smith's e-mail  of the  10:30
spoken:    |doctor|Smith's|e-mail|of the|ten|thirty|
           one written word may be several spoken ones ("10:30"), several written ones may be spoken as one ("of the")
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.audio import Samples
from assistant.events import Word

AUDIBLE = 0.002
"""Amplitude below which a sample counts as silence, -54 dBFS."""


@dataclass(frozen=True, slots=True)
class Token:
    """A written word with the punctuation that clings to it."""

    text: str
    start: int
    """Index of its first character."""


def written(text: str) -> list[Token]:
    """The words of a text, as they stand between white space."""
    return [Token(m.group(), m.start()) for m in re.finditer(r"\S+", text)]


def timed(text: str, boundaries: Iterable[tuple[int, int]], samples: Samples, rate: int) -> tuple[Word, ...]:
    """Every written word of `text` once, in order, with the seconds in which it sounds; a pause belongs to no word.

    `boundaries` are pairs of a character's index and the sample, within `samples` of shape (n,), at which it begins
    to be spoken. Words that were spoken as one share its time by their letters.
    """
    tokens = written(text)
    if not tokens:
        return ()
    starts = [*_shared(tokens, _first_samples(tokens, boundaries, len(samples)), len(samples)), len(samples)]
    audible = np.flatnonzero(np.abs(samples) > AUDIBLE)
    return tuple(
        Word(token.text, start / rate, _end(audible, start, end) / rate)
        for token, start, end in zip(tokens, starts, starts[1:], strict=False)
    )


def _first_samples(tokens: Sequence[Token], boundaries: Iterable[tuple[int, int]], length: int) -> dict[int, int]:
    """Where the tokens that have a boundary of their own begin: index of the token → sample, both rising."""
    firsts: dict[int, int] = {}
    positions = [t.start for t in tokens]
    last, now = -1, 0
    for position, sample in boundaries:
        token = bisect_right(positions, position) - 1
        now = min(max(now, sample), length)
        if token > last:
            firsts[token] = now
            last = token
    return firsts


def _shared(tokens: Sequence[Token], firsts: dict[int, int], length: int) -> list[int]:
    """Where every token begins; those without a boundary take their part of the time of the one before them."""
    known = sorted({0: 0, **firsts}.items())
    starts: list[int] = []
    for (first, start), (following, end) in zip(known, [*known[1:], (len(tokens), length)], strict=True):
        letters = np.cumsum([0, *(sum(c.isalnum() for c in t.text) for t in tokens[first:following])])
        share = (end - start) / max(1, int(letters[-1]))
        starts += [start + round(share * int(n)) for n in letters[:-1]]
    return starts


def _end(audible: "np.ndarray[tuple[int], np.dtype[np.intp]]", start: int, end: int) -> int:
    """One past the last audible sample from `start` up to `end`; `start` where there is none."""
    before = int(np.searchsorted(audible, end)) - 1
    return max(start, int(audible[before]) + 1) if before >= 0 else start
