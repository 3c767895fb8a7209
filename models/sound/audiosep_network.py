"""The network of AudioSep (Liu et al. 2023, arXiv 2308.05037): a U-Net over the spectrum, told what to look for.

    spectrum ─▶ 6 blocks down ─▶ 1 ─▶ 6 blocks up ─▶ a complex mask ─▶ × spectrum ─▶ sound
                    ╰──── biases from the embedding of words (FiLM) ────╯

Its parts are named as the public weights name them; its sizes are read off these.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

DEPTH = 6
DOWN = ((2, 2), (2, 2), (2, 2), (2, 2), (2, 2), (1, 2))
"""By how much each block halves frames and bins."""
FRAMES = 32
"""The number of frames is brought to a multiple of this."""
HOP = 5 / 32
"""Of a frame: 320 of 2048 samples."""
SLOPE = 0.01
"""Of what is below zero."""
LEAST = 1e-10


class Residual(nn.Module):
    """Two convolutions, around which the input goes too."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.bn1, self.bn2 = nn.BatchNorm2d(into), nn.BatchNorm2d(out)
        self.conv1 = nn.Conv2d(into, out, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1, bias=False)
        if into != out:
            self.shortcut = nn.Conv2d(into, out, 1)

    def forward(self, x: Tensor, biases: tuple[Tensor, Tensor]) -> Tensor:
        """Of (batch, into, frames, bins), with a bias for each channel of either convolution."""
        made: Tensor = self.conv1(functional.leaky_relu(self.bn1(x) + biases[0], SLOPE))
        made = self.conv2(functional.leaky_relu(self.bn2(made) + biases[1], SLOPE))
        around: Tensor = self.shortcut(x) if hasattr(self, "shortcut") else x
        return around + made


class Down(nn.Module):
    """A block on the way down."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.conv_block1 = Residual(into, out)


class Up(nn.Module):
    """A block on the way up, which also sees what the block opposite gave."""

    def __init__(self, into: int, out: int, scale: tuple[int, int]) -> None:
        super().__init__()
        self.conv1 = nn.ConvTranspose2d(into, out, scale, stride=scale, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(into), nn.BatchNorm2d(into)  # the second one is stored, and of no use
        self.conv_block2 = Residual(2 * out, out)

    def raised(self, x: Tensor, bias: Tensor) -> Tensor:
        """With as many frames and bins as the block opposite has."""
        made: Tensor = self.conv1(functional.leaky_relu(self.bn1(x) + bias, SLOPE))
        return made


class Base(nn.Module):
    """The U-Net."""

    def __init__(self, bins: int, widths: tuple[int, ...]) -> None:
        """`widths` are the channels of the blocks on the way down."""
        super().__init__()
        self.bn0 = nn.BatchNorm2d(bins)
        self.pre_conv = nn.Conv2d(1, widths[0], 1)
        for k, (into, out) in enumerate(zip((widths[0], *widths), widths, strict=False), 1):
            setattr(self, f"encoder_block{k}", Down(into, out))
        self.conv_block7a = Down(widths[-1], widths[-1])
        for k, (into, out) in enumerate(zip((widths[-1], *widths[::-1]), widths[::-1], strict=False), 1):
            setattr(self, f"decoder_block{k}", Up(into, out, DOWN[DEPTH - k]))
        self.after_conv = nn.Conv2d(widths[0], 3, 1)


class ResUNet30(nn.Module):
    """The U-Net, and how words bias it."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        """Load it from its public weights.

        Raises:
            KeyError: they are those of another network.
            RuntimeError: likewise.
        """
        super().__init__()
        bins = len(weights["base.bn0.weight"])
        widths = (f"base.encoder_block{k}.conv_block1.conv2.weight" for k in range(1, DEPTH + 1))
        self.base = Base(bins, tuple(len(weights[name]) for name in widths))
        condition = weights["film.encoder_block1->conv_block1->beta1.weight"].shape[1]
        self.film = nn.ModuleDict({name: nn.Linear(condition, size) for name, size in _biased(self.base)})
        mine = self.state_dict()
        self.load_state_dict({name: weights[name] for name in mine if "num_batches" not in name}, strict=False)
        self._size = 2 * (bins - 1)

    def forward(self, sound: Tensor, condition: Tensor) -> Tensor:
        """What words mean in a sound: (1, n) and (1, embedding) → (1, n)."""
        hop = round(self._size * HOP)
        window = torch.hann_window(self._size, device=sound.device)
        spectrum = torch.stft(sound, self._size, hop, window=window, return_complex=True).transpose(1, 2)[:, None]
        magnitude = torch.sqrt(torch.clamp(spectrum.real**2 + spectrum.imag**2, min=LEAST))
        found = self._unet(magnitude, {name: layer(condition)[:, :, None, None] for name, layer in self.film.items()})
        turned = torch.complex(torch.tanh(found[:, 1:2]), torch.tanh(found[:, 2:3]))
        mask = torch.sigmoid(found[:, :1]) * turned / torch.clamp(turned.abs(), min=LEAST)
        return torch.istft(
            (mask * spectrum)[:, 0].transpose(1, 2), self._size, hop, window=window, length=sound.shape[-1]
        )

    def _unet(self, x: Tensor, biases: Mapping[str, Tensor]) -> Tensor:
        """What the mask is made of: (1, 1, frames, bins) → (1, 3, frames, bins). The highest bin is left out."""
        frames, base, passed = x.shape[2], self.base, list[Tensor]()
        x = base.bn0(x.transpose(1, 3)).transpose(1, 3)
        x = base.pre_conv(functional.pad(x, (0, 0, 0, -frames % FRAMES))[..., :-1])
        for k in range(1, DEPTH + 1):
            x = getattr(base, f"encoder_block{k}").conv_block1(x, _of(biases, f"encoder_block{k}->conv_block1"))
            passed.append(x)
            x = functional.avg_pool2d(x, DOWN[k - 1])
        x = base.conv_block7a.conv_block1(x, _of(biases, "conv_block7a->conv_block1"))
        for k in range(1, DEPTH + 1):
            block: Up = getattr(base, f"decoder_block{k}")
            x = torch.cat((block.raised(x, biases[f"decoder_block{k}->beta1"]), passed.pop()), dim=1)
            x = block.conv_block2(x, _of(biases, f"decoder_block{k}->conv_block2"))
        return functional.pad(base.after_conv(x), (0, 1))[:, :, :frames]


def _of(biases: Mapping[str, Tensor], block: str) -> tuple[Tensor, Tensor]:
    return biases[f"{block}->beta1"], biases[f"{block}->beta2"]


def _biased(base: Base) -> list[tuple[str, int]]:
    """What words bias: every normalization of a block, by its path, and how many channels it has."""
    found = [(path, part) for path, part in base.named_modules() if isinstance(part, Residual | Up)]
    return [
        (f"{path.replace('.', '->')}->beta{k}", norm.num_features)
        for path, part in found
        for k, norm in enumerate((part.bn1, part.bn2), 1)
    ]
