"""SepFormer (Subakan et al. 2021, arXiv 2010.13154) by SpeechBrain: any of its checkpoints that part two voices.

    sound ─▶ the model's rate ─▶ encoder ─▶ masks ─▶ decoder ─▶ voices ─▶ as loud as they are in the sound

SpeechBrain and what it needs live in an environment of their own; see docs/decisions/0033.
"""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.audio import Samples
from assistant.errors import EngineError
from models.brake import Brake
from models.checkpoint import FAULTS, is_whole
from models.speech.parting import Parting

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # importing it, SpeechBrain's dependencies warn of themselves
    from speechbrain.inference.separation import SepformerSeparation
    from speechbrain.utils.fetching import FetchConfig, LocalStrategy

NEEDED = ("hyperparams.yaml", "encoder.ckpt", "masknet.ckpt", "decoder.ckpt")
VOICES = 2


class SepFormer:
    """A `Separator`: one call at a time, which another thread may stop; it takes hold before the next layer."""

    def __init__(self, folder: Path, given: int) -> None:
        """Load it, on the GPU where there is one.

        Args:
            folder: as the hub has it: the network as YAML, and the weights of its three parts.
            given: hertz; the rate of the sound that it is to be called with.

        Raises:
            EngineMissing: a file is missing.
            EngineError: it is no such model, or gives another number of voices.
        """
        is_whole(folder, NEEDED)
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            self._model: Any = SepformerSeparation.from_hparams(
                str(folder),
                run_opts={"device": self._device},
                local_strategy=LocalStrategy.NO_LINK,
                fetch_config=FetchConfig(allow_network=False),
            )
            self.rate = int(self._model.hparams.sample_rate)
            voices = int(self._model.hparams.num_spks)
        except FAULTS as error:
            raise EngineError(f"SpeechBrain cannot load the model in {folder}; pull it again.") from error
        if voices != VOICES:
            raise EngineError(f"This SpeechBrain model gives {voices} voices, and it takes one of {VOICES}.")
        self._parting = Parting(given, self.rate, VOICES)
        self._brake = Brake(self._model.mods)

    def __call__(self, mixture: Samples) -> Samples:
        """Part mono sound of shape (n,) into (2, n), at the levels they have in it.

        Raises:
            EngineError: it was stopped.
        """
        with self._brake:
            return self._parting.parted(mixture, self._voices)

    def stop(self) -> None:
        """End the call that runs."""
        self._brake.pull()

    @torch.inference_mode()
    def _voices(self, sound: Samples) -> Samples:
        found = self._model.separate_batch(torch.from_numpy(sound)[None].to(self._device))
        return np.asarray(found[0].T.cpu().numpy(), np.float32)
