"""Simple changes to a sound: louder, backwards, faster with its pitch kept."""

from fractions import Fraction
from typing import cast

import av
import numpy as np
from av.filter import Graph

from assistant.audio import Samples
from assistant.errors import EngineError

CEILING = 0.98
"""The highest peak that an amplified sound may have."""
BLOCK_S = 0.005
"""Over how many seconds the limiter moves its gain."""
PADDING_S = 0.25
"""How much silence the tempo filter is given to end in."""
TEMPO = (0.25, 4.0)
"""The slowest and the fastest relative tempo at which speech is still worth hearing."""


def amplify(samples: Samples, rate: int, gain_db: float) -> Samples:
    """Change the level by `gain_db`, shape (n,) → (n,); peaks that would pass `CEILING` are held there, not clipped."""
    louder = samples * np.float32(10 ** (gain_db / 20))
    return np.asarray(louder * _limiter(louder, max(1, round(rate * BLOCK_S))), np.float32)


def reverse(samples: Samples) -> Samples:
    """Backwards, shape (n,) → (n,)."""
    return np.ascontiguousarray(samples[::-1])


def stretch(samples: Samples, rate: int, tempo: float) -> Samples:
    """Play `tempo` times as fast with the pitch kept, shape (n,) → (round(n / tempo),). By libavfilter's `atempo`.

    Raises:
        EngineError: the tempo is out of reach, or the filter failed.
    """
    slowest, fastest = TEMPO
    if not slowest <= tempo <= fastest:
        raise EngineError(f"I can change the tempo by a factor of {slowest:g} to {fastest:g} and no further.")
    if not len(samples):
        return samples
    # The filter swallows part of its last window, so silence follows the sound and is cut off again.
    padded = np.pad(samples, (0, round(rate * PADDING_S)))
    try:
        made = _filtered(padded, rate, tempo)
    except av.error.FFmpegError as error:
        raise EngineError("The tempo of this sound cannot be changed.") from error
    length = round(len(samples) / tempo)
    stretched = np.zeros(length, np.float32)
    stretched[: len(made)] = made[:length]
    return stretched


def _limiter(samples: Samples, block: int) -> Samples:
    """Gains in (0, 1], shape (n,), that keep every sample below the ceiling.

    peaks by block:   0.5   1.4   0.7         A sample lies between the gains of two neighbouring block edges, each the
    gain at edges:   1   .7    .7   1         smallest of what the blocks beside it need.
    """
    count = -(-len(samples) // block)
    peaks = np.abs(np.pad(samples, (0, count * block - len(samples)))).reshape(count, block).max(axis=1)
    needed = np.minimum(1.0, CEILING / np.maximum(peaks, 1e-9))
    edges = np.minimum(np.append(needed, 1.0), np.insert(needed, 0, 1.0))
    at = np.arange(len(samples)) / block
    return np.asarray(np.interp(at, np.arange(count + 1), edges), np.float32)


def _filtered(samples: Samples, rate: int, tempo: float) -> Samples:
    graph = Graph()
    source = graph.add_abuffer(format="flt", sample_rate=rate, layout="mono", time_base=Fraction(1, rate))
    stages = [graph.add("atempo", f"{factor:.6f}") for factor in _factors(tempo)]
    sink = graph.add("abuffersink")
    for left, right in zip([source, *stages], [*stages, sink], strict=True):
        left.link_to(right)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32)[None], format="flt", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), 0
    source.push(frame)
    source.push(None)
    pieces: list[Samples] = [np.zeros(0, np.float32)]
    while True:
        try:
            frame = cast(av.AudioFrame, sink.pull())
            pieces.append(np.asarray(frame.to_ndarray()[0], np.float32))
        except av.error.EOFError:
            return np.concatenate(pieces)


def _factors(tempo: float) -> list[float]:
    """As many filters as it takes, each within 0.5 to 2, where `atempo` sounds best."""
    count = 1 if 0.5 <= tempo <= 2.0 else 2
    return [tempo ** (1 / count)] * count
