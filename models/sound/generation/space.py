"""Distance, walls and rooms: a filter for each layer, run through piece by piece.

piece     |-----------|
result    |-----------|~~~~tail~~~~|      the tail is added to the pieces that follow
"""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.generation.grain import RATE, samples_of
from models.sound.generation.noise import Colour, fast, filtered, noise

ROOMS: dict[str, tuple[float, float, float]] = {
    "room": (0.35, 0.25, 7000.0),
    "bathroom": (0.7, 0.4, 9000.0),
    "hall": (1.6, 0.4, 6000.0),
    "church": (2.6, 0.5, 4500.0),
    "cave": (2.2, 0.6, 3000.0),
    "tunnel": (1.5, 0.6, 2500.0),
    "forest": (0.9, 0.12, 3500.0),
    "near": (0.4, 0.07, 5000.0),
    "studio": (1.3, 0.16, 5000.0),
}
"""Seconds of decay to a 1/1000, the share of what comes back, and the frequency above which it is dull."""
HEARD: dict[str, Colour] = {
    "telephone": ((100, -48), (300, -3), (420, 0), (3000, 0), (3500, -6), (5500, -54)),
    "radio": ((60, -40), (250, -6), (600, 0), (2600, 2), (4200, -4), (8000, -48)),
}
"""What is left of what is heard over these."""
OUTDOORS = (1.2, 0.55, 2200.0)
"""What comes back of what is far away."""


class Space:
    """A way from a source to the ears. Both channels of what is given go through it."""

    def __init__(self, way: Samples) -> None:
        """A response of shape (k, 2)."""
        self._size = len(way)
        self._way, self._whole = way, 0
        self._spectrum: NDArray[np.complexfloating[Any, Any]] = np.zeros((0, 2), np.complex64)
        self._tail = np.zeros((0, 2), np.float32)

    def through(self, samples: Samples) -> Samples:
        """The next piece, shape (n, 2), as it is heard."""
        whole = fast(len(samples) + self._size)
        if whole != self._whole:
            self._whole, self._spectrum = whole, np.fft.rfft(self._way, whole, axis=0)
        made = np.fft.irfft(np.fft.rfft(samples, whole, axis=0) * self._spectrum, whole, axis=0).astype(np.float32)
        made = made[: len(samples) + self._size - 1]
        if len(self._tail):
            common = min(len(made), len(self._tail))
            made[:common] += self._tail[:common]
        self._tail = made[len(samples) :].copy()
        return made[: len(samples)]


def space(far: float, muffled: bool, room: str, rng: Generator) -> Space | None:
    """The way of a layer; None where nothing lies between.

    Args:
        far: 0 is close, 1 in the distance: duller, and more of what comes back from around.
        room: one of `ROOMS`, one of `HEARD` that it is heard over, or empty.
    """
    if not far and not muffled and room not in ROOMS and room not in HEARD:
        return None
    direct = np.zeros((1024, 2), np.float32)
    direct[256] = 1.0
    direct = filtered(direct, HEARD[room]) if room in HEARD else direct
    way = np.concatenate((filtered(direct, _air(far, muffled)), np.zeros((1, 2), np.float32)))
    seconds, share, dull = ROOMS.get(room, OUTDOORS)
    share = share if room in ROOMS else share * far
    return Space(_with_tail(way, _tail(seconds, dull, rng), share) if share else way)


def _air(far: float, muffled: bool) -> Colour:
    """What air and walls leave."""
    top = 350.0 if muffled else 12_000 * (0.12**far)
    steep = -36.0 if muffled else -24.0 * max(far, 0.05)
    return ((20.0, 0.0), (top, 0.0), (min(20_000.0, top * 8), 2 * steep))


def _tail(seconds: float, dull: float, rng: Generator) -> Samples:
    count = samples_of(seconds)
    fall = np.exp(-6.9 * np.arange(count) / count).astype(np.float32)
    sides = [noise(count, ((80, -9), (250, 0), (dull, -3), (dull * 4, -24)), rng) * fall for _ in range(2)]
    sides = [side * np.minimum(1, np.arange(count) / (0.01 * RATE)).astype(np.float32) for side in sides]
    return np.asarray(np.stack(sides, axis=1) / np.sqrt(np.sum(np.square(sides[0]))), np.float32)


def _with_tail(way: Samples, tail: Samples, share: float) -> Samples:
    made = np.zeros((len(way) + len(tail), 2), np.float32)
    made[: len(way)] += way * np.float32(1 - 0.5 * share)
    made[512 : 512 + len(tail)] += tail * np.float32(share)
    return made
