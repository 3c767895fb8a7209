"""Stores the network as ONNX, its weights in 16 bits."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from scripts.extraction.sounds import NAMES

LEAST = 256
"""Smaller tensors keep their 32 bits."""


class _Single(nn.Module):
    """One mixture, one class, likelihoods in place of log-odds."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, magnitude: Tensor, query: Tensor) -> tuple[Tensor, Tensor]:
        mask, present = self.net(magnitude[None], query[None, None])
        return torch.sigmoid(mask[0, 0]), torch.sigmoid(present[0])


def export(net: nn.Module, path: Path) -> None:
    """Write magnitude (t, 257), query (classes,) → mask (t, 257), present (t / 16, classes); t is a multiple of 16."""
    inputs = (torch.rand(256, 257), torch.eye(len(NAMES))[0])
    torch.onnx.export(
        _Single(net).eval(),
        inputs,
        path,
        input_names=["magnitude", "query"],
        output_names=["mask", "present"],
        dynamic_axes={"magnitude": {0: "frames"}, "mask": {0: "frames"}, "present": {0: "steps"}},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(path)
    halve(model)
    onnx.save(model, path)


def halve(model: onnx.ModelProto) -> None:
    """Large tensors in 16 bits, cast where they are used: half the size, the same arithmetic."""
    graph = model.graph
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= LEAST:
            graph.initializer.remove(tensor)
            graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), f"{tensor.name}_half"))
            cast = helper.make_node("Cast", [f"{tensor.name}_half"], [tensor.name], to=onnx.TensorProto.FLOAT)
            graph.node.insert(0, cast)
