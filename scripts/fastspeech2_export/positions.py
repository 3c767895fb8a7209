"""Positions for attention, computed within the graph, so that it takes clauses of any length.

The published modules keep a table of sines as long as the longest input so far, which a graph would freeze.

Sines: Vaswani et al. 2017, arXiv 1706.03762, section 3.5. Distances: Dai et al. 2019, arXiv 1901.02860, appendix B.
"""

import math

import torch
from torch import nn

TABLE = 5000
"""Positions that the old kind of relative positions counts down from."""


def sines(positions: torch.Tensor, channels: int) -> torch.Tensor:
    """Positions of shape (k,) as sines and cosines in turn, shape (1, k, channels)."""
    speeds = torch.exp(torch.arange(0, channels, 2, dtype=torch.float32) * (-math.log(10_000.0) / channels))
    angles = positions.to(torch.float32).unsqueeze(1) * speeds
    return torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(1).unsqueeze(0)


class Absolute(nn.Module):
    """Adds to each state where it stands: `state * scale + alpha * sines`."""

    def __init__(self, channels: int, scale: float, alpha: float) -> None:
        super().__init__()
        self.channels, self.scale, self.alpha = channels, scale, alpha

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        """States of shape (1, k, channels)."""
        return given * self.scale + self.alpha * sines(torch.arange(given.size(1)), self.channels)


class Relative(nn.Module):
    """States, scaled, and beside them the sines of every distance between two, from k - 1 down to 1 - k."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, given: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """States of shape (1, k, channels); sines of shape (1, 2k - 1, channels)."""
        count = given.size(1)
        distances = (count - 1) - torch.arange(2 * count - 1)
        return given * math.sqrt(self.channels), sines(distances, self.channels)


class OldRelative(Relative):
    """The same as early models were trained with it: only k sines, counted down from the end of a table."""

    def forward(self, given: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """States of shape (1, k, channels); sines of shape (1, k, channels)."""
        positions = (TABLE - 1) - torch.arange(given.size(1))
        return given * math.sqrt(self.channels), sines(positions, self.channels)
