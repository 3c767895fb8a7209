"""What a voice is known by in a second and a half: the shape of its spectrum, how that moves, and its pitch.

    sound ─ frames of 25 ms ─┬─ log-mel ─ cosine transform ─▶ means, spreads, steps ─┐
                             └─ autocorrelation ─▶ pitch: median, low, high ─────────┴─▶ 63 numbers ─▶ 16

The 63 numbers are projected on what tells people apart rather than one sentence of somebody from the next (linear
discriminant analysis, Fisher 1936), learned by scripts/train_diarization.py.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from assistant.errors import EngineMissing

FRAME, HOP = RATE * 25 // 1000, RATE // 100  # 400 and 160 samples
FFT = 512
LONG = 1024
"""Samples in which a pitch is looked for."""
BANDS, SHAPES = 40, 20
LOWEST_HZ, HIGHEST_HZ = 60.0, 400.0
"""Of a voice."""
BAND_HZ = 60.0, 7_600.0
VOICED = 0.5
"""From this correlation with itself a period later, 0 to 1, a frame is voiced."""
FUNDAMENTAL = 0.9
"""The first peak that is nearly as high as the highest is that of the pitch."""
QUIET = 30
"""Percent of the frames, the softest, tell nothing of the spectrum."""
FEWEST = 20
"""Frames, less than which are no voice yet."""
NUMBERS = 3 * SHAPES + 3
WEIGHTS = Path(__file__).with_name("diarization.npz")

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """A sound in frames, a hundred a second."""

    shapes: Matrix
    """Mel-frequency cepstral coefficients 1 to 20, shape (n, SHAPES)."""
    pitches: Matrix
    """The logarithm of hertz to the base 2, shape (n,); not a number where nothing is voiced."""
    levels: Matrix
    """The loudest band, natural logarithm of power, shape (n,)."""

    def numbers(self, start: int, end: int) -> Matrix | None:
        """What is known of the voice in some frames, shape (NUMBERS,); None where there are too few.

        Where nothing is voiced the pitch is not a number.
        """
        shapes, levels = self.shapes[start:end], self.levels[start:end]
        if len(shapes) < FEWEST:
            return None
        loud = shapes[levels > np.percentile(levels, QUIET)]
        loud = loud if len(loud) else shapes
        voiced = self.pitches[start:end][~np.isnan(self.pitches[start:end])]
        pitch = np.percentile(voiced, (50, 20, 80)) if len(voiced) > 5 else np.full(3, np.nan)
        steps = np.abs(np.diff(shapes, axis=0)).mean(0)
        return np.concatenate((loud.mean(0), loud.std(0), 2 * steps, pitch))


@dataclass(frozen=True, slots=True, eq=False)
class Discriminant:
    """What turns the numbers of a voice into those that tell people apart."""

    mean: Matrix
    """Shape (NUMBERS,)."""
    scale: Matrix
    """Shape (NUMBERS,)."""
    directions: Matrix
    """Shape (NUMBERS, k); along each, what one person says varies by 1."""
    between: Matrix
    """How much people differ along each, as a variance, shape (k,)."""

    def __call__(self, numbers: Matrix) -> Matrix:
        """Shape (n, NUMBERS) → (n, k)."""
        known = np.where(np.isnan(numbers), self.mean, numbers)
        projected: Matrix = (known - self.mean) / self.scale @ self.directions
        return projected


@cache
def discriminant() -> Discriminant:
    """The one that comes with the installation.

    Raises:
        EngineMissing: its file is not there.
    """
    try:
        with np.load(WEIGHTS) as found:
            return Discriminant(*(found[name] for name in ("mean", "scale", "directions", "between")))
    except OSError as error:
        raise EngineMissing("The weights that tell voices apart are missing. Install Earshot again.") from error


def frames(samples: Samples) -> Frames:
    """Frames of mono float32 at `assistant.audio.RATE`, shape (n,)."""
    count = max(0, (len(samples) - FRAME) // HOP + 1)
    if not count:
        return Frames(np.zeros((0, SHAPES)), np.zeros(0), np.zeros(0))
    cut = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP][:count]
    power = np.abs(np.fft.rfft(cut * np.hanning(FRAME), FFT)) ** 2
    bands = np.log(power @ _mel().T + 1e-8)
    return Frames(bands @ _cosines().T, _pitches(samples, count), bands.max(1))


def _pitches(samples: Samples, count: int) -> Matrix:
    before = (LONG - FRAME) // 2
    cut = np.lib.stride_tricks.sliding_window_view(np.pad(samples, (before, LONG)), LONG)[::HOP][:count]
    own = _correlation(cut - cut.mean(1, keepdims=True)) / _correlation(np.ones((1, LONG)))
    own = own / (own[:, :1] + 1e-9)
    shortest, longest = round(RATE / HIGHEST_HZ), round(RATE / LOWEST_HZ)
    highest = own[:, shortest:longest].max(1)
    lags = np.argmax(own[:, shortest:longest] >= FUNDAMENTAL * highest[:, None], axis=1) + shortest
    rows = np.arange(count)
    for _ in range(8):  # from where the peak begins to its top
        lags = np.where(own[rows, lags + 1] > own[rows, lags], lags + 1, lags)
    return np.where(highest > VOICED, np.log2(RATE / lags), np.nan)


def _correlation(cut: Matrix) -> Matrix:
    """Of each frame with itself, as far as any pitch reaches."""
    spectrum = np.abs(np.fft.rfft(cut * np.hanning(LONG), 2 * LONG)) ** 2
    own: Matrix = np.fft.irfft(spectrum)[:, : round(RATE / LOWEST_HZ) + 12]
    return own


@cache
def _mel() -> Matrix:
    """Triangles on the mel scale, shape (BANDS, FFT // 2 + 1)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in BAND_HZ)
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    hz = np.fft.rfftfreq(FFT, 1 / RATE)
    up = (hz - edges[:-2, None]) / np.diff(edges)[:-1, None]
    down = (edges[2:, None] - hz) / np.diff(edges)[1:, None]
    return np.maximum(0.0, np.minimum(up, down))


@cache
def _cosines() -> Matrix:
    """The cosine transform without its constant, shape (SHAPES, BANDS)."""
    at = np.arange(BANDS) + 0.5
    return np.asarray(np.cos(np.pi / BANDS * at * np.arange(1, SHAPES + 1)[:, None]) * np.sqrt(2 / BANDS))
