"""Trains the suppressor's network on the sessions that were simulated."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from assistant.errors import DataError
from scripts.echo.network import HIDDEN, SEEN, SuppressorNetwork
from scripts.echo.simulate import Example
from scripts.voice.log import Curve

log = logging.getLogger("echo.train")

COMPRESSION = 0.3
"""Power to which amplitudes are raised before they are compared, as loudness grows."""
LOUDER = (-1.2, 0.8)
"""Powers of ten by which an excerpt may be louder than it was simulated."""
ONSET, ONSET_WEIGHT = 12, 2.0
"""The first frames of speech count so much more: who is interrupted must be quick."""
LATE = 6
"""Frames by which the voice detector may be late."""
ALMOST_DB = 12.0
"""A frame belongs to the speech that follows if it is no softer than this below it."""
FROM_THE_START = 0.25
"""Share of the excerpts that begin where the filter knows nothing yet."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and on how much."""

    steps: int = 4500
    batch: int = 24
    frames: int = 320
    """Of an excerpt: 5.1 s."""
    hidden: int = HIDDEN
    every: int = 100
    """Steps from one checkpoint to the next."""
    rate: float = 3e-3
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """An example, or a part of one, as the network takes it."""

    logs: NDArray[np.float32]
    """Log10 of the powers of rest, echo, reference, microphone and near sound, shape (frames, SEEN + 1, BANDS)."""
    presence: NDArray[np.float32]

    @classmethod
    def of(cls, example: Example) -> "Sequences":
        """All of an example."""
        seen = (example.rest, example.echo, example.reference, example.microphone)
        logs = np.stack((*seen, example.near), axis=1).astype(np.float32)
        return cls(logs, from_the_onset(example.presence.astype(np.float32), logs[:, SEEN]))

    def excerpt(self, frames: int, draw: np.random.Generator) -> "Sequences":
        """So many frames of it, at another level."""
        spare = max(1, len(self.presence) - frames)
        start = 0 if draw.random() < FROM_THE_START else int(draw.integers(0, spare))
        part = slice(start, start + frames)
        return Sequences(self.logs[part] + np.float32(draw.uniform(*LOUDER)), self.presence[part])


class Training:
    """The state of a training, which can be written down and gone on with."""

    def __init__(self, plan: Plan) -> None:
        torch.manual_seed(plan.seed)
        self.plan = plan
        self.step = 0
        self.network = SuppressorNetwork(plan.hidden)
        self._draw = np.random.default_rng(plan.seed)
        self._optimizer = torch.optim.AdamW(self.network.parameters(), plan.rate, weight_decay=1e-3)
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, plan.rate, total_steps=plan.steps, pct_start=0.1
        )

    def advance(self, sequences: Sequence[Sequences]) -> dict[str, float]:
        """Learn from one batch; its losses."""
        chosen = [sequences[int(self._draw.integers(len(sequences)))] for _ in range(self.plan.batch)]
        gain, presence = losses(self.network, [c.excerpt(self.plan.frames, self._draw) for c in chosen])
        self._optimizer.zero_grad()
        torch.autograd.backward(0.5 * gain + presence)
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        self._schedule.step()
        self.step += 1
        return {"gain": gain.item(), "presence": presence.item()}

    @torch.no_grad()
    def judge(self, sequences: Sequence[Sequences]) -> dict[str, float]:
        """Losses on what is held out."""
        found = [[loss.item() for loss in losses(self.network, [whole])] for whole in sequences]
        gain, presence = np.mean(found, axis=0)
        return {"held_out_gain": float(gain), "held_out_presence": float(presence)}

    def write(self, path: Path) -> None:
        """Everything that is needed to go on."""
        state = {
            "step": self.step,
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "draw": self._draw.bit_generator.state,
        }
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def read(self, path: Path) -> None:
        """Go on where `write` was called."""
        state = torch.load(path, weights_only=False)
        self.step = state["step"]
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        self._draw.bit_generator.state = state["draw"]


def train(examples: Sequence[Example], held_out: Sequence[Example], work: Path, plan: Plan | None = None) -> None:
    """Takes all the steps that are left, and writes `network.pt` and `curve.csv` into the folder `work`.

    Raises:
        DataError: there are no examples.
    """
    if not examples or not held_out:
        raise DataError("There are no sessions to learn from; simulate them first.")
    training, checkpoint = Training(plan or Plan()), work / "network.pt"
    if checkpoint.exists():
        training.read(checkpoint)
    sequences, unseen = ([Sequences.of(example) for example in some] for some in (examples, held_out))
    curve, began = Curve(work / "curve.csv", "suppressor"), time.monotonic()
    while training.step < training.plan.steps:
        curve.add(**training.advance(sequences))
        if training.step % training.plan.every == 0 or training.step == training.plan.steps:
            curve.add(**training.judge(unseen))
            training.write(checkpoint)
            log.info("%s, %.0f s", curve.write(training.step), time.monotonic() - began)


def losses(network: SuppressorNetwork, sequences: Sequence[Sequences]) -> tuple[Tensor, Tensor]:
    """Of gains and of presence, for sequences of one length."""
    logs = torch.from_numpy(np.stack([s.logs for s in sequences]))
    present = torch.from_numpy(np.stack([s.presence for s in sequences])).clamp(0, 1)
    gains, presence = network(logs[:, :, :SEEN])
    rest, near = 10 ** (0.5 * logs[:, :, 0]), 10 ** (0.5 * logs[:, :, SEEN])
    loss = gain_loss(gains, rest, near, present > 0.5)
    unsure = nn.functional.binary_cross_entropy_with_logits(presence, present, reduction="none")
    return loss, (unsure * (1 + ONSET_WEIGHT * begins(present))).mean()


def begins(present: Tensor) -> Tensor:
    """Whether somebody began to speak in the last `ONSET` frames, from presence of shape (batch, frames)."""
    before = nn.functional.pad(present, (ONSET, 0))[:, :-ONSET]
    return (present > 0.5) & (before < 0.3)


def from_the_onset(presence: NDArray[np.float32], near: NDArray[np.float32]) -> NDArray[np.float32]:
    """Presence, shape (frames,), that begins with the sound of a voice: the voice detector is sure of it only later.

    `near` is log10 of the powers of the near sound, shape (frames, BANDS).
    """
    level = 10 * np.log10((10**near).sum(axis=1))
    soon = np.max([_ahead(presence, k, 0.0) for k in range(LATE)], axis=0)
    later = np.max([_ahead(level, k, -90.0) for k in range(2, LATE)], axis=0)
    early = (soon > 0.5) & (presence < 0.5) & (level > later - ALMOST_DB)
    return np.where(early, np.float32(1), presence)


def _ahead(values: NDArray[np.float32], frames: int, otherwise: float) -> NDArray[np.float32]:
    return np.concatenate((values[frames:], np.full(frames, otherwise, np.float32)))


def gain_loss(gains: Tensor, rest: Tensor, near: Tensor, speaks: Tensor) -> Tensor:
    """How far what is left is from the near sound; what is cut off of somebody who `speaks` costs more.

    Gains and the amplitudes of the rest and the near sound are (batch, frames, BANDS), `speaks` (batch, frames).
    """
    wanted = torch.clamp(near / rest, 0, 1)
    weight = rest**COMPRESSION
    weight = weight / weight.mean((1, 2), keepdim=True)
    left = torch.clamp(gains * rest, min=1e-5) ** COMPRESSION
    sound = torch.square(left - torch.minimum(near, rest) ** COMPRESSION).mean()
    ratio = (torch.square(gains - wanted) * weight).mean()
    cut = (torch.square(torch.relu(wanted - gains)) * weight * speaks[..., None]).mean()
    return 60 * sound + 0.3 * ratio + 0.3 * cut
