"""ESPnet's models that hear one language and write another, such as its MultiDecoder (Dalmia et al. 2021, NAACL).

    sound ─▶ encoder ─▶ decoder of the spoken words ─▶ encoder of what it thought ─▶ decoder of the translation ─▶ text

ESPnet and what it needs live in an environment of their own; see docs/decisions/0007.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.audio import RATE, Samples
from models.brake import Brake
from models.espnet import hushed, loading
from models.speech.recognized import Recognized

with hushed():
    from espnet.nets.pytorch_backend.transformer.subsampling import TooShortUttError
    from espnet2.bin.st_inference import Speech2Text

BEAM = 10
"""Translations that are followed at once, as in the recipe for MuST-C."""
WORDS_BEAM, CTC_WEIGHT = 20, 0.3
"""The same of the spoken words, and how much the encoder's own guess at them counts."""
SHORTEST = RATE // 4
"""Samples; what is shorter holds no words."""


class Translator:
    """A model: an `Interpreter`, which another thread may stop; it takes hold before the next layer."""

    def __init__(self, config: Path, weights: Path) -> None:
        """Load it, on the GPU where there is one.

        Args:
            config: as ESPnet's training writes it, its files where it says.

        Raises:
            EngineError: it is no such model.
        """
        beams = {"beam_size": BEAM, "asr_beam_size": WORDS_BEAM, "asr_ctc_weight": CTC_WEIGHT}
        with loading(weights) as device:
            self._translate: Any = Speech2Text(str(config), str(weights), device=device, **beams)
        self._brake = Brake(self._translate.st_model)

    def __call__(self, sounds: Sequence[Samples]) -> list[Recognized]:
        """Translations of sounds, mono float32 of shape (n,) at 16 kHz, all of which it hears as English.

        Raises:
            EngineError: it was stopped.
        """
        with self._brake:
            return [Recognized(self._written(sound), "en") for sound in sounds]

    def stop(self) -> None:
        """End the call that runs."""
        self._brake.pull()

    def _written(self, sound: Samples) -> str:
        if len(sound) < SHORTEST or not np.any(sound):
            return ""
        try:
            found = self._translate(np.nan_to_num(sound))
        except TooShortUttError:
            return ""
        best, *_ = found[0] if isinstance(found, tuple) else found  # with the spoken words, where it has these too
        text, tokens = best[0], best[1]
        return str(text if text is not None else " ".join(tokens)).replace("<unk>", "").strip()
