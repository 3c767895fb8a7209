"""The part of a recording that a voice is best taken from: one stretch, much speech in it, clear, and not clipped.

recording ─▶ minutes of it ─▶ speech, level and clipping in each 32 ms ─▶ the best stretch ─▶ ends in a pause ─▶ level
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from assistant.errors import EngineError
from assistant.resample import resample
from models.borrowed import SpeechIn
from models.pieces import pieces
from models.speech.pauses import MARGIN_S, SPEECH, WINDOW, WINDOW_S

LISTENED_S = 300.0
"""At most so much of a recording is listened to."""
PIECE_S = 10.0
"""What is read, and searched for speech, at once."""
LEAST_S = 1.0
"""Seconds of speech, with less of which no voice is known."""
LEVEL_DBFS = -23.0
"""What the speech is brought to."""
PEAK = 0.95
CLIPPED = 0.985
"""From here on a sample counts as clipped."""
CLEAR_DB = 30.0
"""Speech so far above what is between it cannot be clearer."""
STEP = 8
"""Windows from one stretch that is considered to the next."""
PAUSE = 3
"""Windows without speech that are a pause, at least."""
KEPT = 0.6
"""How much of a stretch must remain before the pause it is ended in."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What a voice is taken from."""

    samples: Samples
    """Mono float32, shape (n,), its speech at `LEVEL_DBFS`."""
    spoken_s: float
    """Seconds of speech in it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Windows:
    """What is known of each 32 ms, shape (n,) all of them."""

    speech: Numbers
    power: Numbers
    clipped: Numbers

    def score(self, start: int, end: int) -> float:
        """How good a stretch is, 0 to 1."""
        speech = self.speech[start:end]
        clear = 0.5 + 0.5 * min(1.0, max(0.0, self._clearness_db(start, end)) / CLEAR_DB)
        unclipped = max(0.0, 1 - 20 * float(self.clipped[start:end].mean()))
        return float(speech.mean()) * clear * (0.2 + 0.8 * unclipped)

    def _clearness_db(self, start: int, end: int) -> float:
        speech, power = self.speech[start:end], self.power[start:end]
        loud = float((speech * power).sum() / max(float(speech.sum()), 1e-9))
        return 10 * float(np.log10((loud + 1e-12) / (float(np.quantile(power, 0.1)) + 1e-12)))


def reference(path: Path, rate: int, longest_s: float, speech_in: SpeechIn, alive: Callable[[], None]) -> Reference:
    """The best stretch of a recording, `longest_s` at most, at `rate` hertz; `alive` is called along the way.

    Raises:
        EngineError: hardly anybody speaks in it.
        DataError: it cannot be read.
    """
    sound = _read(path, rate, alive)
    windows = _windows(sound, rate, speech_in, alive)
    start, end = _best(windows, round(longest_s / WINDOW_S))
    spoken_s = float(np.sum(windows.speech[start:end] >= SPEECH)) * WINDOW_S
    if spoken_s < LEAST_S:
        raise EngineError("I hear hardly any speech in that recording; give me ten seconds of somebody who talks.")
    first, last = (round(at * WINDOW_S * rate) for at in (start, end))
    loud = windows.power[start:end][windows.speech[start:end] >= SPEECH]
    return Reference(_levelled(sound[first:last], float(loud.mean())), spoken_s)


def _read(path: Path, rate: int, alive: Callable[[], None]) -> Samples:
    held = list[Samples]()
    for piece in pieces(path, PIECE_S, rate, mono=True):
        alive()
        held.append(np.nan_to_num(piece.samples[:, 0], posinf=0.0, neginf=0.0))
        if len(held) * PIECE_S >= LISTENED_S:
            break
    return np.concatenate(held)


def _windows(sound: Samples, rate: int, speech_in: SpeechIn, alive: Callable[[], None]) -> _Windows:
    speech = list[Samples]()
    heard = resample(sound, rate, RATE)
    size = round(PIECE_S * RATE) // WINDOW * WINDOW
    for at in range(0, max(1, len(heard)), size):
        alive()
        speech.append(speech_in(heard[at : at + size]))
    known = np.concatenate(speech).astype(np.float64)
    edges = np.round(np.arange(len(known) + 1) * WINDOW_S * rate).astype(int)
    squares, peaks = np.square(sound, dtype=np.float64), np.abs(sound) >= CLIPPED
    return _Windows(known, _means(squares, edges), _means(peaks.astype(np.float64), edges))


def _means(values: Numbers, edges: NDArray[np.int_]) -> Numbers:
    """The mean between each two edges; 0 where there is nothing."""
    summed = np.concatenate(([0.0], np.cumsum(values)))[np.minimum(edges, len(values))]
    return np.asarray(np.diff(summed) / np.maximum(1, np.diff(edges)))


def _best(windows: _Windows, longest: int) -> tuple[int, int]:
    """Where the best stretch begins and ends, in windows."""
    count = len(windows.speech)
    starts = range(0, max(1, count - longest + STEP), STEP)
    start = max(starts, key=lambda at: windows.score(at, min(count, at + longest)))
    return _between_pauses(windows.speech, start, min(count, start + longest))


def _between_pauses(speech: Numbers, start: int, end: int) -> tuple[int, int]:
    """The same from its first speech to its last, ended in a pause if there is one near its end."""
    active = np.flatnonzero(speech[start:end] >= SPEECH)
    if not len(active):
        return start, start
    margin = round(MARGIN_S / WINDOW_S)
    first, last = start + int(active[0]), start + int(active[-1]) + 1
    if last == end < len(speech):
        gaps = np.flatnonzero(np.diff(active) > PAUSE)
        ends = start + active[gaps] + 1
        near = ends[ends - first >= KEPT * (last - first)]
        last = int(near[-1]) if len(near) else last
    return max(start, first - margin), min(end, last + margin)


def _levelled(sound: Samples, power: float) -> Samples:
    gain = 10 ** (LEVEL_DBFS / 20) / max(power, 1e-10) ** 0.5
    gain = min(gain, PEAK / max(float(np.abs(sound).max()), 1e-9))
    return np.asarray(sound * gain, np.float32)
