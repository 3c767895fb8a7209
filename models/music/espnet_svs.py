"""ESPnet's models that sing: VISinger (Zhang et al. 2022) and VISinger 2, as `SingingGenerate` loads them.

    syllables on notes ─▶ score: from, to, lyric, MIDI number, phones ─▶ SingingGenerate ─▶ samples
                                           └ "—" for what is drawn over another note

ESPnet and what it needs live in an environment of their own; see docs/decisions/0007.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.audio import Samples
from assistant.errors import EngineError
from models.brake import Brake
from models.espnet import hushed, loading
from models.music.foundation_score import BREATH, Syllable, rows_of

with hushed():
    from espnet2.bin.svs_inference import SingingGenerate

TEMPO = 100
"""Beats in a minute that the score is said to have; the times in it are in seconds."""
MARKS = frozenset(("<blank>", "<unk>", "<sos/eos>", "SP", BREATH))
"""Of its tokens those that are no phones."""
FIRST_SINGER = 0


class Network:
    """A model: one call at a time, which another thread may stop; it takes hold before the next layer."""

    def __init__(self, config: Path, weights: Path) -> None:
        """Load it, on the GPU where there is one.

        Args:
            config: as ESPnet's training writes it, its files where it says.

        Raises:
            EngineError: it is no such model, or has to be told more than a score.
        """
        with loading(weights) as device:
            self._generate: Any = SingingGenerate(str(config), str(weights), device=device, svs_task="gan_svs")
        if self._generate.use_lids or self._generate.use_spembs:
            raise EngineError("This ESPnet model sings by an example or in several languages; take one that does not.")
        self.rate = int(self._generate.fs)
        """Hertz."""
        tokens = frozenset(map(str, self._generate.train_args.token_list))
        self.phones = tokens - MARKS
        self.breathes = BREATH in tokens
        self._brake = Brake(self._generate.model)

    def __call__(self, syllables: Sequence[Syllable], lead_s: float, seed: int) -> Samples:
        """Sing a line behind a breath of `lead_s` → mono float32 of shape (n,); about as long as its notes.

        Raises:
            EngineError: it was stopped, or the score is beyond it.
        """
        rows = rows_of(syllables, lead_s if self.breathes else 0.0)
        phones = [phone for row in rows for phone in row[4].split("_")]
        times = np.zeros((len(phones), 2))  # a model that predicts durations takes no heed of those of a recording
        singer = np.array([FIRST_SINGER]) if self._generate.use_sids else None
        torch.manual_seed(seed)
        with self._brake:
            try:
                made = self._generate({"label": (times, phones), "score": (TEMPO, rows)}, sids=singer)
            except (AssertionError, IndexError, KeyError, ValueError) as error:
                raise EngineError(
                    "The ESPnet model cannot sing that line; give it fewer notes or other ones."
                ) from error
        return np.asarray(np.nan_to_num(made["wav"].cpu().numpy().reshape(-1)), np.float32)

    def stop(self) -> None:
        """End the call that runs."""
        self._brake.pull()
