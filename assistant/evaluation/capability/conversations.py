"""Conversations of people who speak in turns, of which it is known who speaks when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from assistant.evaluation.recordings import Recordings, split

TURN_S, PAUSE_S = (2.0, 6.0), (0.1, 0.6)
LOUDER_DB = 3.0
"""How much louder or softer than others somebody is."""
LEVEL = 0.05
"""The root of the mean square of a turn."""
HISS = 3e-4
COLLAR_S = 0.25
"""On both sides of a change nothing is counted, as is customary."""
STEP_S = 0.01
NOBODY = -1

Line: TypeAlias = NDArray[np.int64]
"""Who speaks, a number a step."""


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody speaks."""

    start_s: float
    end_s: float
    speaker: int


@dataclass(frozen=True, slots=True, eq=False)
class Conversation:
    """What people said to each other."""

    samples: Samples
    """Mono at `assistant.audio.RATE`, shape (n,)."""
    parts: tuple[Part, ...]

    @property
    def speakers(self) -> int:
        """How many speak."""
        return len({part.speaker for part in self.parts})


def conversations(recordings: Recordings, count: int, number: int, seed: int) -> Iterator[Conversation]:
    """So many conversations of so many people whom nobody trained on, each as long as their recordings last."""
    rows = split(recordings.rows("voices"))[1]
    random = np.random.default_rng((seed, number))
    for _ in range(count if len(rows) >= number else 0):
        chosen = random.choice(len(rows), number, replace=False)
        yield conversation([recordings.sound(rows[i], RATE) for i in chosen], random)


def conversation(voices: Sequence[Samples], random: np.random.Generator) -> Conversation:
    """One of voices that take turns until there is nothing left to say, or nobody to answer."""
    gains = 10 ** (random.uniform(-LOUDER_DB, LOUDER_DB, len(voices)) / 20)
    at, last, length = [0] * len(voices), NOBODY, 0
    sounds, parts = list[Samples](), list[Part]()
    while able := [n for n, v in enumerate(voices) if n != last or len(voices) == 1 if len(v) - at[n] > 2 * RATE]:
        last = int(random.choice(able))
        cut = voices[last][at[last] : at[last] + round(random.uniform(*TURN_S) * RATE)]
        at[last] += len(cut)
        level = float(np.sqrt(np.mean(np.square(cut)))) or 1.0
        pause = np.zeros(round(random.uniform(*PAUSE_S) * RATE), np.float32)
        parts.append(Part(length / RATE, (length + len(cut)) / RATE, last))
        sounds += [cut * np.float32(LEVEL * gains[last] / level), pause]
        length += len(cut) + len(pause)
    whole = np.concatenate(sounds) if sounds else np.zeros(0, np.float32)
    return Conversation((whole + random.normal(0, HISS, length)).astype(np.float32), tuple(parts))


def errors(true: Sequence[Part], told: Sequence[Part], speech: Samples) -> tuple[float, float]:
    """Seconds of speech that were given to the wrong one or to nobody, and seconds of speech in all.

    Moments count in which somebody has a turn and the detector hears speech; who is who is taken at its best.

    Args:
        speech: the probability of speech in each 512 samples.
    """
    counted = np.repeat(speech >= 0.5, 512)[:: round(STEP_S * RATE)]
    theirs, ours = (_timeline(parts, len(counted)) for parts in (true, told))
    counted &= theirs != NOBODY
    for edge in (at for part in true for at in (part.start_s, part.end_s)):
        counted[max(0, round((edge - COLLAR_S) / STEP_S)) : round((edge + COLLAR_S) / STEP_S)] = False
    theirs, ours = theirs[counted], ours[counted]
    return (len(theirs) - _agreed(theirs, ours)) * STEP_S, len(theirs) * STEP_S


def _timeline(parts: Sequence[Part], count: int) -> Line:
    line = np.full(count, NOBODY, np.int64)
    for part in parts:
        line[round(part.start_s / STEP_S) : round(part.end_s / STEP_S)] = part.speaker
    return line


def _agreed(theirs: Line, ours: Line) -> int:
    """Moments at which both name the same person, with the names matched as well as they can be."""
    people, names = sorted(set(theirs.tolist())), sorted(set(ours.tolist()) - {NOBODY})
    together = np.array([[int(((theirs == p) & (ours == n)).sum()) for n in names] for p in people])
    if not names:
        return 0
    padded = np.zeros((len(people), len(people) + len(names)), np.int64)
    padded[:, : len(names)] = together
    return max(int(padded[range(len(people)), list(columns)].sum()) for columns in _ways(len(people), len(names)))


def _ways(people: int, names: int) -> Iterator[tuple[int, ...]]:
    """A column for each person; those beyond the names match nobody."""
    yield from permutations(range(min(names + people, 8)), people)
