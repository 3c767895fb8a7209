"""What turns: a wave form run through at a speed that changes."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain
from models.sound.generation.noise import Colour, Floats, filtered
from models.sound.generation.streams import parts

Speed: TypeAlias = Callable[[Floats], NDArray[np.floating[Any]]]
"""How fast something turns, in hertz, at seconds of shape (n,)."""


def turning(speed: Speed, wave: Callable[[NDArray[np.float64]], Samples], body: Colour) -> Iterator[Grain]:
    """A wave form run through at a changing speed, within a body that resounds.

    Args:
        speed: turns a second.
        wave: the sound at each place of a turn, shape (n,) of turns since the beginning.
    """
    done = 0.0

    def make(at: int, size: int) -> Samples:
        nonlocal done
        margin = 2048
        seconds = np.arange(at - margin, at + size + margin, dtype=np.float64) / RATE
        hertz = np.asarray(speed(np.asarray(seconds, np.float32)), np.float64)
        gone = np.cumsum(hertz) / RATE
        start = done - gone[margin - 1]
        done += float(gone[margin + size - 1] - gone[margin - 1])
        return filtered(wave(gone + start), body)[margin : margin + size]

    return parts(make)
