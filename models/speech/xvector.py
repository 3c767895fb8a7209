"""X-vectors (Snyder et al. 2018), as SpeechBrain trained them on VoxCeleb: what a voice is like, in 512 numbers.

sound ─▶ 24 log-mel bands ─▶ five layers over time ─▶ mean and deviation ─▶ one layer ─▶ x-vector

The network is small, so it is written anew here, named as its weights name it.
"""

import math
from pathlib import Path

import torch
from torch import Tensor, nn

from models.checkpoint import FAULTS, is_whole, unusable

FILE = "embedding_model.ckpt"
RATE = 16_000
"""Hertz."""
BANDS = 24
FFT, HOP = 400, 160  # 25 ms, 10 ms
FLOOR_DB = 80.0
"""Below the loudest number of a sound there is nothing."""
LAYERS = ((512, 5, 1), (512, 3, 2), (512, 3, 3), (512, 1, 1), (1500, 1, 1))
"""Channels, width and dilation of each."""
SIZE = 512


class _Over(nn.Module):
    """A layer over time that keeps the length, by mirroring at the ends."""

    def __init__(self, given: int, made: int, width: int, dilation: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(given, made, width, dilation=dilation)
        self._beside = dilation * (width - 1) // 2

    def forward(self, frames: Tensor) -> Tensor:
        """(1, given, t) → (1, made, t)."""
        mirrored = nn.functional.pad(frames, (self._beside, self._beside), mode="reflect")
        return torch.as_tensor(self.conv(mirrored))


class _Even(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(channels)

    def forward(self, frames: Tensor) -> Tensor:
        """(1, channels, t) → the same."""
        return torch.as_tensor(self.norm(frames))


class _Pooled(nn.Module):
    """Mean and deviation over time."""

    def forward(self, frames: Tensor) -> Tensor:
        """(1, channels, t) → (1, 2 channels)."""
        return torch.cat((frames.mean(2), frames.std(2) + 1e-5), 1)


class _Last(nn.Module):
    def __init__(self, given: int, made: int) -> None:
        super().__init__()
        self.w = nn.Linear(given, made)

    def forward(self, pooled: Tensor) -> Tensor:
        """(1, given) → (1, made)."""
        return torch.as_tensor(self.w(pooled))


class XVector(nn.Module):
    """The network."""

    def __init__(self) -> None:
        super().__init__()
        layers, given = list[nn.Module](), BANDS
        for channels, width, dilation in LAYERS:
            layers += [_Over(given, channels, width, dilation), nn.LeakyReLU(), _Even(channels)]
            given = channels
        self.blocks = nn.Sequential(*layers, _Pooled(), _Last(2 * given, SIZE))

    def forward(self, sound: Tensor) -> Tensor:
        """Mono float32 (n,) at `RATE`, of a tenth of a second and more → (1, `SIZE`)."""
        bands = log_mel(sound)
        return torch.as_tensor(self.blocks((bands - bands.mean(0)).T[None]))


def log_mel(sound: Tensor) -> Tensor:
    """(n,) → decibels of power in triangles on the mel scale, (t, `BANDS`)."""
    window = torch.hamming_window(FFT)
    spectrum = torch.stft(sound, FFT, HOP, FFT, window, pad_mode="constant", return_complex=True)
    power = spectrum.abs().square().T @ _triangles()
    decibels = 10 * torch.log10(power.clamp(min=1e-10))
    return torch.maximum(decibels, decibels.max() - FLOOR_DB)


def load_xvector(folder: Path) -> XVector:
    """The network with the weights in a folder.

    Raises:
        EngineMissing: they are not there.
        EngineError: they are others.
    """
    is_whole(folder, (FILE,))
    network = XVector()
    try:
        network.load_state_dict(torch.load(folder / FILE, map_location="cpu", weights_only=True))
    except FAULTS as error:
        raise unusable(folder, "x-vector network") from error
    return network.eval()


def _triangles() -> Tensor:
    """(bins, `BANDS`): evenly on the mel scale up to half the rate, each as wide below its middle as above it."""
    highest = 2595 * math.log10(1 + RATE / 2 / 700)
    hertz = 700 * (10 ** (torch.linspace(0, highest, BANDS + 2) / 2595) - 1)
    middle, width = hertz[1:-1], (hertz[1:] - hertz[:-1])[:-1]
    slope = (torch.linspace(0, RATE // 2, FFT // 2 + 1)[:, None] - middle) / width
    return torch.clamp(torch.minimum(slope + 1, 1 - slope), min=0)
