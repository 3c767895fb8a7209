"""A model that says what a picture shows, by transformers: BLIP (Li et al. 2022, arXiv 2201.12086)."""

from pathlib import Path
from typing import Any

import torch
from PIL import Image
from transformers import AutoTokenizer, BlipForConditionalGeneration, BlipImageProcessorPil

from models.brake import Brake
from models.pretrained import loading
from models.token_brake import TokenBrake

NEEDED = ("config.json", "preprocessor_config.json", "tokenizer.json")
LONGEST = 40
"""Tokens of what is said."""


class Blip:
    """A checkpoint in a folder: a `Seer`."""

    def __init__(self, folder: Path) -> None:
        """Load it, on the GPU where there is one, with the weights as they are stored.

        Raises:
            EngineMissing: a file is missing.
            EngineError: it is no such checkpoint.
        """
        with loading(folder, NEEDED, "model that describes pictures") as self._device:
            self._points: Any = BlipImageProcessorPil.from_pretrained(folder)
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
            model: Any = BlipForConditionalGeneration.from_pretrained(folder, dtype="auto")
            self._model = model.to(self._device).eval()
        self._brake, self._tokens = Brake(self._model), TokenBrake()

    @torch.inference_mode()
    def __call__(self, picture: Image.Image) -> str:
        """What an RGB picture shows, in a few words, such as "a dog on a beach".

        Raises:
            EngineError: it was stopped.
        """
        given = self._points(images=picture, return_tensors="pt").to(self._device, dtype=self._model.dtype)
        with self._brake, self._tokens:
            ids = self._model.generate(
                pixel_values=given["pixel_values"],
                do_sample=False,
                max_new_tokens=LONGEST,
                stopping_criteria=self._tokens.criteria,
            )
        return str(self._tokenizer.decode(ids[0], skip_special_tokens=True))

    def stop(self) -> None:
        """End the call that runs; it takes hold before the next layer or token."""
        self._tokens.pull()
        self._brake.pull()
