"""Trains the vocoder on all real speech there is, the reader's most of all."""

import argparse
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from scripts.voice.corpus import READER, recordings
from scripts.voice.discriminator import Discriminator
from scripts.voice.features import HOP, Features, load, measured
from scripts.voice.log import Curve
from scripts.voice.losses import discriminator_loss, generator_loss, mel_distance, spectral
from scripts.voice.vocoder import Vocoder

log = logging.getLogger("voice.vocoder")

KINDS = ("ljspeech", "speech", "voices", "singing")
STEPS, STEPS_MEASURED = 7300, 6500
"""All steps, and those before there are predicted mels."""
FRAMES = 64
"""Length of a training excerpt, 0.74 s."""
BATCH, BATCH_ADVERSARIAL = 16, 8
READERS_SHARE = 0.5
"""How much of every batch is the reader's."""


@dataclass
class State:
    """Everything that a training needs to go on."""

    vocoder: Vocoder
    discriminator: Discriminator
    optimizer: torch.optim.Optimizer
    judge: torch.optim.Optimizer
    step: int = 0

    @classmethod
    def new(cls, rate: float) -> "State":
        vocoder, discriminator = Vocoder(), Discriminator()
        betas = (0.8, 0.99)
        return cls(
            vocoder,
            discriminator,
            torch.optim.AdamW(vocoder.parameters(), rate, betas=betas),
            torch.optim.AdamW(discriminator.parameters(), 2e-4, betas=betas),
        )

    def save(self, path: Path) -> None:
        parts = {name: getattr(self, name).state_dict() for name in ("vocoder", "discriminator", "optimizer", "judge")}
        torch.save(parts | {"step": self.step}, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def restore(self, path: Path) -> None:
        saved = torch.load(path, weights_only=True)
        for name in ("vocoder", "discriminator", "optimizer", "judge"):
            getattr(self, name).load_state_dict(saved[name])
        self.step = saved["step"]


class Excerpts:
    """Random excerpts of recordings."""

    def __init__(self, readers: list[Features], others: list[Features], seed: int) -> None:
        self._groups = (readers, others)
        self._weights = tuple(np.array([len(f.f0) for f in g]) / sum(len(f.f0) for f in g) for g in self._groups)
        self._random = np.random.default_rng(seed)

    def batch(self, size: int) -> tuple[Tensor, Tensor, Tensor]:
        """Mel (size, FRAMES, MELS), F0 (size, FRAMES), sound (size, FRAMES * HOP)."""
        mels, f0s, sounds = zip(*(self._excerpt(i < size * READERS_SHARE) for i in range(size)), strict=True)
        return torch.stack(mels), torch.stack(f0s), torch.stack(sounds)

    def _excerpt(self, of_reader: bool) -> tuple[Tensor, Tensor, Tensor]:
        group = 0 if of_reader else 1
        features = self._groups[group][self._random.choice(len(self._groups[group]), p=self._weights[group])]
        start = int(self._random.integers(0, len(features.f0) - FRAMES + 1))
        gain = float(self._random.uniform(0.5, 1.0)) if not of_reader else 1.0
        part = slice(start, start + FRAMES)
        return (
            torch.from_numpy(features.mel[part] + np.float32(np.log(gain))).clamp_min(float(np.log(1e-5))),
            torch.from_numpy(features.f0[part]),
            torch.from_numpy(features.audio[start * HOP : (start + FRAMES) * HOP] * np.float32(gain)),
        )


Corpus: TypeAlias = tuple[list[Features], list[Features], list[Features]]
"""The reader's recordings, everybody else's, and those held out."""


def corpus(data: Path, work: Path) -> Corpus:
    """All recordings with measured mels and, where they have been made, the reader's with predicted ones."""
    cache, more = work / "real.pt", work / "predicted.pt"
    if not cache.exists():
        torch.save(_measured(data), cache)
    readers, others, held = torch.load(cache, weights_only=False)
    if more.exists():
        predicted, held = torch.load(more, weights_only=False)
        readers = [*readers, *(f for f in predicted if len(f.f0) > FRAMES)]
    return readers, others, held


def _measured(data: Path) -> Corpus:
    groups: Corpus = ([], [], [])
    for recording in recordings(data, KINDS):
        features = measured(load(recording.path))
        if len(features.f0) > FRAMES:
            groups[2 if recording.held_out else recording.speaker != READER].append(features)
    return groups


def step_plain(state: State, batch: tuple[Tensor, Tensor, Tensor]) -> dict[str, float]:
    """One step towards the spectrograms of the real sound."""
    mel, f0, real = batch
    with torch.autocast("cpu", torch.bfloat16):
        made = state.vocoder(mel, f0).float()
    stft, distance = spectral(made, real), mel_distance(made, real)
    _descend(state.optimizer, stft + distance)
    return {"stft": stft.item(), "mel": distance.item()}


def step_adversarial(state: State, batch: tuple[Tensor, Tensor, Tensor]) -> dict[str, float]:
    """One step of both players."""
    mel, f0, real = batch
    with torch.autocast("cpu", torch.bfloat16):
        made = state.vocoder(mel, f0)
        of_made, of_real = state.discriminator(made.detach()), state.discriminator(real)
    verdict = discriminator_loss(of_made, of_real)
    _descend(state.judge, verdict)
    state.discriminator.requires_grad_(False)
    with torch.autocast("cpu", torch.bfloat16):
        of_made = state.discriminator(made)
    fooled = generator_loss(of_made, of_real)
    made = made.float()
    stft, distance = spectral(made, real), mel_distance(made, real)
    _descend(state.optimizer, fooled + 2 * stft + 5 * distance)
    state.discriminator.requires_grad_(True)
    return {"stft": stft.item(), "mel": distance.item(), "fooled": fooled.item(), "judge": verdict.item()}


def _descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    for group in optimizer.param_groups:
        torch.nn.utils.clip_grad_norm_(group["params"], 10.0)
    optimizer.step()


@torch.no_grad()
def judged(vocoder: Vocoder, held: list[Features]) -> dict[str, float]:
    """Losses on what is held out, whole recordings."""
    losses = []
    for features in held:
        made = vocoder(torch.from_numpy(features.mel)[None], torch.from_numpy(features.f0)[None])
        real = torch.from_numpy(features.audio)[None]
        losses.append((spectral(made, real).item(), mel_distance(made, real).item()))
    stft, mel = np.mean(losses, axis=0)
    return {"held_stft": float(stft), "held_mel": float(mel)}


def learning_rate(step: int, peak: float) -> float:
    """Warmed up over 200 steps, then falling along a cosine to a tenth, where it stays."""
    warm = min(1.0, (step + 1) / 200)
    return peak * warm * (0.55 + 0.45 * float(np.cos(np.pi * min(1.0, step / STEPS_MEASURED))))


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the recordings and their manifests")
    parser.add_argument("--work", type=Path, required=True, help="where checkpoints go")
    parser.add_argument("--steps", type=int, default=STEPS, help="where to stop")
    parser.add_argument("--adversarial-from", type=int, default=4000)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(given)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    args.work.mkdir(parents=True, exist_ok=True)
    readers, others, held = corpus(args.data, args.work)
    log.info("%d recordings of the reader, %d of others, %d held out", len(readers), len(others), len(held))
    state, checkpoint = State.new(args.rate), args.work / "vocoder.pt"
    if checkpoint.exists():
        state.restore(checkpoint)
    excerpts, curve = Excerpts(readers, others, args.seed + state.step), Curve(args.work / "curve.csv", "vocoder")
    began = time.monotonic()
    while state.step < args.steps:
        for group in state.optimizer.param_groups:
            group["lr"] = learning_rate(state.step, args.rate)
        if state.step < args.adversarial_from:
            curve.add(**step_plain(state, excerpts.batch(BATCH)))
        else:
            curve.add(**step_adversarial(state, excerpts.batch(BATCH_ADVERSARIAL)))
        state.step += 1
        if state.step % 100 == 0:
            if state.step % 500 == 0:
                curve.add(**judged(state.vocoder, held))
                state.save(checkpoint)
            log.info("%s, %.0f s", curve.write(state.step), time.monotonic() - began)
    state.save(checkpoint)


if __name__ == "__main__":
    main()
