"""The pitch of speech over time: candidates of each frame by autocorrelation, and the likeliest way through them
(Boersma 1993, "Accurate short-term analysis of the fundamental frequency").
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples

LONG, HOP = 768, 160  # 48 and 10 ms
LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
CANDIDATES = 6
VOICED = 0.5
"""What a frame that is not voiced is worth, as a correlation."""
OCTAVE = 0.04
"""How much less a candidate is worth for each octave that it is lower: of a period and twice that, take the period."""
JUMP = 0.35
"""The price of an octave's jump from one frame to the next."""
SWITCH = 0.14
"""The price of becoming voiced, or of ceasing to be."""
QUIET = 0.02
"""Of the loudest frame's amplitude; what is softer is not voiced."""
BLOCK = 2000
"""Frames that are worked on at once."""

Floats = NDArray[np.float64]


def pitch_track(sound: Samples) -> Floats:
    """Octaves above 1 Hz every 10 ms of mono float32 at `assistant.audio.RATE`; not a number where none is voiced."""
    count = len(sound) // HOP
    if not count:
        return np.zeros(0)
    padded = np.pad(sound.astype(np.float64), (LONG // 2, LONG))
    cut = np.lib.stride_tricks.sliding_window_view(padded, LONG)[::HOP][:count]
    levels = np.sqrt(np.square(cut).mean(axis=1))
    found = [_candidates(cut[k : k + BLOCK]) for k in range(0, count, BLOCK)]
    octaves, worth = (np.concatenate(parts) for parts in zip(*found, strict=True))
    worth[levels < QUIET * levels.max()] = -np.inf
    return _way(octaves, worth)


def _candidates(cut: Floats) -> tuple[Floats, Floats]:
    """The highest peaks of each frame's correlation with itself: in octaves, and what each is worth."""
    own = _correlation(cut - cut.mean(1, keepdims=True))
    own = own / (own[:, :1] + 1e-12) / _window_own()
    shortest, longest = int(RATE / HIGHEST_HZ), int(RATE / LOWEST_HZ)
    middle = own[:, shortest : longest + 1]
    before, after = own[:, shortest - 1 : longest], own[:, shortest + 1 : longest + 2]
    heights = np.where((middle >= before) & (middle > after), middle, -np.inf)
    chosen = np.argsort(-heights, axis=1)[:, :CANDIDATES]
    y0, y1, y2 = (np.take_along_axis(part, chosen, 1) for part in (before, middle, after))
    bend = y0 - 2 * y1 + y2
    offset = np.where(bend < 0, 0.5 * (y0 - y2) / np.minimum(bend, -1e-9), 0.0)
    octaves = np.log2(RATE / (shortest + chosen + np.clip(offset, -0.5, 0.5)))
    worth = np.where(np.isfinite(np.take_along_axis(heights, chosen, 1)), np.minimum(y1, 1.0), -np.inf)
    return octaves, worth + OCTAVE * (octaves - np.log2(LOWEST_HZ))


def _way(octaves: Floats, worth: Floats) -> Floats:
    """The dearest way through the candidates, the last of which is always "not voiced"."""
    count, kinds = octaves.shape
    states = np.column_stack((octaves, np.full(count, np.nan)))
    gains = np.column_stack((worth, np.full(count, VOICED)))
    best, came = gains[0], np.zeros((count, kinds + 1), np.intp)
    for k in range(1, count):
        price = np.abs(states[k][:, None] - states[k - 1][None]) * JUMP
        total = best[None] - np.where(np.isnan(price), SWITCH, price)
        total[-1, -1] = best[-1]
        came[k] = total.argmax(1)
        best = total.max(1) + gains[k]
    at, line = int(best.argmax()), np.empty(count)
    for k in range(count - 1, -1, -1):
        line[k] = states[k, at]
        at = int(came[k, at])
    return line


def _correlation(cut: Floats) -> Floats:
    spectrum = np.square(np.abs(np.fft.rfft(cut * np.hanning(LONG), 2 * LONG)))
    own: Floats = np.fft.irfft(spectrum)[:, : int(RATE / LOWEST_HZ) + 3]
    return own


@cache
def _window_own() -> Floats:
    """The window's correlation with itself, which a frame's is divided by."""
    own = _correlation(np.ones((1, LONG)))[0]
    return np.asarray(own / own[0])
