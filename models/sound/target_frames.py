"""PE-A-Frame (Meta's Perception Encoder for audio, by frames) by transformers: words against every 40 ms of a sound.

Sounds and words become vectors of one space; what they have in common, scaled as the checkpoint says, is how likely the
sound is there.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer, PeAudioFeatureExtractor, PeAudioFrameLevelModel

from assistant.audio import Samples
from models.brake import Brake
from models.pretrained import loading
from models.sound.stretches import Grid, Rows, Stretch
from models.sound.target_foundation import Wanted

NEEDED = ("config.json", "tokenizer.json")
STRETCH_S, MARGIN_S = 10.0, 2.0
"""What is answered at once, and what beside it is heard too."""
SHORTEST_S = 0.4
"""What is shorter is followed by silence."""


class FrameLevel:
    """A checkpoint in a folder: a `Matcher`."""

    high, low = 0.5, 0.3

    def __init__(self, folder: Path) -> None:
        """Load it, on the GPU where there is one.

        Raises:
            EngineMissing: a file is missing.
            EngineError: it is no such checkpoint.
        """
        with loading(folder, NEEDED, "PE-A-Frame model") as self._device:
            self._features: Any = PeAudioFeatureExtractor.from_pretrained(folder)
            self._tokens: Any = AutoTokenizer.from_pretrained(folder)
            model: Any = PeAudioFrameLevelModel.from_pretrained(folder)
            self._model = model.to(self._device).eval()
        self._brake = Brake(self._model)
        rate, hop = int(self._features.sampling_rate), int(self._features.hop_length)
        self.grid = Grid(rate, hop, round(STRETCH_S * rate / hop), round(MARGIN_S * rate / hop))

    @torch.inference_mode()
    def named(self, words: list[str]) -> Rows:
        """The vectors of texts: (words, width)."""
        given = self._tokens(words, padding=True, truncation=True, return_tensors="pt").to(self._device)
        with self._brake:
            found = self._model.text_model(
                input_ids=given["input_ids"], attention_mask=given["attention_mask"], output_hidden_states=True
            )
            rows = self._model.text_audio_head(found.hidden_states[-1][:, 0])
        return np.asarray(rows.float().cpu().numpy(), np.float32)

    def like(self, sound: Samples) -> Rows:
        """The mean vector of a sound's frames: (1, width)."""
        most = self.grid.cells * self.grid.cell
        parts = [self._vectors(sound[start : start + most]) for start in range(0, max(1, len(sound)), most)]
        return np.asarray(_unit(np.concatenate(parts)).mean(axis=0, keepdims=True), np.float32)

    def __call__(self, stretch: Stretch, wanted: Wanted) -> Rows:
        """How likely each sound is in each of its own cells, or how alike an example: (cells, labels).

        Raises:
            EngineError: it was stopped.
        """
        rows = self._vectors(stretch.samples)[stretch.before :][: stretch.cells]
        if wanted.example:
            return np.asarray(_unit(rows) @ _unit(wanted.rows).T, np.float32)
        scale, bias = self._model.text_audio_logit_scale.item(), self._model.text_audio_logit_bias.item()
        logits = np.clip(scale * rows @ wanted.rows.T + bias, -60, 60)
        return np.asarray(1 / (1 + np.exp(-logits)), np.float32)

    def stop(self) -> None:
        """End the call that runs."""
        self._brake.pull()

    @torch.inference_mode()
    def _vectors(self, sound: Samples) -> Rows:
        """A vector for each hop of a sound: (ceil(n / hop), width)."""
        count = -(-len(sound) // self.grid.cell)
        least = max(round(SHORTEST_S * self.grid.rate), count * self.grid.cell)
        padded = np.nan_to_num(np.pad(sound, (0, least - len(sound))))
        given = torch.from_numpy(padded.astype(np.float32))[None, None].to(self._device)
        with self._brake:
            frames = self._model.audio_encoder(input_values=given).last_hidden_state
            rows = self._model.audio_head(frames)[0]
        return np.asarray(rows.float().cpu().numpy(), np.float32)[:count]


def _unit(rows: Rows) -> Rows:
    """Each row at length 1."""
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9), np.float32)
