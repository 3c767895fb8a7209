"""Who speaks when, if people speak in turns.

probability of speech ─▶ stretches of speech ─▶ windows of 1.5 s ─▶ voices ─▶ groups ─▶ Turn …

speech   ▇▇▇▇▇▇▇▇▁▇▇▇▇▇▇▇▇▇▇▇▇▁▁▁▇▇▇▇▇▇
windows  |----|      |----|      |----|        one each half second
            |----|      |----|
turns    |1111111|22222222222|   |1111|
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from models.speech.diarization_groups import grouped
from models.speech.diarization_voice import HOP, Frames, discriminant, frames
from models.speech.pauses import SPEECH, WINDOW, WINDOW_S

WINDOW_FRAMES, STEP_FRAMES = 150, 50
"""Frames of 10 ms: what is taken for one voice, and how far the next begins."""
GAP_S = 0.5
"""A shorter pause parts no turns."""
SNAP_S = 0.6
"""How near a pause must be for a change of speakers to be in it."""
LONGEST_S = 120.0
"""Speech without a pause that is held at most."""
ALIGNED = 2560
"""Samples: a multiple of both a frame's step and a detector's window."""
SHORTEST_S = 0.2
"""Of speech that is worth a turn."""
FRAME_S = 0.01
EDGE = 0.05
"""What a window says of its edges, beside 1 in its middle."""

Matrix = NDArray[np.float64]
Span: TypeAlias = tuple[float, float]
"""From and to, in seconds."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody speaks."""

    start_s: float
    end_s: float
    speaker: int
    """From 0, in the order in which they are first heard."""


class Diarization:
    """Hears a recording block by block; the turns are known at its end, and the same however the blocks are cut.

    Of the sound itself nothing is kept but what is being said: 63 numbers for each half second of speech.
    """

    def __init__(self) -> None:
        """Raises EngineMissing where its weights are not here."""
        self._weights = discriminant()
        self._numbers = list[Matrix]()
        self._spans = list[Span]()
        """Of each window."""
        self._runs = list[Span]()
        """Where somebody speaks without a longer pause."""
        self._probable = list[Samples]()
        self._held = np.zeros(0, np.float32)
        self._speech = np.zeros(0, np.float32)
        self._at = 0
        """Where `_held` begins in the recording, in samples."""

    def push(self, samples: Samples, speech: Samples) -> None:
        """Hear the next block.

        Args:
            samples: mono float32 at `assistant.audio.RATE`, shape (n,), n a multiple of 512 in all but the last.
            speech: the probability of speech in each 512 of them.
        """
        self._probable.append(speech)
        self._held, self._speech = np.concatenate((self._held, samples)), np.concatenate((self._speech, speech))
        self._hear(final=False)

    def turns(self) -> list[Turn]:
        """Who spoke when, in order, once all was heard."""
        self._hear(final=True)
        if not self._numbers:
            return []
        points = self._weights(np.array(self._numbers))
        who = grouped(points, self._weights.between)
        speech = np.concatenate(self._probable)
        return _joined([turn for run in self._runs for turn in self._turns(run, who, speech)])

    def _hear(self, final: bool) -> None:
        """Take the windows of what was said to its end; what may go on is held, up to `LONGEST_S`."""
        heard = frames(self._held)
        begun = len(self._held)
        for start, end in _runs(self._speech, len(heard.levels)):
            if not final and (len(heard.levels) - end) * FRAME_S <= 2 * GAP_S and len(self._held) < LONGEST_S * RATE:
                begun = start * HOP
                break
            self._take(heard, start, end)
        if not final:
            kept = max(0, min(begun, len(self._held) - round(2 * GAP_S * RATE)) // ALIGNED - 1) * ALIGNED
            self._held, self._speech, self._at = self._held[kept:], self._speech[kept // WINDOW :], self._at + kept
        else:
            self._at += len(self._held)
            self._held, self._speech = self._held[:0], self._speech[:0]

    def _take(self, heard: Frames, start: int, end: int) -> None:
        """The windows of a stretch of speech, in frames of what is held; once."""
        at_s = self._at / RATE
        if self._runs and at_s + start * FRAME_S < self._runs[-1][1] - FRAME_S / 2:
            return
        self._runs.append((at_s + start * FRAME_S, at_s + end * FRAME_S))
        for first, last in _windows(start, end):
            numbers = heard.numbers(first, last)
            if numbers is not None:
                self._numbers.append(numbers)
                self._spans.append((at_s + first * FRAME_S, at_s + last * FRAME_S))

    def _within(self, run: Span) -> tuple[int, int]:
        """The numbers of the windows in a stretch of speech, from and to."""
        starts = [start for start, _ in self._spans]
        return bisect_left(starts, run[0] - FRAME_S / 2), bisect_left(starts, run[1] - FRAME_S / 2)

    def _turns(self, run: Span, who: Sequence[int], speech: Samples) -> Iterator[Turn]:
        """The turns of a stretch of speech: each moment is of the one for whom most of the windows around it speak."""
        begin, end = run
        votes = np.zeros((max(1, round((end - begin) / FRAME_S)), max(who) + 1))
        for number in range(*self._within(run)):
            first, last = (round((at - begin) / FRAME_S) for at in self._spans[number])
            votes[first:last, who[number]] += np.maximum(EDGE, np.bartlett(last - first))[: len(votes) - first]
        if not votes.any():
            return
        best = votes.argmax(1)
        changes = np.flatnonzero(np.diff(best)) + 1
        edges: list[float] = [begin, *(_snapped(begin + at * FRAME_S, speech) for at in changes), end]
        for start_s, end_s, at in zip(edges, edges[1:], [0, *changes], strict=False):
            if end_s > start_s:
                yield Turn(start_s, end_s, int(best[at]))


def _snapped(at_s: float, speech: Samples) -> float:
    """A change of speakers, moved into the middle of the longest pause near it."""
    reach, middle = round(SNAP_S / WINDOW_S), round(at_s / WINDOW_S)
    first = max(0, middle - reach)
    quiet = np.flatnonzero(speech[first : middle + reach] < SPEECH)
    if not len(quiet):
        return at_s
    longest = max(np.split(quiet, np.flatnonzero(np.diff(quiet) > 1) + 1), key=len)
    return (first + float(longest.mean()) + 0.5) * WINDOW_S


def _runs(speech: Samples, count: int) -> Iterator[tuple[int, int]]:
    """Where somebody speaks without a longer pause, in frames."""
    spoken = np.flatnonzero(np.repeat(speech >= SPEECH, WINDOW)[: count * HOP : HOP])
    if not len(spoken):
        return
    breaks = np.flatnonzero(np.diff(spoken) > GAP_S / FRAME_S)
    starts, ends = [spoken[0], *spoken[breaks + 1]], [*spoken[breaks], spoken[-1]]
    for start, end in zip(starts, ends, strict=True):
        if (end + 1 - start) * FRAME_S >= SHORTEST_S:
            yield int(start), int(end) + 1


def _windows(start: int, end: int) -> list[tuple[int, int]]:
    """Windows that cover a stretch of frames evenly; one where it is short."""
    if end - start <= WINDOW_FRAMES:
        return [(start, end)]
    count = -(-(end - start - WINDOW_FRAMES) // STEP_FRAMES) + 1
    return [(int(at), int(at) + WINDOW_FRAMES) for at in np.linspace(start, end - WINDOW_FRAMES, count)]


def _joined(turns: Sequence[Turn]) -> list[Turn]:
    """Turns, those of one speaker with nobody else between them as one."""
    joined: list[Turn] = []
    for turn in turns:
        if joined and joined[-1].speaker == turn.speaker and turn.start_s - joined[-1].end_s <= GAP_S:
            joined[-1] = replace(joined[-1], end_s=turn.end_s)
        else:
            joined.append(turn)
    return joined
