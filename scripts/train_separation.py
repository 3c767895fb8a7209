"""Train the network that separates two speakers, and write it as ONNX.

    python -m scripts.train_separation --data FOLDER --output models/speech/separation.onnx --minutes 120

The folder has recordings of speech by known speakers (`voices.jsonl`, `speech.jsonl`) and others (`commands.jsonl`).
The learning rate falls to nothing by the end of the time given; --resume goes on from a checkpoint.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from assistant.evaluation.recordings import Recordings
from scripts.separation.export import export
from scripts.separation.mixtures import Cast, Mixer, cast
from scripts.separation.network import BANDS, HOP, RATE, Separator

SECONDS = 312 * HOP / RATE  # 5: long enough for pauses, after which a voice must come out where it was
BATCH = 2
RATE_OF_LEARNING = 1.2e-3
WARM_UP = 100
"""Steps in which the learning rate rises."""
FALLING = 0.3
"""The share of the time at the end in which it falls."""
CLIP = 5.0
DECAY = 0.998
"""Of the average of the weights that is kept; of the last 500 steps or so."""
FLOOR = 1e-3
"""An error this small, -30 dB, is not made smaller."""
CLUSTERED = 4.0
"""The share of deep clustering in the loss: it tells early what belongs together."""
AUDIBLE_DB = 40.0
"""What is so much softer than the loudest moment of a band counts for nothing in it."""
LOOK = 250
"""Steps between measurements."""
MEASURED, MEASURED_S = 48, 4.0


def main() -> None:
    """Train."""
    asked = _arguments()
    torch.manual_seed(asked.seed)
    torch.set_num_threads(asked.threads)
    recordings = Recordings(asked.data)
    known, unknown = cast(recordings, held_out=False), cast(recordings, held_out=True)
    print(f"{len(known.known)} speakers and {len(known.others)} others; {len(unknown.known)} held out", flush=True)
    network = train(asked, known, material(unknown))
    export(network, asked.output)


def train(asked: argparse.Namespace, known: Cast, measured: Tensor) -> Separator:
    """The average of the weights at the end."""
    network, average = Separator(), Separator()
    average.load_state_dict(network.state_dict())
    optimizer = torch.optim.AdamW(network.parameters(), RATE_OF_LEARNING, (0.9, 0.98), weight_decay=1e-2)
    step = _resumed(asked.resume, network, average, optimizer)
    mixer = Mixer(known, SECONDS, asked.seed + step)
    began, losses, first = time.monotonic(), list[float](), step
    while (done := (time.monotonic() - began) / (60 * asked.minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = RATE_OF_LEARNING * asked.peak * min(1, (step - first + 1) / WARM_UP) * _falling(done)
        losses.append(_step(network, optimizer, torch.from_numpy(mixer.batch(BATCH))))
        step += 1
        _average(average, network, min(DECAY, (1 + step) / (10 + step)))
        if step % LOOK == 0:
            gained = improvement(average, measured)
            mean = float(np.mean(losses[-LOOK:]))
            print(f"{step} {60 * asked.minutes * done:.0f} s: loss {mean:.2f}, held out {gained:.2f} dB", flush=True)
            _save(asked.checkpoint, network, average, optimizer, step)
    print(f"{step}: held out {improvement(average, measured):.2f} dB", flush=True)
    _save(asked.checkpoint, network, average, optimizer, step)
    return average


def material(unknown: Cast) -> Tensor:
    """The mixtures that are measured: always the same."""
    return torch.from_numpy(Mixer(unknown, MEASURED_S, 1, changed=False).batch(MEASURED))


def improvement(network: Separator, voices: Tensor) -> float:
    """The mean SI-SNR improvement in decibels of voices (count, 2, n)."""
    gains = []
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for pair in voices.split(8):  # type: ignore[no-untyped-call]
            mixture = pair.sum(1)
            found = network(mixture).float()
            before = ratio(mixture[:, None].expand_as(pair), pair).mean(1)
            straight, crossed = ratio(found, pair).mean(1), ratio(found.flip(1), pair).mean(1)
            gains.append(torch.maximum(straight, crossed) - before)
    return float(torch.cat(gains).mean())


def ratio(found: Tensor, wanted: Tensor) -> Tensor:
    """SI-SNR in decibels (Le Roux et al. 2019), (…, n) → (…)."""
    scale = (found * wanted).sum(-1, keepdim=True) / wanted.square().sum(-1, keepdim=True).clamp_min(1e-8)
    target = scale * wanted
    power, error = target.square().sum(-1), (found - target).square().sum(-1)
    return 10 * torch.log10((power + 1e-8) / (error + 1e-8))


def loss_of(found: Tensor, wanted: Tensor) -> Tensor:
    """The negative SNR of the better of both assignments, with a floor; (batch, 2, n) → a number. What is heard of
    a voice that is silent is measured against the mixture.
    """
    power = wanted.square().sum(-1)
    against = torch.where(power > 0, power, wanted.sum(1, keepdim=True).square().sum(-1))

    def of(found: Tensor) -> Tensor:
        error = (found - wanted).square().sum(-1)
        return 10 * torch.log10(error / (against + 1e-6) + FLOOR).mean(1)

    return torch.minimum(of(found), of(found.flip(1))).mean()


def clustering(embedded: Tensor, dominant: Tensor) -> Tensor:
    """How far embeddings are from telling who is loudest in each unit: deep clustering, whitened (Wang et al. 2018,
    equation 6), (batch, units, size) and weights (batch, units, 2) → a number.
    """
    v, y = embedded.flatten(1, 2), dominant.flatten(1, 2)
    weight = y.sum(2, keepdim=True)
    vv = (v * weight).transpose(1, 2) @ v + 1e-2 * weight.sum(1, keepdim=True) * torch.eye(v.shape[2])
    vy, yy = v.transpose(1, 2) @ y, y.sum(1) + 1e-3
    inside = torch.linalg.solve(vv, vy)  # (batch, size, 2)
    told: Tensor = ((vy * inside).sum(1) / yy).sum(1).mean()
    return y.shape[2] - told


def _dominance(network: Separator, voices: Tensor) -> Tensor:
    """Who is loudest in each moment of a band, (batch, frames, bands, 2), weighted by how loud it is."""
    with torch.no_grad():
        parts = network.transform.analyse(voices.flatten(0, 1)).square().sum(2)
        banded = [part.sum(2) for part in parts.split(BANDS, 2)]  # type: ignore[no-untyped-call]
        power: Tensor = torch.stack(banded, 2).unflatten(0, (-1, 2))  # type: ignore[no-untyped-call]
        loudest = power.argmax(1)
        level = 10 * torch.log10(power.amax(1) + 1e-10)
        weight = ((level - level.amax((1, 2), keepdim=True)) / AUDIBLE_DB + 1).clamp_min(0)
        return torch.nn.functional.one_hot(loudest, 2) * weight[..., None]


def _step(network: Separator, optimizer: torch.optim.Optimizer, voices: Tensor) -> float:
    with torch.autocast("cpu", torch.bfloat16):
        spectrum = network.transform.analyse(voices.sum(1))
        units = network.units(spectrum)
        found = network.voices(spectrum, units)
    fit = loss_of(found.float(), voices)
    loss = fit + CLUSTERED * clustering(network.embeddings(units), _dominance(network, voices))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
    optimizer.step()
    return float(fit.detach())


def _falling(done: float) -> float:
    """The learning rate's share: whole at first, then falling to nothing."""
    return min(1.0, (1 - done) / FALLING)


def _average(average: Separator, network: Separator, decay: float) -> None:
    with torch.no_grad():
        for kept, new in zip(average.parameters(), network.parameters(), strict=True):
            kept.lerp_(new, 1 - decay)


def _save(path: Path, network: Separator, average: Separator, optimizer: torch.optim.Optimizer, step: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = {
        "network": network.state_dict(),
        "average": average.state_dict(),
        "optimizer": optimizer.state_dict(),
    }
    torch.save({**parts, "step": step}, path)


def _resumed(path: Path | None, network: Separator, average: Separator, optimizer: torch.optim.Optimizer) -> int:
    """The step a checkpoint was saved at; 0 without one."""
    if path is None:
        return 0
    saved = torch.load(path, weights_only=True)
    network.load_state_dict(saved["network"])
    average.load_state_dict(saved["average"])
    optimizer.load_state_dict(saved["optimizer"])
    return int(saved["step"])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of recordings")
    parser.add_argument("--output", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--checkpoint", type=Path, default=Path("separation.pt"), help="where to keep what was learned")
    parser.add_argument("--resume", type=Path, help="a checkpoint to go on from")
    parser.add_argument("--minutes", type=float, default=120.0, help="how long to train (120)")
    parser.add_argument("--peak", type=float, default=1.0, help="the highest learning rate, of the usual one (1)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
