"""AudioLDM 2 (Liu et al. 2023, arXiv 2308.05734) by diffusers: any of its checkpoints for sound and music.

    sound ─▶ log-mel ─▶ VAE ─▶ latents ⇄ U-Net, told by CLAP, T5 and GPT-2 what is wanted ─▶ VAE ─▶ HiFi-GAN ─▶ sound

Noise is taken away by DPM-Solver++ (Lu et al. 2022, arXiv 2211.01095), which needs an eighth of the steps of DDIM.
"""

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AudioLDM2Pipeline, DPMSolverMultistepScheduler
from transformers import GPT2LMHeadModel, GPT2Model
from transformers.audio_utils import mel_filter_bank

from assistant.audio import Samples
from assistant.resample import resample
from models.sound.diffusion import Known, Wish
from models.sound.diffusion_sampling import Sampling, filled_up, frames_kept, loaded

FFT = 1024
"""Samples of a frame of the spectrum that it was trained on."""
FLOOR = 1e-5
"""Of the spectrum, before its logarithm."""
PEAK, RAISED = 0.5, 4.0
"""What it was trained on has this peak; and by how much soft sound is raised to it at most."""
SHORTEST_S = 5.12
"""Half of what it was trained on."""
TOKENS = 8
"""What GPT-2 adds to the words."""


class AudioLDM2:
    """A `Painter`."""

    channels = 1
    ranks = True

    def __init__(self, folder: Path) -> None:
        """Load it.

        Raises:
            EngineMissing: the checkpoint is not whole.
            EngineError: it is none.
        """
        self._pipe = pipe = loaded(AudioLDM2Pipeline, folder)
        pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config)  # type: ignore[no-untyped-call]
        if isinstance(pipe.language_model, GPT2Model):
            pipe.register_modules(language_model=_generating(pipe.language_model))
        config = pipe.vocoder.config
        self.rate = int(config.sampling_rate)
        self._spectrum = LogMel(self.rate, prod(config.upsample_rates), config.model_in_dim)
        self._frame = self._spectrum.hop * pipe.vae_scale_factor
        self.window = int(pipe.unet.config.sample_size) * self._frame
        self.shortest = min(self.window, round(SHORTEST_S * self.rate))
        self._sampling = Sampling(pipe)

    @property
    def share(self) -> float:
        """How much of the call that runs is done."""
        return self._sampling.share

    def __call__(self, sound: Samples, known: Known, wish: Wish) -> Samples:
        """See `Painter`."""
        length = -(-len(sound) // self._frame) * self._frame
        gain = _gain(sound[known])
        heard = np.pad(sound[:, 0] * known * gain, (0, length - len(sound))).astype(np.float32)
        kept = torch.from_numpy(frames_kept(filled_up(known, length), self._frame))[None, None, :, None]
        with self._sampling.call():
            latents = self._latents(heard)
            found = self._sampling.audio(
                latents,
                kept.to(latents.device),
                wish,
                audio_length_in_s=length / self.rate,
                max_new_tokens=TOKENS,
            )
        made = np.nan_to_num(np.asarray(found[0], np.float32))[: len(sound)]
        return np.pad(made, (0, len(sound) - len(made)))[:, None] / gain

    def likeness(self, sound: Samples, text: str) -> float:
        """By its CLAP; of sound that is longer than that hears, the beginning."""
        pipe, features = self._pipe, self._pipe.feature_extractor
        heard = resample(sound[:, 0].copy(), self.rate, features.sampling_rate)[: features.nb_max_samples]
        with self._sampling.call():
            words = pipe.tokenizer(
                text, return_tensors="pt", truncation=True, max_length=pipe.tokenizer.model_max_length
            )
            given = features([heard], return_tensors="pt", sampling_rate=features.sampling_rate)
            clap = pipe.text_encoder
            found = clap(**words.to(clap.device), input_features=given["input_features"].to(clap.device, clap.dtype))
            return float((found.text_embeds * found.audio_embeds).sum())

    def stop(self) -> None:
        """End the call that runs."""
        self._sampling.brake.pull()

    def _latents(self, sound: Samples) -> torch.Tensor:
        vae = self._pipe.vae
        mel = self._spectrum(torch.from_numpy(sound)).to(vae.device, vae.dtype)
        return torch.as_tensor(vae.encode(mel[None, None]).latent_dist.mode() * vae.config.scaling_factor)


class LogMel:
    """The spectrum that AudioLDM's VAE reads and its HiFi-GAN sounds: natural logarithm, Slaney's mel."""

    def __init__(self, rate: int, hop: int, bands: int) -> None:
        self.hop = hop
        banks = mel_filter_bank(FFT // 2 + 1, bands, 0.0, rate / 2, rate, norm="slaney", mel_scale="slaney")
        self._banks = torch.from_numpy(banks).float()

    def __call__(self, sound: torch.Tensor) -> torch.Tensor:
        """Of float32 (n,), n a multiple of the hop: (n / hop, bands)."""
        beyond = (FFT - self.hop) // 2
        padded = torch.nn.functional.pad(sound[None, None], (beyond, FFT - self.hop - beyond), mode="reflect")[0, 0]
        spectrum = torch.stft(padded, FFT, self.hop, window=torch.hann_window(FFT), center=False, return_complex=True)
        return torch.log(torch.clamp(spectrum.abs().T @ self._banks, min=FLOOR))


def _generating(model: GPT2Model) -> Any:
    """GPT-2 with the methods for generation, which transformers gives only to the class that writes text."""
    made: Any = GPT2LMHeadModel(model.config)
    made.transformer = model
    made.lm_head = torch.nn.Identity()
    return made.to(model.device, model.dtype).eval()


def _gain(known: Samples) -> np.float32:
    peak = float(np.abs(known).max()) if known.size else 0.0
    return np.float32(min(RAISED, PEAK / peak) if peak else 1.0)
