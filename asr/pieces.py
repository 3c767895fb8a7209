"""Cuts sound that is longer than a model takes, where it is quietest."""

from collections.abc import Iterator

import numpy as np

from assistant.audio import RATE, Samples


def pieces(samples: Samples, longest: int, search: int) -> Iterator[Samples]:
    """Pieces of at most `longest` samples; the last `search` of them are where a place to cut is looked for.

    |----------------------------|.....quietest.|
                                       ^ here     longest
    """
    while len(samples) > longest:
        cut = longest - search + _quietest(samples[longest - search : longest])
        yield samples[:cut]
        samples = samples[cut:]
    if len(samples):
        yield samples


def _quietest(samples: Samples, window: int = RATE // 10) -> int:
    """Middle of the quietest tenth of a second."""
    energy = np.convolve(np.square(samples), np.ones(window, np.float32), "valid")
    return int(energy.argmin()) + window // 2
