"""A line as ESPnet's singers are given it: from, to, lyric, MIDI number and phones of each note."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.music.pinyin import Phones
from models.music.score import Note

BREATH, DRAWN = "AP", "—"
"""The mark of a breath, and the lyric of what is drawn over from the note before."""
Row = tuple[float, float, str, int, str]
"""Seconds, seconds, lyric, MIDI number (0: none), phones joined by "_"."""


@dataclass(frozen=True, slots=True)
class Syllable:
    """A syllable on its notes; the last phone is its vowel."""

    phones: Phones
    notes: tuple[Note, ...]


def rows_of(syllables: Sequence[Syllable], lead_s: float = 0.0) -> list[Row]:
    """The score of a line behind a breath of `lead_s`."""
    rows, at = list[Row](), 0.0
    if lead_s:
        rows.append((0.0, lead_s, BREATH, 0, BREATH))
        at = lead_s
    for one in syllables:
        for k, note in enumerate(one.notes):
            phones = "_".join(one.phones if k == 0 else one.phones[-1:])
            rows.append((at, at + note.seconds, phones if k == 0 else DRAWN, round(note.key), phones))
            at += note.seconds
    return rows
