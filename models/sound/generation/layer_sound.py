"""One layer of a scene as sound: made, brought to its loudness, and put in its place."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from zlib import crc32

import numpy as np

from assistant.audio import Samples
from models.sound.generation.every import every
from models.sound.generation.grain import RATE, Grain, samples_of
from models.sound.generation.loudness import QUIET_DB, loudness_db
from models.sound.generation.noise import Real
from models.sound.generation.scene import Layer
from models.sound.generation.sources import BY_NAME
from models.sound.generation.space import space
from models.sound.generation.track import Track

LISTENED_S = 6.0
"""How much of a layer is heard to set its loudness."""
LOUD_DB = -18.5
"""What a layer of a scene is brought to."""
BEHIND_DB = -11.0
"""How much softer it is in the background."""
FAR_DB = -8.0
"""How much softer in the distance."""
FADES_S = (0.02, 0.35)
"""How a sound that goes on begins and ends."""
FADING = 0.4
"""How much of a layer fades where it is not said how long, if it does so at both ends; at one, twice of that."""


def chance(seed: int, layer: Layer, place: int) -> np.random.Generator:
    """The same for the same seed, source and place in the scene."""
    return np.random.default_rng([seed, crc32(layer.source.encode()), place])


def grains_of(layer: Layer, rng: np.random.Generator) -> Iterator[Grain]:
    """What it is made of, from its own beginning."""
    if layer.every_s:
        return every(BY_NAME[layer.source], layer.style, rng, (layer.every_s, layer.count))
    found = BY_NAME[layer.source].grains(layer.style, rng, layer.count)
    return found if not layer.count else _spread(found, layer)


def natural_s(layer: Layer, rng: np.random.Generator) -> float:
    """How long a layer of counted sounds is by itself; 0 for others."""
    if not layer.count:
        return 0.0
    *_, last = grains_of(replace(layer, seconds=0.0), rng)
    return (last.at + len(last.samples)) / RATE


def _spread(grains: Iterator[Grain], layer: Layer) -> Iterator[Grain]:
    """Counted sounds over the whole layer, where it is much longer than they are."""
    found = list(grains)
    needs = found[-1].at + len(found[-1].samples)
    over = samples_of(layer.seconds) - needs
    more = over // layer.count if over > needs // 2 and layer.count > 1 else 0
    return (Grain(grain.at + k * more, grain.samples) for k, grain in enumerate(found))


class LayerSound:
    """Gives a layer from the scene's beginning on, silence before and after it."""

    def __init__(self, layer: Layer, seed: int, place: int, room: str) -> None:
        self.layer, rng = layer, chance(seed, layer, place)
        self._track = Track(grains_of(layer, rng))
        self._space = space(layer.far, layer.muffled, room or _own_room(layer), chance(seed + 1, layer, place))
        self._before = samples_of(layer.start_s) - 1
        self._length, self._at = samples_of(layer.seconds), 0
        self._ready = np.zeros((0, 2), np.float32)
        self._gain: float | None = None

    def take(self, count: int) -> Samples:
        """The next samples of the scene, shape (count, 2)."""
        skipped = min(count, max(0, self._before - self._at))
        made = np.zeros((count, 2), np.float32)
        first = self._at + skipped - self._before
        if skipped < count and first < self._length:
            wanted = min(count - skipped, self._length - first)
            made[skipped : skipped + wanted] = self._placed(self._level(wanted), first)
        self._at += count
        return self._space.through(made) if self._space is not None else made

    def _level(self, count: int) -> Samples:
        """The next samples of the source at its loudness, which its first seconds tell."""
        if self._gain is None:
            self._ready = self._track.take(min(self._length, samples_of(LISTENED_S)))
            found = loudness_db(self._ready)
            self._gain = 10 ** ((self._wanted_db() - found) / 20) if found > QUIET_DB else 1.0
        if len(self._ready) < count:
            self._ready = np.concatenate((self._ready, self._track.take(count - len(self._ready))))
        made, self._ready = self._ready[:count], self._ready[count:]
        return made * np.float32(self._gain)

    def _wanted_db(self) -> float:
        layer = self.layer
        return LOUD_DB + layer.gain_db + BEHIND_DB * layer.background + FAR_DB * layer.far

    def _placed(self, samples: Samples, first: int) -> Samples:
        """Between the ears, with the layer's ends and swell."""
        layer = self.layer
        share = (first + np.arange(len(samples), dtype=np.float32)) / self._length
        loud = self._ends(share)
        if any(layer.swell_db):
            loud = loud * 10 ** (_way(share, layer.swell_db) / 20)
        moves = len(set(layer.pan)) > 1
        pan = _way(share, layer.pan)[:, None] if moves else np.array([[layer.pan[0]]])
        narrow = np.asarray(np.abs(pan), np.float32)
        sides = np.sqrt(2.0) * np.concatenate((np.cos(np.pi / 4 * (1 + pan)), np.sin(np.pi / 4 * (1 + pan))), axis=1)
        if narrow.any():
            samples = samples * (1 - narrow) + samples.mean(axis=1, keepdims=True) * narrow
        return np.asarray(samples * sides.astype(np.float32) * np.asarray(loud, np.float32)[:, None], np.float32)

    def _ends(self, share: Real) -> Real:
        seconds = share * (self._length / RATE)
        layer, whole = self.layer, self._length / RATE
        rise, fall = FADES_S if not layer.count else (0.001, 0.02)
        if any(layer.fades_s):
            longest = whole * (FADING if all(layer.fades_s) else 2 * FADING)
            rise, fall = (min(longest, fade) or usual for fade, usual in zip(layer.fades_s, (rise, fall), strict=True))
        return np.asarray(np.clip(np.minimum(seconds / rise, (whole - seconds) / fall), 0, 1)) ** (
            1.5 if any(layer.fades_s) else 1.0
        )


def _way(share: Real, points: Sequence[float]) -> Real:
    """Along points at equal distances."""
    return np.asarray(np.interp(share, np.linspace(0, 1, len(points)), points))


def _own_room(layer: Layer) -> str:
    """Music is not heard without a room, and what happens not without something around it."""
    if layer.source == "music":
        return "studio"
    return "" if BY_NAME[layer.source].goes_on or layer.far else "near"
