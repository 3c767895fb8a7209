"""The Audio Spectrogram Transformer (Gong et al. 2021, arXiv 2104.01778) by transformers, for sounds over time.

It was trained to say what is in 10 s. Shorter windows are followed by nothing, as short clips were in its training;
every cell is covered by four of them.
"""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import ASTFeatureExtractor, ASTForAudioClassification

from models.brake import Brake
from models.pretrained import loading
from models.sound.stretches import Grid, Rows, Stretch, agreed, windows

NEEDED = ("config.json", "preprocessor_config.json")
WIDTH = 4
"""Cells to a window."""
CELL_S, SLOW_CELL_S = 0.5, 2.0
"""On a GPU, and on a processor, where a window takes seconds however short it is."""
AT_ONCE, ONE = 16, 1
"""Windows that go through it together, on a GPU and on a processor."""
CELLS = 32


class SpectrogramTransformer:
    """A checkpoint in a folder: a `Tagger`."""

    def __init__(self, folder: Path) -> None:
        """Load it, on the GPU where there is one.

        Raises:
            EngineMissing: a file is missing.
            EngineError: it is no such checkpoint.
        """
        with loading(folder, NEEDED, "audio spectrogram transformer") as self._device:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # some of its lowest mel bands hold nothing, as in its training
                self._features: Any = ASTFeatureExtractor.from_pretrained(folder)
            model: Any = ASTForAudioClassification.from_pretrained(folder)
            self._model = model.to(self._device).eval()
            self.names = tuple(str(model.config.id2label[k]) for k in range(model.config.num_labels))
        self._brake = Brake(self._model)
        rate = int(self._features.sampling_rate)
        cell_s, self._at_once = (CELL_S, AT_ONCE) if self._device == "cuda" else (SLOW_CELL_S, ONE)
        self.grid = Grid(rate, round(cell_s * rate), CELLS, WIDTH)

    def __call__(self, stretch: Stretch) -> Rows:
        """How likely each sound is in each of its own cells: (cells, names).

        Raises:
            EngineError: it was stopped.
        """
        heard = windows(stretch, self.grid, WIDTH)
        with self._brake:
            likely = [self._likely(heard[k : k + self._at_once]) for k in range(0, len(heard), self._at_once)]
        return agreed(np.concatenate(likely), WIDTH) if likely else np.zeros((0, len(self.names)), np.float32)

    def stop(self) -> None:
        """End the call that runs."""
        self._brake.pull()

    @torch.inference_mode()
    def _likely(self, sounds: list[Any]) -> Rows:
        given = self._features(sounds, sampling_rate=self.grid.rate, return_tensors="pt")
        logits = self._model(torch.nan_to_num(given["input_values"]).to(self._device)).logits.float()
        single = self._model.config.problem_type == "single_label_classification"
        return np.asarray((logits.softmax(-1) if single else logits.sigmoid()).cpu().numpy(), np.float32)
