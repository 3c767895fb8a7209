"""A small LASSNet (Liu et al. 2022): a U-Net over the spectrogram, told by FiLM which sound is wanted.

    magnitude (b, t, 257) ─▶ encoder ─┬─▶ decoder, FiLM by the class ─▶ mask (b, t, 257)
                                      └─▶ which classes are there, every 16 frames (b, t / 16, classes)

Two frames by four bins are taken at once as channels, so that no work is done on the whole spectrogram.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTHS = (32, 48, 64, 80)
BINS = 257
FRAMES, GROUPED = 2, 4
"""Frames and bins that are taken at once."""
STRIDE = 16
"""Frames for each judgement of what is there; the number of frames is a multiple of it."""


def conv(source: int, target: int, stride: int = 1, spread: int = 1) -> nn.Sequential:
    """3x3, normalized."""
    layer = nn.Conv2d(source, target, 3, stride, (spread, 1), (spread, 1), bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(target))


class Up(nn.Module):
    """A step of the decoder: twice the size, the encoder's part added, FiLM by the class."""

    def __init__(self, source: int, target: int) -> None:
        super().__init__()
        self.narrow, self.conv = nn.Conv2d(source, target, 1), conv(target, target)

    def forward(self, hidden: Tensor, skipped: Tensor, film: Tensor) -> Tensor:
        """(q, source, t, f), (q, target, 2t, 2f), (q, 2 target) → (q, target, 2t, 2f)."""
        joined = F.interpolate(self.narrow(hidden), scale_factor=2.0) + skipped
        return torch.relu(joined + modulated(self.conv(joined), film))


class Net(nn.Module):
    """The network."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        self.stem = nn.Conv2d(2 * FRAMES * GROUPED, a, 3, padding=1)
        self.place = nn.Parameter(torch.zeros(1, a, 1, BINS // GROUPED))
        self.first = conv(a, a)
        self.down = nn.ModuleList(conv(x, y, 2) for x, y in ((a, b), (b, c), (c, d)))
        self.more = nn.ModuleList(conv(x, x) for x in (b, c))
        self.whole, self.deep = nn.Linear(d, d), conv(d, d, spread=2)
        self.present = nn.Sequential(nn.Conv1d(2 * d, 48, 3, padding=1), nn.ReLU(), nn.Dropout(0.2))
        self.told = nn.Conv1d(48, classes, 1)
        self.query = nn.Linear(classes, 32)
        self.films = nn.ModuleList(nn.Linear(32, 2 * width) for width in (d, c, b, a))
        self.up = nn.ModuleList(Up(x, y) for x, y in ((d, c), (c, b), (b, a)))
        self.head = nn.Conv2d(a, FRAMES * GROUPED, 3, padding=1)

    def forward(self, magnitude: Tensor, query: Tensor) -> tuple[Tensor, Tensor]:
        """(b, t, 257), one-hot (b, q, classes) → log-odds of the mask (b, q, t, 257) and of presence (b, t / 16, c)."""
        many = query.shape[1]
        levels = self.encoded(features(magnitude))
        deep = levels.pop()
        pooled = torch.cat((deep.mean(3), deep.amax(3)), 1)
        present = self.told(self.present(pooled)).transpose(1, 2)
        asked = torch.relu(self.query(query.flatten(0, 1)))
        films = [film(asked) for film in self.films]
        deep = deep.repeat_interleave(many, 0)
        hidden = torch.relu(deep + modulated(self.deep(deep), films[0]))
        for step, film in zip(self.up, films[1:], strict=True):
            hidden = step(hidden, levels.pop().repeat_interleave(many, 0), film)
        mask: Tensor = self.head(hidden).unflatten(1, (FRAMES, GROUPED)).permute(0, 3, 1, 4, 2).flatten(3).flatten(1, 2)
        mask = torch.cat((mask, mask[..., -1:]), 2)
        return mask.unflatten(0, (-1, many)), present  # type: ignore[no-untyped-call]

    def encoded(self, hidden: Tensor) -> list[Tensor]:
        """(b, 16, t / 2, 64) → a tensor for each level."""
        hidden = torch.relu(self.stem(hidden) + self.place)
        hidden = torch.relu(hidden + self.first(hidden))
        levels = [hidden]
        for down, more in zip(self.down, (*self.more, None), strict=True):
            hidden = torch.relu(down(hidden))
            hidden = hidden if more is None else torch.relu(hidden + more(hidden))
            levels.append(hidden)
        whole = self.whole(levels[-1].mean((2, 3)))[:, :, None, None]
        levels[-1] = torch.relu(levels[-1] + whole)
        return levels


def modulated(hidden: Tensor, film: Tensor) -> Tensor:
    """FiLM (Perez et al. 2018): scaled and moved, channel by channel."""
    scale, shift = film[:, :, None, None].chunk(2, 1)
    return hidden * (1 + scale) + shift


def features(magnitude: Tensor) -> Tensor:
    """(b, t, 257) → (b, 16, t / 2, 64): each bin against the mean power, and against its own mean."""
    power = magnitude[..., : BINS - 1].square()
    level = torch.log10(power / (power.mean((1, 2), keepdim=True) + 1e-12) + 1e-5)
    both = torch.stack((0.5 * level + 1, level - level.mean(1, keepdim=True)), 1)
    cells: Tensor = both.unflatten(3, (-1, GROUPED)).unflatten(2, (-1, FRAMES))  # type: ignore[no-untyped-call]
    return cells.permute(0, 1, 3, 5, 2, 4).flatten(1, 3)
