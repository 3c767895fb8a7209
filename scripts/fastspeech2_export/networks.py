"""The three networks of a voice folder, put together from the parts of a model, and written for onnxruntime."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper
from torch import nn

from assistant.errors import EngineError
from scripts.fastspeech2_export.source import Parts, Source

OPSET = 18
MOST = 1_000_000
"""Frames that no single phone can last, whatever is predicted."""
EXAMPLE = 7
"""Phones of the clause that is traced; any number but 0 and 1 will do."""


class Encoder(nn.Module):
    """Phones (1, n) → hidden (1, n, d); durations, pitch and energy (1, n)."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.encoder, self.log_durations = parts.encoder, parts.log_durations
        self.pitch, self.energy = parts.pitch, parts.energy

    def forward(self, phones: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        hidden = self.encoder(phones)
        durations = torch.clamp(torch.exp(self.log_durations(hidden)) - 1, min=0.0, max=float(MOST))
        return hidden, durations, self.pitch(hidden).squeeze(-1), self.energy(hidden).squeeze(-1)


class Decoder(nn.Module):
    """Hidden (1, n, d); durations, pitch and energy (1, n) → mel (1, T, m).

    The length regulator without a loop: frame t belongs to the phone before which as many phones have ended by t.

    ends    3     5           9
    frames  0 1 2 3 4 5 6 7 8
    phone   0 0 0 1 1 2 2 2 2
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.pitch_embedding, self.energy_embedding = parts.pitch_embedding, parts.energy_embedding
        self.decoder = parts.decoder

    def forward(
        self,
        hidden: torch.Tensor,
        durations: torch.Tensor,
        pitch: torch.Tensor,
        energy: torch.Tensor,
        frames: torch.Tensor,
    ) -> torch.Tensor:
        """`frames` are the numbers of the frames, from 0, shape (T,)."""
        told = self.pitch_embedding(pitch.unsqueeze(1)) + self.energy_embedding(energy.unsqueeze(1))
        ends = durations.cumsum(1)
        phone = (frames.unsqueeze(1) >= ends).sum(1)
        mel: torch.Tensor = self.decoder((hidden + told.transpose(1, 2)).index_select(1, phone))
        return mel


@dataclass(frozen=True, slots=True)
class _Traced:
    """A network with an example of what it is given: name → tensor, and which dimension of each may vary."""

    network: nn.Module
    inputs: Mapping[str, torch.Tensor]
    varying: Sequence[int]
    outputs: Sequence[str]


def write_networks(source: Source, folder: Path) -> None:
    """Write encoder.onnx, decoder.onnx and vocoder.onnx.

    Raises:
        EngineError: the model does something that cannot be exported.
    """
    parts = source.parts
    phones = torch.arange(EXAMPLE).unsqueeze(0) % len(source.symbols)
    with torch.no_grad():
        hidden, _, pitch, energy = Encoder(parts).eval()(phones)
    durations = torch.arange(1, EXAMPLE + 1).unsqueeze(0)
    frames = torch.arange(int(durations.sum()))
    told = {"hidden": hidden, "durations": durations, "pitch": pitch, "energy": energy}
    mel = torch.zeros(1, len(frames), source.mels)
    _write(_Traced(Encoder(parts), {"phones": phones}, (1,), tuple(told)), folder / "encoder.onnx")
    _write(_Traced(Decoder(parts), told | {"frames": frames}, (1, 1, 1, 1, 0), ("mel",)), folder / "decoder.onnx")
    _count_frames(folder / "decoder.onnx")
    _write(_Traced(parts.vocoder, {"mel": mel}, (1,), ("samples",)), folder / "vocoder.onnx")


def _write(traced: _Traced, path: Path) -> None:
    shapes = tuple({dimension: torch.export.Dim.DYNAMIC} for dimension in traced.varying)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the exporter warns of itself
        try:
            torch.onnx.export(
                traced.network.eval(),
                tuple(traced.inputs.values()),
                str(path),
                input_names=list(traced.inputs),
                output_names=list(traced.outputs),
                dynamic_shapes=shapes,
                opset_version=OPSET,
                external_data=False,
                verbose=False,
            )
        except (torch.onnx.OnnxExporterError, RuntimeError) as error:
            raise EngineError(
                f"{path.name} cannot be exported: torch {torch.__version__} cannot trace this model ({_brief(error)})."
            ) from error


def _count_frames(path: Path) -> None:
    """Let the decoder count its frames itself, from the durations, instead of being given their numbers.

    They are given for tracing only, since there a length that depends on a sum could not be traced.
    """
    model = onnx.load(path)
    graph = model.graph
    kept = [one for one in graph.input if one.name != "frames"]
    graph.ClearField("input")
    graph.input.extend(kept)
    for name, value in (("frames_from", 0), ("frames_step", 1)):
        graph.initializer.append(helper.make_tensor(name, TensorProto.INT64, [], [value]))
    counting = [
        helper.make_node("ReduceSum", ["durations"], ["frames_end"], keepdims=0),
        helper.make_node("Range", ["frames_from", "frames_end", "frames_step"], ["frames"]),
    ]
    nodes = [*counting, *graph.node]
    graph.ClearField("node")
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _brief(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(". ")
