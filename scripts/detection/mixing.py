"""Scenes to learn from, mixed as powers of bands: some sounds over a bed of noise, each at its own level and colour.

dog      ..####....##......
rain     ##################
noise    ~~~~~~~~~~~~~~~~~~      ─▶ what the network sees, and for each 40 ms which sounds are heard
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models.sound.detection_classes import LABELS
from models.sound.detection_features import BANDS, seen
from scripts.detection.material import Source

LENGTH = 256
"""Frames of a scene, 5.12 s."""
STEP = 2
"""Frames to one answer of the network."""
EVENTS = (0.1, 0.58, 0.22, 0.1)
"""How likely a scene has none, one, two or three of the sounds."""
BED_DB = (-3.0, 45.0)
"""How far the bed lies below the sounds."""
GAIN_DB = (-36.0, 8.0)
"""How loud the scene is, to recordings whose loudest moments are at about -12 dB of full scale."""

Array = NDArray[np.float32]


@dataclass(slots=True)
class Mixer:
    """Draws scenes."""

    bank: Sequence[Source]
    random: Generator
    by_label: dict[str, list[Source]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for source in self.bank:
            self.by_label.setdefault(source.label, []).append(source)

    def batch(self, size: int) -> tuple[Array, Array]:
        """Scenes as the network sees them (size, LENGTH, BANDS), and what is heard (size, LENGTH / STEP, labels)."""
        scenes = [self.scene() for _ in range(size)]
        return np.stack([scene for scene, _ in scenes]), np.stack([marks for _, marks in scenes])

    def scene(self) -> tuple[Array, Array]:
        """One of them."""
        power = np.zeros((LENGTH, BANDS), np.float32)
        marks = np.zeros((LENGTH, len(LABELS)), np.float32)
        count = int(self.random.choice(len(EVENTS), p=EVENTS))
        for label in self.random.choice(LABELS, count, replace=self.random.random() < 0.3):
            self._add(power, marks, str(label), float(self.random.normal(0, 5)))
        if self.random.random() < 0.12:
            self._add(power, marks, "other", float(self.random.normal(-3, 5)))
        power += self._bed() * 10 ** (-self.random.uniform(*BED_DB) / 10)
        power *= self._colour(6.0) * 10 ** (self.random.uniform(*GAIN_DB) / 10)
        return self._hidden(seen(power)), marks.reshape(-1, STEP, len(LABELS)).max(axis=1)

    def _add(self, power: Array, marks: Array, label: str, gain_db: float) -> None:
        """Put a sound somewhere into a scene, its loudest moments at a level."""
        source = self._drawn(label)
        logs, heard = source.variants[self.random.integers(len(source.variants))]
        logs, heard = self._cut(logs, heard)
        if not heard.any():
            return
        sound = 10 ** logs.astype(np.float32)
        level = np.percentile(sound[heard].sum(axis=1), 90)
        sound *= self._colour(4.0) * 10 ** (gain_db / 10) * 0.06 / max(1e-9, float(level))
        start = self._placed(heard)
        first, last = max(0, start), min(LENGTH, start + len(sound))
        power[first:last] += sound[first - start : last - start]
        if label in LABELS:
            column = marks[first:last, LABELS.index(label)]
            np.maximum(column, heard[first - start : last - start], out=column)

    def _drawn(self, label: str) -> Source:
        found = self.by_label[label]
        return found[self.random.integers(len(found))]

    def _cut(
        self, logs: NDArray[np.float16], heard: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float16], NDArray[np.bool_]]:
        """Often a part of it only."""
        if self.random.random() < 0.35 or len(logs) < 20:
            most = min(len(logs), 2 * LENGTH)
            start = int(self.random.integers(0, len(logs) - most + 1))
            return logs[start : start + most], heard[start : start + most]
        length = int(self.random.integers(15, min(len(logs), LENGTH) + 1))
        centre = int(self.random.choice(np.flatnonzero(heard))) if heard.any() else len(logs) // 2
        start = int(np.clip(centre - self.random.integers(0, length), 0, len(logs) - length))
        return logs[start : start + length], heard[start : start + length]

    def _placed(self, heard: NDArray[np.bool_]) -> int:
        """Where it begins, so that some of what is heard of it is in the scene."""
        moment = int(self.random.choice(np.flatnonzero(heard)))
        if len(heard) <= LENGTH and self.random.random() < 0.5:
            return int(self.random.integers(0, LENGTH - len(heard) + 1))
        return int(self.random.integers(0, LENGTH)) - moment

    def _bed(self) -> Array:
        """Noise at the level of the sounds: recorded, or made up."""
        if self.random.random() < 0.5:
            logs, _ = self._drawn("noise").variants[self.random.integers(5)]
            start = self.random.integers(0, max(1, len(logs) - LENGTH))
            bed: NDArray[np.floating[Any]] = np.resize(
                10 ** logs[start : start + LENGTH].astype(np.float32), (LENGTH, BANDS)
            )
        else:
            tilt = 10 ** (np.linspace(0, self.random.uniform(-4, 0.5), BANDS) + 0.0)
            bed = np.asarray(tilt * self.random.gamma(4.0, 0.25, (LENGTH, BANDS)))
        return np.asarray(bed * 0.06 / max(1e-12, float(bed.sum(axis=1).mean())), np.float32)

    def _colour(self, most_db: float) -> Array:
        """A smooth curve over the bands, as microphones and distance make it; now and then nothing above a pitch."""
        points = self.random.uniform(-most_db, most_db, 5)
        curve = np.interp(np.linspace(0, 4, BANDS), np.arange(5), points)
        if self.random.random() < 0.06:
            curve[self.random.integers(36, BANDS) :] -= 60
        return np.asarray(10 ** (curve / 10), np.float32)

    def _hidden(self, scene: Array) -> Array:
        """With a stripe of bands left out in some (Park et al. 2019, "SpecAugment")."""
        if self.random.random() < 0.4:
            width = self.random.integers(2, 10)
            start = self.random.integers(0, BANDS - width)
            scene[:, start : start + width] = scene.mean()
        return scene
