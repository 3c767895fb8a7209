"""Words on notes: which syllable is sung on which cell.

syllables  twin kle        flow er        glo|ri|a
cells      C4   C4         C4             C4 D4 E4 | F4 | G4
           one each        both on one    a slur on the first
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.errors import EngineError
from models.music.notation import Beat
from models.music.score import Cell, Note, Song, Word, in_lines
from models.music.voice import Phrase, Singer

MANDARIN, ENGLISH = "cmn", "en"
PAUSES = frozenset(("AP", "SP"))
"""Marks of the paper's format for a breath and a silence, which have a rest among the notes."""
EXTRA_VOWEL = 0.6
"""The part of a note that one of two syllables gets that share it: the second where only that is stressed."""
STRESSES = ("ˈ", "ˌ")

_HAN = re.compile(r"[\u3400-\u9fff]")
_UNITS = re.compile(r"[\u3400-\u9fff]|AP|SP|[^\s\u3400-\u9fff]+?(?=AP|SP|[\u3400-\u9fff]|\s|$)")
_WORD = re.compile(r"\w")


def language_of(text: str) -> str:
    """Mandarin where there are its characters, else English."""
    return MANDARIN if _HAN.search(text) else ENGLISH


def units(text: str) -> list[str]:
    """What has a pronunciation of its own: a word, or a character; marks of pauses are left out."""
    found = _UNITS.findall(text) if _HAN.search(text) else text.split()
    return [unit for unit in found if unit not in PAUSES and _WORD.search(unit)]


def syllables(words: Sequence[str], language: str, singer: Singer) -> list[int]:
    """How many syllables each word has, one at least."""
    counts = list[int]()
    for k in range(0, len(words), 24):
        part = words[k : k + 24]
        phrase = singer.phrase(part, language)
        nuclei = [w for w, kind in zip(phrase.words, phrase.kinds, strict=True) if kind == "vowel"]
        counts += [max(1, nuclei.count(i)) for i in range(len(part))]
    return counts


def fitted(text: str, score: Sequence[Beat], singer: Singer) -> Song:
    """Words on the cells of a score, as far as both go; what is left over is told.

    Raises:
        EngineError: there are no words, or no notes.
    """
    language, words = language_of(text), units(text)
    if not words:
        raise EngineError("There are no words in that which I could sing; tell me the words.")
    if not any(beat.notes for beat in score):
        raise EngineError("There are only rests in that; give me notes such as C4, D sharp 4 or rest.")
    counts = syllables(words, language, singer)
    given, notice = sum(1 for beat in score if beat.notes), ""
    if len(words) <= given < sum(counts) and given == len(words):
        counts = [1] * len(words)
    if given < sum(counts):
        notice = f"There are notes for {given} of {sum(counts)} syllables, so I sang as far as the notes go."
    elif given > sum(counts):
        notice = f"There are {given} notes for {sum(counts)} syllables, so the last one is drawn over the rest."
    found, rests = _dealt(words, counts, score)
    return Song(in_lines(found, rests), language=language, notice=notice)


def nuclei(phrase: Phrase, words: Sequence[Word]) -> tuple[list[int], list[Cell]]:
    """The phones that carry the notes of a line, and the notes of each; a word without a vowel is sung on the sound
    in its middle, one without any sound lends its notes to the word before it.
    """
    carriers, cells = list[int](), list[Cell]()
    for index, word in enumerate(words):
        own = [i for i, w in enumerate(phrase.words) if w == index]
        vowels = [i for i in own if phrase.kinds[i] == "vowel"] or own[len(own) // 2 : len(own) // 2 + 1]
        if vowels:
            carriers += vowels
            cells += shared(word.cells, len(vowels), [phrase.symbols[i].startswith(STRESSES) for i in vowels])
        elif cells:
            cells[-1] = (*cells[-1], *(note for cell in word.cells for note in cell))
    return carriers, cells


def shared(cells: Sequence[Cell], count: int, stressed: Sequence[bool] = ()) -> list[Cell]:
    """The cells of a word for each of its `count` vowels: what is too much is a slur on the last, too little is shared
    by the last ones, of which the one that is stressed gets more.
    """
    if len(cells) >= count:
        return [*cells[: count - 1], tuple(note for cell in cells[count - 1 :] for note in cell)]
    return [*cells[:-1], *_split(cells[-1], count - len(cells) + 1, stressed)]


def _split(cell: Cell, count: int, stressed: Sequence[bool]) -> list[Cell]:
    """A cell for several vowels: a note for each where it has as many, else its last note shared."""
    if len(cell) >= count:
        return [*((note,) for note in cell[: count - 1]), cell[count - 1 :]]
    *first, last = cell
    parts = count - len(first)
    rising = list(stressed[-2:]) == [False, True]
    pair = [1 - EXTRA_VOWEL, EXTRA_VOWEL] if rising else [EXTRA_VOWEL, 1 - EXTRA_VOWEL]
    shares = pair if parts == 2 else [1 / parts] * parts
    return [*((note,) for note in first), *((Note(last.key, last.seconds * share),) for share in shares)]


def _dealt(words: Sequence[str], counts: Sequence[int], score: Sequence[Beat]) -> tuple[list[Word], list[float]]:
    """Each word with its cells, and the rest before it; a rest within a word is left out of it."""
    edges = [0]
    for count in counts:
        edges.append(edges[-1] + count)
    cells, before = _with_rests(score)
    edges[-1] = max(edges[-1], len(cells))
    found, rests = list[Word](), list[float]()
    for word, (start, end) in zip(words, pairwise(edges), strict=True):
        if own := cells[start:end]:
            found.append(Word(word, tuple(own)))
            rests.append(before[start])
    return found, rests


def _with_rests(score: Sequence[Beat]) -> tuple[list[Cell], list[float]]:
    """The cells that sound, and the rest before each."""
    cells, before, rest = list[Cell](), list[float](), 0.0
    for beat in score:
        rest += beat.rest_s
        if beat.notes:
            cells.append(beat.notes)
            before.append(rest)
            rest = 0.0
    return cells, before
