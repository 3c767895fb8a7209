"""When a turn is over: how long to wait in a pause, from what was said so far."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from asr.base import Pause, TurnDetector
from assistant.audio import Samples
from assistant.errors import SettingsError


@dataclass(frozen=True, slots=True)
class TurnOptions:
    """How patient to be."""

    detector: Literal["cues", "smart", "punctuation", "silence"] = "cues"
    """`cues` weighs the closing mark, the length of the turn and its pauses; `smart` also listens with Smart Turn, of
    the package pipecat-ai; `punctuation` goes by the closing mark alone; `silence` is one fixed wait."""
    shortest_s: float = 0.225
    """The wait after a turn that is certainly over."""
    longest_s: float = 0.63
    """The wait after a short one that is probably not."""
    long_turns: float = 1.5
    """How many times as long the waits are after long turns, and where somebody has hardly begun a sentence."""
    unfinished: float = 0.3
    """At or below this probability of a closing mark the `punctuation` detector's wait is the longest."""
    finished: float = 0.8
    """At or above it the shortest."""
    silence_s: float = 0.5
    """The wait of the `silence` detector."""


class Silence:
    """A `TurnDetector` that waits the same every time."""

    name = "silence"

    def __init__(self, options: TurnOptions) -> None:
        self.options = options

    def patience(self, pause: Pause) -> float:
        """Seconds of silence after which the turn is over."""
        return self.options.silence_s


class Punctuation:
    """A `TurnDetector`: the recognizer's closing mark tells whether the sentence is finished.

    The wait falls in a straight line from `longest_s` to `shortest_s` as the mark's probability rises. Who has paused
    in this turn before may pause as long again: no wait is shorter than the longest pause so far and a fifth.
    """

    name = "punctuation"

    def __init__(self, options: TurnOptions) -> None:
        self.options = options

    def patience(self, pause: Pause) -> float:
        """Seconds of silence after which the turn is over."""
        o = self.options
        wait = float(np.interp(pause.transcript.finished, (o.unfinished, o.finished), (o.longest_s, o.shortest_s)))
        habit = min(o.longest_s, 1.2 * max(pause.earlier_s, default=0.0))
        return max(wait, habit)


class Listening(Protocol):
    """A model that hears whether a turn is over."""

    def probability(self, sound: Samples) -> float:
        """That it is, 0 to 1, from its sound at `assistant.audio.RATE`, shape (n,), the quiet after it included."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each cue adds to the logarithm of the odds that a turn is over. `scripts/train_turns.py` finds them."""

    bias: float
    mark: float
    """For each unit of the log-odds of a closing mark."""
    length: float
    """For each unit of the natural logarithm of the seconds of the turn."""
    pause: float
    """For each second of its longest pause so far, up to one."""
    heard: float = 0.0
    """For each unit of the log-odds that a listening model gives."""


BY_WORDS = Weights(bias=-0.186, mark=0.355, length=0.987, pause=-3.829)
BY_WORDS_AND_EAR = Weights(bias=-0.724, mark=0.284, length=0.996, pause=-2.51, heard=0.27)
SURE = (0.72, 1.02)
"""From the first of these log-odds on the wait falls, at the second it is the shortest."""
HARDLY = (-0.2, 0.1)
"""At the first of these and below, hardly a sentence was begun."""
LONG_FROM_S, LONG_S = 4.5, 8.0
"""From the first on a turn counts as long, at the second wholly."""
HABIT = 1.2
"""Who paused may pause as long again, and a fifth."""


class Cues:
    """A `TurnDetector` that weighs what is known, by logistic regression.

        wait   long_turns × longest_s  ──╲
                            longest_s     ╲____
                           shortest_s          ╲_____      for a turn of up to 4.5 s
                                      HARDLY  SURE       log-odds that it is over

    After long turns all waits are `long_turns` times as long: who has spoken for long loses more by being cut off, and
    minds the wait less. No wait is shorter than this speaker's pauses of the turns before.
    """

    name = "cues"

    def __init__(self, options: TurnOptions, model: Listening | None = None, weights: Weights | None = None) -> None:
        self.options = options
        self.model = model
        self.weights = weights or (BY_WORDS if model is None else BY_WORDS_AND_EAR)

    def patience(self, pause: Pause) -> float:
        """Seconds of silence after which the turn is over."""
        o, odds = self.options, self.log_odds(pause)
        most = o.longest_s * o.long_turns
        length = float(np.interp(pause.speech_s, (LONG_FROM_S, LONG_S), (1.0, o.long_turns)))
        wait = length * float(np.interp(odds, SURE, (o.longest_s, o.shortest_s)))
        hardly = float(np.interp(odds, HARDLY, (most, 0.0)))
        return max(wait, hardly, min(most, HABIT * pause.habit_s))

    def log_odds(self, pause: Pause) -> float:
        """Logarithm of the odds that the turn is over."""
        w = self.weights
        return w.bias + sum(
            weight * cue for weight, cue in zip((w.mark, w.length, w.pause, w.heard), self.cues(pause), strict=True)
        )

    def cues(self, pause: Pause) -> tuple[float, float, float, float]:
        """What the weights are for, in their order."""
        heard = 0.5
        if self.model is not None and pause.audio is not None:
            heard = self.model.probability(pause.audio)
        longest = max(pause.earlier_s, default=0.0)
        return (
            _log_odds(pause.transcript.finished),
            float(np.log(max(pause.speech_s, 0.3))),
            min(1.0, longest),
            _log_odds(heard),
        )


def _log_odds(probability: float) -> float:
    p = min(max(probability, 0.001), 0.999)
    return float(np.log(p / (1 - p)))


def load_detector(options: TurnOptions) -> TurnDetector:
    """The detector that the options name.

    Raises:
        SettingsError: there is none of that name.
        EngineMissing: its model is not installed.
    """
    match options.detector:
        case "cues":
            return Cues(options)
        case "smart":
            from asr.smart_turn import SmartTurn

            return Cues(options, SmartTurn())
        case "punctuation":
            return Punctuation(options)
        case "silence":
            return Silence(options)
        case other:
            raise SettingsError(
                f"There is no end-of-turn detector {other!r}; choose cues, smart, punctuation or silence."
            )
