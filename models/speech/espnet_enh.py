"""ESPnet's models that enhance or separate speech: any checkpoint of one channel that `SeparateSpeech` loads.

    sound ─▶ the model's rate ─▶ SeparateSpeech ─▶ voices ─▶ as loud as they are in the sound

ESPnet and what it needs live in an environment of their own; see docs/decisions/0007.
"""

import io
import pickle
import re
import warnings
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml

from assistant.audio import Samples
from assistant.errors import EngineError
from assistant.resample import resample
from models.speech.levels import fitted

with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
    warnings.simplefilter("ignore")  # importing it, ESPnet's dependencies warn of themselves
    from espnet2.bin.enh_inference import SeparateSpeech

LEVEL = 0.05
"""The root mean square that sound is brought to for the model, about that of what such models are trained on."""
SILENT = 1e-6
"""Sound of a lower root mean square holds no voices."""
SHORTEST_S = 0.25
"""What is shorter is followed by silence."""
FAULTS = (
    OSError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    AssertionError,
    RuntimeError,
    pickle.UnpicklingError,
)
"""What ESPnet and torch raise for files that are no checkpoint."""


class _Stopped(Exception):
    """The call is no longer wanted."""


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
        self._given = given or self.rate
        self._stopped = False
        device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            self._separate: Any = SeparateSpeech(str(config), str(weights), device=device)
        except FAULTS as error:
            raise EngineError(f"ESPnet cannot load {weights.name}; pull or copy the whole checkpoint again.") from error
        if self._separate.num_spk != voices:
            raise EngineError(f"This ESPnet model gives {self._separate.num_spk} voices, and it takes one of {voices}.")
        for module in self._separate.enh_model.modules():
            if not isinstance(module, torch.jit.ScriptModule):
                module.register_forward_pre_hook(self._look)

    def __call__(self, mixture: Samples) -> Samples:
        """Part mono sound of shape (n,) into (voices, n), at the levels they have in it.

        Raises:
            EngineError: it was stopped.
        """
        self._stopped = False
        found = self._found(resample(mixture, self._given, self.rate))
        back = np.stack([resample(voice, self.rate, self._given) for voice in found])
        return np.pad(back, ((0, 0), (0, max(0, len(mixture) - back.shape[1]))))[:, : len(mixture)]

    def stop(self) -> None:
        """End the call that runs."""
        self._stopped = True

    def _found(self, sound: Samples) -> Samples:
        level = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) if len(sound) else 0.0
        if level < SILENT:
            return np.zeros((self._separate.num_spk, len(sound)), np.float32)
        short = max(0, round(SHORTEST_S * self.rate) - len(sound))
        padded = np.pad(sound * np.float32(LEVEL / level), (0, short))
        try:
            voices = self._separate(padded[None], fs=self.rate)
        except _Stopped as error:
            raise EngineError("The ESPnet model was stopped.") from error
        return fitted(np.concatenate(voices)[:, : len(sound)], sound)

    def _look(self, *_: object) -> None:
        if self._stopped:
            raise _Stopped


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
