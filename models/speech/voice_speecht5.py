"""SpeechT5 (Ao et al. 2022), by transformers: English in a voice that it knows by an x-vector.

words ─▶ SpeechT5 ─▶ spectrum ─▶ HiFi-GAN ─▶ sound
             ▲
voice ─▶ x-vector
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from transformers import SpeechT5ForTextToSpeech, SpeechT5HifiGan, SpeechT5Tokenizer

from assistant.audio import Samples
from assistant.errors import EngineError
from models.brake import Brake
from models.pretrained import loading
from models.speech.voice_public import VOCODER, XVECTOR
from models.speech.xvector import RATE, SIZE, load_xvector

NEEDED = ("config.json", "spm_char.model")
MOST_RATIO = 10.0
"""Frames of sound at most for each letter: 160 ms, so that who never stops is stopped."""


class SpeechT5Voices:
    """A `Speaker`."""

    rate = RATE
    prompt_s = 20.0
    longest = 240
    languages: Sequence[str] = ("en",)

    def __init__(self, folder: Path) -> None:
        """What it needs besides lies beside its folder.

        Raises:
            EngineMissing: a file is missing; the sentence says what to do.
            EngineError: it is no such model.
        """
        self._known, beside = load_xvector(folder.with_name(XVECTOR)), folder.with_name(VOCODER)
        with loading(folder, NEEDED, "SpeechT5") as self._device:
            self._tokenizer = SpeechT5Tokenizer.from_pretrained(folder, normalize=True, local_files_only=True)
            self._model = SpeechT5ForTextToSpeech.from_pretrained(folder, local_files_only=True)
        with loading(beside, ("config.json",), "HiFi-GAN of SpeechT5's"):
            self._vocoder = SpeechT5HifiGan.from_pretrained(beside, local_files_only=True)
        size = self._model.config.speaker_embedding_dim
        for network in (self._model, self._vocoder):
            torch.nn.Module.to(network, self._device).train(False)
        if size != SIZE:
            raise EngineError(f"The SpeechT5 in {folder} knows voices by {size} numbers, and x-vectors are of others.")
        self._brakes = [Brake(one) for one in (self._model, self._vocoder, self._known)]
        self._voice: torch.Tensor | None = None

    def hear(self, voice: Samples, language: str) -> None:
        """Speak in that voice, shape (n,) at its rate; see `Speaker`."""
        with self._brakes[2], torch.inference_mode():
            self._voice = self._known(torch.from_numpy(voice)).to(self._device)

    def say(self, text: str, seed: int) -> Samples:
        """Words as sound, shape (n,); see `Speaker`."""
        assert self._voice is not None, "hears somebody before it speaks"
        torch.manual_seed(seed)  # it leaves some of its numbers out by chance, wherever it is used
        given = self._tokenizer(text, return_tensors="pt")["input_ids"].to(self._device)
        with self._brakes[0], self._brakes[1], torch.inference_mode():
            made = self._model.generate_speech(given, self._voice, maxlenratio=MOST_RATIO, vocoder=self._vocoder)
        return np.asarray(torch.as_tensor(made).cpu().numpy(), np.float32).reshape(-1)

    def stop(self) -> None:
        """End the call that runs, before its next layer."""
        for brake in self._brakes:
            brake.pull()
