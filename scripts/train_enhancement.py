"""Trains the network that takes noise out of speech: python -m scripts.train_enhancement --data FOLDER

Noisy speech is drawn while it trains, from recordings of people, sounds and rooms (manifests `<kind>.jsonl` in FOLDER)
and from noise that is made. The state is kept in --work, and gone on with where it was stopped. Writes the network as
onnxruntime runs it, its numbers in half precision. See docs/models/enhancement.md.

    python -m scripts.train_enhancement --data FOLDER --output enhancement.onnx [--work FOLDER] [--everything]
"""

import argparse
import logging
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from assistant.audio import RATE
from assistant.evaluation.recordings import required
from models.speech.enhancement_frames import FRAME, HOP
from scripts.enhancement.export import export
from scripts.enhancement.material import Material
from scripts.enhancement.mixtures import Mixer
from scripts.enhancement.network import MaskNetwork

log = logging.getLogger("enhancement.train")

SECONDS = 3
COMPRESSION = 0.3
"""Power to which amplitudes are raised before they are compared, as loudness grows."""
LIMIT = 10**-4.2
"""What is left may be 42 dB below the speech; better than that counts no more."""
STEEPNESS = 0.1
"""What a decibel of signal-to-noise ratio counts."""
LOUDNESS = 6.0
"""What compressed amplitudes count."""
WARM, COOL = 200, 0.35
"""Steps in which the rate rises, and the share of them, at the end, in which it falls to nothing."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and on how much."""

    steps: int = 8000
    batch: int = 16
    every: int = 100
    """Steps from one checkpoint to the next."""
    rate: float = 2e-3
    seed: int = 0


class Training:
    """The state of a training, which can be written down and gone on with."""

    def __init__(self, plan: Plan, material: Material) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.step = plan, 0
        self.material = material
        self.network = MaskNetwork()
        self.optimizer = torch.optim.AdamW(self.network.parameters(), plan.rate, weight_decay=1e-3)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint, if there is one."""
        if path.exists():
            state = torch.load(path, weights_only=True)
            self.step = state["step"]
            for name in ("network", "optimizer"):
                getattr(self, name).load_state_dict(state[name])

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        parts = {name: getattr(self, name).state_dict() for name in ("network", "optimizer")}
        torch.save({"step": self.step, **parts}, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def run(self, path: Path) -> None:
        """Train to the end of the plan."""
        recent, since = list[float](), time.monotonic()
        while self.step < self.plan.steps:
            recent.append(self._stepped())
            self.step += 1
            if self.step % self.plan.every == 0:
                self.save(path)
                log.info("step %d loss %.4f after %.0f s", self.step, np.mean(recent), time.monotonic() - since)
                recent.clear()

    def _stepped(self) -> float:
        draw = np.random.default_rng((self.plan.seed, self.step))
        noisy, clean = Mixer(self.material, draw, SECONDS * RATE).batch(self.plan.batch)
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.rate * _pace(self.step, self.plan.steps)
        loss = damage(self.network, torch.from_numpy(noisy), torch.from_numpy(clean))
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        return float(loss.detach())


def _pace(step: int, steps: int) -> float:
    """Of the highest rate, at a step: up, level, and down."""
    return min(1.0, (step + 1) / WARM, (steps - step) / (COOL * steps))


def damage(network: MaskNetwork, noisy: Tensor, clean: Tensor) -> Tensor:
    """How far what the network leaves is from the clean speech: shapes (b, n) → ()."""
    seen, wanted = _spectrum(noisy), _spectrum(clean)
    power, target = _power(seen), _power(wanted)
    with torch.autocast("cpu", torch.bfloat16):
        masks = network(power)
    both = seen.real * wanted.real + seen.imag * wanted.imag
    error = (masks.square() * power - 2 * masks * both + target).sum((1, 2))
    energy = target.sum((1, 2))
    ratio = 10 * torch.log10(energy / (error.clamp(min=0) + LIMIT * energy))
    level = target.mean((1, 2), keepdim=True)
    ours, theirs = ((found / level + 1e-6) ** (COMPRESSION / 2) for found in (masks.square() * power, target))
    return LOUDNESS * (ours - theirs).square().mean() - STEEPNESS * ratio.mean()


def _power(spectrum: Tensor) -> Tensor:
    return spectrum.real.square() + spectrum.imag.square()


def _spectrum(sound: Tensor) -> Tensor:
    window = torch.hann_window(FRAME).sqrt()
    return torch.stft(sound, FRAME, HOP, window=window, return_complex=True).transpose(1, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="recordings, with a manifest of each kind")
    parser.add_argument("--output", type=Path, default=Path("models/speech/enhancement.onnx"))
    parser.add_argument("--work", type=Path, default=Path("enhancement-work"), help="where the state is kept")
    parser.add_argument("--steps", type=int, default=Plan().steps)
    parser.add_argument("--seed", type=int, default=Plan().seed)
    parser.add_argument("--everything", action="store_true", help="the sounds that are measured with as well")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    arguments.work.mkdir(parents=True, exist_ok=True)
    material = Material.read(required(arguments.data), arguments.everything)
    training = Training(Plan(steps=arguments.steps, seed=arguments.seed), material)
    training.resume(arguments.work / "state.pt")
    training.run(arguments.work / "state.pt")
    export(training.network, arguments.output)


if __name__ == "__main__":
    main()
