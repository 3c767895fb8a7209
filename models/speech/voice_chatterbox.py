"""Chatterbox by Resemble AI, by its own package: English in any voice, and an inaudible watermark (Perth) in all of it.

Its package asks for versions of its own of nearly everything, so it lives in an environment of its own.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile as sf
import torch
from chatterbox.tts import ChatterboxTTS
from safetensors import SafetensorError

from assistant.audio import Samples
from models.brake import Brake
from models.checkpoint import FAULTS, is_whole, unusable

NEEDED = ("ve.safetensors", "t3_cfg.safetensors", "s3gen.safetensors", "tokenizer.json")


class ChatterboxVoices:
    """A `Speaker`."""

    prompt_s = 15.0
    longest = 280
    languages: Sequence[str] = ("en",)

    def __init__(self, folder: Path) -> None:
        """Raises EngineMissing where a file is missing, and EngineError where it is no such model."""
        is_whole(folder, NEEDED)
        try:
            self._model = ChatterboxTTS.from_local(folder, "cuda" if torch.cuda.is_available() else "cpu")
        except (*FAULTS, SafetensorError) as error:
            raise unusable(folder, "Chatterbox") from error
        self.rate = int(self._model.sr)
        self._brakes = [Brake(one) for one in (self._model.t3, self._model.s3gen, self._model.ve)]

    def hear(self, voice: Samples, language: str) -> None:
        """Speak in that voice, shape (n,) at its rate; see `Speaker`."""
        with TemporaryDirectory() as draft, self._brakes[1], self._brakes[2]:
            sf.write(path := Path(draft) / "voice.wav", voice, self.rate, "FLOAT")  # it hears files only
            self._model.prepare_conditionals(str(path))

    def say(self, text: str, seed: int) -> Samples:
        """Words as sound, shape (n,); see `Speaker`."""
        torch.manual_seed(seed)
        with self._brakes[0], self._brakes[1]:
            made = self._model.generate(text)
        return np.asarray(made.numpy(), np.float32).reshape(-1)

    def stop(self) -> None:
        """End the call that runs, before its next layer."""
        for brake in self._brakes:
            brake.pull()
