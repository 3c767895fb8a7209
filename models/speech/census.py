"""Counts who is heard: whether anybody speaks at all, whether it is two people, and who of them speaks first.

A network that parts two voices parts one as well: some of it goes here, some there. What it makes of one voice is
uneven in level, goes up and down together, and sounds alike; a talk of two leaves fewer pauses. All of it is weighed.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE as SPEECH_RATE
from assistant.audio import Samples
from assistant.errors import EngineError
from assistant.resample import resample
from models.borrowed import SpeechIn
from models.speech.pauses import SPEECH, WINDOW_S
from models.speech.voice_print import VoicePrint, semitones

BLOCK_S = 0.05
"""How finely levels are noted."""
LEAST_S = 0.3
"""Seconds of speech without which, or `LEAST` of all, nobody speaks in a recording."""
LEAST = 0.03
ACTIVE_DB = 25.0
"""Below the loudest moments, where nobody is heard."""
PAUSE_DB = 15.0
"""Below the loudest moments, where those who speak pause."""
OWN_DB = 6.0
"""A block belongs to the voice that is louder than the other by so much."""
TURN_DB = 3.0
MOST_APART, MOST_UNLIKE = 12.0, 4.0
"""Semitones, and the distance of prints, from which on voices are as different as can be."""

SIGNS = ("balance_db", "turns", "together", "pauses", "semitones", "unlike")
"""What is weighed, as `Census.signs` has them."""
WEIGHTS = (0.112, 3.46, 0.0104, -0.916, 0.1, -0.059)
BIAS = 2.32
"""What each sign counts for two people and against one."""
SURE, UNSURE = (-1.0, 1.0)
"""Below the first it is one voice at a time, below the second it may be. Two at once lie above 2, one person below -1
in five of eight cases."""

NOBODY = "I hear nobody speak in it, so there is nothing to separate."
ONE = "I hear only one voice at a time in it, so there is nothing to separate."
MAYBE_ONE = "I am not sure of this; it may be only one person, or two who sound much alike."


class Census:
    """Of one recording, part by part."""

    def __init__(self, speech_in: SpeechIn) -> None:
        self._speech_in = speech_in
        self._speech_s = self._seconds = 0.0
        self._levels: list[NDArray[np.float64]] = []
        """The power in each block, shape (3, n) each: of both voices, and of the mixture."""

    def push(self, voices: Samples, rate: int) -> None:
        """The next part of both voices, shape (2, n), whose sum is the recording."""
        size = voices.shape[1]
        if not size:
            return
        mixture = voices.sum(0)
        speech = self._speech_in(resample(mixture, rate, SPEECH_RATE))
        self._speech_s += float(np.sum(speech >= SPEECH)) * WINDOW_S
        self._seconds += size / rate
        power = np.square(np.stack((*voices, mixture)), dtype=np.float64)
        blocks = min(size, max(1, round(size / (rate * BLOCK_S))))
        self._levels.append(np.stack([part.mean(1) for part in np.array_split(power, blocks, axis=1)], axis=1))

    @property
    def speaks(self) -> bool:
        """Whether anybody does."""
        return self._speech_s >= max(LEAST_S, LEAST * self._seconds)

    @property
    def first(self) -> int:
        """Which of the voices is heard first."""
        decibels = self._decibels()[:2]
        loudest = np.percentile(decibels, 95, axis=1, keepdims=True)
        own = (decibels > loudest - ACTIVE_DB) & (decibels > decibels[::-1] + OWN_DB)
        begins = [int(mine.argmax()) if mine.any() else len(mine) for mine in own]
        return int(begins[1] < begins[0])

    def verdict(self, prints: Sequence[VoicePrint] | None) -> str:
        """What must be said of the count, given what the voices are like; empty where it is two who were parted well.
        None: it is known that there are two.

        Raises:
            EngineError: nobody speaks in it, or only one person.
        """
        if not self.speaks:
            raise EngineError(NOBODY)
        if prints is None:
            return ""
        score = BIAS + float(np.dot(WEIGHTS, self.signs(prints)))
        if score < SURE:
            raise EngineError(ONE)
        return MAYBE_ONE if score < UNSURE else ""

    def signs(self, prints: Sequence[VoicePrint]) -> NDArray[np.float64]:
        """What tells two people from one, shape (len(`SIGNS`),)."""
        decibels = self._decibels()
        loudest = float(np.percentile(decibels[2], 95))
        one, two = decibels[:2, decibels[2] > loudest - ACTIVE_DB]
        power = np.sum(10 ** (decibels[:2] / 10), axis=1)
        weaker, louder = (one, two) if power[0] < power[1] else (two, one)
        return np.array(
            [
                max(-30.0, 10 * float(np.log10(power.min() / power.max()))),
                float(np.mean(weaker > louder + TURN_DB)),
                _correlation(one, two),
                float(np.mean(decibels[2] < loudest - PAUSE_DB)),
                min(MOST_APART, _apart(prints)),
                min(MOST_UNLIKE, prints[0].distance(prints[1])),
            ]
        )

    def _decibels(self) -> NDArray[np.float64]:
        """Levels by block, (3, n)."""
        levels = np.concatenate(self._levels, axis=1) if self._levels else np.zeros((3, 1))
        return np.asarray(10 * np.log10(levels + 1e-12))


def _correlation(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    """Of two rows; 0 where one does not change."""
    spread = float(one.std() * two.std())
    return float(np.mean((one - one.mean()) * (two - two.mean()))) / spread if spread > 0 else 0.0


def _apart(prints: Sequence[VoicePrint]) -> float:
    """Semitones between two voices; 0 where one has no pitch."""
    first, second = (one.pitch_hz for one in prints)
    return abs(semitones(first, second)) if first and second else 0.0
