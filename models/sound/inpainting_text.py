"""A part of a sound filled with what words say, made by rules: "a dog bark from two to three seconds".

text ─▶ Wish ─▶ Scene as long as the part ─▶ the file's rate and channels ─▶ as loud as fits ─┬─▶ in its place
                                                                                              └─▶ over what is there
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assistant.audio import Samples
from assistant.errors import EngineError
from assistant.resample import resample
from models.sound.generation.arranging import arranged
from models.sound.generation.grain import RATE
from models.sound.generation.layer_sound import BEHIND_DB, FAR_DB
from models.sound.generation.loudness import QUIET_DB, loudness_db
from models.sound.generation.mixer import pieces
from models.sound.generation.reader import read
from models.sound.generation.scene import Wish
from models.sound.generation.telling import told, unknown
from models.sound.inpainting_patches import Wave
from models.sound.inpainting_seams import held, laid_over, seamed

BESIDE_S = 2.0
"""How much of what is around the part tells how loud it is to be."""
ALONE_DB = -20.0
"""How loud it is where hardly anything is around it."""
SILENT_DB = -60.0
OVER_DB, WHOLE_DB = 8.0, -6.0
"""By how much it stands out from what it is laid over; by how much it is softer where that is all of the recording."""
OPEN_S = 4.0
"""How long it sounds where no end was said, if it may be of any length."""


@dataclass(frozen=True, slots=True)
class Described:
    """What is to be heard: a `models.sound.inpainting.Fill`."""

    wish: Wish
    seed: int
    over: bool = False
    """Whether what is there stays."""
    whole: bool = False
    """Whether it is heard behind all of the recording."""

    @property
    def told(self) -> str:
        """What it is, such as "a dog bark"."""
        return told(self.wish, "music" if self.wish.music else "")

    @property
    def natural_s(self) -> float:
        """How long it is where no end was said."""
        counted = all(layer.count for step in self.wish.steps for layer in step.layers)
        fixed = counted or self.wish.seconds is not None
        return arranged(self.wish, None, self.seed).seconds if fixed else OPEN_S

    def __call__(self, wave: Wave, start: int, end: int, rate: int, alive: Callable[[], None]) -> Wave:
        """The part of shape (n, channels) from `start` to `end`: shape (end - start, channels)."""
        made = self._made((end - start) / rate, alive)
        made *= np.float32(10 ** (self._gain_db(made, wave, (start, end), rate) / 20))
        fitted = _fitted(made, wave.shape[1], rate, end - start)
        alive()
        if self.over:
            there = wave[start:end]
            return laid_over(fitted, there, rate, 0.0) if self.whole else laid_over(fitted, there, rate)
        return seamed(held(fitted, rate), wave, (start, end), rate)

    def _made(self, seconds: float, alive: Callable[[], None]) -> Samples:
        """Shape (n, 2) at `RATE`."""
        found = list[Samples]()
        for piece in pieces(arranged(self.wish, seconds, self.seed)):
            alive()
            found.append(piece)
        return np.concatenate(found)

    def _gain_db(self, made: Samples, wave: Wave, part: tuple[int, int], rate: int) -> float:
        """What brings it to the level of what is around it, or of what it is laid over where that is louder."""
        start, end = part
        beside = round(BESIDE_S * rate)
        around = [wave[max(0, start - beside) : start], wave[end : end + beside]]
        levels = [_loudness_db(side, rate) for side in (*around, *([wave[start:end]] if self.over else []))]
        level = max(levels)
        above = (WHOLE_DB if self.whole else OVER_DB) if self.over else 0.0
        target = ALONE_DB if level < SILENT_DB else level + above
        return target + self._manner_db() - loudness_db(made) if made.any() else 0.0

    def _manner_db(self) -> float:
        """How much louder or softer the words want the loudest of it."""
        layers = [layer for step in self.wish.steps for layer in step.layers]
        return max(one.gain_db + one.far * FAR_DB + one.background * BEHIND_DB for one in layers)


def described(text: str, seed: int, over: bool, whole: bool = False) -> Described:
    """What a text asks for, to be heard in place of a part or over it; `whole`: over all of a recording.

    Raises:
        EngineError: nothing in it is known; the sentence says what would be known.
    """
    wish = read(text)
    if not wish.steps:
        raise EngineError(unknown(text))
    return Described(wish, wish.seed or seed, over, over and whole)


def _loudness_db(wave: Wave, rate: int) -> float:
    """Of shape (n, channels)."""
    if not wave.size or not wave.any():
        return QUIET_DB
    return loudness_db(np.stack([resample(wave.mean(axis=1).astype(np.float32), rate, RATE)] * 2, axis=1))


def _fitted(made: Samples, channels: int, rate: int, length: int) -> Wave:
    """With so many channels of so many samples at a rate; in more than two, each hears both."""
    sides = made.T if channels == 2 else [made.mean(axis=1)] * channels
    found = [resample(np.ascontiguousarray(side), RATE, rate)[:length] for side in sides]
    return np.stack([np.pad(side, (0, length - len(side))) for side in found], axis=1).astype(np.float64)
