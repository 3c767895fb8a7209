"""All that is heard of a sound that was placed: the sound, its echoes, the decay of the room.

channels ─┬▶ Direct, one for each that stands apart ─┐
          └▶ their sum ─┬▶ Reflections ──────────────┼▶ two ears
                        └▶ as loud as its way ─▶ Tail┘
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.direct import MARGIN, Direct, Way
from models.sound.ears import loudness
from models.sound.frames import BLOCK
from models.sound.hrtf import Hrtf
from models.sound.places import AHEAD, USUAL_M
from models.sound.reflections import Reflections
from models.sound.room import Room, echoes, late, surrounding
from models.sound.tail import Tail
from models.sound.trajectory import Trajectory


@dataclass(frozen=True, slots=True)
class Spread:
    """How the channels of a sound stand beside each other."""

    angles: tuple[float, ...]
    """Degrees to the right of the sound's own place, for each channel; none at all: together."""
    gain: float
    """What every channel is multiplied by."""


class Scene:
    """Renders one sound."""

    def __init__(self, head: Hrtf, way: Trajectory | None, room: Room | None, spread: Spread, seed: int = 0) -> None:
        """Without a way it comes from all sides; without a room there is nothing around."""
        self._rate, self._spread = head.rate, spread
        decay = late(room, head.rate, seed) if room and room.decay_s else None
        self._level = np.float32(spread.gain / _louder(room, decay))
        self._way = _in_room(way, room)
        self._direct = [Direct(head, _turned(self._way, a), way.passes) for a in spread.angles or (0.0,)] if way else []
        self._reflections = list[Reflections]()
        if way is None:
            everywhere = surrounding(seed)
            self._reflections.append(Reflections(head, self._way, lambda point: everywhere, 0.0))
        elif room is not None:
            self._reflections.append(Reflections(head, self._way, lambda point: echoes(room, point), room.dull))
        self._tail = Tail(decay) if decay is not None else None

    def render(self, window: Samples, start: int) -> Samples:
        """What the ears hear of the next block, shape (MARGIN + BLOCK + MARGIN, channels) → (BLOCK, 2)."""
        window = window * self._level
        together = np.asarray(window.sum(axis=1), np.float32)
        apart = window.T if self._spread.angles else [together]
        made = np.zeros((BLOCK, 2), np.float32)
        for direct, sound in zip(self._direct, apart, strict=False):
            made += direct.render(np.ascontiguousarray(sound), start)
        for reflections in self._reflections:
            made += reflections.render(together, start)
        if self._tail:
            made += self._tail.push(together[MARGIN:-MARGIN] * self._into_room(start))
        return made

    def _into_room(self, start: int) -> Samples:
        """How loud a sound sounds into the room, for each sample of a block: less, where it is held to be close."""
        seconds = np.linspace(start, start + BLOCK, 65) / self._rate
        distance = np.linalg.norm(self._way(seconds), axis=1)
        gains = loudness(distance) * distance / USUAL_M
        return np.asarray(np.interp(np.arange(BLOCK), np.linspace(0, BLOCK, 65), gains), np.float32)


def windows(pieces: Iterable[Samples], total: int, channels: int) -> Iterator[tuple[Samples, int]]:
    """Blocks with a margin on both sides, and what lies before each, until `total` samples are covered; beyond the
    sound there is silence.
    """
    held, start = np.zeros((MARGIN, channels), np.float32), 0
    size = MARGIN + BLOCK + MARGIN
    for piece in pieces:
        held = np.concatenate((held, piece))
        while len(held) >= size and start < total:
            yield held[:size], start
            held, start = held[BLOCK:], start + BLOCK
    while start < total:
        yield np.pad(held[:size], ((0, max(0, size - len(held))), (0, 0))), start
        held, start = held[BLOCK:], start + BLOCK


def _louder(room: Room | None, decay: Samples | None) -> float:
    """What a room adds to the level of a sound ahead of the listener, as a factor."""
    early = np.sum(echoes(room, AHEAD.point).gains ** 2) if room else 0.0
    return float(np.sqrt(1 + early + (np.sum(decay**2) / 2 if decay is not None else 0.0)))


def _in_room(way: Trajectory | None, room: Room | None) -> Way:
    def at(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        points = way.at(seconds) if way else np.tile((0.0, USUAL_M, 0.0), (len(seconds), 1))
        return room.within(points) if room else points

    return at


def _turned(way: Way, degrees: float) -> Way:
    """The same way, turned to the right around the listener."""
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    turn = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    return (lambda seconds: way(seconds) @ turn) if degrees else way
