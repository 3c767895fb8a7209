"""Simple changes to a sound: louder, backwards, faster with its pitch kept, cut."""

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
FADE_S = 0.005
"""How long a cut takes to fade."""
PADDING_S = 0.25
"""How much silence the tempo filter is given to end in."""
TEMPO = (0.25, 4.0)
"""The slowest and the fastest relative tempo at which speech is still worth hearing."""

_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


def amplify(samples: Samples, rate: int, gain_db: float) -> Samples:
    """Change the level by `gain_db`, shape (n,) or (n, channels), the same; peaks that would pass `CEILING` are held
    there, not clipped, in all channels alike.
    """
    louder = samples * np.float32(10 ** (gain_db / 20))
    gains = _limiter(_envelope(louder), max(1, round(rate * BLOCK_S)))
    return np.asarray(louder * (gains if samples.ndim == 1 else gains[:, None]), np.float32)


def reverse(samples: Samples) -> Samples:
    """Backwards, shape (n,) or (n, channels), the same."""
    return np.ascontiguousarray(samples[::-1])


def faded(samples: Samples, rate: int, beginning: bool = True, end: bool = True) -> Samples:
    """With its ends faded over `FADE_S`, so that a cut does not click; shape (n,) or (n, channels), the same."""
    size = min(round(rate * FADE_S), len(samples) // 2)
    ramp = np.linspace(0.0, 1.0, size, endpoint=False, dtype=np.float32)
    gains = np.ones(len(samples), np.float32)
    if beginning:
        gains[:size] = ramp
    if end:
        gains[len(gains) - size :] = ramp[::-1]
    return np.asarray(samples * (gains if samples.ndim == 1 else gains[:, None]), np.float32)


def spliced(before: Samples, after: Samples, rate: int) -> Samples:
    """Two stretches as one, the end of the first faded into the beginning of the second over `FADE_S`.

    before  ────────╲
    after           ╱────────      shape (n + m - overlap,) or (n + m - overlap, channels)
    """
    size = min(round(rate * FADE_S), len(before), len(after))
    ramp = np.linspace(0.0, 1.0, size, endpoint=False, dtype=np.float32)
    rising = ramp if before.ndim == 1 else ramp[:, None]
    seam = before[len(before) - size :] * (1 - rising) + after[:size] * rising
    return np.concatenate((before[: len(before) - size], seam, after[size:]))


def stretch(samples: Samples, rate: int, tempo: float) -> Samples:
    """Play `tempo` times as fast with the pitch kept, shape (n,) or (n, channels), n becoming round(n / tempo). By
    libavfilter's `atempo`, all channels at once, so that they stay in step.

    Raises:
        EngineError: the tempo is out of reach, or the filter failed.
    """
    slowest, fastest = TEMPO
    if not slowest <= tempo <= fastest:
        raise EngineError(f"I can change the tempo by a factor of {slowest:g} to {fastest:g} and no further.")
    if not len(samples):
        return samples
    # The filter swallows part of its last window, so silence follows the sound and is cut off again.
    channels = samples[:, None] if samples.ndim == 1 else samples
    padded = np.pad(channels, ((0, round(rate * PADDING_S)), (0, 0)))
    try:
        made = _filtered(padded, rate, tempo)
    except av.error.FFmpegError as error:
        raise EngineError("The tempo of this sound cannot be changed.") from error
    length = round(len(samples) / tempo)
    stretched = np.zeros((length, channels.shape[1]), np.float32)
    stretched[: len(made)] = made[:length]
    return stretched[:, 0] if samples.ndim == 1 else stretched


def _envelope(samples: Samples) -> Samples:
    """The loudest of the channels, shape (n,)."""
    return np.asarray(np.abs(samples) if samples.ndim == 1 else np.abs(samples).max(axis=1), np.float32)


def _limiter(samples: Samples, block: int) -> Samples:
    """Gains in (0, 1], shape (n,), for an envelope of shape (n,), that keep every sample below the ceiling.

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
    """The filter over shape (n, channels)."""
    layout = _LAYOUTS.get(samples.shape[1], f"{samples.shape[1]} channels")
    graph = Graph()
    source = graph.add_abuffer(format="flt", sample_rate=rate, layout=layout, time_base=Fraction(1, rate))
    stages = [graph.add("atempo", f"{factor:.6f}") for factor in _factors(tempo)]
    sink = graph.add("abuffersink")
    for left, right in zip([source, *stages], [*stages, sink], strict=True):
        left.link_to(right)
    graph.configure()
    interleaved = np.ascontiguousarray(samples, np.float32).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(interleaved, format="flt", layout=layout)
    frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), 0
    source.push(frame)
    source.push(None)
    pieces: list[Samples] = [np.zeros((0, samples.shape[1]), np.float32)]
    while True:
        try:
            made = cast(av.AudioFrame, sink.pull()).to_ndarray()
            pieces.append(np.asarray(made.reshape(-1, samples.shape[1]), np.float32))
        except av.error.EOFError:
            return np.concatenate(pieces)


def _factors(tempo: float) -> list[float]:
    """As many filters as it takes, each within 0.5 to 2, where `atempo` sounds best."""
    count = 1 if 0.5 <= tempo <= 2.0 else 2
    return [tempo ** (1 / count)] * count
