"""The suppressor's network in torch; `asr.echo.suppressor.Network` is the same in numpy."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from asr.echo.suppressor import BANDS

HIDDEN = 96
SEEN = 4
"""Powers that are seen of each band: of the rest, the echo, the reference and the microphone."""


class SuppressorNetwork(nn.Module):
    """A layer, two of gated recurrent units, and a head each for gains and presence."""

    def __init__(self, hidden: int = HIDDEN) -> None:
        super().__init__()
        self.input = nn.Linear(SEEN * BANDS, hidden)
        self.units = nn.GRU(hidden, hidden, 2, batch_first=True)
        self.gains = nn.Linear(hidden, BANDS)
        self.presence = nn.Linear(hidden, 1)

    def forward(self, logs: Tensor) -> tuple[Tensor, Tensor]:
        """Gains, (batch, frames, BANDS) from 0 to 1, and presence before its sigmoid, (batch, frames).

        `logs`: log10 of powers, (batch, frames, SEEN, BANDS).
        """
        hidden, _ = self.units(torch.relu(self.input((0.5 * logs + 2).flatten(2))))
        return torch.sigmoid(self.gains(hidden)), self.presence(hidden)[..., 0]

    def weights(self) -> dict[str, NDArray[np.float16]]:
        """All weights by the names that `asr.echo.suppressor` gives them."""
        return {ours: tensor.detach().numpy().astype(np.float16) for ours, tensor in self._named()}

    def _named(self) -> list[tuple[str, Tensor]]:
        layers = {"input": self.input, "gains": self.gains, "presence": self.presence}
        named = [(name, layer.weight) for name, layer in layers.items()]
        named += [(f"{name}_bias", layer.bias) for name, layer in layers.items()]
        parts = {"given": "weight_ih", "given_bias": "bias_ih", "hidden": "weight_hh", "hidden_bias": "bias_hh"}
        named += [(f"{ours}{k}", getattr(self.units, f"{its}_l{k}")) for ours, its in parts.items() for k in range(2)]
        return named
