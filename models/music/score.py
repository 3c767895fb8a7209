"""What is sung: words on notes, line by line. A line is sung in one breath.

Song ▸ Line ▸ Word ▸ cell, a syllable or part of one ▸ Note; several notes in a cell are a slur
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from models.music.style import Style

OCTAVE = 12
BREATH_S = 0.25
"""What there has to be between two lines, for a breath and for the consonants that come before the beat."""
MOST_TAKEN = 0.35
"""The largest part of a note that is taken for that where the score leaves no rest."""
LONGEST_LINE_S = 12.0


@dataclass(frozen=True, slots=True)
class Note:
    """A pitch for a while."""

    key: float
    """As MIDI numbers them: 60 is the C in the middle, a semitone is 1."""
    seconds: float


Cell = tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word and the notes of its syllables."""

    text: str
    cells: tuple[Cell, ...]

    @property
    def seconds(self) -> float:
        """How long it is held."""
        return sum(note.seconds for cell in self.cells for note in cell)


@dataclass(frozen=True, slots=True)
class Line:
    """Words that are sung in one breath."""

    words: tuple[Word, ...]
    rest_s: float = 0.0
    """Silence before it."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """All of them in order."""
        return tuple(note for word in self.words for cell in word.cells for note in cell)

    @property
    def seconds(self) -> float:
        """How long it is, the rest before it left out."""
        return sum(note.seconds for note in self.notes)


@dataclass(frozen=True, slots=True)
class Song:
    """Lines, in the language they are in."""

    lines: tuple[Line, ...]
    title: str = "song"
    language: str = "en"
    """As espeak-ng calls it, such as "en" or "cmn"."""
    tune: Literal["given", "by heart", "lent", "made up"] = "given"
    """Where its notes come from; lent: from a song by heart, for other words."""
    notice: str = ""
    """What must be told of it."""
    key: str = ""
    """As it is said, such as "E flat minor"; empty where only its last note tells."""
    keyed: bool = False
    """Whether that key was asked for."""
    style: Style = Style()

    @property
    def written(self) -> bool:
        """Whether its octave was written down by somebody; a tune that is known by heart lies wherever it suits."""
        return self.tune == "given"

    @property
    def notes(self) -> tuple[Note, ...]:
        """All of them in order."""
        return tuple(note for line in self.lines for note in line.notes)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return sum(line.rest_s + line.seconds for line in self.lines)


def moved(song: Song, semitones: float) -> Song:
    """The song so much higher."""
    return changed(song, lambda note: replace(note, key=note.key + semitones))


def folded(song: Song, lowest: float, highest: float) -> Song:
    """The song with each note outside of a range moved by as many octaves as bring it in."""
    return changed(song, lambda note: replace(note, key=_within(note.key, lowest, highest)))


def paced(song: Song, factor: float) -> Song:
    """The song with everything so many times as long."""
    slower = changed(song, lambda note: replace(note, seconds=note.seconds * factor))
    return replace(slower, lines=tuple(replace(line, rest_s=line.rest_s * factor) for line in slower.lines))


def with_breaths(song: Song) -> Song:
    """The song with room to breathe before each line but the first, taken from the note before it."""
    lines = list(song.lines)
    for k in range(1, len(lines)):
        if (lack := BREATH_S - lines[k].rest_s) > 0:
            lines[k - 1], taken = _shortened(lines[k - 1], lack)
            lines[k] = replace(lines[k], rest_s=lines[k].rest_s + taken)
    return replace(song, lines=tuple(lines))


def wordless(song: Song, syllable: str) -> Song:
    """The song with one syllable in the place of each of its own."""
    lines = (
        replace(line, words=tuple(Word(syllable, (c,)) for w in line.words for c in w.cells)) for line in song.lines
    )
    return replace(song, lines=tuple(lines), language="en")


def in_lines(words: Sequence[Word], rests: Sequence[float]) -> tuple[Line, ...]:
    """Words as lines: a new one where there is a rest before a word, and where one breath does not last."""
    lines, held, rest = list[Line](), list[Word](), 0.0
    for word, before in zip(words, rests, strict=True):
        if held and (before > 0 or sum(w.seconds for w in held) + word.seconds > LONGEST_LINE_S):
            lines.append(Line(tuple(held), rest))
            held, rest = [], before
        elif not held:
            rest = before
        held.append(word)
    return (*lines, Line(tuple(held), rest)) if held else tuple(lines)


def best_octave(keys: Sequence[float], lowest: float, highest: float) -> int:
    """By how many octaves notes have to be moved to lie best within a range, nearest to its middle."""
    middle = (lowest + highest) / 2

    def harm(octaves: int) -> tuple[float, float]:
        there = [key + OCTAVE * octaves for key in keys]
        outside = sum(max(0.0, key - highest, lowest - key) for key in there)
        return round(outside, 6), abs(sum(there) / max(1, len(there)) - middle)

    return min(range(-8, 9), key=harm)


def changed(song: Song, change: Callable[[Note], Note]) -> Song:
    """The song with each of its notes changed."""
    return replace(song, lines=tuple(_line_changed(line, change) for line in song.lines))


def _line_changed(line: Line, change: Callable[[Note], Note]) -> Line:
    words = (replace(w, cells=tuple(tuple(change(n) for n in cell) for cell in w.cells)) for w in line.words)
    return replace(line, words=tuple(words))


def _within(key: float, lowest: float, highest: float) -> float:
    return next((k for k in _octaves(key) if lowest <= k <= highest), key)


def _octaves(key: float) -> Iterator[float]:
    yield key
    for octaves in range(1, 9):
        yield key - OCTAVE * octaves
        yield key + OCTAVE * octaves


def _shortened(line: Line, seconds: float) -> tuple[Line, float]:
    """A line whose last note is shorter by so much, or by as much as it can spare; how much that was."""
    *words, word = line.words
    *cells, cell = word.cells
    note = cell[-1]
    taken = min(seconds, MOST_TAKEN * note.seconds)
    shorter = (*cell[:-1], replace(note, seconds=note.seconds - taken))
    return replace(line, words=(*words, replace(word, cells=(*cells, shorter)))), taken
