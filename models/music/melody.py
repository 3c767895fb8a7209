"""A tune made up for words: in a key, in phrases that end on its notes of rest, the last on the tonic.

Stressed syllables fall on notes of the triad and last longer; between them the tune goes by steps. The same words and
the same seed give the same tune.
"""

import re
from collections.abc import Sequence

import numpy as np

from models.music.fitting import ENGLISH, MANDARIN, language_of, syllables, units
from models.music.score import OCTAVE, Line, Note, Song, Word
from models.music.tunes import MAJOR
from models.music.voice import Singer

MINOR = (0, 2, 3, 5, 7, 8, 10)
STEADY = frozenset((0, 2, 4, 7))
"""Degrees of the triad, from 0, the upper tonic among them."""
LOWEST, HIGHEST = -2, 8
"""How far a tune wanders, in degrees."""
MOST_SYLLABLES = 10
"""In a line; a longer one takes breath between."""
BEAT_S = 0.5
LINE_REST_S = 0.35

_LINES = re.compile(r"[,.;:!?\n—。，！？；]+")  # noqa: RUF001


def made_up(text: str, tonic: float, singer: Singer, seed: int, minor: bool = False) -> Song:
    """A song of a text, on a tonic as MIDI numbers it."""
    language, random = language_of(text), np.random.default_rng(seed + len(text))
    lines = [line for part in _LINES.split(text) for line in _breaths(units(part), language, singer)]
    sung, degree, scale = list[Line](), int(random.choice((0, 2, 4))), MINOR if minor else MAJOR
    for number, (words, counts) in enumerate(lines):
        goal = 0 if number == len(lines) - 1 else int(random.choice((4, 1, 2, 0)))
        stresses = _stresses(words, counts, language, singer)
        degrees = _walk(stresses, degree, goal, random)
        lengths = _lengths(stresses)
        notes = [Note(tonic + _semitones(d, scale), s) for d, s in zip(degrees, lengths, strict=True)]
        sung.append(_line(words, counts, notes, LINE_REST_S if sung else 0.0))
        degree = degrees[-1]
    return Song(tuple(sung), language=language, tune="made up")


def _breaths(words: Sequence[str], language: str, singer: Singer) -> list[tuple[list[str], list[int]]]:
    """Words in lines of not too many syllables."""
    found = list[tuple[list[str], list[int]]]()
    for word, count in zip(words, syllables(words, language, singer) if words else (), strict=True):
        if not found or sum(found[-1][1]) + count > MOST_SYLLABLES:
            found.append(([], []))
        found[-1][0].append(word)
        found[-1][1].append(count)
    return found


def _stresses(words: Sequence[str], counts: Sequence[int], language: str, singer: Singer) -> list[bool]:
    """Whether each syllable is stressed; those of Mandarin are, one after the other."""
    total = sum(counts)
    if language == MANDARIN:
        return [k % 2 == 0 for k in range(total)]
    phrase = singer.phrase(words, ENGLISH)
    found = [s.startswith("ˈ") for s, kind in zip(phrase.symbols, phrase.kinds, strict=True) if kind == "vowel"]
    return (found + [True] * total)[:total]


def _lengths(stresses: Sequence[bool]) -> list[float]:
    """Seconds of each syllable: a beat where it is stressed, half of one where not, two at the end."""
    lengths = [BEAT_S if stressed else BEAT_S * 0.6 for stressed in stresses]
    return [*lengths[:-1], BEAT_S * 2]


def _walk(stresses: Sequence[bool], start: int, goal: int, random: np.random.Generator) -> list[int]:
    """A degree for each syllable, that ends on the goal."""
    degrees, here = list[int](), start
    for place, stressed in enumerate(stresses[:-1]):
        left = len(stresses) - 1 - place
        near = [
            d for d in range(here - (3 if stressed else 1), here + (4 if stressed else 2)) if LOWEST <= d <= HIGHEST
        ]
        steady = [d for d in near if d % 7 in STEADY] if stressed else near
        reachable = [d for d in steady if abs(d - goal) <= 2 * left] or near
        here = int(random.choice(reachable))
        degrees.append(here)
    return [*degrees, goal]


def _semitones(degree: int, scale: Sequence[int]) -> int:
    octaves, step = divmod(degree, len(scale))
    return OCTAVE * octaves + scale[step]


def _line(words: Sequence[str], counts: Sequence[int], notes: Sequence[Note], rest_s: float) -> Line:
    used, found = 0, list[Word]()
    for word, count in zip(words, counts, strict=True):
        found.append(Word(word, tuple((note,) for note in notes[used : used + count])))
        used += count
    return Line(tuple(found), rest_s)
