"""What tells real speech from made speech, for adversarial training of the vocoder."""

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm


class Resolution(nn.Module):
    """Looks at the spectrogram of one window length, in compressed complex values (UnivNet; Vocos)."""

    def __init__(self, fft: int, channels: int = 16) -> None:
        super().__init__()
        self.fft, self.hop = fft, fft // 4
        shapes = (((3, 9), (1, 2)), ((3, 9), (1, 2)), ((3, 9), (1, 2)), ((3, 3), (1, 1)))
        sizes = (2, *[channels] * len(shapes))
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(a, b, kernel, stride, padding=(kernel[0] // 2, kernel[1] // 2)))
            for a, b, (kernel, stride) in zip(sizes, sizes[1:], shapes, strict=False)
        )
        self.verdict = weight_norm(nn.Conv2d(channels, 1, (3, 3), padding=1))

    def forward(self, sound: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Verdicts, and what the layers saw, of sounds (batch, samples)."""
        window = torch.hann_window(self.fft)
        z = torch.stft(sound, self.fft, self.hop, window=window, return_complex=True)
        squeeze = (z.real**2 + z.imag**2 + 1e-7) ** -0.35  # magnitude to the power of 0.3, phase kept
        x = torch.stack((z.real * squeeze, z.imag * squeeze), dim=1).transpose(2, 3)
        seen = []
        for layer in self.layers:
            x = nn.functional.leaky_relu(layer(x), 0.1)
            seen.append(x)
        return self.verdict(x).float(), seen


class Discriminator(nn.Module):
    """Several `Resolution`s."""

    def __init__(self, ffts: tuple[int, ...] = (1024, 512, 256)) -> None:
        super().__init__()
        self.parts = nn.ModuleList(Resolution(fft) for fft in ffts)

    def forward(self, sound: Tensor) -> list[tuple[Tensor, list[Tensor]]]:
        return [part(sound) for part in self.parts]
