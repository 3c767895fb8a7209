"""Syllables on notes, as scores in files have them, put together to words and lines."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.music.fitting import language_of
from models.music.score import Cell, Note, Song, Word, in_lines

NOTICED_REST_S = 0.12
"""A shorter rest is how a note is played, and none."""


@dataclass(slots=True)
class Sung:
    """A syllable with its notes, and the rest before it."""

    text: str
    notes: list[Note]
    rest_s: float = 0.0
    goes_on: bool = False
    """Whether the next syllable belongs to the same word."""


def song_of(sung: Iterable[Sung], title: str = "song") -> Song:
    """The syllables as words, in lines where there are rests."""
    words, rests = list[Word](), list[float]()
    text, cells, rest, goes_on = "", list[Cell](), 0.0, False
    for one in sung:
        if not goes_on and cells:
            words.append(Word(text, tuple(cells)))
            rests.append(rest)
        if not goes_on:
            text, cells, rest = "", [], one.rest_s if one.rest_s >= NOTICED_REST_S or not words else 0.0
        text, goes_on = text + one.text, one.goes_on
        cells.append(tuple(one.notes))
    if cells:
        words.append(Word(text, tuple(cells)))
        rests.append(rest)
    language = language_of(" ".join(word.text for word in words))
    return Song(in_lines(words, rests), title, language)
