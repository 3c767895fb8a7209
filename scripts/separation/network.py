"""A network that parts two voices: a small dual-path one in the time-frequency domain.

    mixture ─ STFT ─ bands ─┬ [ LSTM over bands ─ LSTM over time ─ attention over frames ] × 4 ┬─ masks ─ inverse STFT
                            └──────────────────────────────────────────────────────────────────┘
The order of the paths and the attention over whole frames are those of TF-GridNet (Wang et al. 2023); splitting the
spectrum into bands, narrow ones where the harmonics of a voice lie, that of BSRNN (Luo and Yu 2023).
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

RATE = 8000
WINDOW, HOP = 256, 128
BANDS = (3,) * 11 + (4,) * 8 + (8,) * 8
"""Bins of each band: three up to 1 kHz, four up to 2 kHz, eight above; 129 together."""
SPEAKERS = 2
EMBEDDED = 20
"""Numbers that each moment of a band is embedded in, for deep clustering; only in training."""


class Transform(nn.Module):
    """The STFT with a square-root Hann window and its inverse, as matrix products, so that it can be exported."""

    forward_basis: Tensor
    inverse_basis: Tensor

    def __init__(self) -> None:
        super().__init__()
        window = torch.hann_window(WINDOW, dtype=torch.float64).sqrt()
        angle = 2 * math.pi * torch.outer(torch.arange(WINDOW), torch.arange(WINDOW // 2 + 1)) / WINDOW
        forward = torch.cat((angle.cos(), -angle.sin()), 1) * window[:, None]
        weight = torch.full((WINDOW // 2 + 1,), 2.0, dtype=torch.float64)
        weight[0] = weight[-1] = 1.0
        inverse = (torch.cat((angle.cos() * weight, -angle.sin() * weight), 1) * window[:, None]).T / WINDOW
        self.register_buffer("forward_basis", forward.float(), persistent=False)
        self.register_buffer("inverse_basis", inverse.float(), persistent=False)

    def analyse(self, sound: Tensor) -> Tensor:
        """Sound (batch, n) → real and imaginary parts (batch, frames, 2, bins); n is a multiple of the hop."""
        padded = F.pad(sound, (HOP, HOP)).reshape(sound.shape[0], -1, HOP)
        frames = torch.cat((padded[:, :-1], padded[:, 1:]), 2)
        return (frames @ self.forward_basis).reshape(sound.shape[0], -1, 2, WINDOW // 2 + 1)

    def resynthesise(self, spectrum: Tensor) -> Tensor:
        """Parts (batch, frames, 2, bins) → sound (batch, n)."""
        frames = spectrum.flatten(2) @ self.inverse_basis
        first, second = frames[..., :HOP], frames[..., HOP:]
        return (first[:, 1:] + second[:, :-1]).flatten(1)


class Path(nn.Module):
    """A bidirectional LSTM along one axis, with a residual connection."""

    def __init__(self, features: int, hidden: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(features)
        self.lstm = nn.LSTM(features, hidden, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * hidden, features)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, steps, features), the same."""
        added: Tensor = self.out(self.lstm(self.norm(x))[0])
        return x + added


class Attention(nn.Module):
    """Attention over whole frames: what sounds now beside all that sounded before and after."""

    def __init__(self, features: int, bands: int, heads: int = 4, width: int = 4) -> None:
        super().__init__()
        self.heads, self.width = heads, width
        self.norm = nn.LayerNorm(features)
        self.ask = nn.Linear(features, 3 * heads * width)
        self.out = nn.Linear(heads * width, features)
        self.scale = 1 / math.sqrt(bands * width)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, frames, bands, features), the same."""
        batch, frames, bands, features = x.shape
        parts = self.ask(self.norm(x)).reshape(batch, frames, bands, 3, self.heads, self.width)
        q, k, v = parts.permute(3, 0, 4, 1, 2, 5).flatten(4).unbind(0)  # each (batch, heads, frames, bands * width)
        found = (q @ k.transpose(2, 3) * self.scale).float().softmax(3).to(v.dtype) @ v
        found = found.reshape(batch, self.heads, frames, bands, self.width).permute(0, 2, 3, 1, 4).flatten(3)
        added: Tensor = self.out(found)
        return x + added


class Separator(nn.Module):
    """Two voices from one sound."""

    place: Tensor
    back: Tensor

    def __init__(self, features: int = 64, hidden: int = 96, layers: int = 4) -> None:
        super().__init__()
        bands, most = len(BANDS), max(BANDS)
        self.transform = Transform()
        self.features = features
        place = torch.full((bands, most), sum(BANDS))
        start = 0
        for band, width in enumerate(BANDS):
            place[band, :width] = torch.arange(start, start + width)
            start += width
        inverse = torch.empty(sum(BANDS), dtype=torch.long)
        flat = place.flatten()
        inverse[flat[flat < sum(BANDS)]] = torch.nonzero(flat < sum(BANDS)).flatten()
        self.register_buffer("place", flat, persistent=False)
        self.register_buffer("back", inverse, persistent=False)
        self.take = nn.Parameter(torch.randn(bands, 2 * most, features) / math.sqrt(2 * most))
        self.bias = nn.Parameter(torch.zeros(bands, features))
        self.over_bands = nn.ModuleList(Path(features, hidden) for _ in range(layers))
        self.over_time = nn.ModuleList(Path(features, hidden) for _ in range(layers))
        self.attention = nn.ModuleList(Attention(features, bands) for _ in range(layers))
        self.norm = nn.LayerNorm(features)
        self.embed = nn.Linear(features, EMBEDDED)
        self.hidden = nn.Linear(features, 3 * features)
        size = SPEAKERS * 2 * most
        self.give = nn.Parameter(torch.randn(bands, 3 * features, 2 * size) / math.sqrt(3 * features))
        self.give_bias = nn.Parameter(torch.zeros(bands, 2 * size))

    def forward(self, mixture: Tensor) -> Tensor:
        """Sound (batch, n) → the voices (batch, 2, n); n is a multiple of the hop."""
        spectrum = self.transform.analyse(mixture)
        return self.voices(spectrum, self.units(spectrum))

    def voices(self, spectrum: Tensor, units: Tensor) -> Tensor:
        """The voices (batch, 2, n) by what the paths made of the bands."""
        masks = self.masks(units)
        real, imaginary = spectrum[:, :, 0, None], spectrum[:, :, 1, None]
        parts = torch.stack(
            (
                masks[..., 0, :] * real - masks[..., 1, :] * imaginary,
                masks[..., 0, :] * imaginary + masks[..., 1, :] * real,
            ),
            3,
        )  # (batch, frames, speakers, 2, bins)
        voices = [self.transform.resynthesise(parts[:, :, k]) for k in range(SPEAKERS)]
        return torch.stack(voices, 1)

    def embeddings(self, units: Tensor) -> Tensor:
        """(batch, frames, bands, features) → unit vectors (batch, frames, bands, EMBEDDED), alike for one speaker."""
        return F.normalize(self.embed(self.norm(units)).float(), dim=3)

    def units(self, spectrum: Tensor) -> Tensor:
        """Parts (batch, frames, 2, bins) → what is known of each moment of a band (batch, frames, bands, features)."""
        power = spectrum.square().sum(2, keepdim=True)
        level = (power.mean((1, 3), keepdim=True) + 1e-8).sqrt()
        soft = spectrum / level.sqrt() / (power + 1e-6 * level.square()).pow(0.25)
        batch, frames, bands = spectrum.shape[0], spectrum.shape[1], len(BANDS)
        padded = F.pad(soft, (0, 1))[..., self.place].reshape(batch, frames, 2, bands, max(BANDS))
        x = padded.permute(0, 1, 3, 2, 4).flatten(3)  # (batch, frames, bands, 2 * most)
        x = torch.einsum("btki,kin->btkn", x, self.take) + self.bias
        features = x.shape[3]
        for bandwise, timewise, attention in zip(self.over_bands, self.over_time, self.attention, strict=True):
            x = bandwise(x.reshape(batch * frames, bands, features)).reshape(batch, frames, bands, features)
            y = timewise(x.transpose(1, 2).reshape(batch * bands, frames, features))
            x = attention(y.reshape(batch, bands, frames, features).transpose(1, 2))
        return x

    def masks(self, units: Tensor) -> Tensor:
        """(batch, frames, bands, features) → complex masks (batch, frames, speakers, 2, bins)."""
        batch, frames, bands, _ = units.shape
        h = torch.tanh(self.hidden(self.norm(units)))
        out = torch.einsum("btki,kin->btkn", h, self.give) + self.give_bias
        value, gate = out.chunk(2, 3)
        masks = (value * gate.sigmoid()).reshape(
            batch, frames, bands, 2 * SPEAKERS, max(BANDS)
        )  # (batch, frames, bands, 4, most)
        flat = masks.permute(0, 1, 3, 2, 4).flatten(3)[..., self.back]
        return flat.float().reshape(batch, frames, SPEAKERS, 2, sum(BANDS))
