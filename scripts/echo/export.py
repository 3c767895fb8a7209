"""Writes the trained network as the .npz that `asr.echo.suppressor.Network` reads, in half precision."""

from pathlib import Path

import numpy as np
import torch

from asr.echo.suppressor import Network
from assistant.errors import DataError
from scripts.echo.network import SuppressorNetwork


def export(checkpoint: Path, to: Path) -> None:
    """From what `train` wrote.

    Raises:
        DataError: it did not.
    """
    if not checkpoint.exists():
        raise DataError(f"There is no {checkpoint}; train the network first.")
    state = torch.load(checkpoint, weights_only=False)["network"]
    network = SuppressorNetwork(len(state["input.bias"]))
    network.load_state_dict(state)
    write_network(network, to)


def write_network(network: SuppressorNetwork, to: Path) -> None:
    """The weights alone."""
    with to.open("wb") as file:
        np.savez(file, allow_pickle=False, **network.weights())


def read_network(path: Path) -> Network:
    """The network of an .npz, as the program runs it.

    Raises:
        DataError: there is no such file.
    """
    if not path.exists():
        raise DataError(f"There is no {path}; export the network first.")
    with np.load(path) as stored:
        return Network({name: stored[name].astype(np.float32) for name in stored.files})
