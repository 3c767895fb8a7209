"""Finds how a voice has to speak, and what has to be done to its sound, to have the manner of somebody else.

somebody else ─▶ Spoke ──────────────────────────────────────┐
voice ─▶ speaks ─▶ Spoke ─▶ what is between the two ◀────────┘
             ▲                      │
             └── Imitation ◀────────┘      a few rounds: a voice does not do quite what it is told
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from assistant.audio import RATE, Samples
from assistant.events import Manner, Spoken
from assistant.resample import resample
from models.borrowed import SpeechIn
from models.speech.delivery import Delivery, delivery
from models.speech.timbre import Timbre, changed, size_between

ROUNDS = 3
TRIED = 160
"""About how many letters of a text are spoken to hear how."""
PASSAGE = ("Nobody had been there since the summer.", "The rooms were cold, and all the clocks had stopped.")
"""What is spoken to hear how, where a text is too short to show it."""
SHORTEST = 40
"""Letters from which on a text does."""
SEMITONES, RANGE, SPEED = (-18.0, 16.0), (0.2, 2.5), (0.5, 2.0)
"""No further than this is a voice bent."""
SHORTEST_S = 0.3
"""Seconds of speech from which on there is a tempo."""

Speak = Callable[[str, Manner], Spoken]
"""A clause as sound, mono float32, always at the same rate. Blocking."""


@dataclass(frozen=True, slots=True)
class Spoke:
    """How somebody spoke."""

    delivery: Delivery
    tempo: float
    """Syllables in a second of speech; 0 where that is not known."""


@dataclass(frozen=True, slots=True)
class Imitation:
    """How to speak, and what to do to the sound of it."""

    manner: Manner = field(default_factory=Manner)
    timbre: Timbre = field(default_factory=Timbre)


@dataclass(frozen=True, slots=True)
class Imitator:
    """A voice that can be measured."""

    speak: Speak
    syllables: Callable[[str], int]
    """How many a text has."""
    speech_in: SpeechIn

    def spoke(self, sound: Samples, text: str) -> Spoke:
        """How a text was spoken, mono float32 at `assistant.audio.RATE`."""
        found = delivery(sound, self.speech_in(sound))
        return Spoke(found, self.syllables(text) / found.spoken_s if found.spoken_s >= SHORTEST_S else 0.0)

    def said(self, clause: str, imitation: Imitation) -> tuple[Samples, int]:
        """A clause in the manner of somebody else, (n,), and its rate."""
        spoken = self.speak(clause, imitation.manner)
        return imitation.timbre(spoken.samples, spoken.rate), spoken.rate

    def imitation(self, other: Spoke, clauses: Sequence[str], report: Callable[[float], None]) -> Imitation:
        """How these clauses are to be spoken to be as `other` would; `report` is told how far it is, 0 to 1.

        Raises:
            EarshotError: the voice fails.
        """
        tried = _tried(clauses)
        found, steps = Imitation(), (ROUNDS + 1) * len(tried)
        for turn in range(ROUNDS + 1):
            sound = list[Samples]()
            for k, clause in enumerate(tried):
                report((turn * len(tried) + k) / steps)
                samples, rate = self.said(clause, found)
                sound.append(resample(samples, rate, RATE))
            own = self.spoke(np.concatenate(sound), " ".join(tried))
            found = corrected(found if turn else _sized(own, other), own, other)
        return found


def corrected(found: Imitation, own: Spoke, other: Spoke) -> Imitation:
    """The same, nearer to another by what still lies between the two."""
    manner, mine, theirs = found.manner, own.delivery, other.delivery
    if mine.voiced and theirs.voiced:
        pitch = manner.pitch + 12 * (theirs.pitch - mine.pitch)
        wider = manner.pitch_range * theirs.spread / max(mine.spread, 1e-3)
        manner = replace(manner, pitch=_within(pitch, SEMITONES), pitch_range=_within(wider, RANGE))
    if own.tempo and other.tempo:
        manner = replace(manner, speed=_within(manner.speed * other.tempo / own.tempo, SPEED))
    return Imitation(manner, changed(found.timbre, mine, theirs))


def _sized(own: Spoke, other: Spoke) -> Imitation:
    """Somebody of the other's size, who as yet speaks as before."""
    size = size_between(own.delivery, other.delivery)
    return Imitation(Manner(speed=1 / size, pitch=-12 * float(np.log2(size)), sized=False), Timbre(size))


def _tried(clauses: Sequence[str]) -> Sequence[str]:
    """The first of them, as far as they tell how a voice speaks."""
    chosen = list(_first(clauses))
    return chosen if sum(map(len, chosen)) >= SHORTEST else [*chosen, *PASSAGE]


def _first(clauses: Sequence[str]) -> Iterator[str]:
    letters = 0
    for clause in clauses:
        yield clause
        letters += len(clause)
        if letters >= TRIED:
            return


def _within(value: float, limits: tuple[float, float]) -> float:
    return float(np.clip(value, *limits))
