"""When a turn is over: how long to wait in a pause, from what was said so far."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from asr.base import Pause
from assistant.errors import SettingsError


@dataclass(frozen=True, slots=True)
class TurnOptions:
    """How patient to be."""

    detector: Literal["punctuation", "silence"] = "punctuation"
    """`punctuation`, or `silence` for one fixed wait."""
    shortest_s: float = 0.25
    """The wait after a sentence that is certainly finished."""
    longest_s: float = 0.65
    """The wait after one that is certainly not."""
    unfinished: float = 0.3
    """At or below this probability of a closing mark the wait is the longest."""
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


def load_detector(options: TurnOptions) -> Silence | Punctuation:
    """The detector that the options name.

    Raises:
        SettingsError: there is none of that name.
    """
    match options.detector:
        case "punctuation":
            return Punctuation(options)
        case "silence":
            return Silence(options)
        case other:
            raise SettingsError(f"There is no end-of-turn detector {other!r}; choose punctuation or silence.")
