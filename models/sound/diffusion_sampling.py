"""Latent diffusion by diffusers, of which a part is known: after each step that is put back, as noisy as the rest.

    noise ─▶ step ─▶ ▒▒░░▒▒ ─▶ step ─▶ ▒▒░░▒▒ ─▶ … ─▶ latents ─▶ sound
                     ╰ known + noise of that step (Lugmayr et al. 2022, arXiv 2201.09865, equation 8)

The noise of what is known is the noise that sampling begins with, so that both go one way.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging

from models.brake import Brake
from models.checkpoint import FAULTS, is_whole, unusable
from models.sound.diffusion import Known, Wish

INDEX = "model_index.json"


@contextmanager
def quietly() -> Iterator[None]:
    """Without the warnings of libraries about themselves and each other."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def loaded(kind: Any, folder: Path) -> Any:
    """A pipeline of a class from a folder, on the GPU where there is one, with half the precision there.

    Raises:
        EngineMissing: it is not whole.
        EngineError: it is no such pipeline.
    """
    is_whole(folder, (INDEX,))
    diffusers_logging.set_verbosity_error()
    diffusers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    there = torch.cuda.is_available()
    try:
        with quietly():
            pipe = kind.from_pretrained(
                folder, torch_dtype=torch.float16 if there else torch.float32, local_files_only=True
            )
    except ImportError:  # a part of it needs another package
        raise
    except FAULTS as error:
        raise unusable(folder, f"{kind.__name__} of diffusers") from error
    pipe.set_progress_bar_config(disable=True)
    return pipe.to("cuda" if there else "cpu")


class Sampling:
    """Sampling from one pipeline, step by step."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        parts = (part for part in pipe.components.values() if isinstance(part, torch.nn.Module))
        self.brake = Brake(torch.nn.ModuleList(parts))
        self.share = 0.0
        """How much of the call that runs is done."""

    @contextmanager
    def call(self) -> Iterator[None]:
        """All that is done with the pipeline is done within.

        Raises:
            EngineError: it was stopped.
        """
        self.share = 0.0
        with self.brake, quietly(), torch.inference_mode():
            yield

    def audio(self, latents: torch.Tensor, keep: torch.Tensor, wish: Wish, **given: Any) -> Any:
        """What the pipeline makes.

        Args:
            latents: those of what is known, as the pipeline has them; any, where nothing is.
            keep: which of them are known; of a shape that fits.
            given: what else the pipeline is called with.
        """
        noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(wish.seed)).to(latents)
        guided = bool(wish.text) and wish.guidance > 1
        made = self._pipe(
            wish.text,
            num_inference_steps=wish.steps,
            guidance_scale=wish.guidance if guided else 1.0,
            negative_prompt=(wish.avoid or None) if guided else None,
            generator=torch.Generator().manual_seed(wish.seed),
            latents=noise.clone(),
            callback=self._putting_back(latents, noise, keep),
            **given,
        )
        return made.audios

    def _putting_back(
        self, known: torch.Tensor, noise: torch.Tensor, keep: torch.Tensor
    ) -> Callable[[int, object, torch.Tensor], None]:
        """What the pipeline calls after each step, with its latents, which it goes on with."""
        scheduler = self._pipe.scheduler

        def put_back(step: int, _: object, latents: torch.Tensor) -> None:
            left = scheduler.timesteps[step + 1 : step + 2]
            self.share = (step + 1) / len(scheduler.timesteps)
            there = scheduler.add_noise(known, noise, left) if len(left) else known
            latents.copy_(torch.where(keep, there.to(latents), latents))

        return put_back


def frames_kept(known: Known, size: int) -> Known:
    """Which frames of so many samples are known, and those beside them too, which they look into: (n,) → (n / size,).

    What is beyond the ends is as known as the ends are.
    """
    whole = np.pad(known.reshape(-1, size).all(axis=1), 1, "edge")
    return np.asarray(whole[:-2] & whole[1:-1] & whole[2:])


def filled_up(known: Known, length: int) -> Known:
    """As long as `length`; what is added is not known."""
    return np.pad(known, (0, length - len(known)))
