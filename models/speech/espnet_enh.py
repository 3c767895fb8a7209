"""ESPnet's models that enhance or separate speech: any checkpoint of one channel that `SeparateSpeech` loads.

    sound ─▶ the model's rate ─▶ SeparateSpeech ─▶ voices ─▶ as loud as they are in the sound

ESPnet and what it needs live in an environment of their own; see docs/decisions/0007.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from assistant.audio import Samples
from assistant.errors import EngineError
from models.brake import Brake
from models.espnet import hushed, loading
from models.speech.parting import Parting

with hushed():
    from espnet2.bin.enh_inference import SeparateSpeech


class Network:
    """A model: one call at a time, which another thread may stop; it takes hold before the next layer."""

    def __init__(self, config: Path, weights: Path, voices: int, rate: int, given: int | None = None) -> None:
        """Load it, on the GPU where there is one.

        Args:
            config: as ESPnet's training writes it.
            weights: those that belong to it.
            voices: how many it must give.
            rate: hertz; what it was trained at, where its config does not tell.
            given: hertz; the rate of the sound that it is to be called with; None: its own.

        Raises:
            EngineError: it is no such model, or gives another number of voices.
        """
        self.rate = rate_told(config) or rate
        self._parting = Parting(given or self.rate, self.rate, voices)
        with loading(weights) as device:
            self._separate: Any = SeparateSpeech(str(config), str(weights), device=device)
        if self._separate.num_spk != voices:
            raise EngineError(f"This ESPnet model gives {self._separate.num_spk} voices, and it takes one of {voices}.")
        self._brake = Brake(self._separate.enh_model)

    def __call__(self, mixture: Samples) -> Samples:
        """Part mono sound of shape (n,) into (voices, n), at the levels they have in it.

        Raises:
            EngineError: it was stopped.
        """
        with self._brake:
            return self._parting.parted(mixture, self._voices)

    def stop(self) -> None:
        """End the call that runs."""
        self._brake.pull()

    def _voices(self, sound: Samples) -> Samples:
        return np.concatenate(self._separate(sound[None], fs=self.rate))


def rate_told(config: Path) -> int | None:
    """The rate in hertz that a model was trained at, by the folder of statistics that ESPnet's recipes name after it,
    such as "exp/enh_stats_8k"; None where its config does not tell."""
    try:
        table = yaml.safe_load(config.read_text(encoding="utf-8"))
        shapes = " ".join(map(str, table.get("train_shape_file") or ()))
    except (OSError, ValueError, AttributeError, TypeError, yaml.YAMLError):
        return None
    told = re.search(r"enh_stats_(\d+)k\b", shapes)
    return int(told[1]) * 1000 if told else None
