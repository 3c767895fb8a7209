"""How a line is sung: when each phone sounds, and F0 of every frame.

phones   t w ˈɪ    ŋ k l  əl   ...     consonants keep their length and come before the beat; vowels fill the rest
beats        |            |
F0       ____/~~~~~~______/~~~         a glide that arrives on the beat, a little too far; vibrato on what is long
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from models.music.score import OCTAVE, Cell, Note

A4_KEY, A4_HZ = 69, 440.0
MOST_CONSONANTS = 0.5
"""The part of a note that the consonants behind its vowel may take."""
TAIL_S = 0.03
"""The last sound dies away in so many seconds."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How the melody is sung between and on the notes."""

    glide_s: float = 0.03
    """The shortest from one note to the next."""
    glide_step_s: float = 0.006
    """What a semitone adds to that: pitch takes its time with what is far (Xu & Sun 2002)."""
    overshoot: float = 0.06
    """The part of a step by which it goes too far at first."""
    most_overshoot: float = 0.25
    """Semitones."""
    settle_s: float = 0.04
    """How quickly that is corrected."""
    vibrato_hz: float = 5.5
    vibrato: float = 0.3
    """Semitones to either side."""
    steady_s: float = 0.3
    """A note is held so long without it."""
    rising_s: float = 0.4
    """In so many seconds it reaches its width."""


WIDEST = 1.0
"""Semitones to either side of the widest vibrato."""
SOON_S = 0.12
"""Who asks for vibrato hears it sooner in a note."""


def with_vibrato(times: float | None) -> Manners:
    """The usual manners with a vibrato so many times as wide; None: as it is."""
    if times is None:
        return Manners()
    usual = Manners()
    wide = min(WIDEST, times * usual.vibrato)
    return replace(usual, vibrato=wide, steady_s=SOON_S if times > 1 else usual.steady_s)


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """A line as it is sung."""

    frames: NDArray[np.int64]
    """Of each phone, shape (n,)."""
    hertz: NDArray[np.float64]
    """F0 of each frame."""
    lead: int
    """Frames before the first beat."""
    keys: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """The score's note in each frame."""


def delivered(
    seconds: NDArray[np.float64],
    carriers: Sequence[int],
    cells: Sequence[Cell],
    room_s: float,
    frame_s: float,
    how: Manners | None = None,
) -> Delivery:
    """A line whose phones last `seconds` when they are spoken, and of which `carriers` carry the notes of `cells`.

    `room_s`: how much time there is before the first beat.
    """
    how = how or Manners()
    ends, lead = _ends(seconds, carriers, cells, room_s, frame_s)
    frames = np.diff(ends, prepend=-lead)
    edges, keys = _edges([note for cell in cells for note in cell], frame_s)
    held = np.repeat(keys, np.diff([-lead, *edges[1:-1], ends[-1]]) if len(keys) > 1 else [ends[-1] + lead])
    melody = _melody(keys, np.array([-lead, *edges[1:-1], ends[-1]]) + lead, lead, frame_s, how)
    return Delivery(frames, A4_HZ * 2 ** ((melody - A4_KEY) / OCTAVE), lead, held)


def _ends(
    seconds: NDArray[np.float64], carriers: Sequence[int], cells: Sequence[Cell], room_s: float, frame_s: float
) -> tuple[NDArray[np.int64], int]:
    """The frame behind each phone, counted from the first beat, and how many are before that."""
    onsets = np.concatenate(([0.0], np.cumsum([sum(note.seconds for note in cell) for cell in cells])))
    first = carriers[0]
    before = seconds[:first] * min(1.0, room_s / max(float(seconds[:first].sum()), 1e-9))
    ends = np.zeros(len(seconds))
    ends[:first] = np.cumsum(before) - before.sum()
    for k, carrier in enumerate(carriers):
        following = carriers[k + 1] if k + 1 < len(carriers) else len(seconds)
        behind, length = seconds[carrier + 1 : following], onsets[k + 1] - onsets[k]
        behind = behind * min(1.0, MOST_CONSONANTS * length / max(float(behind.sum()), 1e-9))
        ends[carrier] = onsets[k + 1] - behind.sum()
        ends[carrier + 1 : following] = ends[carrier] + np.cumsum(behind)
    return np.maximum.accumulate(np.rint(ends / frame_s).astype(np.int64)), int(round(float(before.sum()) / frame_s))


def _edges(notes: Sequence[Note], frame_s: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    times = np.concatenate(([0.0], np.cumsum([note.seconds for note in notes])))
    return np.rint(times / frame_s).astype(np.int64), np.array([note.key for note in notes])


def _melody(
    keys: NDArray[np.float64],
    edges: NDArray[np.int64],
    lead: int,
    frame_s: float,
    how: Manners,
) -> NDArray[np.float64]:
    """The MIDI number of every frame, shape (edges[-1],).

    `lead`: after how many frames the first of the notes begins.
    """
    melody = np.repeat(keys, np.diff(edges)).astype(np.float64)
    for k in range(len(keys)):
        start, end = int(edges[k]), int(edges[k + 1])
        since = np.maximum(np.arange(start, end, dtype=np.float64) - max(start, lead), 0.0) * frame_s
        melody[start:end] += _vibrato(since, how)
        if k and (step := keys[k] - keys[k - 1]):
            melody[start:end] += _overshoot(since, step, how)
    for k in range(1, len(keys)):
        reach = round((how.glide_s + how.glide_step_s * abs(keys[k] - keys[k - 1])) / frame_s)
        _glide(melody, int(edges[k]), min(reach, int(edges[k] - edges[k - 1]) // 2), keys[k - 1], keys[k])
    return melody


def _vibrato(since: NDArray[np.float64], how: Manners) -> NDArray[np.float64]:
    held = np.maximum(since - how.steady_s, 0.0)
    width = how.vibrato * np.minimum(held / how.rising_s, 1.0)
    return np.asarray(width * np.sin(2 * np.pi * how.vibrato_hz * held))


def _overshoot(since: NDArray[np.float64], step: float, how: Manners) -> NDArray[np.float64]:
    far = float(np.clip(step * how.overshoot, -how.most_overshoot, how.most_overshoot))
    return np.asarray(far * np.exp(-since / how.settle_s))


def _glide(melody: NDArray[np.float64], at: int, reach: int, below: float, above: float) -> None:
    """Let the melody arrive at frame `at`, coming from `below` on half a cosine that is `reach` frames long."""
    if reach <= 0 or at - reach < 0 or at >= len(melody):
        return
    part = (1 - np.cos(np.pi * (np.arange(reach) + 0.5) / reach)) / 2
    start = melody[at - reach]
    melody[at - reach : at] = start + (melody[at] - start) * part
