"""Language models that hear, by transformers: Qwen2-Audio (Chu et al. 2024, arXiv 2407.10759), Audio Flamingo 3.

Asked for one sentence of what can be heard, and decoded without chance.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForSeq2SeqLM, AutoProcessor

from assistant.audio import Samples
from models.brake import Brake
from models.pretrained import loading
from models.token_brake import TokenBrake

NEEDED = ("config.json", "tokenizer.json")
PROMPT = (
    "Describe this recording in one short English sentence for somebody who cannot hear it. Say only what can really "
    "be heard: which sounds, what kind of speech or music. Do not guess at places, names or reasons."
)
LONGEST = 80
"""Tokens of an answer."""
SHORTEST_S = 0.1
"""What is shorter is followed by silence."""


class LanguageModel:
    """A checkpoint in a folder: a `Describer`."""

    def __init__(self, folder: Path) -> None:
        """Load it, on the GPU where there is one, with the weights as they are stored.

        Raises:
            EngineMissing: a file is missing.
            EngineError: it is no such checkpoint.
        """
        with loading(folder, NEEDED, "language model that hears") as self._device:
            self._processor: Any = AutoProcessor.from_pretrained(folder)  # type: ignore[no-untyped-call]
            model: Any = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype="auto")
            self._model = model.to(self._device).eval()
            self._asked = self._processor.apply_chat_template(_conversation(), add_generation_prompt=True)
            self.rate = int(self._processor.feature_extractor.sampling_rate)
        self._brake, self._tokens = Brake(self._model), TokenBrake()

    @torch.inference_mode()
    def __call__(self, sound: Samples) -> str:
        """What a sound, (n,) at its rate, is.

        Raises:
            EngineError: it was stopped.
        """
        short = max(0, round(SHORTEST_S * self.rate) - len(sound))
        heard = np.nan_to_num(np.pad(sound, (0, short)))
        given = self._processor(text=[self._asked], audio=[heard], sampling_rate=self.rate, return_tensors="pt")
        given = given.to(self._device, dtype=self._model.dtype)
        with self._brake, self._tokens:
            ids = self._model.generate(
                **given,
                do_sample=False,
                max_new_tokens=LONGEST,
                stopping_criteria=self._tokens.criteria,
            )
        fresh = ids[0, given["input_ids"].shape[1] :]
        return str(self._processor.tokenizer.decode(fresh, skip_special_tokens=True))

    def stop(self) -> None:
        """End the call that runs; it takes hold before the next layer or token."""
        self._tokens.pull()
        self._brake.pull()


def _conversation() -> list[dict[str, Any]]:
    content = [{"type": "audio", "audio": ""}, {"type": "text", "text": PROMPT}]
    return [{"role": "user", "content": content}]
