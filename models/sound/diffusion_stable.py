"""Stable Audio Open (Evans et al. 2024, arXiv 2407.14358) by diffusers: stereo at 44.1 kHz, up to 47 s.

sound ─▶ VAE ─▶ latents ⇄ transformer, told by T5 what is wanted and how long it is ─▶ VAE ─▶ sound
"""

from pathlib import Path

import numpy as np
import torch
from diffusers import StableAudioPipeline

from assistant.audio import Samples
from assistant.errors import EngineError
from models.sound.diffusion import Known, Wish
from models.sound.diffusion_sampling import Sampling, filled_up, frames_kept, loaded

SHORTEST_S = 1.0


class StableAudio:
    """A `Painter`."""

    ranks = False

    def __init__(self, folder: Path) -> None:
        """Load it.

        Raises:
            EngineMissing: the checkpoint is not whole.
            EngineError: it is none.
        """
        self._pipe = pipe = loaded(StableAudioPipeline, folder)
        self.rate = int(pipe.vae.config.sampling_rate)
        self.channels = int(pipe.vae.config.audio_channels)
        self._frame = int(pipe.vae.hop_length)
        self.window = int(pipe.transformer.config.sample_size) * self._frame
        self.shortest = round(SHORTEST_S * self.rate)
        self._sampling = Sampling(pipe)

    @property
    def share(self) -> float:
        """How much of the call that runs is done."""
        return self._sampling.share

    def __call__(self, sound: Samples, known: Known, wish: Wish) -> Samples:
        """See `Painter`."""
        heard = np.pad((sound * known[:, None]).T, ((0, 0), (0, self.window - len(sound)))).astype(np.float32)
        kept = torch.from_numpy(frames_kept(filled_up(known, self.window), self._frame))[None, None]
        with self._sampling.call():
            vae = self._pipe.vae
            latents = vae.encode(torch.from_numpy(heard)[None].to(vae.device, vae.dtype)).latent_dist.mode()
            seconds = len(sound) / self.rate
            found = self._sampling.audio(latents, kept.to(latents.device), wish, audio_end_in_s=seconds)
        made = np.nan_to_num(found[0].float().cpu().numpy().T)[: len(sound)]
        return np.asarray(np.pad(made, ((0, len(sound) - len(made)), (0, 0))), np.float32)

    def likeness(self, sound: Samples, text: str) -> float:
        """Raises EngineError: it has no ears."""
        raise EngineError("Stable Audio cannot tell how well a sound goes with words.")

    def stop(self) -> None:
        """End the call that runs."""
        self._sampling.brake.pull()
