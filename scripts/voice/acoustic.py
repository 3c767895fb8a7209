"""FastSpeech 2 (Ren et al. 2020, arXiv 2006.04558): from phones to a mel spectrogram and F0, all frames at once.

A phoneme encoder of feed-forward Transformer blocks; a variance adaptor that predicts how long, how high and how loud
each phone is, pitch and energy averaged over the phone (FastPitch, Łańcucki 2020, arXiv 2006.06873, section 2.2); a
decoder of ConvNeXt blocks, which costs a third of Transformer blocks and needs no attention where phones are in place
already. The decoder also gives F0 of every frame, which the vocoder's pulses follow.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from scripts.voice.features import MELS
from scripts.voice.vocoder import ConvNeXt
from tts.phonemes import STRESS, plain


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the model is."""

    channels: int = 256
    heads: int = 2
    encoder_blocks: int = 4
    encoder_hidden: int = 768
    decoder_blocks: int = 7
    decoder_hidden: int = 768
    predictor: int = 192


class FeedForwardTransformer(nn.Module):
    """Self-attention, then a convolution of kernel 3 (FastSpeech, section 3.1), pre-norm; (batch, n, channels)."""

    def __init__(self, sizes: Sizes, dropout: float) -> None:
        super().__init__()
        c = sizes.channels
        self.heads = sizes.heads
        self.before, self.between = nn.LayerNorm(c), nn.LayerNorm(c)
        self.qkv, self.out = nn.Linear(c, 3 * c), nn.Linear(c, c)
        self.widen = nn.Conv1d(c, sizes.encoder_hidden, 3, padding=1)
        self.narrow = nn.Linear(sizes.encoder_hidden, c)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`mask` (batch, n, 1) is 1 at phones and 0 at padding."""
        x = x + self.dropout(self._attended(self.before(x), mask))
        y = (self.between(x) * mask).transpose(1, 2)
        y = torch.relu(self.widen(y)).transpose(1, 2)
        made: Tensor = (x + self.dropout(self.narrow(self.dropout(y)))) * mask
        return made

    def _attended(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, n, c = x.shape
        q, k, v = self.qkv(x).view(batch, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        scores = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(c // self.heads)
        scores = scores + (mask.transpose(1, 2)[:, None] - 1) * 1e4
        made: Tensor = self.out(torch.matmul(scores.softmax(-1), v).transpose(1, 2).reshape(batch, n, c))
        return made


class Predictor(nn.Module):
    """One number for each phone: two convolutions (FastSpeech 2, section 2.3); (batch, n, channels) → (batch, n)."""

    def __init__(self, sizes: Sizes, dropout: float = 0.3) -> None:
        super().__init__()
        c = sizes.predictor
        self.first, self.second = nn.Conv1d(sizes.channels, c, 5, padding=2), nn.Conv1d(c, c, 3, padding=1)
        self.norms = nn.ModuleList((nn.LayerNorm(c), nn.LayerNorm(c)))
        self.dropout = nn.Dropout(dropout)
        self.leave = nn.Linear(c, 1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        for convolution, norm in zip((self.first, self.second), self.norms, strict=True):
            x = torch.relu(convolution((x * mask).transpose(1, 2))).transpose(1, 2)
            x = self.dropout(norm(x))
        made: Tensor = self.leave(x)[..., 0]
        return made


class Encoder(nn.Module):
    """Phones → hidden (batch, n, channels), log durations, pitch and energy (batch, n)."""

    base_of: Tensor
    stress_of: Tensor

    def __init__(self, symbols: Sequence[str], speakers: int, sizes: Sizes, dropout: float = 0.1) -> None:
        super().__init__()
        c = sizes.channels
        bases = sorted({plain(s) for s in symbols})
        stresses = ["", *STRESS]
        # a stressed vowel is the vowel plus the stress, so that rare ones are known from common ones
        self.register_buffer("base_of", torch.tensor([bases.index(plain(s)) for s in symbols]))
        self.register_buffer("stress_of", torch.tensor([stresses.index(s[: s[0] in STRESS]) for s in symbols]))
        self.bases, self.stresses = nn.Embedding(len(bases), c), nn.Embedding(len(stresses), c)
        self.own = nn.Embedding(len(symbols), c)
        self.speakers = nn.Embedding(speakers, c)
        nn.init.zeros_(self.own.weight)
        nn.init.normal_(self.speakers.weight, std=0.05)
        self.position = nn.Conv1d(c, c, 7, padding=3, groups=16)
        self.blocks = nn.ModuleList(FeedForwardTransformer(sizes, dropout) for _ in range(sizes.encoder_blocks))
        self.norm = nn.LayerNorm(c)
        self.duration, self.pitch, self.energy = (Predictor(sizes) for _ in range(3))

    def forward(self, phones: Tensor, speaker: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Phones (batch, n) and speaker (batch,) int64; mask (batch, n, 1)."""
        x = self.bases(self.base_of[phones]) + self.stresses(self.stress_of[phones]) + self.own(phones)
        x = (x + self.speakers(speaker)[:, None]) * mask
        # position from a convolution's view of the neighbourhood: any length, and nothing to extrapolate
        x = (x + torch.relu(self.position(x.transpose(1, 2)).transpose(1, 2))) * mask
        for block in self.blocks:
            x = block(x, mask)
        hidden = self.norm(x + self.speakers(speaker)[:, None]) * mask
        return hidden, self.duration(hidden, mask), self.pitch(hidden, mask), self.energy(hidden, mask)


class Decoder(nn.Module):
    """Hidden, durations, pitch and energy → mel (batch, T, MELS), log F0 (batch, T) and voicing (batch, T)."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        c = sizes.channels
        self.pitch, self.energy = nn.Conv1d(1, c, 3, padding=1), nn.Conv1d(1, c, 3, padding=1)
        self.place = nn.Linear(3, c)
        self.blocks = nn.ModuleList(ConvNeXt(c, sizes.decoder_hidden) for _ in range(sizes.decoder_blocks))
        self.norm = nn.LayerNorm(c)
        self.leave = nn.Linear(c, MELS + 2)

    def forward(
        self, hidden: Tensor, durations: Tensor, pitch: Tensor, energy: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """`pitch` and `energy` are normalized, (batch, n); `durations` int64 (batch, n); what is padded lasts 0."""
        x = hidden + self.pitch(pitch[:, None]).transpose(1, 2) + self.energy(energy[:, None]).transpose(1, 2)
        frames, owner, place = regulated(durations)
        x = torch.gather(x, 1, owner[..., None].expand(-1, -1, x.shape[2]))
        straight = torch.gather(pitch, 1, owner)
        x = (x + self.place(place)) * frames[..., None]
        x = x.transpose(1, 2)
        for block in self.blocks:
            x = block(x) * frames[:, None]
        out = self.leave(self.norm(x.transpose(1, 2))).float()
        return out[..., :MELS] - 5.0, straight + out[..., MELS], out[..., MELS + 1]


def regulated(durations: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The length regulator (FastSpeech, section 3.2): for every frame its phone, and where in the phone it lies.

    Durations (batch, n) → mask (batch, T) of frames that exist, owner (batch, T) int64, place (batch, T, 3): part of
    the phone that has passed, logarithm of the frames since its start, and of those to its end.
    """
    ends = torch.cumsum(durations, dim=1)
    total = ends[:, -1:]
    frame = torch.arange(int(total.max()))
    owner = (frame[None, :, None] >= ends[:, None, :]).sum(dim=2)
    owner = torch.clamp(owner, max=durations.shape[1] - 1)
    end = torch.gather(ends, 1, owner)
    length = torch.gather(durations, 1, owner).clamp_min(1)
    since = (frame[None] - (end - length)).float()
    before = (end - frame[None]).clamp_min(0).float()
    place = torch.stack((since / length, torch.log1p(since.clamp_min(0)) / 3, torch.log1p(before) / 3), dim=2)
    return (frame[None] < total).float(), owner, place


class FastSpeech2(nn.Module):
    """Encoder and decoder, as they are trained."""

    def __init__(self, symbols: Sequence[str], speakers: Sequence[str], sizes: Sizes | None = None) -> None:
        super().__init__()
        self.symbols, self.names, self.sizes = tuple(symbols), tuple(speakers), sizes or Sizes()
        self.encoder = Encoder(self.symbols, len(self.names), self.sizes)
        self.decoder = Decoder(self.sizes)
