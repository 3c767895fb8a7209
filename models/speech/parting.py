"""Sound of any level, rate and length through a model that parts voices at a rate of its own.

sound ─▶ the model's rate ─▶ one level ─▶ model ─▶ voices ─▶ as loud as they are in the sound ─▶ the sound's rate
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assistant.audio import Samples
from assistant.resample import resample
from models.speech.levels import fitted

LEVEL = 0.05
"""The root mean square that sound is brought to for the model, about that of what such models are trained on."""
SILENT = 1e-6
"""Sound of a lower root mean square holds no voices."""
SHORTEST_S = 0.25
"""What is shorter is followed by silence."""


@dataclass(frozen=True, slots=True)
class Parting:
    """What a model wants and gives."""

    given: int
    """Hertz of the sound that is to be parted."""
    rate: int
    """Hertz of the model."""
    voices: int

    def parted(self, mixture: Samples, model: Callable[[Samples], Samples]) -> Samples:
        """Mono sound of shape (n,) as (voices, n), at the levels they have in it. The model is called with float32 of
        shape (m,), and gives (voices, m or more)."""
        found = self._found(resample(mixture, self.given, self.rate), model)
        back = np.stack([resample(voice, self.rate, self.given) for voice in found])
        return np.pad(back, ((0, 0), (0, max(0, len(mixture) - back.shape[1]))))[:, : len(mixture)]

    def _found(self, sound: Samples, model: Callable[[Samples], Samples]) -> Samples:
        level = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) if len(sound) else 0.0
        if level < SILENT:
            return np.zeros((self.voices, len(sound)), np.float32)
        short = max(0, round(SHORTEST_S * self.rate) - len(sound))
        voices = model(np.pad(sound * np.float32(LEVEL / level), (0, short)))
        return fitted(voices[:, : len(sound)], sound)
