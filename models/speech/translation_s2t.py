"""Speech to text in another language by one network: fairseq S2T (Wang et al. 2020, arXiv 2010.05171) by transformers.

    samples ─▶ 80 log-mel bands as Kaldi's, each to mean 0 and deviation 1 ─▶ encoder ─▶ beams ─▶ tokens ─▶ text

The features are those of transformers' own extractor, which needs no torchaudio; tests hold them against Kaldi's
definition. Tokens are turned to text by the table `vocab.json`, so that the package sentencepiece is not needed.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import Speech2TextFeatureExtractor, Speech2TextForConditionalGeneration

from assistant.audio import RATE, Samples
from models.pretrained import loading
from models.token_brake import TokenBrake

SHORTEST = RATE // 10
"""Samples; what is shorter holds no words."""
SPACE = "▁"
"""What begins a word in the vocabulary."""
NEEDED = ("config.json", "preprocessor_config.json", "vocab.json")


class SpeechToText:
    """A checkpoint in a folder; one call at a time, which another thread may stop."""

    def __init__(self, folder: Path) -> None:
        """Load it, on the GPU where there is one.

        Raises:
            EngineMissing: a file is missing.
            EngineError: it is no such checkpoint.
        """
        self._brake = TokenBrake()
        with loading(folder, NEEDED, "speech-to-text model") as self._device:
            self._features: Any = Speech2TextFeatureExtractor.from_pretrained(folder)
            model: Any = Speech2TextForConditionalGeneration.from_pretrained(folder)
            self._model = model.to(self._device).eval()
            self._words = {int(k): str(word) for word, k in json.loads((folder / "vocab.json").read_text()).items()}
        config = self._model.config
        self._special = {config.bos_token_id, config.pad_token_id, config.eos_token_id, self._unknown()}

    def __call__(self, sounds: Sequence[Samples]) -> list[str]:
        """What is said in sounds, mono float32 of shape (n,) at 16 kHz, in the language that the model writes.

        Raises:
            EngineError: it was stopped.
        """
        heard = [np.trim_zeros(sound) for sound in sounds]  # silence put around would shift the mean of the features
        with self._brake:
            return [self._written(sound) if len(sound) >= SHORTEST else "" for sound in heard]

    def stop(self) -> None:
        """End the call that runs; it takes hold before the next token."""
        self._brake.pull()

    @torch.inference_mode()
    def _written(self, sound: Samples) -> str:
        given = self._features(sound, sampling_rate=RATE, return_tensors="pt", return_attention_mask=True)
        ids = self._model.generate(
            torch.nan_to_num(given["input_features"]).to(self._device),
            attention_mask=given["attention_mask"].to(self._device),
            stopping_criteria=self._brake.criteria,
        )
        self._brake.look()
        tokens = (self._words.get(int(k), "") for k in ids[0] if int(k) not in self._special)
        return "".join(tokens).replace(SPACE, " ").strip()

    def _unknown(self) -> int:
        return next((k for k, word in self._words.items() if word == "<unk>"), -1)
