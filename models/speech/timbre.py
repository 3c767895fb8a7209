"""Changes the timbre of a voice by spectral warping: a longer or shorter vocal tract, and another colour.

A vocal tract that is longer by a tenth has formants lower by a tenth. Speech that is made higher and faster first, and
is then played slower, is lower, as slow as it should be, and from a larger head: warping costs one resampling.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from assistant.audio import RATE, Samples
from assistant.resample import resample
from models.speech.delivery import BINS, Delivery, Floats

FORMANTS_PER_PITCH = 0.2
"""Octaves that formants lie lower for an octave that a voice is lower: of a woman at 210 Hz and a man at 120 Hz, whose
vocal tracts are 14.5 and 17 cm long."""
SIZES = (0.84, 1.16)
"""No further than this are formants moved."""
TAPS = 512
LOUDER_DB = 9.0
"""The most that a part of the spectrum becomes louder or softer."""
BAND_HZ = (90.0, 7_000.0)
"""Where the colour is known; beyond, it is changed as it is at the edge."""
OCTAVE_SHARE = 0.35
"""Octaves over which the colour is made smooth: formants move, the colour stays."""
EVENING_DB = 6.0
"""The most that a moment becomes louder or softer."""
SWING = (0.6, 1.6)
"""No further than this is the swing changed."""
EVENED_S = 0.06
"""Seconds over which that happens."""


@dataclass(frozen=True, slots=True, eq=False)
class Timbre:
    """What is done to the sound of a voice."""

    size: float = 1.0
    """What formants, and pitch with them, are multiplied by."""
    colour_db: Floats | None = None
    """How much louder each of `BINS` frequencies up to 8 kHz becomes; None: as it is."""
    swing: float = 1.0
    """What the level's swing is multiplied by."""

    def __call__(self, sound: Samples, rate: int) -> Samples:
        """Mono float32 (n,) → about (n / size,), at the same rate and about as loud."""
        if not len(sound):
            return sound
        sized = resample(sound, round(rate * self.size), rate)
        coloured = sized if self.colour_db is None else _filtered(sized, _taps(self.colour_db, rate))
        return _swung(coloured, rate, self.swing)


def size_between(own: Delivery, other: Delivery) -> float:
    """What the formants of one voice are to be multiplied by, to be those of the other, as pitch lets expect."""
    apart = other.pitch - own.pitch
    return float(np.clip(2 ** (FORMANTS_PER_PITCH * apart), *SIZES)) if np.isfinite(apart) else 1.0


def changed(timbre: Timbre, own: Delivery, other: Delivery) -> Timbre:
    """The same, nearer to the colour and the swing of another by what still lies between the two."""
    before = np.zeros(BINS) if timbre.colour_db is None else timbre.colour_db
    colour = np.clip(before + _colour_between(own, other), -LOUDER_DB, LOUDER_DB)
    swing = timbre.swing * other.swing_db / own.swing_db if own.swing_db and other.swing_db else timbre.swing
    return Timbre(timbre.size, colour, float(np.clip(swing, *SWING)))


def _colour_between(own: Delivery, other: Delivery) -> Floats:
    """How much louder each frequency of one voice must be to have the other's colour, (`BINS`,)."""
    smooth = _smoothing() @ (other.colour - own.colour)
    return np.asarray(smooth - np.average(smooth, weights=10 ** (own.colour / 10)))


@cache
def _smoothing() -> Floats:
    """What a spectrum, (`BINS`,), is multiplied by to be smooth; every octave counts alike."""
    hertz = np.linspace(0, RATE / 2, BINS)
    octaves = np.log2(np.clip(hertz, *BAND_HZ))
    weights = np.exp(-0.5 * np.square((octaves[:, None] - octaves) / OCTAVE_SHARE))
    weights *= ((hertz >= BAND_HZ[0]) & (hertz <= BAND_HZ[1])) / np.maximum(hertz, 1)
    return np.asarray(weights / weights.sum(1, keepdims=True))


def _taps(colour_db: Floats, rate: int) -> Samples:
    """A filter of linear phase, `TAPS` + 1 long."""
    hertz = np.fft.rfftfreq(TAPS, 1 / rate)
    gains = 10 ** (np.interp(hertz, np.linspace(0, RATE / 2, len(colour_db)), colour_db) / 20)
    taps = np.fft.fftshift(np.fft.irfft(gains))
    return np.asarray(np.append(taps, taps[0]) * np.hanning(TAPS + 1), np.float32)


def _filtered(sound: Samples, taps: Samples) -> Samples:
    """As long as it was, and in the same place."""
    size = len(sound) + len(taps) - 1
    whole = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(taps, size), size)
    return np.asarray(whole[len(taps) // 2 :][: len(sound)], np.float32)


def _swung(sound: Samples, rate: int, swing: float) -> Samples:
    """With moments that are louder than the mean louder still, or less so."""
    width = max(1, round(EVENED_S * rate))
    power = np.convolve(np.square(sound, dtype=np.float64), np.hanning(width + 2)[1:-1] / (width / 2), "same")
    levels = 10 * np.log10(np.maximum(power, 1e-12))
    heard = levels > levels.max() - 25
    change = np.clip((swing - 1) * (levels - levels[heard].mean()), -EVENING_DB, EVENING_DB)
    return np.asarray(sound * 10 ** (change / 20), np.float32)
