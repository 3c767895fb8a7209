"""The network of `models.speech.enhancement_masks` as it is trained: a temporal convolutional one that gives masks.

 power ─┬▶ log, relative to the level around ─┬─▶ 96 ─▶ 8 × (dilated separable convolution) ─▶ threshold, steepness
        └▶ floor: the quietest around ────────┤                                                     │
                                              └─ how far above the floor ───────────────────────────┴─▶ mask

It is the separator of ConvTasNet (Luo and Mesgarani 2019) over a short-time Fourier transform in place of the learned
one. What it gives is a curve for each bin, by which the mask rises with what stands out from the noise, as in the
classical estimators: details of the spectrum need not go through the network. Nothing reaches further than `REACH`
frames, so that a recording may be cut anywhere.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.speech.enhancement_frames import BINS

AROUND = 94
"""Frames on either side over which the level is averaged: 1.5 s."""
FLOOR = 1e-5
"""Of the power relative to the level around, below which nothing is told apart."""
SMOOTH, QUIETEST = 3, 36
"""Frames on either side over which power is smoothed, and among which the quietest is the floor (Martin 2001)."""
SILENCE = 1e-10
"""Mean power below which there is nothing."""
DILATIONS = (1, 2, 4, 8, 16, 1, 4, 16)
REACH = sum(DILATIONS) + AROUND + SMOOTH + QUIETEST
WIDTH, HIDDEN = 96, 144


class Block(nn.Module):
    """A separable convolution over three frames, added to what came."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(WIDTH)
        self.wide, self.back = nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)
        self.taps = nn.Parameter(torch.randn(3, HIDDEN) * 0.4)

    def forward(self, hidden: Tensor) -> Tensor:
        """Shape (b, frames, WIDTH), the same."""
        inner = torch.relu(self.wide(self.norm(hidden)))
        before, after = F.pad(inner, (0, 0, self.dilation, 0)), F.pad(inner, (0, 0, 0, self.dilation))
        frames = inner.shape[1]
        mixed = before[:, :frames] * self.taps[0] + inner * self.taps[1] + after[:, self.dilation :] * self.taps[2]
        added: Tensor = self.back(torch.relu(mixed))
        return hidden + added


class MaskNetwork(nn.Module):
    """Power of the short-time spectrum, shape (b, frames, BINS) → masks of the same shape, 0 to 1."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(2 * BINS, WIDTH)
        self.blocks = nn.ModuleList(Block(dilation) for dilation in DILATIONS)
        self.norm = nn.LayerNorm(WIDTH)
        self.leave = nn.Linear(WIDTH, 2 * BINS)

    def forward(self, power: Tensor) -> Tensor:
        """How much of each bin is speech."""
        fine, floor = _features(power)
        hidden = self.enter(torch.cat((fine, floor), -1))
        for block in self.blocks:
            hidden = block(hidden)
        threshold, steepness = self.leave(self.norm(hidden)).float().chunk(2, -1)
        return torch.sigmoid(threshold + steepness * (fine - floor))


def _features(power: Tensor) -> tuple[Tensor, Tensor]:
    """Log power and its floor, relative to the level around: shape (b, frames, BINS) each."""
    level = _around(power.mean(-1, keepdim=True), AROUND).clamp(min=SILENCE)
    floor = _quietest(_around(power / level, SMOOTH), QUIETEST)
    return 0.25 * torch.log(power / level + FLOOR), 0.25 * torch.log(floor + FLOOR)


def _around(values: Tensor, frames: int) -> Tensor:
    """The mean over the frames around each: shape (b, frames, n), the same; beyond the ends there is nothing."""
    across = values.transpose(1, 2)
    return F.avg_pool1d(across, 2 * frames + 1, 1, frames, count_include_pad=False).transpose(1, 2)


def _quietest(values: Tensor, frames: int) -> Tensor:
    """The least over the frames around each, likewise; each pass looks twice as far."""
    found, seen = F.pad(values, (0, 0, frames, frames), value=torch.inf), 1
    while seen < 2 * frames + 1:
        step = min(seen, 2 * frames + 1 - seen)
        found, seen = torch.minimum(found[:, :-step], found[:, step:]), seen + step
    return found
