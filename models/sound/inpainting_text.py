"""A part of a sound filled with what words say, made by rules: "a dog bark from two to three seconds".

text ─▶ Wish ─▶ Scene as long as the part ─▶ the file's rate and channels ─▶ as loud as fits ─┬─▶ in its place
                                                                                              └─▶ over what is there
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

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
from models.sound.generation.scene import Layer, Wish
from models.sound.generation.sources import BY_NAME
from models.sound.generation.telling import told, unknown
from models.sound.inpainting_patches import Wave
from models.sound.inpainting_seams import held, laid_over, seamed
from models.sound.inpainting_voices import giving_way, is_spoken

BESIDE_S = 2.0
"""How much of what is around the part tells how loud it is to be."""
ALONE_DB = -20.0
"""How loud it is where hardly anything is around it."""
SILENT_DB = -60.0
OVER_DB, WHOLE_DB = 7.0, -6.0
"""By how much it stands out from what it is laid over; by how much it is softer where that is all of the recording."""
VOICE_DB, VOICE_WHOLE_DB = 6.0, 0.0
"""The same over a voice, to which it gives way besides."""
OPEN_S = 4.0
"""How long it sounds where no end was said, if it may be of any length."""
PEAK, SOFTER = 0.9, 0.6
"""What peaks should not be over, and how much of the way there all of it is made softer; the rest is limited."""
MUCH = 1.6
"""A part that is so many times as long as one of a kind takes is filled with several."""
ONE = re.compile(r"(?i)\b(?:1|one|single|only|just|once)\b")
"""Tells that one is meant, and not several."""


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
        fixed = self.counted or self.wish.seconds is not None
        return arranged(self.wish, None, self.seed).seconds if fixed else OPEN_S

    @property
    def counted(self) -> bool:
        """Whether all of it happens so many times."""
        return all(layer.count for step in self.wish.steps for layer in step.layers)

    def __call__(self, wave: Wave, start: int, end: int, rate: int, alive: Callable[[], None]) -> Wave:
        """The part of shape (n, channels) from `start` to `end`: shape (end - start, channels)."""
        made, there = self._made((end - start) / rate, alive), wave[start:end]
        spoken = self.over and not self.loud and is_spoken(there, rate)
        above = self._above_db(spoken)
        made *= np.float32(10 ** (self._gain_db(made, wave, (start, end), rate, above) / 20))
        fitted = _softened(_fitted(made, wave.shape[1], rate, end - start))
        alive()
        if spoken:
            return laid_over(fitted * giving_way(there, rate), there, rate, 0.0)
        if self.over:
            return laid_over(fitted, there, rate, 0.0) if self.whole else laid_over(fitted, there, rate)
        return seamed(held(fitted, rate), wave, (start, end), rate)

    @property
    def loud(self) -> bool:
        """Whether words ask for it to be loud, whatever it covers."""
        return self._manner_db() > 0

    def _above_db(self, spoken: bool) -> float:
        """By how much it stands out from what is there."""
        if not self.over:
            return 0.0
        return (VOICE_WHOLE_DB if spoken else WHOLE_DB) if self.whole else VOICE_DB if spoken else OVER_DB

    def _made(self, seconds: float, alive: Callable[[], None]) -> Samples:
        """Shape (n, 2) at `RATE`."""
        found = list[Samples]()
        for piece in pieces(arranged(self.wish, seconds, self.seed)):
            alive()
            found.append(piece)
        return np.concatenate(found)

    def _gain_db(self, made: Samples, wave: Wave, part: tuple[int, int], rate: int, above: float) -> float:
        """What brings it to the level of what is around it, or of what it is laid over where that is louder."""
        start, end = part
        beside = round(BESIDE_S * rate)
        around = [wave[max(0, start - beside) : start], wave[end : end + beside]]
        levels = [_loudness_db(side, rate) for side in (*around, *([wave[start:end]] if self.over else []))]
        level = max(levels)
        target = ALONE_DB if level < SILENT_DB else level + above
        return target + self._manner_db() - loudness_db(made) if made.any() else 0.0

    def _manner_db(self) -> float:
        """How much louder or softer the words want the loudest of it."""
        layers = [layer for step in self.wish.steps for layer in step.layers]
        return max(one.gain_db + one.far * FAR_DB + one.background * BEHIND_DB for one in layers)


def described(text: str, seed: int, over: bool, whole: bool = False, seconds: float | None = None) -> Described:
    """What a text asks for, to be heard in place of a part or over it.

    Args:
        whole: over all of a recording.
        seconds: how long the part is, where its end was said: what comes again and again then fills it.

    Raises:
        EngineError: nothing in it is known; the sentence says what would be known.
    """
    wish = read(text)
    if not wish.steps:
        raise EngineError(unknown(text))
    found = Described(wish, wish.seed or seed, over, over and whole)
    if seconds is None or ONE.search(text) or seconds < MUCH * found.natural_s:
        return found
    return replace(found, wish=_filling(wish))


def _filling(wish: Wish) -> Wish:
    """With what was told as one of many, such as a bark, again and again."""
    return replace(wish, steps=tuple(replace(s, layers=tuple(map(_again, s.layers))) for s in wish.steps))


def _again(layer: Layer) -> Layer:
    source = BY_NAME[layer.source]
    if layer.count != 1 or source.single:
        return layer
    return replace(
        layer, count=0, told=layer.told.replace(source.told(1).split(" ", 1)[1], source.said.split(" ", 1)[-1])
    )


def _loudness_db(wave: Wave, rate: int) -> float:
    """Of shape (n, channels)."""
    if not wave.size or not wave.any():
        return QUIET_DB
    return loudness_db(np.stack([resample(wave.mean(axis=1).astype(np.float32), rate, RATE)] * 2, axis=1))


def _softened(made: Wave) -> Wave:
    """Softer as a whole where it has peaks over full scale: what is made of peaks, such as a fire, is to keep some."""
    peak = float(np.abs(made).max()) if made.size else 0.0
    return made * (PEAK / peak) ** SOFTER if peak > PEAK else made


def _fitted(made: Samples, channels: int, rate: int, length: int) -> Wave:
    """With so many channels of so many samples at a rate; in more than two, each hears both."""
    sides = made.T if channels == 2 else [made.mean(axis=1)] * channels
    found = [resample(np.ascontiguousarray(side), RATE, rate)[:length] for side in sides]
    return np.stack([np.pad(side, (0, length - len(side))) for side in found], axis=1).astype(np.float64)
