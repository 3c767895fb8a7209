"""The network of sound detection, to be trained; `models/sound/detection.py` runs what comes of it."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS = (24, 32, 48, 64, 96)
WIDTH = 96
DILATIONS = (1, 2, 4, 8, 16, 32)
REACH = sum(DILATIONS) + 8
"""Frames on either side that an answer is drawn from, at most, in answers of 40 ms."""


class Context(nn.Module):
    """Looks back and ahead: one step of a chain of dilated convolutions (Bai et al. 2018)."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.along = nn.Conv1d(WIDTH, WIDTH, 3, padding=dilation, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """(b, WIDTH, t) → the same."""
        return x + functional.relu(self.norm(self.along(x)))


class Net(nn.Module):
    """Convolutions over time and pitch, then over time: bands (b, t, 64) → log-odds (b, t / 2, labels)."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        blocks = list[nn.Module]()
        for k, (before, after) in enumerate(zip((1, *CHANNELS), CHANNELS, strict=False)):
            # The first looks at 100 ms and a few bands at once, and halves both.
            shape: dict[str, Any] = (
                {"kernel_size": 5, "stride": 2, "padding": 2} if k == 0 else {"kernel_size": 3, "padding": 1}
            )
            blocks += [nn.Conv2d(before, after, bias=False, **shape), nn.BatchNorm2d(after), nn.ReLU()]
            blocks += [nn.AvgPool2d((1, 2))] if 0 < k < 4 else []
        self.blocks = nn.Sequential(*blocks)
        self.joined = nn.Conv1d(CHANNELS[-1] * 4, WIDTH, 1)
        self.drop_some, self.drop = nn.Dropout1d(0.1), nn.Dropout(0.2)
        self.context = nn.Sequential(*(Context(dilation) for dilation in DILATIONS))
        self.told = nn.Conv1d(WIDTH, labels, 1)

    def forward(self, bands: Tensor) -> tuple[Tensor, Tensor]:
        """Log-odds (b, t / 2, labels), and what they are drawn from (b, t / 2, WIDTH)."""
        x = self.blocks(bands[:, None])
        x = x.permute(0, 1, 3, 2).flatten(1, 2)
        x = self.context(functional.relu(self.joined(self.drop_some(x))))
        return self.told(self.drop(x)).transpose(1, 2), x.transpose(1, 2)


def pooled(logits: Tensor) -> Tensor:
    """The probability that a sound is there at all, weighted by itself (Wang et al. 2019): (b, t, n) → (b, n)."""
    p = torch.sigmoid(logits)
    return (p * p).sum(1) / (p.sum(1) + 1e-6)


def loss(logits: Tensor, marks: Tensor) -> Tensor:
    """Cross-entropy of each moment, of each scene as a whole, and, where one sound is heard alone, of which it is."""
    moments = functional.binary_cross_entropy_with_logits(logits, marks)
    there = pooled(logits).clamp(1e-5, 1 - 1e-5)
    whole = functional.binary_cross_entropy(there, marks.amax(1))
    alone = marks.amax(1).sum(1) == 1
    if not alone.any():
        return moments + 0.3 * whole
    heard = marks[alone].amax(2, keepdim=True)
    odds = (logits[alone] * heard).sum(1) / heard.sum(1)
    which = functional.cross_entropy(odds, marks[alone].amax(1).argmax(1), label_smoothing=0.05)
    return moments + 0.3 * whole + 0.3 * which
