"""From sounds with their times to mouths, frame by frame.

phones    |  h  |  ə  | l |   oʊ    |        each wants its shape, most where it sounds
mouths    ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·    and what is seen lies between those that pull at it

The coarticulation is that of Cohen and Massaro (1993): of each parameter the mean of what all sounds want, weighted by
dominances that fall off exponentially on both sides of a sound.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.events import Word
from models.face.visemes import OPEN, PRESS, REST, SIZE, TUCK, VISEMES, Shapes, shape, visemes_of

FPS = 25
"""Frames a second of the film."""
STEP_S = 0.01
REACH_S = 0.3
"""How far a sound is felt."""
FALL_S = 0.035
"""The dominance of a sound falls to 1/e in this time beside it."""
BREAK_S = 0.12
"""A gap between sounds that is longer lets the mouth come to rest."""
FIRST_PART = 0.55
"""How much of a diphthong belongs to its first vowel."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """A shape that is wanted for a time."""

    viseme: str
    start_s: float
    end_s: float

    @property
    def middle_s(self) -> float:
        """Its middle, in seconds."""
        return (self.start_s + self.end_s) / 2


def gestures(phones: Sequence[Word]) -> list[Gesture]:
    """What the mouth does for sounds with their times, rests between them included."""
    found = list[Gesture]()
    for phone in phones:
        if found and phone.start_s - found[-1].end_s > BREAK_S:
            found.append(Gesture(REST, found[-1].end_s, phone.start_s))
        found += _parts(phone)
    return found


def _parts(phone: Word) -> Iterator[Gesture]:
    names = visemes_of(phone.text)
    if len(names) == 1:
        yield Gesture(names[0], phone.start_s, phone.end_s)
        return
    between = phone.start_s + FIRST_PART * (phone.end_s - phone.start_s)
    yield Gesture(names[0], phone.start_s, between)
    yield Gesture(names[1], between, phone.end_s)


def mouths(wanted: Sequence[Gesture], frames: int) -> Shapes:
    """The mouth in the middle of each frame, shape (frames, 6); at rest where nothing is wanted."""
    at = (np.arange(frames) + 0.5) / FPS
    pull, total = np.zeros((frames, SIZE), np.float64), np.full((frames, SIZE), 1e-3)
    for gesture in wanted:
        first, last = np.searchsorted(at, (gesture.start_s - REACH_S, gesture.end_s + REACH_S))
        beside = np.maximum(0.0, np.maximum(gesture.start_s - at[first:last], at[first:last] - gesture.end_s))
        weight = np.exp(-beside / FALL_S)[:, None] * _holds(gesture.viseme)
        pull[first:last] += weight * shape(gesture.viseme)
        total[first:last] += weight
    made: Shapes = np.asarray(pull / total, np.float32)
    _close(made, wanted)
    return made


def _holds(name: str) -> Shapes:
    viseme = VISEMES[name]
    holds = np.full(SIZE, viseme.hold, np.float32)
    holds[1] = viseme.hold_wide
    return holds


def _close(made: Shapes, wanted: Sequence[Gesture]) -> None:
    """Let the lips meet in the frame that a p, b or m has its middle in: it may be shorter than a frame."""
    for gesture in wanted:
        frame = int(gesture.middle_s * FPS)
        if gesture.viseme in ("p", "f") and frame < len(made):
            made[frame] = 0.25 * made[frame] + 0.75 * shape(gesture.viseme)
            if gesture.viseme == "p":
                made[frame, OPEN], made[frame, TUCK], made[frame, PRESS] = 0.0, 0.0, 1.0
