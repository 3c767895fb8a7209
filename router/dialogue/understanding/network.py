"""A small BERT in numpy: words in, what is asked for, where, and which of the words are arguments out.

The weights are stored in 4 bits, 32 to a scale, and are unpacked when they are loaded. Run with numpy: a sentence
of twenty words takes a few milliseconds, and the router needs no library of an engine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from assistant.errors import EngineMissing

Array: TypeAlias = npt.NDArray[np.float32]

HEADS = 12
EPSILON = 1e-12
SCALE = "/scale"
"""Ends the name of the scales that belong to a matrix of 4-bit weights."""
GROUP = 32
"""How many weights of a row share a scale."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the network says of a text of n tokens."""

    hidden: Array
    """Every token in its surroundings, shape (n, width)."""
    tags: Array
    """Log-odds of each tag at each token, shape (n, tags)."""
    begins: Array
    """Log-odds that a new request begins at a token, shape (n,)."""


class Network:
    """Devlin et al. 2018 as in MiniLM (Wang et al. 2020), with a linear layer for each output."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self._weights = weights
        self._layers = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layer."))

    @classmethod
    def load(cls, path: Path) -> "Network":
        """Read weights that `packed` wrote.

        Raises:
            EngineMissing: the file is not there.
        """
        try:
            with np.load(path) as stored:
                return cls(unpacked(stored))
        except OSError as error:
            raise EngineMissing(f"The weights {path.name} of the embedded dialogue engine are missing.") from error

    def __call__(self, tokens: Sequence[int]) -> Outputs:
        """Read a text, given as the numbers of its tokens."""
        hidden = self._embedded(np.asarray(tokens, np.int64))
        for number in range(self._layers):
            hidden = self._layer(f"layer.{number}", hidden)
        return Outputs(hidden, self._linear("tags", hidden), self._linear("begins", hidden)[:, 0])

    def tasks(self, hidden: Array) -> Array:
        """Log-odds of each class, shape (classes,), for a stretch of a text: the hidden states of its tokens."""
        return self._linear("tasks", hidden.mean(0))

    def _embedded(self, ids: npt.NDArray[np.int64]) -> Array:
        words = self._weights["words"][ids] + self._weights["positions"][: len(ids)]
        return self._normalized("embeddings.norm", np.asarray(words, np.float32))

    def _layer(self, name: str, hidden: Array) -> Array:
        hidden = self._normalized(f"{name}.norm1", hidden + self._attention(name, hidden))
        inner = _gelu(self._linear(f"{name}.inner", hidden))
        return self._normalized(f"{name}.norm2", hidden + self._linear(f"{name}.outer", inner))

    def _attention(self, name: str, hidden: Array) -> Array:
        length, width = hidden.shape
        joined = self._linear(f"{name}.qkv", hidden).reshape(length, 3, HEADS, width // HEADS)
        query, key, value = joined.transpose(1, 2, 0, 3)
        weights = softmax(query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(width // HEADS)))
        return self._linear(f"{name}.mixed", (weights @ value).transpose(1, 0, 2).reshape(length, width))

    def _linear(self, name: str, inputs: Array) -> Array:
        return np.asarray(inputs @ self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"], np.float32)

    def _normalized(self, name: str, inputs: Array) -> Array:
        centred = inputs - inputs.mean(-1, keepdims=True)
        deviation = np.sqrt((centred * centred).mean(-1, keepdims=True) + np.float32(EPSILON))
        return np.asarray(
            centred / deviation * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"], np.float32
        )


def packed(weights: Mapping[str, Array]) -> dict[str, npt.NDArray[np.generic]]:
    """Weights as they are stored: matrices in 4 bits, a scale for each 32 of a row, everything else in 16."""
    stored: dict[str, npt.NDArray[np.generic]] = {}
    for name, weight in weights.items():
        if weight.ndim < 2 or weight.shape[-1] % GROUP:
            stored[name] = weight.astype(np.float16)
            continue
        levels, scales = _quantized(weight.reshape(-1, GROUP))
        pairs = (levels + 8).astype(np.uint8).reshape(*weight.shape[:-1], -1, 2)
        stored[name], stored[name + SCALE] = pairs[..., 0] | pairs[..., 1] << 4, scales.astype(np.float16)
    return stored


def unpacked(stored: Mapping[str, npt.NDArray[np.generic]]) -> dict[str, Array]:
    """Stored weights as float32."""
    return {name: _unpacked(name, stored) for name in stored if not name.endswith(SCALE)}


def _unpacked(name: str, stored: Mapping[str, npt.NDArray[np.generic]]) -> Array:
    kept = stored[name]
    if name + SCALE not in stored:
        return np.asarray(kept, np.float32)
    pairs = np.asarray(kept, np.uint8)
    levels = np.stack((pairs & 15, pairs >> 4), -1).reshape(-1, GROUP).astype(np.float32) - 8
    scales = np.asarray(stored[name + SCALE], np.float32)
    return np.asarray((levels * scales).reshape(*kept.shape[:-1], -1), np.float32)


def _quantized(groups: Array) -> tuple[Array, Array]:
    """Whole numbers from -8 to 7, shape (n, 32), and the scales, shape (n, 1), that lose least of several."""
    best: Array | None = None
    for share in (1.0, 0.9, 0.8, 0.7):
        scales = (np.abs(groups).max(1, keepdims=True) * share / 7 + 1e-12).astype(np.float16).astype(np.float32)
        levels = np.clip(np.round(groups / np.maximum(scales, 1e-7)), -8, 7)
        lost = ((groups - levels * scales) ** 2).sum(1, keepdims=True)
        if best is None:
            best, kept, chosen = lost, levels, scales
        better = lost < best
        best, kept, chosen = (np.where(better, a, b) for a, b in ((lost, best), (levels, kept), (scales, chosen)))
    return np.asarray(kept, np.float32), np.asarray(chosen, np.float32)


def softmax(scores: Array) -> Array:
    """Probabilities along the last axis."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True), np.float32)


def _gelu(inputs: Array) -> Array:
    """The tanh form of Hendrycks & Gimpel 2016."""
    inner = np.float32(np.sqrt(2 / np.pi)) * (inputs + np.float32(0.044715) * inputs * inputs * inputs)
    return np.asarray(np.float32(0.5) * inputs * (1 + np.tanh(inner)), np.float32)
