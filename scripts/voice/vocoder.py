"""The vocoder: a source of pulses and noise, filtered frame by frame by what a network makes of the mel.

Every harmonic has its phase from F0, so pitch is exact and little is left to learn; the network gives the complex
filter of the pulses and the gain of the noise in each band. A source-filter model (Wang et al. 2019, arXiv 1904.12088)
with the ConvNeXt backbone and the inverse STFT head of Vocos (Siuzdak 2023, arXiv 2306.00814).
"""

import math

import numpy as np
import torch
from torch import Tensor, nn

from scripts.voice.features import HOP, MELS, RATE

FFT = 512
STEP = 128
"""Samples between two filters; twice a mel frame, for plosives."""
BINS = FFT // 2 + 1
PER_FRAME = HOP // STEP
NOISE_SAMPLES = 2 * RATE // HOP * HOP
"""Length of the noise that is repeated: deterministic, and long enough that nobody hears it come round."""


class ConvNeXt(nn.Module):
    """A block of ConvNeXt over time (Liu et al. 2022), shape (batch, channels, frames) → the same."""

    def __init__(self, channels: int, hidden: int, kernel: int = 7, dilation: int = 1) -> None:
        super().__init__()
        pad = kernel // 2 * dilation
        self.depthwise = nn.Conv1d(channels, channels, kernel, padding=pad, dilation=dilation, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-5)
        self.widen = nn.Linear(channels, hidden)
        self.narrow = nn.Linear(hidden, channels)
        self.scale = nn.Parameter(torch.full((channels,), 0.1))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.depthwise(x).transpose(1, 2))
        y = self.narrow(nn.functional.gelu(self.widen(y), approximate="tanh"))
        added: Tensor = x + (self.scale * y).transpose(1, 2)
        return added


class Vocoder(nn.Module):
    """Mel (batch, T, MELS) and F0 in hertz (batch, T), 0 where unvoiced → samples (batch, T * HOP)."""

    noise: Tensor
    analysis: Tensor
    synthesis: Tensor

    def __init__(self, channels: int = 256, hidden: int = 768, blocks: int = 8) -> None:
        super().__init__()
        self.enter = nn.Conv1d(MELS + 2, channels, 7, padding=3)
        self.blocks = nn.ModuleList(ConvNeXt(channels, hidden) for _ in range(blocks))
        self.norm = nn.LayerNorm(channels, eps=1e-5)
        self.leave = nn.Linear(channels, 3 * BINS)
        with torch.no_grad():
            self.leave.weight *= 0.1
            self.leave.bias.zero_()
        generator = np.random.default_rng(20260101)
        self.register_buffer("noise", torch.from_numpy(generator.standard_normal(NOISE_SAMPLES).astype(np.float32)))
        self._add_bases()

    def _add_bases(self) -> None:
        """The Fourier transform and its inverse as matrices, which every ONNX runtime has and runs fast."""
        window = torch.hann_window(FFT, dtype=torch.float64)
        angle = 2 * math.pi / FFT * torch.outer(torch.arange(BINS), torch.arange(FFT)).double()
        analysis = torch.cat((angle.cos(), -angle.sin())) * window
        weight = torch.full((BINS, 1), 2.0, dtype=torch.float64)
        weight[0] = weight[-1] = 1.0
        overlap = FFT / STEP * 0.375  # what the squares of the windows that cover a sample sum to
        synthesis = torch.cat((angle.cos() * weight, -angle.sin() * weight)) * window / FFT / overlap
        self.register_buffer("analysis", analysis.float()[:, None], persistent=False)
        self.register_buffer("synthesis", synthesis.float()[:, None], persistent=False)

    def forward(self, mel: Tensor, f0: Tensor) -> Tensor:
        gain, phase, hiss = self._filters(mel, f0)
        pulses = self._transformed(pulse_train(f0))
        noise = self._transformed(self._noise(mel))
        real, imaginary = gain * phase.cos(), gain * phase.sin()
        y = torch.cat(
            (
                real * pulses[:, :BINS] - imaginary * pulses[:, BINS:] + hiss * noise[:, :BINS],
                real * pulses[:, BINS:] + imaginary * pulses[:, :BINS] + hiss * noise[:, BINS:],
            ),
            dim=1,
        )
        sound = nn.functional.conv_transpose1d(y, self.synthesis, stride=STEP)
        return sound[:, 0, FFT // 2 : FFT // 2 + mel.shape[1] * HOP]

    def _filters(self, mel: Tensor, f0: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Gain and phase of the pulses, and gain of the noise, each (batch, BINS, T * PER_FRAME + 1)."""
        voiced = (f0 > 0).float()
        pitch = torch.log(f0.clamp_min(50.0)) - 5.2
        x = torch.cat((mel / 3 + 1.5, (pitch * voiced)[..., None], voiced[..., None]), dim=2).transpose(1, 2)
        x = self.enter(x)
        x = nn.functional.interpolate(x, scale_factor=float(PER_FRAME), mode="linear", align_corners=False)
        x = torch.cat((x, x[:, :, -1:]), dim=2)
        for block in self.blocks:
            x = block(x)
        gain, phase, hiss = self.leave(self.norm(x.transpose(1, 2))).transpose(1, 2).float().chunk(3, dim=1)
        return torch.exp(gain.clamp(-14, 8) - 3), phase, torch.exp(hiss.clamp(-14, 8) - 4)

    def _transformed(self, sound: Tensor) -> Tensor:
        """Real and imaginary parts, (batch, 2 * BINS, T * PER_FRAME + 1), of sounds (batch, T * HOP)."""
        padded = nn.functional.pad(sound[:, None], (FFT // 2, FFT // 2))
        return nn.functional.conv1d(padded, self.analysis, stride=STEP)

    def _noise(self, mel: Tensor) -> Tensor:
        """As much of the noise as the mel is long, (batch, T * HOP)."""
        frames = mel.shape[1]
        blocks = self.noise.reshape(-1, HOP)
        index = torch.arange(frames, device=mel.device) % blocks.shape[0]
        return blocks[index].reshape(1, -1).expand(mel.shape[0], -1)


def pulse_train(f0: Tensor) -> Tensor:
    """Band-limited pulses of unit power at F0 (batch, T) in hertz; silence where it is 0. (batch, T * HOP).

    F0 is a straight line between frames, so its phase is a parabola within each: summed frame by frame, no error grows.
    A Dirichlet kernel gives all harmonics below the Nyquist frequency at the cost of two sines.
    """
    voiced = f0 > 0
    following = torch.cat((f0[:, 1:], f0[:, -1:]), dim=1)
    following = torch.where(following > 0, following, f0)
    step = (f0 + following) * (HOP / 2 / RATE)
    start = torch.cumsum(step, dim=1) - step
    start = start - torch.floor(start)
    i = torch.arange(HOP, device=f0.device, dtype=f0.dtype)
    line = f0[..., None] * i + (following - f0)[..., None] * (i * i / (2 * HOP))
    phase = start[..., None] + line / RATE
    phase = phase - torch.floor(phase + 0.5)
    harmonics = torch.floor(RATE / 2 / torch.maximum(f0, following).clamp_min(50.0))[..., None]
    below = torch.sin(math.pi * phase)
    near = below.abs() < 1e-4
    kernel = torch.sin((2 * harmonics + 1) * math.pi * phase) / torch.where(near, torch.ones_like(below), below)
    kernel = torch.where(near, 2 * harmonics + 1, kernel) - 1
    return (kernel / torch.sqrt(2 * harmonics) * voiced[..., None]).reshape(f0.shape[0], -1)
