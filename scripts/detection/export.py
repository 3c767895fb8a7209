"""The network as a file for onnxruntime, its weights in half precision."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from models.sound.detection_features import BANDS
from scripts.detection.network import Net

SMALL = 64
"""Weights of fewer numbers stay as they are."""


class Answering(nn.Module):
    """Gives probabilities; of several networks, their mean."""

    def __init__(self, nets: list[Net]) -> None:
        super().__init__()
        self.nets = nn.ModuleList(nets)

    def forward(self, bands: Tensor) -> tuple[Tensor, Tensor]:
        """Bands (b, t, 64) → probabilities (b, t / 2, labels), and what they are drawn from, side by side."""
        told = [net(bands) for net in self.nets]
        return torch.stack([torch.sigmoid(odds) for odds, _ in told]).mean(0), torch.cat([seen for _, seen in told], 2)


def export(nets: list[Net], path: Path) -> None:
    """Write them as one ONNX file."""
    for net in nets:
        net.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]  # torch's types leave it out
    whole = Answering([net.eval() for net in nets]).eval()
    names: dict[str, Any] = {"input_names": ["bands"], "output_names": ["posteriors", "embeddings"]}
    axes = {"bands": {1: "frames"}, "posteriors": {1: "answers"}, "embeddings": {1: "answers"}}
    torch.onnx.export(
        whole, (torch.zeros(1, 200, BANDS),), str(path), **names, dynamic_axes=axes, opset_version=17, dynamo=False
    )
    model = onnx.load(path)
    _halve(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _halve(model: onnx.ModelProto) -> None:
    """Keep the weights in half precision; onnxruntime widens them once, when it loads them."""
    graph = model.graph
    widened = []
    for weight in list(graph.initializer):
        values = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or values.size < SMALL:
            continue
        graph.initializer.remove(weight)
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), f"{weight.name}_half"))
        widened.append(helper.make_node("Cast", [f"{weight.name}_half"], [weight.name], to=TensorProto.FLOAT))
    for node in reversed(widened):
        graph.node.insert(0, node)
