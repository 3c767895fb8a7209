"""Trains the network that picks one sound out of a mixture: python -m scripts.train_extraction --data FOLDER

It learns from the sounds that are not held out (`assistant.evaluation.recordings`); --everything takes the held-out
fold of ESC-10 too, for the network that is shipped, after a run without it has told how good it is. It goes on where
it was stopped (--work FOLDER has its state), and begins with the weights of --begin FILE if they are given.

    python -m scripts.train_extraction --data FOLDER --work FOLDER [--steps N] [--everything] [--output FILE]
"""

import argparse
import copy
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from assistant.evaluation.recordings import required
from scripts.extraction.export import export
from scripts.extraction.mixing import Mixer, Mixtures
from scripts.extraction.network import STRIDE, Net
from scripts.extraction.sounds import NAMES, RATE, everything, sounds

BATCH = 6
SIZE, HOP = 512, 256
WANTED = 2
"""Classes that are asked for in a mixture."""
FLOOR = 1e-3
"""Of the power of what is wanted: what is wrong below it does not count."""
ABSENT_WEIGHT, PRESENT_WEIGHT = 0.1, 12.0
"""Of decibels of what is not there, and of the cross-entropy of presence, against decibels of the error."""
KEPT = 0.998
"""Of the mean of the weights, each step."""

log = logging.getLogger("extraction")


class Batch:
    """Mixtures as the network sees them, and what it should make of them."""

    def __init__(self, drawn: Mixtures, draw: np.random.Generator) -> None:
        window = torch.hann_window(SIZE).sqrt()
        flat = torch.from_numpy(drawn.sounds).flatten(0, 1)
        spectra = torch.stft(flat, SIZE, HOP, window=window, return_complex=True)[..., :-1].transpose(1, 2)
        each: Tensor = spectra.unflatten(0, (len(drawn.sounds), -1))  # type: ignore[no-untyped-call]
        each = each * _colours(drawn.classes.shape, draw)[:, :, None]
        mixed = each.sum(1)
        self.magnitude = mixed.abs()
        """(b, t, 257)"""
        self.query = torch.from_numpy(_asked(drawn.classes, draw))
        """(b, WANTED)"""
        same = torch.from_numpy(drawn.classes)[:, None] == self.query[:, :, None]
        wanted = torch.einsum("bqs,bstf->bqtf", same.to(each.dtype), each)
        self.aligned = (wanted * mixed.conj()[:, None]).real
        """(b, WANTED, t, 257), what is wanted projected on the mixture; zero for what is not there"""
        self.power = wanted.abs().square().sum((2, 3))
        """(b, WANTED), of what is wanted"""
        self.there = _activity(each, torch.from_numpy(drawn.classes))
        """(b, t / STRIDE, classes)"""


def _colours(shape: tuple[int, ...], draw: np.random.Generator) -> Tensor:
    """Gains over frequency, (b, s, 257): every sound through another microphone, some without what is high."""
    at = np.linspace(0, 1, SIZE // 2 + 1)
    knots = draw.uniform(-5, 5, (*shape, 6))
    curves = np.apply_along_axis(lambda k: np.interp(at, np.linspace(0, 1, 6) ** 2, k), -1, knots)
    gains = 10 ** (curves / 20)
    cut = draw.random((shape[0], 1, 1)) < 0.1
    gains *= np.where(cut & (at > draw.uniform(0.4, 0.6)), 1e-3, 1)
    return torch.from_numpy(gains.astype(np.float32))


def _asked(classes: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """What is asked for in each mixture: mostly what is there."""
    wanted = np.zeros((len(classes), WANTED), np.int64)
    for row, there in zip(wanted, classes, strict=True):
        present = draw.permutation(there[there >= 0])
        absent = draw.permutation(np.setdiff1d(np.arange(len(NAMES)), there))
        if not len(present) or (len(present) == 1 or draw.random() < 0.2):
            present = np.concatenate((present[:1], absent))
        row[:] = present[:WANTED]
    return wanted


def _activity(each: Tensor, classes: Tensor) -> Tensor:
    """Which classes are heard, every STRIDE frames: not far below their loudest, nor below all the rest."""
    power = each.abs().square().sum(3)
    heard = (power > 2e-3 * power.amax(2, keepdim=True)) & (power > 0.01 * power.sum(1, keepdim=True)) & (power > 1e-3)
    heard = heard.unflatten(2, (-1, STRIDE)).any(3)  # type: ignore[no-untyped-call]
    classed = F.one_hot(classes.clamp(min=0), len(NAMES)) * (classes >= 0)[:, :, None]
    there: Tensor = (heard[..., None] & classed[:, :, None].bool()).any(1).float()
    return there


def loss_of(net: Net, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """The loss; decibels of error to signal of what is there; the cross-entropy of presence.

    With s wanted, x the mixture and m the mask, |s - m x|² = |s|² - 2 m Re(s x*) + m² |x|²: nothing complex is learned.
    """
    with torch.autocast("cpu", torch.bfloat16):
        mask, told = net(batch.magnitude, F.one_hot(batch.query, len(NAMES)).float())
    mask, mixed = torch.sigmoid(mask.float()), batch.magnitude.square()
    whole = mixed.sum((1, 2))[:, None]
    made = (mask.square() * mixed[:, None]).sum((2, 3))
    wrong = (batch.power - 2 * (mask * batch.aligned).sum((2, 3)) + made).clamp(min=0)
    there = batch.power > 1e-4 * whole
    error = _mean(10 * torch.log10(wrong / batch.power.clamp(min=1e-9) + FLOOR), there)
    left = _mean(10 * torch.log10(made / whole + FLOOR), ~there)
    entropy = F.binary_cross_entropy_with_logits(told.float(), batch.there)
    return error + ABSENT_WEIGHT * left + PRESENT_WEIGHT * entropy, error, entropy


def _mean(values: Tensor, where: Tensor) -> Tensor:
    return torch.where(where, values, 0).sum() / where.sum().clamp(min=1)


def batches(mixer: Mixer, seed: int) -> Iterator[Batch]:
    """Without end, the next one made meanwhile."""
    draw = np.random.default_rng(seed)
    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(lambda: Batch(mixer.mixtures(BATCH), draw))
        while True:
            batch, following = following.result(), thread.submit(lambda: Batch(mixer.mixtures(BATCH), draw))
            yield batch


def train(net: Net, mixer: Mixer, args: argparse.Namespace, tests: list[Batch]) -> nn.Module:
    """Adam with a warm-up and a linear end; what is given back has the mean of the weights."""
    mean = copy.deepcopy(net).eval()
    optimizer = torch.optim.AdamW(net.parameters(), lr=args.rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 100) * max(0.01, 1 - step / args.steps)
    )
    first = _resumed(args.work / "state.pt", net, mean, optimizer, schedule)
    began, sums = time.process_time(), np.zeros(3)
    for step, batch in zip(range(first, args.steps), batches(mixer, args.seed + first), strict=False):
        found = loss_of(net.train(), batch)
        optimizer.zero_grad()
        found[0].backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimizer.step()
        schedule.step()
        _averaged(mean, net, min(KEPT, step / (step + 10)))
        sums += [float(one.detach()) for one in found]
        if (step + 1) % 100 == 0:
            shown = " ".join(f"{value:.3f}" for value in sums / 100)
            log.info("step %d: %s, %.0f s", step + 1, shown, time.process_time() - began)
            sums[:] = 0
        if (step + 1) % 400 == 0:
            _tested(mean, tests)
            state = [one.state_dict() for one in (net, mean, optimizer, schedule)]
            torch.save((step + 1, state), args.work / "state.pt")
    return mean


def _resumed(path: Path, *parts: object) -> int:
    if not path.exists():
        return 0
    step, states = torch.load(path, weights_only=True)
    for part, state in zip(parts, states, strict=True):
        part.load_state_dict(state)  # type: ignore[attr-defined]
    log.info("going on after step %d", step)
    return int(step)


def _averaged(mean: Net, net: Net, kept: float) -> None:
    with torch.no_grad():
        for ours, theirs in zip(mean.parameters(), net.parameters(), strict=True):
            ours.lerp_(theirs, 1 - kept)
        for kept_one, new in zip(mean.buffers(), net.buffers(), strict=True):
            kept_one.copy_(new)


def _tested(net: Net, tests: list[Batch]) -> None:
    if tests:
        with torch.no_grad():
            found = np.mean([[float(one) for one in loss_of(net, batch)] for batch in tests], axis=0)
        log.info("unseen: %s", " ".join(f"{value:.3f}" for value in found))


def main() -> None:
    """Train, and store what came of it."""
    parser = argparse.ArgumentParser(description="Train the network that picks one sound out of a mixture.")
    parser.add_argument("--data", type=Path, required=True, help="has sounds.jsonl, voices.jsonl, speech.jsonl …")
    parser.add_argument("--work", type=Path, required=True, help="where its state is kept")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--begin", type=Path, help="weights.pt to begin with")
    parser.add_argument("--everything", action="store_true", help="learn from the held-out fold too")
    parser.add_argument("--output", type=Path, default=Path("models/sound/extraction.onnx"))
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    args.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    data = required(args.data)
    clips = everything(data) if args.everything else sounds(data, unseen=False)
    draw = np.random.default_rng(3)
    unseen = None if args.everything else Mixer(sounds(data, unseen=True), NAMES, 3)
    tests = [Batch(unseen.mixtures(BATCH), draw) for _ in range(16)] if unseen else []
    net = Net(len(NAMES)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if args.begin:
        net.load_state_dict(torch.load(args.begin, weights_only=True))
    log.info("%d parameters, %d Hz", sum(p.numel() for p in net.parameters()), RATE)
    mean = train(net, Mixer(clips, NAMES, args.seed), args, tests)
    torch.save(mean.state_dict(), args.work / "weights.pt")
    export(mean, args.output)


if __name__ == "__main__":
    main()
