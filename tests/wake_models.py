"""Small models in openWakeWord's format: they measure loudness, and find it likely that a loud sound is the phrase."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HOP, FRAME, MELS, EMBEDDING = 160, 512, 32, 96


def write_models(folder: Path, count: int = 16) -> Path:
    """Write the three files, and return the phrase's; it looks at `count` embeddings."""
    _save(folder / "melspectrogram.onnx", _mel())
    _save(folder / "embedding_model.onnx", _embedding())
    _save(folder / "loud.onnx", _phrase(count))
    return folder / "loud.onnx"


def _mel() -> onnx.GraphProto:
    """(1, samples) → (1, 1, frames, 32): the mean absolute value of 512 samples every 160, times 10."""
    kernel = np.full((MELS, 1, FRAME), 10 / FRAME / 32768, np.float32)
    nodes = [
        helper.make_node("Abs", ["input"], ["absolute"]),
        helper.make_node("Unsqueeze", ["absolute", "one"], ["signal"]),
        helper.make_node("Conv", ["signal", "kernel"], ["frames"], strides=[HOP]),
        helper.make_node("Transpose", ["frames"], ["turned"], perm=[0, 2, 1]),
        helper.make_node("Unsqueeze", ["turned", "one"], ["output"]),
    ]
    constants = [numpy_helper.from_array(kernel, "kernel"), numpy_helper.from_array(np.array([1]), "one")]
    return _graph(nodes, ("input", [1, "samples"]), ("output", [1, 1, "frames", MELS]), constants)


def _embedding() -> onnx.GraphProto:
    """(1, 76, 32, 1) → (1, 1, 1, 96): the mean, 96 times."""
    nodes = [
        helper.make_node("ReduceMean", ["input_1", "axes"], ["mean"], keepdims=1),
        helper.make_node("Expand", ["mean", "shape"], ["output"]),
    ]
    constants = [
        numpy_helper.from_array(np.array([1, 2, 3]), "axes"),
        numpy_helper.from_array(np.array([1, 1, 1, EMBEDDING]), "shape"),
    ]
    return _graph(nodes, ("input_1", [1, 76, MELS, 1]), ("output", [1, 1, 1, EMBEDDING]), constants)


def _phrase(count: int) -> onnx.GraphProto:
    """(1, count, 96) → (1, 1): the logistic of how far the mean lies above that of sound at a tenth of full scale."""
    nodes = [
        helper.make_node("ReduceMean", ["x", "axes"], ["mean"], keepdims=0),
        helper.make_node("Sub", ["mean", "middle"], ["above"]),
        helper.make_node("Mul", ["above", "slope"], ["scaled"]),
        helper.make_node("Sigmoid", ["scaled"], ["flat"]),
        helper.make_node("Reshape", ["flat", "shape"], ["y"]),
    ]
    constants = [
        numpy_helper.from_array(np.array([1, 2]), "axes"),
        numpy_helper.from_array(np.array([2.1], np.float32), "middle"),
        numpy_helper.from_array(np.array([200.0], np.float32), "slope"),
        numpy_helper.from_array(np.array([1, 1]), "shape"),
    ]
    return _graph(nodes, ("x", [1, count, EMBEDDING]), ("y", [1, 1]), constants)


def _graph(nodes, given, made, constants) -> onnx.GraphProto:
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in (given, made)]
    return helper.make_graph(nodes, "model", values[:1], values[1:], constants)


def _save(path: Path, graph: onnx.GraphProto) -> None:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
