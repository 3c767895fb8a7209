"""CLAP (Wu et al. 2023, arXiv 2211.06687) by transformers: which windows of a recording go with words, or a sound.

A window is about 2 s. How likely a sound is, is a softmax over its own words and those of other sounds, as CLAP tells
kinds of sound that it was not taught; words that mean nearly the same as its own do not stand against it.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel

from assistant.audio import Samples
from models.brake import Brake
from models.pretrained import loading
from models.sound.stretches import Grid, Rows, Stretch, agreed, averaged, windows
from models.sound.target_foundation import Wanted

NEEDED = ("config.json", "preprocessor_config.json", "tokenizer.json")
WIDTH = 4
"""Cells to a window."""
CELL_S = 0.5
AT_ONCE, ONE = 16, 1
"""Windows that go through it together, on a GPU and on a processor."""
CELLS = 32
SAYING = "This is a sound of {}."
OTHERS = (
    *("silence", "a quiet room", "background noise", "wind", "rain", "water", "speech", "a crowd", "music", "singing"),
    *("footsteps", "a car passing", "an engine", "a machine humming", "a dog barking", "birds singing", "a door"),
    *("a bell ringing", "a telephone ringing", "an alarm", "typing on a keyboard", "a clock ticking", "a baby crying"),
    *("laughing", "coughing", "applause", "glass breaking", "hammering", "a helicopter", "a siren", "a fire crackling"),
)
"""What a window may hold instead."""
SAME = 0.8
"""Cosine from which on two texts mean one sound."""


class Clap:
    """A checkpoint in a folder: a `Matcher`."""

    high, low = 0.5, 0.2

    def __init__(self, folder: Path) -> None:
        """Load it, on the GPU where there is one.

        Raises:
            EngineMissing: a file is missing.
            EngineError: it is no such checkpoint.
        """
        with loading(folder, NEEDED, "CLAP model") as self._device:
            self._features: Any = ClapFeatureExtractor.from_pretrained(folder)
            self._tokens: Any = AutoTokenizer.from_pretrained(folder)
            model: Any = ClapModel.from_pretrained(folder)
            self._model = model.to(self._device).eval()
        self._brake = Brake(self._model)
        rate = int(self._features.sampling_rate)
        self._at_once = AT_ONCE if self._device == "cuda" else ONE
        self.grid = Grid(rate, round(CELL_S * rate), CELLS, WIDTH)
        self._others = self.named(list(OTHERS))

    @torch.inference_mode()
    def named(self, words: list[str]) -> Rows:
        """The vectors of texts, of length 1: (words, width)."""
        said = [SAYING.format(word) for word in words]
        given = self._tokens(said, padding=True, truncation=True, return_tensors="pt").to(self._device)
        with self._brake:
            found = self._model.get_text_features(given["input_ids"], given["attention_mask"])
        return np.asarray(found.pooler_output.float().cpu().numpy(), np.float32)

    def like(self, sound: Samples) -> Rows:
        """The vector of a sound, of length 1, from windows of it: (1, width)."""
        size = WIDTH * self.grid.cell
        starts = range(0, max(1, len(sound) - size // 2), size // 2)
        with self._brake:
            rows = np.concatenate([self._vectors([sound[start : start + size]]) for start in starts])
        mean = rows.mean(axis=0, keepdims=True)
        return np.asarray(mean / (np.linalg.norm(mean) + 1e-9), np.float32)

    def __call__(self, stretch: Stretch, wanted: Wanted) -> Rows:
        """How likely each sound is in each of its own cells, or how alike an example: (cells, labels).

        Raises:
            EngineError: it was stopped.
        """
        heard = windows(stretch, self.grid, WIDTH)
        if not heard:
            return np.zeros((0, len(wanted.labels)), np.float32)
        with self._brake:
            parts = [self._vectors(heard[k : k + self._at_once]) for k in range(0, len(heard), self._at_once)]
        rows = np.concatenate(parts)
        if wanted.example:
            return averaged(rows @ wanted.rows.T, WIDTH)
        return agreed(self._likely(rows, wanted.rows), WIDTH)

    def stop(self) -> None:
        """End the call that runs."""
        self._brake.pull()

    def _likely(self, rows: Rows, wanted: Rows) -> Rows:
        """A softmax for each text, (n, texts), over itself and the others that mean something else."""
        scale = self._model.logit_scale_a.exp().item()
        against = scale * rows @ self._others.T
        columns = []
        for text in wanted:
            other = against[:, self._others @ text < SAME]
            own = (scale * rows @ text)[:, None]
            both = np.concatenate((own, other), axis=1)
            powers = np.exp(both - both.max(axis=1, keepdims=True))
            columns.append(powers[:, 0] / powers.sum(axis=1))
        return np.asarray(np.stack(columns, axis=1), np.float32)

    @torch.inference_mode()
    def _vectors(self, sounds: list[Samples]) -> Rows:
        """Vectors of sounds of at most a window, of length 1; short ones are repeated, as in its training."""
        given = self._features(sounds, sampling_rate=self.grid.rate, return_tensors="pt")
        mels = torch.nan_to_num(given["input_features"].float()).to(self._device)
        longer = torch.zeros_like(given["is_longer"]).to(self._device)  # else it would draw one by chance
        found = self._model.get_audio_features(mels, is_longer=longer).pooler_output
        return np.asarray(found.float().cpu().numpy(), np.float32)
