"""What a sound looks like: how far it swings, and how loud it is at each pitch, over time. Memory does not grow with
its length.

blocks (n, channels) ─┬▶ Envelope ─▶ (width, channels) of Swing
                      └▶ Mel ──────▶ decibels (bands, width)
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.drawing.folding import Folding, Rows

WINDOW_S = 0.032
HOP_S = 0.01
"""From one spectrum to the next: less in short sounds, and up to a whole window in long ones."""
BANDS = 96
RANGE_DB = 80.0
"""From the loudest that is shown to the faintest."""
QUIET_DB = -50.0
"""What is nowhere louder than this looks quiet, a sine at full scale being 0."""
GRAINS = 8
MOST_CHANNELS = 4
"""More are shown as one."""


@dataclass(frozen=True, slots=True, eq=False)
class Swing:
    """How far a sound swings in each column of a picture: float32 of shape (width, channels)."""

    least: Rows
    most: Rows
    power: Rows
    """Mean square."""

    @property
    def peak(self) -> float:
        """The farthest swing, from 0 up."""
        return float(max(-self.least.min(), self.most.max(), 0.0))


class Envelope:
    """How far a sound swings over time."""

    def __init__(self, rate: int, seconds: float, width: int) -> None:
        """`seconds`: about how long it will be; for that long, a column is made of some `GRAINS`."""
        self._grain = max(1, round(rate * seconds / width / GRAINS))
        self._rows = Folding(_joined_swings)
        self._waiting: Rows | None = None

    def push(self, samples: Rows) -> None:
        """Take a block of shape (n, channels)."""
        if samples.shape[1] > MOST_CHANNELS:
            samples = samples.mean(axis=1, keepdims=True)
        if self._waiting is not None:
            samples = np.concatenate([self._waiting, samples])
        whole = len(samples) - len(samples) % self._grain
        self._rows.push(_swings(samples[:whole], self._grain))
        self._waiting = samples[whole:].copy()

    def swing(self, width: int) -> Swing:
        """All of it, in so many columns. To be asked once, at the end."""
        if self._waiting is not None and len(self._waiting):
            self._rows.push(_swings(self._waiting, len(self._waiting)))
        joined = np.stack([_joined_swings(rows[None])[0] for rows in self._rows.columns(width)])
        return Swing(joined[:, 0], joined[:, 1], joined[:, 2])


class Mel:
    """How loud a sound is at each pitch over time: log-mel, of all channels together."""

    def __init__(self, rate: int, seconds: float, width: int) -> None:
        """`seconds`: about how long it will be; the spectra of short sounds stand closer."""
        self._rate = rate
        self._window = np.hanning(max(16, round(WINDOW_S * rate)) + 1)[:-1].astype(np.float32)
        column_s = seconds / width
        self._hop = max(1, round(rate * max(min(HOP_S, column_s), min(WINDOW_S, column_s / 4))))
        self._size = next(n for k in range(4, 20) for n in (2**k, 3 * 2 ** (k - 1)) if n >= 1.4 * len(self._window))
        self._rows = Folding(_joined_powers)
        self._waiting = np.zeros(len(self._window) // 2, np.float32)  # the first spectrum has 0 s in its middle

    def push(self, samples: Rows) -> None:
        """Take a block of shape (n, channels)."""
        sound = np.concatenate([self._waiting, samples.mean(axis=1)])
        whole = max(0, (len(sound) - len(self._window)) // self._hop + 1)
        if whole:
            self._rows.push(self._powers(sound, whole))
        self._waiting = sound[whole * self._hop :]

    def decibels(self, width: int) -> NDArray[np.float32]:
        """All of it, shape (bands, width), the lowest band first; a sine at full scale is about 0.

        To be asked once, at the end.
        """
        self.push(np.zeros((len(self._window) - len(self._window) // 2, 1), np.float32))
        joined = np.stack([_joined_powers(rows[None])[0] for rows in self._rows.columns(width)])
        return np.asarray(10.0 * np.log10(joined.T + 1e-12), np.float32)

    def _powers(self, sound: Rows, whole: int) -> Rows:
        frames = np.lib.stride_tricks.sliding_window_view(sound, len(self._window))[: whole * self._hop : self._hop]
        spectra = np.fft.rfft(frames * self._window, self._size)
        scale = 4.0 / (self._size * np.square(self._window).sum())  # a sine at full scale adds up to 1 (Parseval)
        powers = (np.square(np.abs(spectra)) * scale).astype(np.float32)
        return np.asarray(powers @ filters(self._rate, self._size).T)


@cache
def filters(rate: int, size: int) -> NDArray[np.float32]:
    """Triangles on the mel scale up to half the rate, shape (bands, size // 2 + 1), each with a sum of 1 at least.

    Where triangles are narrower than the bins, each still covers the bin next to it.
    """
    hertz = np.fft.rfftfreq(size, 1.0 / rate)
    edges = from_mel(np.linspace(0.0, to_mel(rate / 2), BANDS + 2))
    rising = (hertz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - hertz) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    triangles[np.arange(BANDS), np.rint(edges[1:-1] * size / rate).astype(int)] = 1.0
    return np.asarray(triangles, np.float32)


def to_mel(hertz: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """The pitch scale of Stevens and others, by O'Shaughnessy's formula (1987)."""
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(hertz) / 700.0))


def from_mel(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """The way back, to hertz."""
    return np.asarray(700.0 * (10.0 ** (mel / 2595.0) - 1.0))


def shares(decibels: NDArray[np.float32], loudest: float) -> NDArray[np.float32]:
    """Decibels as 0 (`RANGE_DB` below the loudest that is there, or fainter) to 1."""
    top = max(loudest, QUIET_DB)
    return np.asarray(np.clip((decibels - (top - RANGE_DB)) / RANGE_DB, 0.0, 1.0), np.float32)


def _swings(samples: Rows, grain: int) -> Rows:
    """Least, most and power of every `grain` samples of shape (n, channels): shape (n / grain, 3, channels)."""
    grains = np.ascontiguousarray(samples.T).reshape(
        samples.shape[1], -1, grain
    )  # in this order it is five times faster
    return np.stack([grains.min(axis=2), grains.max(axis=2), np.square(grains).mean(axis=2)]).transpose(2, 0, 1)


def _joined_swings(rows: Rows) -> Rows:
    """Rows of shape (n, k, 3, channels), least, most and power, as one each."""
    return np.stack([rows[:, :, 0].min(axis=1), rows[:, :, 1].max(axis=1), rows[:, :, 2].mean(axis=1)], axis=1)


def _joined_powers(rows: Rows) -> Rows:
    return np.asarray(rows.mean(axis=1), np.float32)
