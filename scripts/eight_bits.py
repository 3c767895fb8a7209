"""Weights of an ONNX graph in eight bits: a quarter of the size, and hardly any loss with a scale for each channel."""

from typing import TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Floats: TypeAlias = NDArray[np.float32]

SMALLEST = 4096
"""Weights with fewer numbers stay as they are."""


def packed(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with large weights as int8 and a scale for each channel, made float again when it is loaded."""
    graph = model.graph
    _forget(model)
    kept, nodes = [], []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or values.size < SMALLEST or values.ndim < 2:
            kept.append(weight)
        else:
            parts, node = _rounded(values, weight.name)
            kept += parts
            nodes.append(node)
    nodes += graph.node
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def _forget(model: onnx.ModelProto) -> None:
    """Take out what the exporter noted about its own run: source lines, and shapes that no runtime needs."""
    del model.metadata_props[:], model.graph.value_info[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""


def _rounded(values: Floats, name: str) -> tuple[list[TensorProto], onnx.NodeProto]:
    """A weight as whole numbers and scales, and the node that multiplies them."""
    axis = int(np.argmin([_error(values, a) for a in range(values.ndim)]))
    scale = _scale(values, axis)
    whole = np.round(values / _along(scale, axis, values.ndim)).astype(np.int8)
    parts: dict[str, NDArray[np.generic]] = {
        f"{name}_whole": whole,
        f"{name}_scale": scale,
        f"{name}_zero": np.zeros(len(scale), np.int8),
    }
    node = helper.make_node("DequantizeLinear", list(parts), [name], axis=axis)
    return [numpy_helper.from_array(array, part) for part, array in parts.items()], node


def _scale(values: Floats, axis: int) -> Floats:
    others = tuple(a for a in range(values.ndim) if a != axis)
    return np.asarray(np.maximum(np.abs(values).max(axis=others) / 127, 1e-12), np.float32)


def _along(scale: Floats, axis: int, dimensions: int) -> Floats:
    return scale.reshape([-1 if a == axis else 1 for a in range(dimensions)])


def _error(values: Floats, axis: int) -> float:
    """Mean square of what rounding with a scale along this axis loses."""
    scale = _along(_scale(values, axis), axis, values.ndim)
    return float(np.square(np.round(values / scale) * scale - values).mean())
