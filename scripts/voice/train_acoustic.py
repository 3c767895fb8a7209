"""Trains the acoustic model: on the teacher and everybody first, then on the reader for the most part."""

import argparse
import copy
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from scripts.voice.acoustic import FastSpeech2
from scripts.voice.corpus import READER
from scripts.voice.dataset import Example, prepared, unwanted
from scripts.voice.log import Curve
from scripts.voice.teacher import VOICE, texts
from tts.phonemes import PAUSES

log = logging.getLogger("voice.acoustic")

BATCH_FRAMES = 3600
LONGEST = 560
"""Frames of an excerpt, 6.5 s."""
LEAST_BREAK = 8
"""Frames of a pause at which a long utterance may be cut."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the training."""

    name: str
    steps: int
    """Over which the rate falls."""
    until: int
    """Steps that are taken of them: what is held out gained nothing from more."""
    rate: float
    shares: tuple[float, float, float]
    """How often an utterance is the reader's, the teacher's, anybody else's."""


PHASES = (
    Phase("everybody", 4500, 4500, 1e-3, (0.2, 0.65, 0.15)),
    Phase("reader", 1700, 1000, 3e-4, (0.75, 0.17, 0.08)),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and deviation of one speaker's log F0, where it is voiced, and log energy."""

    pitch: tuple[float, float]
    energy: tuple[float, float]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> "Scale":
        pitch = np.concatenate([e.log_f0[e.voiced] for e in examples])
        energy = np.concatenate([e.energy for e in examples])
        return cls((float(pitch.mean()), float(pitch.std())), (float(energy.mean()), float(energy.std())))


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded examples: n phones, T frames."""

    phones: Tensor
    speaker: Tensor
    mask: Tensor
    durations: Tensor
    pitch: Tensor
    energy: Tensor
    mel: Tensor
    log_f0: Tensor
    voiced: Tensor
    frames: Tensor
    """1 where a frame exists, (batch, T, 1)."""


class Library:
    """All examples as tensors, and random batches of them."""

    def __init__(self, examples: Sequence[Example], seed: int) -> None:
        self.symbols = tuple(sorted({s for e in examples for s in e.symbols} | set(PAUSES.values())))
        self.speakers = tuple(sorted({e.speaker for e in examples}))
        self.scales = {s: Scale.of([e for e in examples if e.speaker == s]) for s in self.speakers}
        kept = [e for e in examples if not e.held_out]
        self.groups = (
            [e for e in kept if e.speaker == READER],
            [e for e in kept if e.speaker == VOICE],
            [e for e in kept if e.speaker not in (READER, VOICE)],
        )
        self.held = {s: [e for e in examples if e.held_out and e.speaker == s] for s in (READER, VOICE)}
        self._random = np.random.default_rng(seed)
        self._ids = {s: i for i, s in enumerate(self.symbols)}

    def random_batch(self, shares: Sequence[float]) -> Batch:
        """About `BATCH_FRAMES` frames, padding counted, of utterances of about one length."""
        pool = [self._drawn(shares) for _ in range(64)]
        pool.sort(key=lambda part: int(part[0].durations[part[1]].sum()))
        first = int(self._random.integers(0, len(pool) - 8))
        chosen: list[tuple[Example, slice]] = []
        for part in pool[first:]:
            longest = int(part[0].durations[part[1]].sum())
            if longest * (len(chosen) + 1) > BATCH_FRAMES:
                break
            chosen.append(part)
        return self.batch(chosen)

    def _drawn(self, shares: Sequence[float]) -> tuple[Example, slice]:
        group = self.groups[self._random.choice(3, p=shares)]
        return self._part(group[self._random.integers(0, len(group))])

    def _part(self, e: Example) -> tuple[Example, slice]:
        """The whole of a short utterance; of a long one, or by chance, what lies between two pauses."""
        pauses = [i + 1 for i, s in enumerate(e.symbols) if s in PAUSES and e.durations[i] >= LEAST_BREAK]
        cuts = np.array(sorted({0, *pauses, len(e.symbols)}))
        at = np.concatenate(([0], np.cumsum(e.durations)))[cuts]
        if at[-1] <= LONGEST and self._random.random() < 0.7:
            return e, slice(0, len(e.symbols))
        spans = [(a, b) for a in range(len(cuts)) for b in range(a + 1, len(cuts)) if 30 <= at[b] - at[a] <= LONGEST]
        if not spans:
            return e, slice(0, len(e.symbols))
        a, b = spans[self._random.integers(0, len(spans))]
        return e, slice(int(cuts[a]), int(cuts[b]))

    def batch(self, parts: Sequence[tuple[Example, slice]]) -> Batch:
        """These utterances, padded."""
        columns = zip(*(self._tensors(e, part) for e, part in parts), strict=True)
        padded = [nn.utils.rnn.pad_sequence(list(c), batch_first=True) for c in columns]
        phones, durations, pitch, energy, mel, log_f0, voiced, frames = padded
        speaker = torch.tensor([self.speakers.index(e.speaker) for e, _ in parts])
        lengths = torch.tensor([part.stop - part.start for _, part in parts])
        mask = (torch.arange(phones.shape[1])[None] < lengths[:, None]).float()[..., None]
        return Batch(phones, speaker, mask, durations, pitch, energy, mel, log_f0, voiced, frames[..., None])

    def _tensors(self, e: Example, part: slice) -> tuple[Tensor, ...]:
        scale = self.scales[e.speaker]
        start, end = int(e.durations[: part.start].sum()), int(e.durations[: part.stop].sum())
        return (
            torch.tensor([self._ids[s] for s in e.symbols[part]]),
            torch.from_numpy(e.durations[part]),
            torch.from_numpy((e.pitch[part] - scale.pitch[0]) / scale.pitch[1]).float(),
            torch.from_numpy((e.energy[part] - scale.energy[0]) / scale.energy[1]).float(),
            torch.from_numpy(e.mel[start:end]).float(),
            torch.from_numpy((e.log_f0[start:end] - scale.pitch[0]) / scale.pitch[1]).float(),
            torch.from_numpy(e.voiced[start:end]).float(),
            torch.ones(end - start),
        )


def losses(model: FastSpeech2, b: Batch) -> dict[str, Tensor]:
    """What FastSpeech 2 learns from, mel, durations, pitch and energy; and F0 and voicing of every frame."""
    hidden, duration, pitch, energy = model.encoder(b.phones, b.speaker, b.mask)
    mel, log_f0, voiced = model.decoder(hidden, b.durations, b.pitch, b.energy)
    phones, frames = b.mask[..., 0], b.frames[..., 0]
    loud = b.voiced * frames
    hit = nn.functional.binary_cross_entropy_with_logits(voiced, b.voiced, reduction="none")
    return {
        "mel": ((mel - b.mel).abs() * b.frames).sum() / b.frames.sum() / mel.shape[2],
        "duration": _mean((duration.float() - torch.log1p(b.durations.float())) ** 2, phones),
        "pitch": _mean((pitch.float() - b.pitch) ** 2, phones),
        "energy": _mean((energy.float() - b.energy) ** 2, phones),
        "f0": _mean((log_f0 - b.log_f0).abs(), loud),
        "voicing": _mean(hit, frames),
    }


WEIGHTS = {"mel": 1.0, "duration": 0.5, "pitch": 0.1, "energy": 0.1, "f0": 0.3, "voicing": 0.2}


def _mean(values: Tensor, mask: Tensor) -> Tensor:
    return (values * mask).sum() / mask.sum().clamp_min(1)


@torch.no_grad()
def judged(model: FastSpeech2, library: Library, speaker: str) -> dict[str, float]:
    """Losses on what is held out of one speaker's."""
    model.eval()
    parts = [(e, slice(0, len(e.symbols))) for e in library.held[speaker]]
    sums: dict[str, float] = {}
    for start in range(0, len(parts), 4):
        for name, value in losses(model, library.batch(parts[start : start + 4])).items():
            sums[name] = sums.get(name, 0.0) + float(value) * len(parts[start : start + 4]) / len(parts)
    model.train()
    return {f"held_{speaker}_{name}": value for name, value in sums.items()}


def learning_rate(phase: Phase, step: int) -> float:
    """Warmed up over 300 steps, then falling along a cosine to a twentieth."""
    return phase.rate * min(1.0, (step + 1) / 300) * (0.525 + 0.475 * math.cos(math.pi * step / phase.steps))


class Average:
    """The weights averaged over the last few hundred steps, which are better than the last ones."""

    def __init__(self, model: nn.Module, decay: float = 0.997) -> None:
        self._decay = decay
        self.state = {k: v.detach().clone() for k, v in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                self.state[name].lerp_(value, 1 - self._decay)


def train(phase: Phase, model: FastSpeech2, library: Library, work: Path) -> None:
    """Runs a phase to its end, from its checkpoint if there is one."""
    checkpoint = work / f"acoustic-{phase.name}.pt"
    optimizer = torch.optim.AdamW(model.parameters(), phase.rate, betas=(0.9, 0.98), weight_decay=0.01)
    average, step = Average(model), 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        average.state, step = saved["average"], saved["step"]
    curve, began = Curve(work / "curve.csv", phase.name), time.monotonic()
    averaged = copy.deepcopy(model)
    while step < phase.until:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(phase, step)
        with torch.autocast("cpu", torch.bfloat16):
            found = losses(model, library.random_batch(phase.shares))
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(torch.stack([WEIGHTS[name] * value for name, value in found.items()]).sum())
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        curve.add(**{name: float(value) for name, value in found.items()})
        step += 1
        if step % 100 == 0:
            if step % 500 == 0 or step == phase.until:
                averaged.load_state_dict(average.state)
                for speaker in (READER, VOICE):
                    curve.add(**judged(averaged, library, speaker))
                _save(checkpoint, model, library, optimizer, average, step)
            log.info("%s, %.0f s", curve.write(step), time.monotonic() - began)
    model.load_state_dict(average.state)


def _save(
    path: Path, model: FastSpeech2, library: Library, optimizer: torch.optim.Optimizer, average: Average, step: int
) -> None:
    """Writes a checkpoint to go on from, and a smaller one that stays."""
    what = {
        "model": model.state_dict(),
        "average": average.state,
        "optimizer": optimizer.state_dict(),
        "step": step,
        "symbols": library.symbols,
        "speakers": library.speakers,
        "scales": {s: (v.pitch, v.energy) for s, v in library.scales.items()},
    }
    torch.save(what, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)
    what["optimizer"] = what["model"] = {}
    torch.save(what, path.with_stem(f"{path.stem}-{step}"))  # an earlier step may prove the better voice


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the recordings and their manifests")
    parser.add_argument("--work", type=Path, required=True, help="where checkpoints go")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(given)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    sentences = [line.strip() for line in (args.data / "lj_texts.txt").open()]
    examples = prepared(args.data, args.work, texts(sentences, unwanted(args.data)))
    library = Library(examples, args.seed)
    model = FastSpeech2(library.symbols, library.speakers)
    log.info("%d examples, %d symbols, %d speakers", len(examples), len(library.symbols), len(library.speakers))
    log.info("%.1f million parameters", sum(p.numel() for p in model.parameters()) / 1e6)
    for phase in PHASES:
        train(phase, model, library, args.work)


if __name__ == "__main__":
    main()
