"""Writes the trained voice as a voice folder: three ONNX graphs, the list of phones, the card."""

import argparse
import copy
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from scripts.eight_bits import packed
from scripts.voice.acoustic import FastSpeech2, Sizes
from scripts.voice.corpus import READER
from scripts.voice.features import HOP, MELS, RATE
from scripts.voice.teacher import VOICE
from scripts.voice.train_acoustic import PHASES, Scale
from scripts.voice.vocoder import Vocoder
from tts.phonemes import Phonemizer

log = logging.getLogger("voice.export")

OPSET = 18

TEMPO = 1.2
"""How much longer phones last than predicted. The reader hurries where an assistant had better be understood."""
SPREAD_PITCH, SPREAD_ENERGY = 1.1, 1.4
"""How much further from the mean pitch and energy are than predicted: a predictor is nearer to it than people are."""
SUBTRACTED, KEPT = 1.0, 0.15
"""Times the noise floor that is taken from each band of the mel, and the least part of the band that stays (Boll 1979):
the reader's recordings hiss, and a voice need not.
"""
FLOOR_PERCENTILE = 5.0
TEACHERS_PART = 0.2
"""Of the embedding that stands for the speaker: the teacher, of whom there is far more, articulates more clearly."""

CARD = """\
# The card of a voice; docs/models/lj.md tells how it was made.
name = "{name}"
description = "A woman reading, after LJ Speech; FastSpeech 2, made by Earshot"
language = "en-us"
rate = {rate}
hop = {hop}
mels = {mels}
licence = "Apache-2.0"
data = "LJ Speech and other read speech, and cmu_us_slt_arctic_hts as a teacher; see docs/models/lj.md"
phone_set = "espeak"

[pitch]
mean = {pitch[0]:.5f}
std = {pitch[1]:.5f}

[energy]
mean = {energy[0]:.5f}
std = {energy[1]:.5f}
"""


class EncoderOf(nn.Module):
    """The encoder as one speaker's: phones (1, n) → hidden, durations in frames, pitch, energy."""

    def __init__(self, model: FastSpeech2, speaker: str) -> None:
        super().__init__()
        self.encoder = copy.deepcopy(model.encoder)
        number, teacher = model.names.index(speaker), model.names.index(VOICE)
        with torch.no_grad():
            embedding = self.encoder.speakers.weight
            embedding[number].lerp_(embedding[teacher], TEACHERS_PART)
        self.register_buffer("speaker", torch.tensor([number]))

    def forward(self, phones: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        mask = torch.ones_like(phones, dtype=torch.float32)[..., None]
        hidden, durations, pitch, energy = self.encoder(phones, self.speaker, mask)
        return hidden, TEMPO * torch.expm1(durations).clamp_min(0), SPREAD_PITCH * pitch, SPREAD_ENERGY * energy


class DecoderOf(nn.Module):
    """The decoder with F0 in hertz, 0 where there is no voice, and less noise by the `floor` of each band, (MELS,)."""

    floor: Tensor

    def __init__(self, model: FastSpeech2, pitch: tuple[float, float], floor: Tensor | None = None) -> None:
        super().__init__()
        self.decoder = model.decoder
        self.mean, self.std = pitch
        self.register_buffer("floor", torch.zeros(MELS) if floor is None else floor)

    def forward(self, hidden: Tensor, durations: Tensor, pitch: Tensor, energy: Tensor) -> tuple[Tensor, Tensor]:
        mel, log_f0, voiced = self.decoder(hidden, durations, pitch, energy)
        f0 = torch.exp(log_f0 * self.std + self.mean)
        loud = torch.exp(mel)
        mel = torch.log(torch.maximum(loud - SUBTRACTED * self.floor, KEPT * loud))
        return mel, torch.where(voiced > 0, f0, torch.zeros_like(f0))


@torch.no_grad()
def noise_floor(model: FastSpeech2, scale: Scale) -> Tensor:
    """The magnitude of each mel band, (MELS,), that the reader's voice hardly ever falls below."""
    encoder, decoder = EncoderOf(model, READER).eval(), DecoderOf(model, scale.pitch).eval()
    phonemizer, ids = Phonemizer(), {symbol: i for i, symbol in enumerate(model.symbols)}
    mels = []
    for line in (Path(__file__).parent / "replies.txt").read_text().splitlines():
        phones = torch.tensor([[ids[p.symbol] for p in phonemizer.phones(line.split()) if p.symbol in ids]])
        hidden, durations, pitch, energy = encoder(phones)
        mels.append(decoder(hidden, durations.round().long(), pitch, energy)[0][0])
    return torch.from_numpy(np.percentile(torch.cat(mels).exp().numpy(), FLOOR_PERCENTILE, axis=0).astype(np.float32))


def export(model: FastSpeech2, vocoder: Vocoder, scale: Scale, to: Path) -> None:
    """Writes the folder; `scale` is the reader's."""
    to.mkdir(parents=True, exist_ok=True)
    n, t = torch.export.Dim("n", min=2), torch.export.Dim("t", min=4)
    phones = torch.randint(0, len(model.symbols), (1, 23))
    encoder = EncoderOf(model, READER).eval()
    _write(encoder, (phones,), {"phones": {1: n}}, ("hidden", "durations", "pitch", "energy"), to / "encoder.onnx")
    hidden, _, pitch, energy = encoder(phones)
    given = {name: {1: n} for name in ("hidden", "durations", "pitch", "energy")}
    durations = torch.randint(1, 9, (1, 23))
    decoder = DecoderOf(model, scale.pitch, noise_floor(model, scale)).eval()
    _write(decoder, (hidden, durations, pitch, energy), given, ("mel", "f0"), to / "decoder.onnx")
    sound = (torch.randn(1, 40, MELS) - 5, torch.full((1, 40), 200.0))
    _write(vocoder.eval(), sound, {"mel": {1: t}, "f0": {1: t}}, ("samples",), to / "vocoder.onnx")
    (to / "phones.txt").write_text("\n".join(model.symbols) + "\n", encoding="utf-8")
    card = CARD.format(name=to.name, rate=RATE, hop=HOP, mels=MELS, pitch=scale.pitch, energy=scale.energy)
    (to / "voice.toml").write_text(card, encoding="utf-8")


def _write(
    module: nn.Module,
    inputs: tuple[Tensor, ...],
    shapes: dict[str, dict[int, torch.export.Dim]],
    outputs: tuple[str, ...],
    to: Path,
) -> None:
    """Exports a graph and stores its large weights in eight bits."""
    program = torch.onnx.export(
        module, inputs, dynamo=True, dynamic_shapes=shapes, input_names=list(shapes), output_names=list(outputs),
        opset_version=OPSET, verbose=False,
    )  # fmt: skip
    assert program is not None
    program.optimize()
    onnx.save(packed(program.model_proto), to)


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="where the checkpoints are")
    parser.add_argument("--to", type=Path, default=Path("tts/voices/lj"))
    args = parser.parse_args(given)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    model, scale = trained(args.work)
    vocoder = Vocoder()
    vocoder.load_state_dict(torch.load(args.work / "vocoder.pt", weights_only=True)["vocoder"])
    export(model, vocoder, scale, args.to)
    for file in sorted(args.to.iterdir()):
        log.info("%s %.2f MB", file, file.stat().st_size / 1e6)


def trained(work: Path) -> tuple[FastSpeech2, Scale]:
    """The acoustic model at the end of its training, and the reader's scale."""
    saved = torch.load(work / f"acoustic-{PHASES[-1].name}.pt", weights_only=False)
    model = FastSpeech2(saved["symbols"], saved["speakers"], Sizes())
    model.load_state_dict(saved["average"])
    return model, Scale(*saved["scales"][READER])


if __name__ == "__main__":
    main()
