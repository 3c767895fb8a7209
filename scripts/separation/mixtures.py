"""Mixtures of two speakers to learn from: always new ones, of people at other speeds, pitches and levels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soxr

from assistant.audio import Samples
from assistant.evaluation.recordings import Recordings, Row, split

RATE = 8000
SPEEDS = (0.85, 1.2)
"""How much faster somebody may speak; as pitch and formants move along, it is somebody else who does."""
LEVELS_DB = 5.0
"""The most that one is louder than the other."""
TILT = 0.35
"""The most that the colour of a voice is changed: the coefficient of a filter of first order."""
SHARE_OF_COMMANDS = 0.25
"""How many of the voices are of recordings that do not say who speaks."""
ALONE = 0.12
"""How many mixtures have one speaker only, so that the network can leave the other voice silent."""
QUIET = 1e-4


@dataclass(frozen=True, slots=True)
class Cast:
    """Who can be mixed: for each speaker what they say, one sound after another, at `RATE`."""

    known: tuple[Samples, ...]
    others: tuple[Samples, ...] = ()
    """Recordings that do not say who speaks; two of them are hardly ever of one person."""


def cast(recordings: Recordings, held_out: bool) -> Cast:
    """Those to learn from, or those who are held out."""
    rows = [row for kind in ("voices", "speech") for row in recordings.rows(kind)]
    part = split(rows)[1 if held_out else 0]
    speakers: dict[str, list[Samples]] = {}
    for row in part:
        if row.get("speaker"):
            speakers.setdefault(str(row["speaker"]), []).append(_voice(recordings, row))
    known = tuple(np.concatenate(parts) for parts in speakers.values())
    others = () if held_out else tuple(_voice(recordings, row) for row in recordings.rows("commands"))
    return Cast(known, tuple(one for one in others if len(one) > RATE))


def _voice(recordings: Recordings, row: Row) -> Samples:
    """What is said, without silence at its ends, at a usual level."""
    sound = recordings.sound(row, RATE)
    size = RATE // 50
    level = np.sqrt(np.square(sound[: len(sound) // size * size]).reshape(-1, size).mean(1))
    loud = np.flatnonzero(level > 0.1 * np.percentile(level, 95)) if len(level) else level
    cut = sound[loud[0] * size : (loud[-1] + 1) * size] if len(loud) else sound
    return (cut / max(QUIET, float(np.sqrt(np.square(cut).mean()))) * 0.1).astype(np.float32)


class Mixer:
    """An endless source of mixtures."""

    def __init__(self, cast: Cast, seconds: float, seed: int, changed: bool = True) -> None:
        """With `changed` voices are made those of others, by speed and colour, and some speak alone."""
        self._cast, self._size, self._changed = cast, round(seconds * RATE), changed
        self._random = np.random.default_rng(seed)

    def batch(self, size: int) -> Samples:
        """Voices, float32 of shape (size, 2, n); their sum is the mixture."""
        return np.stack([self._pair() for _ in range(size)])

    def _pair(self) -> Samples:
        first, second = (self._part(sound) for sound in self._two())
        gain = 10 ** (self._random.uniform(-LEVELS_DB, LEVELS_DB) / 40)
        if self._changed and self._random.random() < ALONE:
            second = np.zeros_like(second)
        pair = np.stack((first * gain, second / gain))
        return (pair / max(QUIET, float(np.sqrt(np.square(pair.sum(0)).mean())))).astype(np.float32)

    def _two(self) -> Sequence[Samples]:
        chosen = self._random.choice(len(self._cast.known), 2, replace=False)
        pool: list[Samples] = [self._cast.known[k] for k in chosen]
        if self._cast.others:
            for place in range(2):
                if self._random.random() < SHARE_OF_COMMANDS:
                    pool[place] = self._cast.others[self._random.integers(len(self._cast.others))]
        return pool

    def _part(self, sound: Samples) -> Samples:
        """A stretch in which somebody speaks, at a usual level."""
        speed = self._random.uniform(*SPEEDS) if self._changed else 1.0
        wanted = round(self._size * speed) + RATE // 50
        start = self._random.integers(max(1, len(sound) - wanted))
        part = sound[start : start + wanted]
        if self._changed:
            part = soxr.resample(part, RATE * speed, RATE, "MQ")
            part = self._coloured(part)
        part = part[: self._size]
        before = self._random.integers(self._size - len(part) + 1)
        part = np.pad(part, (before, self._size - len(part) - before))
        return part / max(QUIET, float(np.sqrt(np.square(part).mean())))

    def _coloured(self, part: Samples) -> Samples:
        tilt = self._random.uniform(-TILT, TILT)
        return part + tilt * np.concatenate((part[:1], part[:-1]))
