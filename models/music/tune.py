"""A song by heart: its words and its tune, and how they become what is sung.

A note is a degree of the scale, "," an octave lower and "'" an octave higher, ":" and its beats, one if not said;
"_" binds two to a slur. Hyphens part the syllables.
"""

import re
from dataclasses import dataclass

from models.music.score import OCTAVE, Line, Note, Song, Word

MAJOR = (0, 2, 4, 5, 7, 9, 11)
_DEGREE = re.compile(r"([#b]?)([1-7])([,']*)(?::([\d.]+))?")


@dataclass(frozen=True, slots=True)
class Tune:
    """A song by heart."""

    title: str
    names: tuple[str, ...]
    """What else it is called, in small letters."""
    key: str
    """The tonic it is sung on unless another is wanted."""
    tempo: float
    """Beats in a minute."""
    lines: tuple[tuple[str, str], ...]
    """Words and notes."""
    language: str = "en"
    source: str = ""
    minor: bool = False
    about: tuple[str, ...] = ()
    """What kinds of song it is, and what is in it, a small word each."""


def song_of(tune: Tune, tonic: float, lines: int | None = None) -> Song:
    """A tune on a tonic, as MIDI numbers it; its first lines where not all are wanted."""
    beat_s = 60.0 / tune.tempo
    sung = tuple(_line(words, notes, tonic, beat_s) for words, notes in tune.lines[:lines])
    return Song(sung, tune.title, tune.language, "by heart")


def cells_of(notes: str, tonic: float, beat_s: float) -> tuple[tuple[Note, ...], ...]:
    """Notes as they are written here; a `ValueError` where they cannot be read."""
    return tuple(tuple(_note(one, tonic, beat_s) for one in cell.split("_")) for cell in notes.split())


def _line(words: str, notes: str, tonic: float, beat_s: float) -> Line:
    cells, used, found = cells_of(notes, tonic, beat_s), 0, list[Word]()
    for word in words.split():
        count = word.count("-") + 1
        found.append(Word(word.replace("-", ""), cells[used : used + count]))
        used += count
    return Line(tuple(found))


def _note(written: str, tonic: float, beat_s: float) -> Note:
    found = _DEGREE.fullmatch(written)
    if found is None:
        raise ValueError(written)
    sign, degree, octaves, beats = found.groups()
    key = tonic + MAJOR[int(degree) - 1] + {"": 0, "#": 1, "b": -1}[sign]
    key += OCTAVE * (octaves.count("'") - octaves.count(","))
    return Note(key, float(beats or 1) * beat_s)
