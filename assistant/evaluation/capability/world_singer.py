"""espeak-ng made to sing by WORLD (Morise et al. 2016; library pyworld): speech taken apart, drawn out, put together.

A `models.music.voice.Singer` that the engine's own is measured against: the same notes at the same moments.
"""

from collections.abc import Sequence

import numpy as np
import pyworld
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.events import Manner, Word
from tts.espeak import Espeak
from tts.options import EspeakOptions
from tts.singing import is_nucleus

Floats = NDArray[np.float64]
FRAME_S = 0.005
LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
SHORTEST_S = 0.02


class WorldSinger:
    """espeak-ng's voice, sung."""

    def __init__(self) -> None:
        self._espeak = Espeak(EspeakOptions())
        self.rate = self._espeak.rate
        self.hop = 110
        """Samples, 5 ms."""
        self.lowest, self.highest, self.language = 40.0, 72.0, "en"

    def phrase(self, words: Sequence[str], language: str) -> "WorldPhrase":
        """Words as espeak-ng speaks them."""
        spoken = self._espeak.speak(" ".join(word.strip(".,?!") for word in words), Manner(language=language))
        phones = [phone for phone in spoken.phones if phone.end_s - phone.start_s > 0]
        starts = [word.start_s for word in spoken.words]
        owners = [max(0, int(np.searchsorted(starts, phone.start_s + 1e-3)) - 1) for phone in phones]
        return WorldPhrase(spoken.samples, self.rate, self.hop, phones, owners)


class WorldPhrase:
    """The phones of a clause that was spoken."""

    def __init__(self, samples: Samples, rate: int, hop: int, phones: Sequence[Word], owners: Sequence[int]) -> None:
        self.symbols = [phone.text for phone in phones]
        self.kinds = ["vowel" if is_nucleus(phone.text) else "consonant" for phone in phones]
        self.words = list(owners)
        self.seconds = np.array([max(SHORTEST_S, phone.end_s - phone.start_s) for phone in phones])
        self._starts = np.array([phone.start_s for phone in phones])
        self._ends = np.array([phone.end_s for phone in phones])
        self._rate, self._frame_s = rate, hop / rate
        sound = samples.astype(np.float64)
        period = 1000 * self._frame_s
        f0, times = pyworld.harvest(sound, rate, f0_floor=LOWEST_HZ, f0_ceil=HIGHEST_HZ, frame_period=period)
        self._f0 = f0
        self._envelope = pyworld.cheaptrick(sound, f0, times, rate)
        self._noise = pyworld.d4c(sound, f0, times, rate)

    def stop(self) -> None:
        """Nothing: WORLD is quick, and cannot be ended."""

    def sound(self, frames: NDArray[np.int64], hertz: NDArray[np.floating], tract: float = 1.0) -> Samples:
        """The phones so long, at that F0; whose body it is stays as it is."""
        places = [
            np.linspace(start, end, count, endpoint=False)
            for start, end, count in zip(self._starts, self._ends, frames, strict=True)
        ]
        at = np.concatenate(places) / self._frame_s
        nearest = np.clip(np.rint(at).astype(int), 0, len(self._f0) - 1)
        f0 = np.where(self._f0[nearest] > 0, hertz, 0.0)
        envelope, noise = (np.ascontiguousarray(one[nearest]) for one in (self._envelope, self._noise))
        made = pyworld.synthesize(f0, envelope, noise, self._rate, 1000 * self._frame_s)
        wanted = int(frames.sum()) * round(self._frame_s * self._rate)
        return np.asarray(np.pad(made, (0, max(0, wanted - len(made))))[:wanted], np.float32)
