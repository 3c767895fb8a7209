"""A song into the range of a voice, by octaves; what was written down is moved only where it must be, and is told."""

from models.music.score import OCTAVE, Song, best_octave, folded, moved
from models.music.voice import Singer

FREE = 1.0
"""Semitones beyond its range that a voice may go where a score asks for it."""
NEAREST = (0, -1, 1, -2, 2, -3, 3, -4, 4)
WORDS = {1: "an octave", 2: "two octaves", 3: "three octaves"}


def in_range(song: Song, singer: Singer) -> tuple[Song, str]:
    """The song where the voice can sing it, and what has to be told of that."""
    keys = [note.key for note in song.notes]
    if not keys or (song.written and _fits(keys, singer)):
        return song, ""
    nearest = next((n for n in NEAREST if _fits([key + OCTAVE * n for key in keys], singer)), None)
    octaves = nearest if song.written and nearest is not None else best_octave(keys, singer.lowest, singer.highest)
    there = moved(song, OCTAVE * octaves)
    told = _told(octaves) if song.written and octaves else ""
    if _fits([note.key for note in there.notes], singer):
        return there, told
    narrow = folded(there, singer.lowest - FREE, singer.highest + FREE)
    far = sum(a != b for a, b in zip(there.notes, narrow.notes, strict=True))
    return narrow, f"{told} {_folded(far)}".strip()


def _fits(keys: list[float], singer: Singer) -> bool:
    return singer.lowest - FREE <= min(keys) and max(keys) <= singer.highest + FREE


def _told(octaves: int) -> str:
    size = WORDS.get(abs(octaves), f"{abs(octaves)} octaves")
    return f"I sang it {size} {'higher' if octaves > 0 else 'lower'}, where my voice is."


def _folded(count: int) -> str:
    notes = "One note was" if count == 1 else f"{count} notes were"
    return f"{notes} still out of my range, and {'is' if count == 1 else 'are'} an octave away from the score."
