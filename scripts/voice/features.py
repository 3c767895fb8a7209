"""What is measured of a recording: log-mel spectrogram, F0 and energy, a frame every `HOP` samples."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import librosa
import numpy as np
import pyworld
import soundfile
import soxr
import torch
from numpy.typing import NDArray
from torch import Tensor

Floats = NDArray[np.float32]

RATE = 22_050
HOP = 256
"""Samples a frame, 11.6 ms; frame t is centred on sample t * HOP."""
FFT = 1024
MELS = 80
FLOOR = 1e-5
"""Least magnitude, so that silence has a logarithm."""
F0_RANGE_HZ = (70.0, 600.0)


@dataclass(frozen=True, slots=True)
class Features:
    """Of one recording of T frames."""

    audio: Floats
    """Shape (T * HOP,)."""
    mel: Floats
    """Natural logarithm of the mel magnitude, shape (T, MELS)."""
    f0: Floats
    """Hertz, 0 where unvoiced, shape (T,)."""
    energy: Floats
    """Natural logarithm of the frame's L2 norm over frequency, shape (T,) (FastSpeech 2, section 2.3)."""


def load(path: Path) -> Floats:
    """A recording as mono at `RATE`, shape (n,), its peak at most 0.95."""
    audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = audio.mean(axis=1)
    if rate != RATE:
        mono = soxr.resample(mono, rate, RATE)
    return np.asarray(mono / max(1.0, float(np.abs(mono).max()) / 0.95), np.float32)


def measured(audio: Floats) -> Features:
    """The features of a sound of shape (n,) at `RATE`."""
    frames = max(1, len(audio) // HOP)
    audio = audio[: frames * HOP] if len(audio) >= HOP else np.pad(audio, (0, HOP - len(audio)))
    magnitude = spectrum(torch.from_numpy(audio)[None])[0, :, :frames]
    energy = magnitude.norm(dim=0).clamp_min(FLOOR).log()
    return Features(audio, to_mel(magnitude[None])[0].T.numpy(), fundamental(audio, frames), energy.numpy())


def spectrum(audio: Tensor, fft: int = FFT, hop: int = HOP) -> Tensor:
    """Magnitudes (batch, fft // 2 + 1, frames) of sounds (batch, samples)."""
    window = torch.hann_window(fft, device=audio.device)
    complex_ = torch.stft(audio, fft, hop, window=window, return_complex=True)
    return torch.sqrt(complex_.real**2 + complex_.imag**2 + 1e-9)


def to_mel(magnitude: Tensor) -> Tensor:
    """Log-mel (batch, MELS, frames) of magnitudes (batch, FFT // 2 + 1, frames)."""
    return torch.matmul(_filters(), magnitude).clamp_min(FLOOR).log()


@cache
def _filters() -> Tensor:
    return torch.from_numpy(librosa.filters.mel(sr=RATE, n_fft=FFT, n_mels=MELS, fmin=0, fmax=RATE / 2))


def fundamental(audio: Floats, frames: int) -> Floats:
    """F0 in hertz, 0 where unvoiced, shape (frames,): DIO, refined by StoneMask (WORLD)."""
    double = audio.astype(np.float64)
    low, high = F0_RANGE_HZ
    f0, times = pyworld.dio(double, RATE, f0_floor=low, f0_ceil=high, frame_period=HOP / RATE * 1000)
    f0 = pyworld.stonemask(double, f0, times, RATE)
    return np.pad(f0, (0, max(0, frames - len(f0))))[:frames].astype(np.float32)
