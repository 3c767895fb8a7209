"""How somebody speaks, in a few numbers: how high, how lively, how fast, how evenly, and in what colour.

sound ─┬─ pitch of each frame ─▶ mean and spread       ┐
       ├─ probability of speech, syllables ─▶ tempo    ├─▶ Delivery
       ├─ level of each frame ─▶ how far it goes       │
       └─ spectrum of loud frames ─▶ colour            ┘
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from models.speech.pauses import SPEECH, WINDOW
from models.speech.pitch_track import pitch_track

FRAME, HOP = 512, 256  # 32 and 16 ms
BINS = FRAME // 2 + 1
LOUD = 40
"""Percent of the frames of speech, the loudest, that tell the colour and the swing of the level."""
OCTAVE_ERROR = 1.0
"""Octaves from the median, beyond which a pitch is taken for a mistake. With less, lively people come out as duller
than they are."""
FEWEST = 20
"""Voiced frames, 10 ms each, with fewer of which nothing is known of the pitch."""
SMOOTHED = 3
"""Voiced frames over which the pitch is made smooth: one that stands alone is a mistake."""
FLOOR_DB = 25.0
"""How far below the loudest speech still counts for the swing of the level."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """What was measured of somebody's speech."""

    pitch: float
    """The mean, in octaves above 1 Hz; not a number where nothing is voiced."""
    spread: float
    """The pitch's standard deviation in octaves."""
    spoken_s: float
    """Seconds in which there is speech."""
    swing_db: float
    """The level's standard deviation within speech."""
    colour: Floats
    """The mean spectrum of loud frames in decibels, up to 8 kHz, shape (`BINS`,); its own mean is 0."""

    @property
    def voiced(self) -> bool:
        """Whether there is a pitch."""
        return bool(np.isfinite(self.pitch))

    @property
    def pitch_hz(self) -> float:
        """The geometric mean; not a number where nothing is voiced."""
        return float(2**self.pitch)


def delivery(sound: Samples, speech: Samples) -> Delivery:
    """How mono float32 at `assistant.audio.RATE` is spoken; `speech` is its probability in each 512 samples."""
    pitch, spread = _melody(sound)
    spoken = np.repeat(speech >= SPEECH, WINDOW)[: len(sound)]
    power = _power(sound)
    power = power[spoken[np.arange(len(power)) * HOP + FRAME // 2]]
    return Delivery(pitch, spread, float(np.sum(spoken)) / RATE, _swing(power), _colour(power))


def _melody(sound: Samples) -> tuple[float, float]:
    """Mean and standard deviation of the pitch in octaves; without a pitch the mean is not a number."""
    pitches = pitch_track(sound)
    voiced = pitches[~np.isnan(pitches)]
    if len(voiced) < FEWEST:
        return float("nan"), 0.0
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(voiced, SMOOTHED), axis=1)
    near = smooth[np.abs(smooth - np.median(smooth)) < OCTAVE_ERROR]
    return float(near.mean()), float(near.std())


def _power(sound: Samples) -> Floats:
    """The power spectrum of each frame, shape (n, `BINS`)."""
    if len(sound) < FRAME:
        return np.zeros((0, BINS))
    cut = np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::HOP]
    return np.asarray(np.square(np.abs(np.fft.rfft(cut * np.hanning(FRAME)))), np.float64)


def _levels(power: Floats) -> Floats:
    return np.asarray(10 * np.log10(power.sum(1) + 1e-12))


def _swing(power: Floats) -> float:
    if not len(power):
        return 0.0
    levels = _levels(power)
    return float(levels[levels > levels.max() - FLOOR_DB].std())


def _colour(power: Floats) -> Floats:
    if not len(power):
        return np.zeros(BINS)
    levels = _levels(power)
    loud = power[levels >= np.percentile(levels, 100 - LOUD)]
    decibels = 10 * np.log10(loud / loud.sum(1, keepdims=True) + 1e-9).mean(0)
    return np.asarray(decibels - decibels.mean())
