"""Teaches the network, and says how well it tells recordings that it was not taught."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.sound.detection_classes import LABELS
from models.sound.detection_features import seen
from scripts.detection.material import Source
from scripts.detection.mixing import Mixer
from scripts.detection.network import Net, loss

CLIP_LABELS = LABELS[:10]
"""Those of ESC-10."""


@dataclass(frozen=True, slots=True)
class Course:
    """How long it is taught, and how."""

    steps: int = 3500
    batch: int = 16
    rate: float = 2.5e-3
    decay: float = 0.02
    seed: int = 0
    every: int = 100
    """Steps from one checkpoint to the next."""


AGAIN_STEPS, AGAIN_RATE, AGAIN_SEED = 2000, 2e-3, 21
"""Of the second course."""


def taught_again(bank: Sequence[Source], course: Course, again: int, checkpoint: Path) -> Net:
    """A network that was taught a bank twice: after a course, so many steps more that begin at a high rate again."""
    net = taught(bank, course, checkpoint)
    if not again:
        return net
    second = replace(course, steps=again, rate=AGAIN_RATE, seed=course.seed + AGAIN_SEED)
    return taught(bank, second, checkpoint.with_stem(f"{checkpoint.stem}-again"), net)


def taught(bank: Sequence[Source], course: Course, checkpoint: Path, begin: Net | None = None) -> Net:
    """A network that was taught a bank; it begins as another, and goes on where a checkpoint was left."""
    torch.manual_seed(course.seed)
    torch.set_num_threads(1)
    net = Net(len(LABELS))
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's types leave it out
    if begin is not None:
        net.load_state_dict(begin.state_dict())
    optimizer = torch.optim.AdamW(net.parameters(), course.rate, weight_decay=course.decay)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, course.rate, total_steps=course.steps + 1, pct_start=0.2)
    done = _resumed(checkpoint, net, optimizer, plan)
    began, sum_ = time.process_time(), 0.0
    for step in range(done, course.steps):
        # Each step draws from a seed of its own, so that a run that was stopped goes on as it would have.
        sum_ += _step(net, optimizer, Mixer(bank, np.random.default_rng((course.seed, step))), course.batch)
        plan.step()
        if (step + 1) % course.every == 0:
            kept = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "plan": plan.state_dict()}
            torch.save(kept | {"step": step + 1}, checkpoint)
            print(f"{step + 1} loss {sum_ / course.every:.4f} cpu {time.process_time() - began:.0f} s", flush=True)
            sum_ = 0.0
    return net.eval()


def _step(net: Net, optimizer: torch.optim.Optimizer, mixer: Mixer, size: int) -> float:
    bands, marks = mixer.batch(size)
    net.train()
    with torch.autocast("cpu", torch.bfloat16):
        logits, _ = net(torch.from_numpy(bands))
    wrong = loss(logits.float(), torch.from_numpy(marks))
    optimizer.zero_grad()
    wrong.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(net.parameters(), 2.0)
    optimizer.step()
    return float(wrong.detach())


def _resumed(
    checkpoint: Path, net: Net, optimizer: torch.optim.Optimizer, plan: torch.optim.lr_scheduler.OneCycleLR
) -> int:
    """How many steps were done."""
    if not checkpoint.exists():
        return 0
    kept = torch.load(checkpoint, weights_only=True)
    net.load_state_dict(kept["net"])
    optimizer.load_state_dict(kept["optimizer"])
    plan.load_state_dict(kept["plan"])
    return int(kept["step"])


def clip_scores(net: Net, clips: Sequence[Source]) -> NDArray[np.float64]:
    """How likely each recording is each of the ten kinds: shape (clips, 10)."""
    return np.stack([likely(posteriors(net, clip)) for clip in clips])


def likely(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of a recording as a whole: its moments, each weighted by itself; shape (frames, labels) → (10,)."""
    known = rows[:, : len(CLIP_LABELS)].astype(np.float64)
    return np.asarray((known**2).sum(0) / (known.sum(0) + 1e-6))


@torch.inference_mode()
def posteriors(net: Net, clip: Source) -> NDArray[np.float32]:
    """Shape (frames, labels), a row for 40 ms."""
    bands = torch.from_numpy(seen(10 ** clip.variants[0][0].astype(np.float32)))[None]
    return np.asarray(torch.sigmoid(net(bands)[0])[0])


def accuracy(net: Net, clips: Sequence[Source]) -> float:
    """The share of recordings of the ten kinds that are told."""
    told = clip_scores(net, clips).argmax(1)
    return float(np.mean([CLIP_LABELS[k] == clip.label for k, clip in zip(told, clips, strict=True)]))
