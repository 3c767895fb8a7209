"""What an export needs of a model, wherever that comes from."""

from dataclasses import dataclass, field

import torch
from torch import nn

from tts.cards import Scale


@dataclass(frozen=True, slots=True)
class Parts:
    """A FastSpeech 2, taken apart. Shapes: n phones, T frames, d channels, m bands; d is its own for each layer."""

    encoder: nn.Module
    """Ids (1, n) → hidden (1, n, d)."""
    log_durations: nn.Module
    """Hidden → (1, n), natural logarithm of frames plus one."""
    pitch: nn.Module
    """Hidden → (1, n, 1), normalized."""
    energy: nn.Module
    """Likewise."""
    pitch_embedding: nn.Module
    """(1, 1, n) → (1, d, n)."""
    energy_embedding: nn.Module
    """Likewise."""
    decoder: nn.Module
    """Hidden of every frame (1, T, d) → mel (1, T, m), as the vocoder takes it."""
    vocoder: nn.Module
    """Mel (1, T, m) → samples (1, T * hop)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A model with what its card says of it."""

    parts: Parts
    symbols: tuple[str, ...]
    """The phones, in the order of their ids."""
    end: str
    """The phone that stands behind all others."""
    rate: int
    """Hertz."""
    hop: int
    """Samples in a frame."""
    mels: int
    licence: str = ""
    pitch: Scale = field(default_factory=Scale)
    """Of natural log F0."""
    energy: Scale = field(default_factory=Scale)


class First(nn.Module):
    """The first thing that a network gives, called without a mask: there is one clause and nothing to mask."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        first: torch.Tensor = self.network(given, None)[0]
        return first


class Offset(nn.Module):
    """A network's hidden states with a vector, shape (d,), added to each: a speaker or a language that is chosen."""

    def __init__(self, network: nn.Module, vector: torch.Tensor) -> None:
        super().__init__()
        self.network = network
        self.vector: torch.Tensor
        self.register_buffer("vector", vector)

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        hidden: torch.Tensor = self.network(given) + self.vector
        return hidden


class LogDurations(nn.Module):
    """The layers of a duration predictor, without the rounding that stands behind them.

    FastSpeech (Ren et al. 2019, arXiv 1905.09263), section 3.3.
    """

    def __init__(self, layers: nn.ModuleList, linear: nn.Module) -> None:
        super().__init__()
        self.layers = layers
        self.linear = linear

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        state = hidden.transpose(1, 2)
        for layer in self.layers:
            state = layer(state)
        log_durations: torch.Tensor = self.linear(state.transpose(1, 2)).squeeze(-1)
        return log_durations


class Affine(nn.Module):
    """`given * scale + shift`, a number or one for each band."""

    def __init__(self, scale: torch.Tensor, shift: torch.Tensor) -> None:
        super().__init__()
        self.scale: torch.Tensor
        self.shift: torch.Tensor
        self.register_buffer("scale", scale)
        self.register_buffer("shift", shift)

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        return given * self.scale + self.shift
