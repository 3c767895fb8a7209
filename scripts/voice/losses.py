"""How far a made sound is from the real one."""

import torch
from torch import Tensor

from scripts.voice.features import spectrum, to_mel

RESOLUTIONS = ((2048, 512), (1024, 256), (512, 128), (256, 64), (128, 32))
"""Window and hop of the spectrograms compared; the shortest hears where in a period the energy lies."""


def spectral(made: Tensor, real: Tensor) -> Tensor:
    """Multi-resolution STFT loss (Yamamoto et al. 2020, arXiv 1910.11480, equations 4 to 6) of (batch, samples)."""
    total = made.new_zeros(())
    for fft, hop in RESOLUTIONS:
        x, y = spectrum(made, fft, hop), spectrum(real, fft, hop)
        convergence = (y - x).norm() / y.norm()
        # 1e-3 is where the ear no longer cares; without it silence would weigh as much as speech
        total = total + convergence + ((x + 1e-3).log() - (y + 1e-3).log()).abs().mean()
    return total / len(RESOLUTIONS)


def mel_distance(made: Tensor, real: Tensor) -> Tensor:
    """Mean absolute difference of the log-mels of (batch, samples)."""
    return (to_mel(spectrum(made)) - to_mel(spectrum(real))).abs().mean()


def generator_loss(of_made: list[tuple[Tensor, list[Tensor]]], of_real: list[tuple[Tensor, list[Tensor]]]) -> Tensor:
    """To be taken for real (least squares), and to look the same to the discriminator's layers."""
    total = torch.zeros(())
    for (verdict, seen), (_, wanted) in zip(of_made, of_real, strict=True):
        total = total + (1 - verdict).square().mean()
        for a, b in zip(seen, wanted, strict=True):
            total = total + 2 * (a - b.detach()).abs().mean().float() / len(seen)
    return total / len(of_made)


def discriminator_loss(
    of_made: list[tuple[Tensor, list[Tensor]]], of_real: list[tuple[Tensor, list[Tensor]]]
) -> Tensor:
    """To tell them apart (least squares GAN, Mao et al. 2017)."""
    pairs = zip(of_made, of_real, strict=True)
    return torch.stack([m[0].square().mean() + (1 - r[0]).square().mean() for m, r in pairs]).mean()
