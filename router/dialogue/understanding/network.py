"""The network that reads requests: words in; what is asked for, where, and which of the words are arguments out.

    network.onnx   the graph, without its large matrices
    weights.npz    these, in 4 bits with a scale for each 32; unpacked to the 8 bits that the graph computes in

Run by onnxruntime on one thread: a sentence of twenty words takes two milliseconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from assistant.errors import EngineMissing

Array: TypeAlias = npt.NDArray[np.float32]

GROUP = 32
"""How many weights of a row share a scale."""
SCALES, STEP, ZERO = "/scales", "/step", "/zero"
"""End the names of what belongs to a matrix: the scales of its 4 bits; what one of its 8 bits is worth; its zero."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the network says of a text of n tokens."""

    tasks: Array
    """What each token says for each class, shape (n, classes); the mean over a stretch is its log-odds."""
    tags: Array
    """Log-odds of each tag at each token, shape (n, tags)."""
    begins: Array
    """Log-odds that a new request begins at a token, shape (n,)."""


class Network:
    """BERT (Devlin et al. 2018) as MiniLM has it (Wang et al. 2020), with a linear layer for each output."""

    def __init__(self, folder: Path) -> None:
        """Load the graph and the weights.

        Raises:
            EngineMissing: they are not there.
        """
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            with np.load(folder / "weights.npz") as stored:
                matrices = unpacked(stored)
            names, values = list(matrices), [ort.OrtValue.ortvalue_from_numpy(m) for m in matrices.values()]
            options.add_external_initializers(names, values)
            self._session = ort.InferenceSession(str(folder / "network.onnx"), options, ["CPUExecutionProvider"])
        except (OSError, ort.capi.onnxruntime_pybind11_state.NoSuchFile) as error:
            raise EngineMissing("The weights of the embedded dialogue engine are missing; install it again.") from error

    def __call__(self, tokens: Sequence[int]) -> Outputs:
        """Read a text, given as the numbers of its tokens."""
        tasks, tags, begins = self._session.run(None, {"ids": np.asarray([tokens], np.int64)})
        return Outputs(tasks[0], tags[0], begins[0, :, 0])


def packed(weights: Array, step: Array, zero: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
    """A matrix as it is stored, under the empty name; `step` and `zero` are those of the graph's 8 bits."""
    levels, scales = _quantized(weights.reshape(-1, GROUP))
    pairs = (levels + 8).astype(np.uint8).reshape(*weights.shape[:-1], -1, 2)
    return {"": pairs[..., 0] | pairs[..., 1] << 4, SCALES: scales.astype(np.float16), STEP: step, ZERO: zero}


def unpacked(stored: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """All stored matrices in the 8 bits that the graph computes in."""
    names = [name.removesuffix(SCALES) for name in stored if name.endswith(SCALES)]
    return {name: _in_8_bits(stored[name], *(stored[name + end] for end in (SCALES, STEP, ZERO))) for name in names}


def _in_8_bits(
    pairs: npt.NDArray[Any], scales: npt.NDArray[Any], step: Array, zero: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    levels = np.stack((pairs & 15, pairs >> 4), -1).reshape(-1, GROUP).astype(np.float32) - 8
    weights = (levels * scales.astype(np.float32)).reshape(*pairs.shape[:-1], -1)
    limits = np.iinfo(zero.dtype)
    whole: npt.NDArray[Any] = np.clip(np.round(weights / step) + zero, limits.min, limits.max).astype(zero.dtype)
    return whole


def _quantized(groups: Array) -> tuple[Array, Array]:
    """Whole numbers from -8 to 7, shape (n, 32), and the scales, shape (n, 1), that lose least of several."""
    kept, chosen, least = groups, groups[:, :1], np.full((len(groups), 1), np.inf)
    for share in (1.0, 0.9, 0.8, 0.7):
        scales = (
            np.maximum(np.abs(groups).max(1, keepdims=True) * share / 7, 1e-6).astype(np.float16).astype(np.float32)
        )
        levels = np.clip(np.round(groups / scales), -8, 7)
        lost = ((groups - levels * scales) ** 2).sum(1, keepdims=True)
        better = lost < least
        kept, chosen, least = (
            np.where(better, new, old) for new, old in ((levels, kept), (scales, chosen), (lost, least))
        )
    return np.asarray(kept, np.float32), np.asarray(chosen, np.float32)


def softmax(scores: Array) -> Array:
    """Probabilities along the last axis."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True), np.float32)
