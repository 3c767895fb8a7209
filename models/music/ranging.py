"""A song into the range of a voice, by octaves; what was written down is moved only where it must be, and is told."""

from dataclasses import dataclass, replace

from models.music.notation import NAMES_OF_TONICS
from models.music.score import OCTAVE, Song, best_octave, folded, moved
from models.music.style import OWN
from models.music.voice import Singer

FREE = 1.0
"""Semitones beyond its range that a voice may go where a score asks for it."""
STRETCH = {False: 9.0, True: 5.0}
"""The same where somebody asks for it to be lower, or higher."""
NEAREST = tuple(sign * octaves for octaves in range(11) for sign in ((-1, 1) if octaves else (1,)))
WORDS = {1: "an octave", 2: "two octaves", 3: "three octaves"}


@dataclass(frozen=True, slots=True)
class _Range:
    lowest: float
    highest: float


def in_range(song: Song, voice: Singer) -> tuple[Song, str]:
    """The song where the voice can sing it in its style, and what has to be told of that."""
    throat, keys = song.style.throat, [note.key for note in song.notes]
    singer = _Range(voice.lowest + throat.lower, voice.highest + throat.higher)
    if keys and throat is not OWN and not song.written and not song.keyed:
        song = _suited(song, singer)
        keys = [note.key for note in song.notes]
    if song.style.semitones and keys:
        return _shifted(song, singer, voice)
    return _nearest(song, singer)


def _suited(song: Song, singer: _Range) -> Song:
    """A tune by heart on the tonic that suits a voice best; it begins wherever it likes."""
    keys = [note.key for note in song.notes]
    far = float(round((singer.lowest + singer.highest) / 2 - (min(keys) + max(keys)) / 2))
    return replace(moved(song, far), key=_moved_key(song.key, far))


def _moved_key(key: str, far: float) -> str:
    name = key.removesuffix(" minor")
    if name not in NAMES_OF_TONICS:
        return key
    there = NAMES_OF_TONICS[(NAMES_OF_TONICS.index(name) + round(far)) % OCTAVE]
    return f"{there}{' minor' if key.endswith(' minor') else ''}"


def _shifted(song: Song, singer: _Range, voice: Singer) -> tuple[Song, str]:
    """The song so much higher or lower than it would be; as far as a voice goes at all, which is further than well."""
    usual, _ = _nearest(song, singer)
    far = song.style.semitones
    there = replace(moved(usual, far), key=_moved_key(usual.key, far))
    wide = _Range(voice.lowest - STRETCH[False], voice.highest + STRETCH[True])
    if _fits([note.key for note in there.notes], wide):
        return there, ""
    way = "higher" if far > 0 else "lower"
    keys = [note.key for note in usual.notes]
    room = wide.highest - max(keys) if far > 0 else min(keys) - wide.lowest
    step = float(int(max(0.0, room)))
    near = replace(moved(usual, step if far > 0 else -step), key=_moved_key(usual.key, step if far > 0 else -step))
    return near, f"That is further than my voice goes, so I sang it as much {way} as I can."


def _nearest(song: Song, singer: _Range) -> tuple[Song, str]:
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


def _fits(keys: list[float], singer: _Range) -> bool:
    return singer.lowest - FREE <= min(keys) and max(keys) <= singer.highest + FREE


def _told(octaves: int) -> str:
    size = WORDS.get(abs(octaves), f"{abs(octaves)} octaves")
    return f"I sang it {size} {'higher' if octaves > 0 else 'lower'}, where my voice is."


def _folded(count: int) -> str:
    notes = "One note was" if count == 1 else f"{count} notes were"
    return f"{notes} still out of my range, and {'is' if count == 1 else 'are'} an octave away from the score."
