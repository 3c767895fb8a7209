"""A source at a rate: one of it every so many seconds.

every 5 s    |one|      |one|      |one|         what goes on sounds for a part of that time
"""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from models.sound.generation.grain import RATE, Grain, Style, samples_of
from models.sound.generation.source import Source
from models.sound.generation.track import Track

PART, LONGEST_S = 0.4, 3.0
"""How much of the time between two begins what goes on is heard, and how long at most."""
EDGE_S = 0.05


def every(source: Source, style: Style, rng: Generator, often: tuple[float, int]) -> Iterator[Grain]:
    """It, again and again.

    Args:
        often: seconds from one to the next, and how many; 0: without end.
    """
    seconds, count = often
    one = source.counted or source.one
    done = 0
    while not count or done < count:
        made = one(style, rng) if one else _stretch(source, style, rng, min(LONGEST_S, PART * seconds))
        yield Grain(round(done * seconds * RATE), made)
        done += 1


def _stretch(source: Source, style: Style, rng: Generator, seconds: float) -> Samples:
    """Of what goes on, a part with soft edges: shape (n, 2)."""
    made = Track(source.grains(style, rng)).take(samples_of(seconds))
    edge = min(len(made) // 2, samples_of(EDGE_S))
    ramp = np.linspace(0, 1, edge, dtype=np.float32)[:, None]
    made[:edge] *= ramp
    made[len(made) - edge :] *= ramp[::-1]
    return made
