"""Measures ten networks of real size, with random weights, as resident models: loading, memory, latency, eviction.

    python -m scripts.measure_models [--device cuda|cpu] [--small] [--budget-mb N]

Random weights take the same memory and time as trained ones. It takes the extra `test`. `--small` makes toys of them,
which only shows that it runs.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
import transformers

from assistant.resident import machine
from models.base import Card, Job, Made, Report
from models.catalogue import Entry
from models.options import ModelsOptions
from models.residency import Residency

TARGET = f"{__name__}:Network"
ROUNDS = 5

SPEECH = (1, 16_000 * 5)
_LARGE = {"num_hidden_layers": 24, "hidden_size": 1024, "intermediate_size": 4096, "num_attention_heads": 16}
_SMALL = {"num_hidden_layers": 1, "hidden_size": 32, "intermediate_size": 32, "num_attention_heads": 2}


def _whisper(width: int, layers: int, heads: int, bands: int) -> dict[str, int]:
    sides = {f"{side}_{name}": n for side in ("encoder", "decoder") for name, n in _side(width, layers, heads).items()}
    return {"d_model": width, "num_mel_bins": bands, **sides}


def _side(width: int, layers: int, heads: int) -> dict[str, int]:
    return {"layers": layers, "attention_heads": heads, "ffn_dim": 4 * width}


NETWORKS: Mapping[str, tuple[str, Mapping[str, Any], Mapping[str, Any], Mapping[str, tuple[int, ...]]]] = {
    "whisper-large-v3": (
        "Whisper",
        _whisper(1280, 32, 20, 128),
        _whisper(32, 1, 2, 128),
        {"input_features": (1, 128, 3000), "decoder_input_ids": (1, 4)},
    ),
    "whisper-small": (
        "Whisper",
        _whisper(768, 12, 12, 80),
        _whisper(32, 1, 2, 80),
        {"input_features": (1, 80, 3000), "decoder_input_ids": (1, 4)},
    ),
    "wav2vec2-large": ("Wav2Vec2", _LARGE, _SMALL, {"input_values": SPEECH}),
    "hubert-large": ("Hubert", _LARGE, _SMALL, {"input_values": SPEECH}),
    "wavlm-large": ("WavLM", _LARGE, _SMALL, {"input_values": SPEECH}),
    "unispeech-large": ("UniSpeech", _LARGE, _SMALL, {"input_values": SPEECH}),
    "ast": ("AST", {}, _SMALL, {"input_values": (1, 1024, 128)}),
    "vits": ("Vits", {}, {}, {"input_ids": (1, 40)}),
    "encodec": ("Encodec", {}, {}, {"input_values": (1, 1, 24_000 * 5)}),
    "t5-large": (
        "T5Encoder",
        {"d_model": 1024, "d_ff": 4096, "num_layers": 24, "num_heads": 16},
        {"d_model": 32, "d_ff": 32, "num_layers": 1, "num_heads": 2},
        {"input_ids": (1, 64)},
    ),
}
"""transformers' class without "Model", its configuration in real size and as a toy, and the shapes of its inputs."""


class Network:
    """An `Engine` that computes once through a network with random weights."""

    def __init__(self, card: Card, folder: Path | None, device: str = "cpu", small: bool = False) -> None:
        self.card = card
        self._device = torch.device(device)
        self._small = small
        self._network: torch.nn.Module | None = None

    def load(self) -> None:
        """Make it, and warm it up."""
        kind, real, toy, _ = NETWORKS[self.card.name]
        config = getattr(transformers, f"{kind.removesuffix('Encoder')}Config")(**(toy if self._small else real))
        with self._device:
            network = getattr(transformers, f"{kind}Model")(config).eval()
        self._network = network.half() if self._device.type == "cuda" else network
        self._compute()

    def run(self, job: Job, report: Report) -> Made:
        """Compute once."""
        self._compute()
        report(1.0)
        return Made("computed")

    def drop(self) -> None:
        """Give the memory back."""
        self._network = None
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    def _compute(self) -> None:
        assert self._network is not None
        shapes = NETWORKS[self.card.name][3]
        with torch.inference_mode():
            self._network(**{name: self._input(name, shape) for name, shape in shapes.items()})
        if self._device.type == "cuda":
            torch.cuda.synchronize()

    def _input(self, name: str, shape: tuple[int, ...]) -> torch.Tensor:
        if name.endswith("ids"):
            return torch.ones(shape, dtype=torch.long, device=self._device)
        kind = torch.float16 if self._device.type == "cuda" else torch.float32
        return torch.zeros(shape, dtype=kind, device=self._device)


async def measure(device: str, small: bool, budget_mb: float | None, names: Sequence[str]) -> dict[str, Any]:
    """Load all of them, compute with each, then go round under a budget that is too small."""
    with TemporaryDirectory() as folder:
        job = _jobs(Path(folder))
        async with Residency(_entries(device, small, names), _options(device, None), machine()) as models:
            rows = [await _one(models, name, job) for name in names]
        total_mb = sum(row["gpu_mb" if device == "cuda" else "host_mb"] for row in rows)
        budget_mb = budget_mb or max(1.0, 0.7 * total_mb)
        async with Residency(_entries(device, small, names), _options(device, budget_mb), machine()) as models:
            pressed = [await _timed(partial(models.run, job(name))) for name in [*names, *names]]
            resident = sum(one.takes.host_mb > 0 or one.takes.gpu_mb > 0 for one in models.residents)
    pressure = {"budget_mb": round(budget_mb), "resident": resident, "slowest_s": round(max(pressed), 3)}
    return {"device": device, "models": rows, "resident_mb": round(total_mb), "pressure": pressure}


async def _one(models: Residency, name: str, job: Callable[[str], Job]) -> dict[str, Any]:
    load_s = await _timed(partial(models.warm, name))
    warm_s = [await _timed(partial(models.run, job(name))) for _ in range(ROUNDS)]
    (takes,) = [one.takes for one in models.residents if one.card.name == name]
    return {
        "name": name,
        "load_s": round(load_s, 3),
        "first_ms": round(1000 * warm_s[0], 1),
        "warm_ms": round(1000 * min(warm_s), 1),
        "host_mb": round(takes.host_mb),
        "gpu_mb": round(takes.gpu_mb),
    }


async def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def _entries(device: str, small: bool, names: Sequence[str]) -> list[Entry]:
    gpu_mb = 1.0 if device == "cuda" else 0.0
    cards = (Card(name, name, "model", "random weights", host_mb=1.0, gpu_mb=gpu_mb) for name in names)
    return [Entry(card, TARGET, {"device": device, "small": small}) for card in cards]


def _options(device: str, budget_mb: float | None) -> ModelsOptions:
    return ModelsOptions(gpu_mb=budget_mb) if device == "cuda" else ModelsOptions(host_mb=budget_mb)


def _jobs(folder: Path) -> Callable[[str], Job]:
    return lambda name: Job(name, folder)


def main() -> None:
    """Measure as the command line says, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--budget-mb", type=float)
    parser.add_argument("--only", nargs="+", choices=list(NETWORKS), default=list(NETWORKS))
    found = parser.parse_args()
    print(json.dumps(asyncio.run(measure(found.device, found.small, found.budget_mb, found.only)), indent=2))


if __name__ == "__main__":
    main()
