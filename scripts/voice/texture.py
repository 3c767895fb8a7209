"""Gives the decoder's mels the texture of real ones: a discriminator looks at short windows of them.

A model trained by distances alone draws the mean of all that could be, which is smoother than anything anybody said.
The encoder stays as it is, so that durations and melody do too (GANSpeech, Yang et al. 2021, arXiv 2106.15153).
"""

import argparse
import copy
import logging
import math
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

from scripts.voice.acoustic import FastSpeech2
from scripts.voice.corpus import READER
from scripts.voice.export import trained
from scripts.voice.log import Curve
from scripts.voice.losses import discriminator_loss, generator_loss
from scripts.voice.train_acoustic import WEIGHTS, Average, Batch, Library, judged, losses_given, save

log = logging.getLogger("voice.texture")

STEPS = 700
WINDOW = 64
"""Frames that the discriminator sees at once."""
SHARES = (0.7, 0.0, 0.3)
"""The reader, nothing of the teacher, whose texture is a synthesizer's, and the other readers."""
RATE, JUDGE_RATE = 1e-4, 2e-4
FOOLED = 0.1
"""Weight of the adversarial loss beside the distance of the mels."""
NAME = "texture"


class MelDiscriminator(nn.Module):
    """Tells real mels (batch, WINDOW, MELS) from made ones; verdicts for patches, and what the layers saw."""

    def __init__(self, channels: int = 32) -> None:
        super().__init__()
        sizes = (1, channels, 2 * channels, 2 * channels, 2 * channels)
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(a, b, 3, stride=2 if i < 3 else 1, padding=1))
            for i, (a, b) in enumerate(zip(sizes, sizes[1:], strict=False))
        )
        self.verdict = weight_norm(nn.Conv2d(sizes[-1], 1, 3, padding=1))

    def forward(self, mel: Tensor) -> list[tuple[Tensor, list[Tensor]]]:
        x = (mel[:, None] + 5) / 3
        seen = []
        for layer in self.layers:
            x = nn.functional.leaky_relu(layer(x), 0.2)
            seen.append(x)
        return [(self.verdict(x).float(), seen)]


def windows(mel: Tensor, starts: Tensor) -> Tensor:
    """A window of each, (batch, WINDOW, MELS)."""
    return torch.stack([m[s : s + WINDOW] for m, s in zip(mel, starts.tolist(), strict=True)])


def random_starts(b: Batch) -> Tensor:
    lengths = b.frames[..., 0].sum(dim=1).long()
    return (torch.rand(len(lengths)) * (lengths - WINDOW + 1).clamp_min(1)).long()


class Texture:
    """Both players and what trains them."""

    def __init__(self, model: FastSpeech2) -> None:
        self.model, self.judge = model, MelDiscriminator()
        self.optimizer = torch.optim.AdamW(model.decoder.parameters(), RATE, betas=(0.8, 0.99))
        self.judges = torch.optim.AdamW(self.judge.parameters(), JUDGE_RATE, betas=(0.8, 0.99))

    def step(self, b: Batch) -> dict[str, float]:
        """One step of both."""
        starts = random_starts(b)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                encoded = self.model.encoder(b.phones, b.speaker, b.mask)
            mel, log_f0, voiced = self.model.decoder(encoded[0], b.durations, b.pitch, b.energy)
            made, real = windows(mel, starts), windows(b.mel, starts)
            of_real = self.judge(real)
            verdict = discriminator_loss(self.judge(made.detach()), of_real)
        self._descend(self.judges, verdict, self.judge)
        self.judge.requires_grad_(False)
        with torch.autocast("cpu", torch.bfloat16):
            fooled = generator_loss(self.judge(made), of_real)
        found = losses_given(b, encoded[1:], (mel, log_f0, voiced))
        total = FOOLED * fooled + sum(WEIGHTS[name] * found[name] for name in ("mel", "f0", "voicing"))
        self._descend(self.optimizer, total, self.model.decoder)
        self.judge.requires_grad_(True)
        return {"mel": float(found["mel"]), "fooled": float(fooled), "judge": float(verdict)}

    @staticmethod
    def _descend(optimizer: torch.optim.Optimizer, loss: Tensor, module: nn.Module) -> None:
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimizer.step()


def train(model: FastSpeech2, library: Library, work: Path) -> None:
    """Runs all steps; there is no going on where it was stopped, it takes minutes."""
    players, average = Texture(model.eval()), Average(model)
    averaged, curve, began = copy.deepcopy(model), Curve(work / "curve.csv", NAME), time.monotonic()
    for step in range(1, STEPS + 1):
        for group in players.optimizer.param_groups:
            group["lr"] = RATE * min(1.0, step / 50) * (0.525 + 0.475 * math.cos(math.pi * step / STEPS))
        batch = library.random_batch(SHARES)
        while batch.mel.shape[1] < WINDOW:
            batch = library.random_batch(SHARES)
        curve.add(**players.step(batch))
        average.update(model)
        if step % 100 == 0:
            averaged.load_state_dict(average.state)
            curve.add(**judged(averaged, library, READER))
            log.info("%s, %.0f s", curve.write(step), time.monotonic() - began)
    save(work / f"acoustic-{NAME}.pt", model, library, players.optimizer, average, STEPS)


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="where the examples and checkpoints are")
    args = parser.parse_args(given)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    torch.manual_seed(3)
    model, _ = trained(args.work, phases=("reader", "everybody"))
    library = Library(torch.load(args.work / "examples.pt", weights_only=False), seed=3)
    train(model, library, args.work)


if __name__ == "__main__":
    main()
