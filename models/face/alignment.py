"""When each sound of a recording is heard, where its words are known: a voice says them too, and the two are laid side
by side.

words ─▶ a voice that knows when it says each phone ─▶ cepstra ─┐
recording ────────────────────────────────────────────▶ cepstra ─┴▶ dynamic time warping ─▶ the phones' times in it

Dynamic time warping as in Sakoe and Chiba (1978), with steps that use every frame of the recording once and pass over
none or one of the voice's.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from assistant.events import Spoken, Word
from assistant.resample import resample

HOP = RATE // 100
HOP_S = 0.01
WINDOW, BANDS, CEPSTRA = 400, 32, 13
SHORTEST = RATE // 20
"""Samples; less is not laid beside anything."""
LOWEST, HIGHEST = 80.0, 7000.0
QUIET_DB = 38.0
"""Below the loud parts by so much is a pause."""
SKIP, STAY = 0.35, 0.2
"""What it costs to pass over a frame of the voice, or to stay in one, in units of the usual distance."""

Features = NDArray[np.float32]


def aligned(samples: Samples, spoken: Spoken) -> tuple[tuple[Word, ...], float]:
    """The phones of what a voice said, `spoken.phones`, at the times at which they are heard in a recording of the same
    words, mono float32 of shape (n,) at `assistant.audio.RATE`; and how unlike the two are, a mean distance."""
    said = resample(spoken.samples, spoken.rate, RATE)
    if min(len(samples), len(said)) < SHORTEST or not spoken.phones:
        return (), np.inf
    heard, known = features(samples), features(said)
    stretched = np.linspace(0, len(known) - 1, max(3, len(heard))).round().astype(int)
    path, cost = _path(_distances(heard, known[stretched]))
    reached = stretched[path] * HOP_S  # of each frame of the recording, the second of the voice
    return tuple(_moved(spoken.phones, reached)), cost


def features(samples: Samples) -> Features:
    """Cepstra and their slopes of each hundredth of a second, scaled by their spread in the loud parts: (n, 27)."""
    found = bands(samples)
    cepstra = found @ _cosines()
    level = found.mean(axis=1)
    loud = level > level.max() - QUIET_DB / 4.34 if len(level) else level > 0
    energy = np.clip((level - np.max(level, initial=-50.0)) / 6.0, -2.0, 0.0)
    if loud.sum() > 2:
        cepstra = (cepstra - cepstra[loud].mean(axis=0)) / (cepstra[loud].std(axis=0) + 1e-3)
    cepstra[~loud] *= 0.3  # what a pause is made of tells nothing
    slopes = _slopes(cepstra)
    return np.column_stack((cepstra, slopes, 3.0 * energy)).astype(np.float32)


def _slopes(cepstra: Features) -> Features:
    """How fast each changes, over five frames."""
    padded = np.pad(cepstra, ((2, 2), (0, 0)), mode="edge")
    return np.asarray((2 * padded[4:] + padded[3:-1] - padded[1:-3] - 2 * padded[:-4]) / 4.0, np.float32)


def bands(samples: Samples) -> Features:
    """The natural logarithm of the energy in each band, shape (n, BANDS)."""
    count = max(0, 1 + (len(samples) - 1) // HOP) if len(samples) else 0
    padded = np.pad(samples, (WINDOW // 2, WINDOW))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[: count * HOP : HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW).astype(np.float32), 512)) ** 2
    return np.asarray(np.log(power @ _filters() + 1e-6), np.float32)


def _filters() -> Features:
    """Triangles on the mel scale, shape (257, BANDS)."""
    lowest, highest = (2595 * float(np.log10(1 + hertz / 700)) for hertz in (LOWEST, HIGHEST))
    mel = np.linspace(lowest, highest, BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    at = np.fft.rfftfreq(512, 1 / RATE)[:, None]
    rise, fall = (at - edges[:-2]) / np.diff(edges)[:-1], (edges[2:] - at) / np.diff(edges)[1:]
    return np.asarray(np.maximum(0.0, np.minimum(rise, fall)), np.float32)


def _cosines() -> Features:
    k = np.arange(1, CEPSTRA + 1)
    return np.asarray(np.cos(np.pi * (np.arange(BANDS)[:, None] + 0.5) * k / BANDS), np.float32)


def _distances(heard: Features, known: Features) -> Features:
    squares = (heard**2).sum(1)[:, None] + (known**2).sum(1) - 2 * heard @ known.T
    found = np.sqrt(np.maximum(0.0, squares))
    return np.asarray(found / (np.median(found) + 1e-6), np.float32)


def _path(distances: Features) -> tuple[NDArray[np.int64], float]:
    """The frame of the voice for each frame of the recording, and the mean distance on the way."""
    count, width = distances.shape
    total = np.full(width, np.inf, np.float32)
    total[: max(1, width // 20)] = distances[0, : max(1, width // 20)]
    came = np.zeros((count, width), np.int8)
    for row in range(1, count):
        stay, step = total + STAY, np.append(np.float32(np.inf), total[:-1])
        skip = np.append(np.full(2, np.inf, np.float32), total[:-2]) + SKIP
        ways = np.stack((stay, step, skip))
        came[row] = ways.argmin(axis=0)
        total = ways.min(axis=0) + distances[row]
    last = width - max(1, width // 20) + int(total[-max(1, width // 20) :].argmin())
    path, at = np.zeros(count, np.int64), last
    for row in range(count - 1, -1, -1):
        path[row] = at
        at -= int(came[row, at]) if row else 0
    return path, float(distances[np.arange(count), path].mean())


def _moved(phones: Sequence[Word], reached: NDArray[np.float64]) -> list[Word]:
    """Phones with the times at which the way through the voice reaches them."""
    edges = np.array([(phone.start_s, phone.end_s) for phone in phones])
    starts = np.searchsorted(reached, edges[:, 0]) * HOP_S
    ends = np.searchsorted(reached, edges[:, 1]) * HOP_S
    return [
        Word(phone.text, float(start), float(max(start, end)))
        for phone, start, end in zip(phones, starts, ends, strict=True)
    ]
