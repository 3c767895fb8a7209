"""What a voice is known by without a network: how high it is, and the shape of its spectrum.

    sound ─ frames of 64 ms ─┬─ autocorrelation ─▶ pitch of the voiced ones ─▶ histogram ─▶ median
                             └─ log-mel ─▶ mean, its level taken off

Two prints add up, so that a voice is known better the longer it is heard.
"""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples

RATE = 8_000
"""Hertz; of the sound that prints are taken of."""
FRAME, HOP = 512, 128
FFT = 1024
BANDS = 32
LOWEST_HZ, HIGHEST_HZ = 60.0, 420.0
"""Of a voice."""
STEPS = 24
"""Of the histogram of pitch, to an octave: half a semitone each."""
VOICED = 0.55
"""From this correlation with itself a pitch later, 0 to 1, a frame is voiced."""
FUNDAMENTAL = 0.9
"""The first peak that is nearly as high as the highest, by this much, is that of the pitch and not of half of it."""
SPECTRUM_DB = 3.0
PITCH_SEMITONES = 6.0
"""How much the same voice differs from one sentence to the next: what distances are counted in."""
FEW = 12
"""With fewer frames than this nothing is known of a voice."""
UNDECIDED = 1.4
"""The distance at which two voices are as likely one and the same as two."""

AUDIBLE = 1e-3
"""Of the power of the loudest frame; what is softer tells nothing of a voice."""
OWN = 4.0
"""Times the power of the other voice, with which a frame belongs to one."""

_PITCHES = STEPS * 3
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class VoicePrint:
    """What was heard of a voice by now."""

    frames: float = 0.0
    spectrum: Matrix = field(default_factory=lambda: np.zeros(BANDS))
    """The sum over frames of the log-mel in decibels, shape (`BANDS`,)."""
    pitches: Matrix = field(default_factory=lambda: np.zeros(_PITCHES))
    """How many frames have which pitch, from `LOWEST_HZ` up."""

    def __add__(self, other: "VoicePrint") -> "VoicePrint":
        return VoicePrint(self.frames + other.frames, self.spectrum + other.spectrum, self.pitches + other.pitches)

    @property
    def known(self) -> bool:
        """Whether enough was heard."""
        return self.frames >= FEW

    @property
    def pitch_hz(self) -> float:
        """The median; 0 where next to nothing was voiced."""
        total = float(self.pitches.sum())
        if total < FEW / 2:
            return 0.0
        middle = float(np.interp(0.5 * total, np.cumsum(self.pitches), np.arange(1, _PITCHES + 1)))
        return float(LOWEST_HZ * 2 ** ((middle - 0.5) / STEPS))

    def distance(self, other: "VoicePrint") -> float:
        """How unlike two voices are: about 1 for one and the same, 2 and more for two; `UNDECIDED` where too little is
        known."""
        if not (self.known and other.known):
            return UNDECIDED
        shape = self._shape() - other._shape()
        parts = [float(np.sqrt(np.mean(np.square(shape)))) / SPECTRUM_DB]
        if self.pitch_hz and other.pitch_hz:
            parts.append(abs(semitones(self.pitch_hz, other.pitch_hz)) / PITCH_SEMITONES)
        return float(np.sqrt(np.sum(np.square(parts))))

    def _shape(self) -> Matrix:
        mean = self.spectrum / self.frames
        return np.asarray(mean - mean.mean())


def semitones(low_hz: float, high_hz: float) -> float:
    """From one pitch up to another."""
    return 12 * float(np.log2(high_hz / low_hz))


def prints_of(voices: Samples) -> tuple[VoicePrint, VoicePrint]:
    """The prints of two voices (2, n) at `RATE` that were parted, each where it is clear of the other."""
    frames = [framed(voice) for voice in voices]
    power = np.stack([np.square(part).sum(1) for part in frames])
    loud = power > AUDIBLE * power.max(initial=0.0) + 1e-9
    clear = loud & (power > OWN * power[::-1])
    first, second = (_print(part[chosen]) for part, chosen in zip(frames, clear, strict=True))
    return first, second


def print_of(voice: Samples) -> VoicePrint:
    """The print of one voice, mono float32 at `RATE`, shape (n,)."""
    frames = framed(voice)
    power = np.square(frames).sum(1)
    return _print(frames[power > AUDIBLE * power.max(initial=0.0) + 1e-9])


def framed(sound: Samples) -> Matrix:
    """Frames of a sound, shape (n,) → (1 + n // `HOP`, `FRAME`), each around its place."""
    padded = np.pad(sound.astype(np.float64), (FRAME // 2, FRAME // 2))
    return np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP]


def _print(frames: Matrix) -> VoicePrint:
    if not len(frames):
        return VoicePrint()
    spectra = np.square(np.abs(np.fft.rfft(frames * _window(), FFT)))
    mel = 10 * np.log10(spectra @ _mel().T + 1e-6 * spectra.mean() + 1e-12)
    return VoicePrint(float(len(frames)), mel.sum(0), _histogram(spectra))


def _histogram(spectra: Matrix) -> Matrix:
    """Of the pitch of voiced frames, by autocorrelation with the window's own taken out (Boersma 1993)."""
    correlation = np.fft.irfft(spectra)[:, : FFT // 2] / _own()
    correlation /= correlation[:, :1] + 1e-12
    first, last = int(RATE / HIGHEST_HZ), int(RATE / LOWEST_HZ)
    searched = correlation[:, first : last + 1]
    peaks = np.zeros(searched.shape, np.bool_)
    peaks[:, 1:-1] = (searched[:, 1:-1] >= searched[:, :-2]) & (searched[:, 1:-1] > searched[:, 2:])
    heights = np.where(peaks, searched, 0.0)
    best = heights.max(1)
    lags = first + np.argmax(heights >= FUNDAMENTAL * best[:, None], axis=1)
    pitch = RATE / lags[best > VOICED]
    at = np.clip(np.floor(STEPS * np.log2(pitch / LOWEST_HZ)), 0, _PITCHES - 1).astype(int)
    return np.bincount(at, minlength=_PITCHES).astype(np.float64)


@cache
def _window() -> Matrix:
    return np.hanning(FRAME)


@cache
def _own() -> Matrix:
    """The window's autocorrelation, as far as half of the transform."""
    own = np.fft.irfft(np.square(np.abs(np.fft.rfft(_window(), FFT))))[: FFT // 2]
    return np.asarray(np.maximum(own / own[0], 1e-2))


@cache
def _mel() -> Matrix:
    """Triangles evenly on the mel scale from 60 Hz to 3900 Hz, shape (`BANDS`, bins)."""
    low_mel, high_mel = (float(np.log1p(hertz / 700)) for hertz in (60.0, 3900.0))
    edges = 700 * np.expm1(np.linspace(low_mel, high_mel, BANDS + 2))
    hertz = np.fft.rfftfreq(FFT, 1 / RATE)[None]
    low, middle, high = (edges[k : k + BANDS, None] for k in range(3))
    return np.asarray(np.clip(np.minimum((hertz - low) / (middle - low), (high - hertz) / (high - middle)), 0, None))
