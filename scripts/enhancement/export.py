"""Writes a trained network as onnxruntime runs it: numbers in half precision, sums in single."""

import logging
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from models.speech.enhancement_frames import BINS
from scripts.enhancement.network import MaskNetwork

SMALL = 64
"""Constants of fewer numbers stay as they are."""


def export(network: MaskNetwork, path: Path) -> None:
    """Write it; input "power" of shape (1, frames, BINS), output "masks"."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    network.eval()
    frames = torch.export.Dim("frames", min=2, max=100_000)
    program = torch.onnx.export(
        network,
        (torch.rand(1, 300, BINS),),
        dynamo=True,
        input_names=["power"],
        output_names=["masks"],
        dynamic_shapes=({1: frames},),
    )
    assert program is not None
    graph = program.model_proto
    for node in graph.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    _halve(graph)
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


def _halve(graph: onnx.ModelProto) -> None:
    """Store large constants in 16 bits, and widen them when the graph is loaded."""
    casts = []
    for one in graph.graph.initializer:
        if one.data_type != TensorProto.FLOAT or np.prod(one.dims) < SMALL:
            continue
        name, values = one.name, numpy_helper.to_array(one)
        one.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.graph.node]
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
