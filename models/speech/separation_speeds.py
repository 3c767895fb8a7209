"""Two voices parted several times, each time heard at another speed, and averaged.

Slower or faster, a mixture is one of other people to the network, and it errs elsewhere; what all of it agree on is
right more often. What the voices lack of the mixture is given to them in equal parts.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from assistant.audio import Samples
from assistant.resample import resample
from models.speech.separation_network import RATE, Network

SPEEDS = (1.0, 1.06, 0.95, 1.13, 0.89)
"""The first is the one that the others are brought into line with."""


class Separator(Protocol):
    """A `Separate` that another thread may stop."""

    def __call__(self, mixture: Samples) -> Samples: ...
    def stop(self) -> None: ...


class AtSpeeds:
    """A `Separator` around another."""

    def __init__(self, network: Callable[[], Separator] = Network, speeds: Sequence[float] = SPEEDS) -> None:
        """Load it.

        Raises:
            EngineMissing: its weights are not here.
        """
        self._network = network()
        self._speeds = speeds

    def __call__(self, mixture: Samples) -> Samples:
        """Part the voices, mono float32 at `RATE`: shape (n,) → (2, n); their sum is the mixture.

        Raises:
            EngineError: it was stopped, or failed.
        """
        first, *others = (self._at(mixture, speed) for speed in self._speeds)
        voices = np.mean([first, *(_in_line(first, other) for other in others)], axis=0)
        return np.asarray(voices + (mixture - voices.sum(axis=0)) / 2, np.float32)

    def stop(self) -> None:
        """End the call that runs."""
        self._network.stop()

    def _at(self, mixture: Samples, speed: float) -> Samples:
        rate = round(RATE / speed)
        found = self._network(resample(mixture, RATE, rate))
        back = [resample(np.ascontiguousarray(voice), rate, RATE)[: len(mixture)] for voice in found]
        return np.stack([np.pad(voice, (0, len(mixture) - len(voice))) for voice in back])


def _in_line(first: Samples, other: Samples) -> Samples:
    """The voices in the order of the first."""
    straight, crossed = float((first * other).sum()), float((first * other[::-1]).sum())
    return other if straight >= crossed else other[::-1]
