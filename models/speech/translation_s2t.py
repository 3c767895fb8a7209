"""Speech to text in another language by one network: fairseq S2T (Wang et al. 2020, arXiv 2010.05171) by transformers.

    samples ─▶ 80 log-mel bands as Kaldi's, each to mean 0 and deviation 1 ─▶ encoder ─▶ beams ─▶ tokens ─▶ text

The features are those of transformers' own extractor, which needs no torchaudio; tests hold them against Kaldi's
definition. Tokens are turned to text by the table `vocab.json`, so that the package sentencepiece is not needed.
"""

import json
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import (
    Speech2TextFeatureExtractor,
    Speech2TextForConditionalGeneration,
    StoppingCriteria,
    StoppingCriteriaList,
)
from transformers.utils import logging

from assistant.audio import RATE, Samples
from assistant.errors import EngineError, EngineMissing

SHORTEST = RATE // 10
"""Samples; what is shorter holds no words."""
SPACE = "▁"
"""What begins a word in the vocabulary."""
NEEDED = ("config.json", "preprocessor_config.json", "vocab.json")
FAULTS = (OSError, KeyError, TypeError, ValueError, AttributeError, RuntimeError, pickle.UnpicklingError)
"""What transformers and torch raise for files that are no checkpoint."""


class SpeechToText:
    """A checkpoint in a folder; one call at a time, which another thread may stop."""

    def __init__(self, folder: Path) -> None:
        """Load it, on the GPU where there is one.

        Raises:
            EngineMissing: a file is missing.
            EngineError: it is no such checkpoint.
        """
        if missing := [name for name in NEEDED if not (folder / name).is_file()]:
            raise EngineMissing(f"The model in {folder} is not whole: {' and '.join(missing)} missing. Pull it again.")
        self._stop = _Stop()
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._features: Any = Speech2TextFeatureExtractor.from_pretrained(folder)
            model: Any = Speech2TextForConditionalGeneration.from_pretrained(folder)
            self._model = model.to(self._device).eval()
            self._words = {int(k): str(word) for word, k in json.loads((folder / "vocab.json").read_text()).items()}
        except FAULTS as error:
            raise EngineError(f"The folder {folder} holds no speech-to-text model that can be loaded.") from error
        config = self._model.config
        self._special = {config.bos_token_id, config.pad_token_id, config.eos_token_id, self._unknown()}

    def __call__(self, sounds: Sequence[Samples]) -> list[str]:
        """What is said in sounds, mono float32 of shape (n,) at 16 kHz, in the language that the model writes.

        Raises:
            EngineError: it was stopped.
        """
        self._stop.asked = False
        heard = [np.trim_zeros(sound) for sound in sounds]  # silence put around would shift the mean of the features
        return [self._written(sound) if len(sound) >= SHORTEST else "" for sound in heard]

    def stop(self) -> None:
        """End the call that runs; it takes hold before the next token."""
        self._stop.asked = True

    @torch.inference_mode()
    def _written(self, sound: Samples) -> str:
        given = self._features(sound, sampling_rate=RATE, return_tensors="pt", return_attention_mask=True)
        ids = self._model.generate(
            torch.nan_to_num(given["input_features"]).to(self._device),
            attention_mask=given["attention_mask"].to(self._device),
            stopping_criteria=StoppingCriteriaList([self._stop]),
        )
        if self._stop.asked:
            raise EngineError("The translation was stopped.")
        tokens = (self._words.get(int(k), "") for k in ids[0] if int(k) not in self._special)
        return "".join(tokens).replace(SPACE, " ").strip()

    def _unknown(self) -> int:
        return next((k for k, word in self._words.items() if word == "<unk>"), -1)


class _Stop(StoppingCriteria):
    """Ends a generation at the next token where that is asked for."""

    asked = False

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: object) -> torch.Tensor:
        return torch.full((input_ids.shape[0],), self.asked, device=input_ids.device, dtype=torch.bool)
