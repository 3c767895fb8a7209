"""Draws mixtures to learn from: sounds of the classes and others, varied, at levels of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples

Clips = Mapping[str, Sequence[Samples]]
"""Mono sounds by class; "" are sounds of none."""
MOST = 3
"""Sounds in a mixture."""
LENGTH = 65536
"""Samples of a mixture at 16 kHz: 4.1 s, 256 frames."""
EITHER_WAY = frozenset(("rain", "sea_waves", "crackling_fire", "helicopter", "chainsaw"))
"""Textures, which may as well be played backwards."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixtures:
    """Some mixtures: sounds float32 (b, MOST, LENGTH), the class of each (b, MOST), -1 for none of them."""

    sounds: Samples
    classes: NDArray[np.int64]


class Mixer:
    """Draws mixtures of two sounds mostly, and of one or three."""

    def __init__(self, clips: Clips, names: Sequence[str], seed: int) -> None:
        self._clips, self._names = clips, names
        self._draw = np.random.default_rng(seed)

    def mixtures(self, count: int) -> Mixtures:
        """So many of them."""
        sounds = np.zeros((count, MOST, LENGTH), np.float32)
        classes = np.full((count, MOST), -1)
        for one in range(count):
            for place, name in enumerate(self._drawn()):
                sounds[one, place] = self._sound(name) * 10 ** (self._draw.uniform(-8, 8) / 20)
                classes[one, place] = self._names.index(name) if name else -1
        return Mixtures(sounds, classes)

    def _drawn(self) -> list[str]:
        many = self._draw.choice((1, 2, 3), p=(0.12, 0.73, 0.15))
        names = list(self._draw.choice(self._names, many, replace=False))
        if many > 1 and "" in self._clips and self._draw.random() < 0.2:
            names[-1] = ""
        return names

    def _sound(self, name: str) -> Samples:
        made = self._varied(name)
        if name and self._draw.random() < 0.12:
            made = made + self._varied(name) * np.float32(self._draw.uniform(0.3, 1))
        return made / np.float32(np.sqrt(np.mean(np.square(made))) + 1e-6)

    def _varied(self, name: str) -> Samples:
        """A clip at another speed, from some place on, silence where it is too short."""
        draw = self._draw
        clip = self._clips[name][int(draw.integers(len(self._clips[name])))]
        if name in EITHER_WAY and draw.random() < 0.3:
            clip = clip[::-1]
        speed = np.exp(draw.uniform(-0.17, 0.17)) if draw.random() < 0.75 else 1.0
        first, count = self._place(clip, int(LENGTH * speed))
        at = first + np.arange(int(count / speed)) * speed
        made = np.interp(at, np.arange(first, first + count), clip[first : first + count])
        made = made[:LENGTH].astype(np.float32)
        edge = np.linspace(0, 1, 160, dtype=np.float32)[: len(made)]
        made[: len(edge)] *= edge
        made[-len(edge) :] *= edge[::-1]
        before = draw.integers(0, LENGTH - len(made) + 1)
        return np.pad(made, (before, LENGTH - len(made) - before))

    def _place(self, clip: Samples, count: int) -> tuple[int, int]:
        """Where to begin in a clip so that there is something to hear, and how many samples to take."""
        if len(clip) <= count:
            return 0, len(clip)
        power = np.add.reduceat(np.square(clip), np.arange(0, len(clip), 4000))
        for _ in range(8):
            first = int(self._draw.integers(0, len(clip) - count))
            if power[first // 4000 : (first + count) // 4000 + 1].max() > 0.02 * power.max():
                break
        return first, count
