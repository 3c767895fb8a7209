"""HiFi-GAN (Kong et al. 2020, arXiv 2010.05646) as the Parallel WaveGAN project publishes it, by ESPnet's own class.

FOLDER/
    config.yml                 generator_type, generator_params, sampling_rate, hop_size
    checkpoint-….pkl           the weights
    stats.h5                   how spectrograms were normalized, if they were; or stats.npy

ESPnet would load it through the package `parallel_wavegan`, which has not been released since 2023; it neither builds
with today's tools nor can be imported beside today's scipy.
"""

import pickle
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch
from espnet2.gan_tts.hifigan import HiFiGANGenerator

from assistant.errors import EngineMissing, SettingsError
from tts.espnet_folder import folder_of, read_yaml

GENERATOR = "HiFiGANGenerator"
ARCHIVED = "parallel_wavegan/"
"""How ESPnet's tags of vocoders begin, which are on no hub."""
FILES = ("*.pkl", "*.yml", "*.h5", "*.npy")
"""What is fetched of a vocoder on the hub."""
RENAMED = {"upsample_kernal_sizes": "upsample_kernel_sizes"}
"""A slip in early configs."""
UNKNOWN = {"use_causal_conv", "pad", "pad_params"}
"""Parameters that ESPnet's class does not have; those that ask for a causal network are refused."""


class HifiGan(torch.nn.Module):
    """Spectrogram, shape (frames, bands), to samples, shape (frames * hop,)."""

    def __init__(self, generator: torch.nn.Module, rate: int, mean: torch.Tensor, scale: torch.Tensor) -> None:
        super().__init__()
        self.generator: Any = generator
        self.fs = rate
        """Hertz; ESPnet reads it by this name."""
        self.mean: torch.Tensor
        self.scale: torch.Tensor
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)

    @property
    def hop(self) -> int:
        """Samples in a frame."""
        return int(self.generator.upsample_factor)

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        """The sound of a spectrogram as the model gives it, not normalized."""
        normalized = (mel - self.mean) / self.scale
        with torch.no_grad():
            samples: torch.Tensor = self.generator(normalized.transpose(0, 1).unsqueeze(0)).reshape(-1)
        return samples


def load_hifigan(name: str) -> HifiGan:
    """The vocoder in a file of weights, with its config beside it; or in a folder that holds them, or a tag of the hub.

    Raises:
        EngineMissing: a file is not there, or broken, or cannot be fetched.
        SettingsError: it is another kind of vocoder.
    """
    if name.startswith(ARCHIVED):
        raise EngineMissing(
            f"{name} is published as an archive, on the page of the Parallel WaveGAN project. Unpack it, and give the "
            "folder; or take a model with its vocoder in it."
        )
    file = _file(folder_of(name, FILES))
    config = read_yaml(file.parent / "config.yml")
    generator = HiFiGANGenerator(**_parameters(config, file))
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)["model"]["generator"]
        generator.load_state_dict(state)
    except (OSError, RuntimeError, pickle.UnpicklingError, KeyError, TypeError) as error:
        raise EngineMissing(f"The vocoder {file} cannot be loaded; copy it again, with its config.yml.") from error
    generator.remove_weight_norm()
    mean, scale = _statistics(file.parent, int(generator.input_conv.in_channels))
    return HifiGan(generator, int(config["sampling_rate"]), mean, scale).eval()


def _file(path: Path) -> Path:
    """The weights: the file itself, or the last one in the folder."""
    if path.is_dir():
        found = sorted(path.glob("*.pkl"), key=lambda file: (len(file.name), file.name))
        if not found:
            raise EngineMissing(f"The folder {path} holds no vocoder: there are no weights (*.pkl) in it.")
        return found[-1]
    if not path.is_file():
        raise EngineMissing(f"There is no vocoder {path}. Give its file of weights, or its folder.")
    return path


def _parameters(config: dict[str, Any], file: Path) -> dict[str, Any]:
    """What the generator is made of."""
    kind = config.get("generator_type", "ParallelWaveGANGenerator")
    given: dict[str, Any] = config.get("generator_params") or {}
    if kind != GENERATOR or given.get("use_causal_conv"):
        raise SettingsError(f"The vocoder {file} is a {kind}; Earshot takes a HiFi-GAN (not causal) or none.")
    if "sampling_rate" not in config or given.get("out_channels", 1) != 1:
        raise SettingsError(f"The vocoder {file} has no sampling_rate in its config.yml, or more than one band.")
    return {RENAMED.get(name, name): value for name, value in given.items() if name not in UNKNOWN}


def _statistics(folder: Path, bands: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and scale of the spectrograms that it was trained on, of shape (bands,)."""
    try:
        if (folder / "stats.h5").is_file():
            with h5py.File(folder / "stats.h5") as file:
                return torch.tensor(file["mean"][()]).float(), torch.tensor(file["scale"][()]).float()
        if (folder / "stats.npy").is_file():
            mean, scale = np.load(folder / "stats.npy")
            return torch.tensor(mean).float(), torch.tensor(scale).float()
    except (OSError, KeyError, ValueError) as error:
        raise EngineMissing(f"The statistics of the vocoder in {folder} cannot be read; copy them again.") from error
    return torch.zeros(bands), torch.ones(bands)
