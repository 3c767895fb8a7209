"""What a mouth must look like by the sound alone, where no words are known: loud vowels open it, a hiss shows teeth,
and high or low second formants spread or round it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from models.face.alignment import bands
from models.face.timeline import FPS, STEP_S
from models.face.visemes import OPEN, PRESS, SIZE, TEETH, WIDE, Shapes

FRAME = RATE // FPS  # 640 samples
AT_ONCE = 250 * FRAME
"""Samples that are looked at together: ten seconds."""
LOW, MIDDLE, HIGH = slice(4, 14), slice(16, 24), slice(26, 32)
"""Bands of about 250-1200, 1500-3300 and 4000-7000 Hz."""
SPAN = 4.0
"""From closed to wide open, in natural logarithms of energy: 17 dB."""
SMOOTH = (0.06, 0.24, 0.4, 0.24, 0.06)
LOWEST_HZ, HIGHEST_HZ = 70, 400
VOICED = 0.45
"""Autocorrelation from which on there is a pitch."""

Curve = NDArray[np.float32]


@dataclass(slots=True)
class Spectrum:
    """The sound of a recording in a few numbers for each hundredth of a second; grows as it is listened to."""

    rows: list[Curve] = field(default_factory=list)
    """Logarithms of the energy below, in the middle and above, shape (n, 3) each."""
    pitches: list[Curve] = field(default_factory=list)
    held: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    """What makes no whole frame yet."""

    def push(self, samples: Samples, last: bool) -> None:
        """Take in the next part, float32 of shape (n,) at `RATE`."""
        samples = np.concatenate((self.held, samples))
        whole = len(samples) if last else len(samples) - len(samples) % FRAME
        samples, self.held = samples[:whole], samples[whole:]
        for start in range(0, len(samples), AT_ONCE):
            self._look(samples[start : start + AT_ONCE])

    def _look(self, samples: Samples) -> None:
        found = bands(samples)
        self.rows.append(np.column_stack([found[:, part].mean(axis=1) for part in (LOW, MIDDLE, HIGH)]))
        self.pitches.append(_pitch(samples))

    @property
    def lows(self) -> Curve:
        """How loud the voice is, natural logarithm, a number each hundredth of a second."""
        return self._all[:, 0]

    @property
    def _all(self) -> Curve:
        return np.concatenate(self.rows) if self.rows else np.zeros((0, 3), np.float32)

    def reference(self, speech: NDArray[np.bool_]) -> float:
        """How loud its loud vowels are; `speech` says which hundredths are speech."""
        lows = self.lows
        spoken = lows[speech[: len(lows)]] if speech.any() else lows
        return float(np.percentile(spoken, 92)) if len(spoken) else 0.0

    def pitch(self, frames: int) -> Curve:
        """Hertz in each frame of the film; 0 where there is none."""
        return _fitted(np.concatenate(self.pitches) if self.pitches else np.zeros(0, np.float32), frames)

    def loudness(self, frames: int, reference: float) -> Curve:
        """From 0, quiet, to 1, a loud vowel, in each frame of the film."""
        return at_frames(np.clip((self.lows - reference + SPAN) / SPAN, 0.0, 1.2), frames)

    def mouths(self, frames: int, reference: float) -> Shapes:
        """A mouth for each frame, shape (frames, 6)."""
        low, middle, high = self._all.T
        made = np.zeros((len(low), SIZE), np.float32)
        loud = np.clip((low - reference + SPAN) / SPAN, 0.0, 1.0)
        hiss = np.clip((high - low + 0.5) / 2.0, 0.0, 1.0) * (high > reference - 1.6 * SPAN)
        tilt = middle - low
        usual = float(np.median(tilt[loud > 0.5])) if (loud > 0.5).any() else 0.0
        made[:, OPEN] = np.maximum(0.85 * loud**1.3, 0.14 * hiss)
        made[:, WIDE] = np.clip((tilt - usual) / 2.5, -0.8, 0.8) * loud
        made[:, TEETH] = np.maximum(hiss, 0.4 * loud)
        made[:, PRESS] = 0.0
        return np.column_stack([at_frames(column, frames) for column in made.T])


def at_frames(curve: Curve, frames: int) -> Curve:
    """A curve of hundredths of a second, smoothed, in the middle of each frame."""
    if not len(curve):
        return np.zeros(frames, np.float32)
    smooth = np.convolve(np.pad(curve, 2, mode="edge"), SMOOTH, "valid")
    middles = (np.arange(frames) + 0.5) / FPS / STEP_S
    return np.asarray(np.interp(middles, np.arange(len(smooth)), smooth), np.float32)


def _fitted(curve: Curve, frames: int) -> Curve:
    return np.pad(curve, (0, max(0, frames - len(curve))))[:frames]


def _pitch(samples: Samples) -> Curve:
    """By the autocorrelation of two frames of the film; 0 where nothing has a pitch."""
    count = -(-len(samples) // FRAME)
    padded = np.pad(samples, (FRAME // 2, count * FRAME - len(samples) + FRAME))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * FRAME)[: count * FRAME : FRAME]
    power = np.abs(np.fft.rfft(windows * np.hanning(2 * FRAME), 4 * FRAME)) ** 2
    correlation = np.fft.irfft(power)[:, : RATE // LOWEST_HZ]
    first = RATE // HIGHEST_HZ
    best = correlation[:, first:].argmax(axis=1) + first
    sure = correlation[np.arange(count), best] > VOICED * np.maximum(correlation[:, 0], 1e-6)
    return np.asarray(np.where(sure, RATE / best, 0.0), np.float32)
