"""Spectra of sound at any rate, frame by frame at the same moments, and masks that are laid over them.

    sound (n, c) at its own rate ─▶ Spectrum ──────────────────────────▶ × mask ─▶ sound (n, c)
          └▶ 16 kHz ─▶ magnitudes (t, 257) ─▶ a mask (t, 257) between 0 and 1 ──┘

A mask is read where a bin of the other rate lies, in time and in frequency; above 8 kHz it is what it is just below.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.resample import resample

Mask: TypeAlias = NDArray[np.float32]
"""Shape (t, 257): for each 16 ms and 31.25 Hz, how much is let through, 0 to 1."""
RATE = 16_000
HOP_S, FRAME_S = 0.016, 0.032
BINS = 257
BIN_HZ = RATE / 2 / (BINS - 1)
TOP_HZ = 6500.0
"""From here on the mask is averaged for what lies above all of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """The short-time spectrum of a sound: complex64, shape (channels, t, bins)."""

    values: NDArray[np.complex64]
    rate: int
    length: int
    """Samples of the sound."""

    @classmethod
    def of(cls, samples: Samples, rate: int) -> "Spectrum":
        """Of float32, shape (n, channels)."""
        hop, window = _framing(rate)
        frames = -(-len(samples) // hop) + 1
        padded = np.pad(samples, ((hop, frames * hop - len(samples)), (0, 0)))
        cut = np.lib.stride_tricks.sliding_window_view(padded, len(window), axis=0)[: frames * hop : hop]
        return cls(np.fft.rfft(cut * window).astype(np.complex64).swapaxes(0, 1), rate, len(samples))

    def sound(self) -> Samples:
        """The sound again, float32, shape (n, channels)."""
        hop, window = _framing(self.rate)
        frames = np.fft.irfft(self.values, len(window)) * window
        halves = np.pad(frames[..., :hop], ((0, 0), (0, 1), (0, 0))) + np.pad(
            frames[..., hop:], ((0, 0), (1, 0), (0, 0))
        )
        joined = halves.reshape(len(self.values), -1)[:, hop : hop + self.length]
        return np.asarray(joined.T, np.float32)

    def masked(self, mask: Mask) -> "Spectrum":
        """Through a mask, the same for all channels."""
        hop = _framing(self.rate)[0]
        frames, bins = self.values.shape[1:]
        rows = _between(mask, np.arange(frames) * hop / self.rate / HOP_S)
        columns = np.minimum(np.arange(bins) * self.rate / (2 * hop) / BIN_HZ, BINS - 1)
        gains = _between(rows.T, columns).T
        above = np.arange(bins) * self.rate / (2 * hop) > RATE / 2
        gains[:, above] = rows[:, round(TOP_HZ / BIN_HZ) :].mean(axis=1, keepdims=True)
        return Spectrum(self.values * gains, self.rate, self.length)


def magnitudes(samples: Samples, rate: int) -> NDArray[np.float32]:
    """What masks are found from: of float32 (n, channels) the root mean square of its channels, shape (t, 257)."""
    mean = np.square(np.abs(Spectrum.of(resample(samples, rate, RATE), RATE).values)).mean(axis=0)
    return np.asarray(np.sqrt(mean), np.float32)


def _framing(rate: int) -> tuple[int, NDArray[np.float32]]:
    """Samples from frame to frame, and the window, which is laid over the sound twice: before and after the mask."""
    hop = max(1, round(HOP_S * rate))
    return hop, np.sqrt(0.5 - 0.5 * np.cos(np.pi * np.arange(2 * hop) / hop)).astype(np.float32)


def _between(rows: NDArray[np.float32], at: NDArray[np.float64]) -> NDArray[np.float32]:
    """Rows at places between them; the first and the last go on beyond the ends."""
    at = np.clip(at, 0, len(rows) - 1)
    low = np.minimum(at.astype(np.int64), max(0, len(rows) - 2))
    share = (at - low).astype(np.float32)[:, None]
    mixed = rows[low] * (1 - share) + rows[np.minimum(low + 1, len(rows) - 1)] * share
    return np.asarray(mixed, np.float32)
