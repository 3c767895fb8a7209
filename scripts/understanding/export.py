"""Writes a trained network as the program runs it: a graph of onnxruntime, and its large matrices in 4 bits."""

import logging
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from router.dialogue.understanding.network import GROUP, SCALES, packed, unpacked

LARGE = 10_000
"""Numbers; from so many on a matrix is stored in 4 bits."""


class Plain(nn.Module):
    """A network for one text, without what only training needs."""

    def __init__(self, net: Any) -> None:
        super().__init__()
        self.net = net

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Tokens (1, n) → classes (1, n, c), tags (1, n, g), beginnings (1, n, 1)."""
        hidden = self.net.norm(self.net.words(ids) + self.net.places[: ids.shape[1]])
        for layer in self.net.layers:
            hidden = layer(hidden, None)
        return self.net.tasks(hidden), self.net.tags(hidden), self.net.begins(hidden)


def export(net: Any, folder: Path) -> None:
    """Write network.onnx and weights.npz."""
    logging.disable(logging.INFO)
    net.eval()
    with tempfile.TemporaryDirectory() as work:
        whole, small = Path(work) / "whole.onnx", Path(work) / "small.onnx"
        length = torch.export.Dim("n", min=2, max=128)
        program = torch.onnx.export(
            Plain(net),
            (torch.zeros(1, 20, dtype=torch.long),),
            dynamo=True,
            input_names=["ids"],
            output_names=["tasks", "tags", "begins"],
            dynamic_shapes=({1: length},),
        )
        assert program is not None
        program.save(str(whole))
        # Seven bits, so that sums cannot overflow on processors without VNNI.
        quantize_dynamic(whole, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
        graph = onnx.load(small)
    stored = _taken_out(graph)
    for node in graph.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    np.savez(folder / "weights.npz", **stored)  # type: ignore[arg-type]
    onnx.save(graph, folder / "network.onnx")


def _taken_out(graph: onnx.ModelProto) -> dict[str, np.ndarray[Any, Any]]:
    """The large matrices of a graph, packed; the graph is left with their names."""
    inside = {one.name: one for one in graph.graph.initializer}
    stored: dict[str, np.ndarray[Any, Any]] = {}
    for name, one in inside.items():
        if not name.endswith("_quantized") or np.prod(one.dims) < LARGE or one.dims[-1] % GROUP:
            continue
        bare = name.removesuffix("_quantized")
        step = numpy_helper.to_array(inside[f"{bare}_scale"]).astype(np.float32)
        zero = numpy_helper.to_array(inside[f"{bare}_zero_point"])
        weights = (numpy_helper.to_array(one).astype(np.float32) - zero) * step
        stored |= {name + end: value for end, value in packed(weights.astype(np.float32), step, zero).items()}
        _emptied(one)
    assert all(name + SCALES in stored for name in unpacked(stored))
    return stored


def _emptied(one: onnx.TensorProto) -> None:
    """Leave of a matrix its name, type and shape; its numbers are given when the graph is loaded."""
    one.ClearField("raw_data")
    one.ClearField("int32_data")
    one.data_location = onnx.TensorProto.EXTERNAL
    entry = one.external_data.add()
    entry.key, entry.value = "location", "weights.npz"
