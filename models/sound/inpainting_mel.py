"""What stretches of a recording sound like, frame by frame: the bands by which places are compared.

     ╭──w──╮          frame i is centred on sample i * hop
╭──w─┴╮ ╭──┴──╮
───┴──┴──┴──┴───
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.sound.inpainting_linear import Signal

Matrix: TypeAlias = NDArray[np.float64]
"""Shape (frames, bands) or (frames, bins)."""
Spectra: TypeAlias = NDArray[np.complex128]

HOP_S = 0.005
WINDOW_S = 0.025
BANDS = 40
LOWEST, HIGHEST = 60.0, 16_000.0
"""Hertz."""
CHUNK = 256
"""Frames that are worked on at once."""
RANGE_DB = 70.0
"""What lies this far below the loudest band is as good as silent."""


@dataclass(frozen=True, slots=True)
class Frames:
    """How frames are cut at a rate."""

    rate: int

    @property
    def hop(self) -> int:
        """Samples from one frame to the next."""
        return max(1, round(HOP_S * self.rate))

    @property
    def size(self) -> int:
        """Samples in a frame, a multiple of the hop."""
        return round(WINDOW_S / HOP_S) * self.hop

    @property
    def window(self) -> Signal:
        """Hann, shape (size,)."""
        return np.asarray(np.hanning(self.size + 1)[:-1])

    def rows(self, x: Signal) -> Matrix:
        """The frames of a signal with half a frame of nothing around it: shape (1 + n // hop, size), not windowed."""
        padded = np.pad(x, (self.size // 2, self.size // 2 + self.hop))
        return np.lib.stride_tricks.sliding_window_view(padded, self.size)[:: self.hop][: 1 + len(x) // self.hop]

    def spectra(self, x: Signal) -> Spectra:
        """Of all frames: shape (1 + n // hop, bins)."""
        return np.asarray(np.fft.rfft(self.rows(x) * self.window, axis=1))

    def bands(self, wave: Matrix, alive: Callable[[], None]) -> Matrix:
        """The power in each band, all channels of shape (n, channels) together: shape (1 + n // hop, bands).

        Args:
            alive: called many times a second; what it raises passes through.
        """
        filters, rows = self.filters(), [self.rows(channel) for channel in wave.T]
        made = np.zeros((len(rows[0]), BANDS))
        for first in range(0, len(made), CHUNK):
            for channel in rows:
                alive()
                spectra = np.fft.rfft(channel[first : first + CHUNK] * self.window, axis=1)
                made[first : first + CHUNK] += np.abs(spectra) ** 2 @ filters.T
        return made

    def signal(self, spectra: Spectra, length: int) -> Signal:
        """Back from `spectra`, by overlap and add: shape (length,)."""
        rows = np.fft.irfft(spectra, self.size, axis=1) * self.window
        made, weight = (
            np.zeros((len(rows) - 1) * self.hop + self.size),
            np.zeros((len(rows) - 1) * self.hop + self.size),
        )
        for i, row in enumerate(rows):
            made[i * self.hop : i * self.hop + self.size] += row
            weight[i * self.hop : i * self.hop + self.size] += self.window**2
        whole = made / np.maximum(weight, 1e-3)
        return np.pad(whole[self.size // 2 :], (0, length))[:length]

    def filters(self) -> Matrix:
        """Triangles that are even on the mel scale: shape (bands, bins); those narrower than a bin take one whole."""
        bins = np.fft.rfftfreq(self.size, 1 / self.rate)
        low, high = _mel(np.array([LOWEST, min(HIGHEST, self.rate / 2)]))
        edges = _hertz(np.linspace(low, high, BANDS + 2))
        up = (bins - edges[:-2, None]) / np.maximum(edges[1:-1] - edges[:-2], bins[1])[:, None]
        down = (edges[2:, None] - bins) / np.maximum(edges[2:] - edges[1:-1], bins[1])[:, None]
        return np.asarray(np.maximum(0.0, np.minimum(up, down)))


def floor_of(bands: Matrix) -> float:
    """The power that lies `RANGE_DB` below the loudest band."""
    return max(1e-12, float(bands.max(initial=0.0)) * 10 ** (-RANGE_DB / 10))


def _mel(hertz: Signal) -> Signal:
    return np.asarray(2595 * np.log10(1 + hertz / 700))


def _hertz(mel: Signal) -> Signal:
    return np.asarray(700 * (10 ** (mel / 2595) - 1))
