"""The network as ONNX, its weights in eight bits: they are widened when it is loaded."""

import io
import warnings
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from scripts.eight_bits import packed
from scripts.separation.network import HOP, RATE, Separator


class _Whole(nn.Module):
    """The network for sounds of any length."""

    def __init__(self, network: Separator) -> None:
        super().__init__()
        self.network = network

    def forward(self, mixture: Tensor) -> Tensor:
        size = mixture.shape[1]
        padded = nn.functional.pad(mixture, (0, HOP - 1))
        voices: Tensor = self.network(padded[:, : padded.shape[1] // HOP * HOP])
        return voices[:, :, :size]


def export(network: Separator, path: Path) -> None:
    """Write it: "mixture" (1, n) at 8 kHz → "speakers" (1, 2, n), float32."""
    made = io.BytesIO()
    axes = {"mixture": {1: "n"}, "speakers": {2: "n"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Whole(network).eval(),
            (torch.zeros(1, RATE),),
            made,  # type: ignore[arg-type]  # torch's types leave it out
            input_names=["mixture"],
            output_names=["speakers"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    model = onnx.load_from_string(made.getvalue())
    onnx.save(packed(model), str(path))
