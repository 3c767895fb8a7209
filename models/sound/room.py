"""Rooms to put a sound into: a box whose walls throw sound back, and the decay that follows.

early   images of the source behind the walls, up to two bounces (Allen & Berkley 1979)
late    noise that decays, slower at low frequencies, and as alike at both ears as in a diffuse field
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from models.sound.ears import NEAREST_M, loudness
from models.sound.places import USUAL_M, Place

SOUND_M_S = 343.0
BOUNCES = 2
EARS_M = 1.6
"""How high the listener's ears are."""
WALL_M = 0.3
"""How near a wall a sound may be."""
LISTENER = (0.46, 0.38)
"""Where the listener is, as shares of width and length; beside the middle, where reflections do not coincide."""
BANDS_HZ = np.array([125.0, 500.0, 2000.0, 4000.0, 8000.0, 16000.0])
DECAYS = np.array([1.15, 1.0, 0.9, 0.75, 0.5, 0.3])
"""How long the decay takes in these, beside what is told of the room; the air takes the high ones."""
BETWEEN_EARS_M = 0.17
FADE_S = 0.005
GROUND = 0.6
"""What the ground throws back outdoors."""
SIDES = 12
"""Directions that stand for all of them."""
SPREAD_S = 0.024
"""Over how long a sound from all sides is spread."""


@dataclass(frozen=True, slots=True)
class Room:
    """A box, and what it does to sound."""

    told: str
    """As part of a sentence, such as "in a church"."""
    width: float
    length: float
    height: float
    decay_s: float
    """How long it takes to decay by 60 dB, at 1 kHz; 0: nothing comes back but from the ground."""
    dull: float = 0.1
    """How much of the highest frequencies each bounce takes, 0 to 0.5."""

    @property
    def volume(self) -> float:
        """Cubic metres."""
        return self.width * self.length * self.height

    @property
    def size(self) -> NDArray[np.float64]:
        """Metres, shape (3,)."""
        return np.array([self.width, self.length, self.height])

    @property
    def listener(self) -> NDArray[np.float64]:
        """Where the listener's head is, from the corner at the left, behind and below; shape (3,)."""
        return np.array([LISTENER[0] * self.width, LISTENER[1] * self.length, min(EARS_M, 0.6 * self.height)])

    @property
    def reflected(self) -> float:
        """The part of a wave's pressure that a wall throws back, by Eyring's formula."""
        surface = 2 * (self.width * self.length + self.width * self.height + self.length * self.height)
        return float(np.exp(-0.5 * 0.161 * self.volume / (surface * self.decay_s)))

    @property
    def even_m(self) -> float:
        """How far away a source is as loud as what the room makes of it."""
        return 0.057 * float(np.sqrt(self.volume / self.decay_s))

    def within(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points around the listener, drawn in along their direction to lie inside the walls; shape (n, 3)."""
        low, high = WALL_M - self.listener, self.size - WALL_M - self.listener
        if not self.decay_s:
            low, high = np.array([-np.inf, -np.inf, low[2]]), np.full(3, np.inf)
        limit = np.where(points > 0, high, low)
        part = np.divide(limit, points, out=np.full_like(points, np.inf), where=np.abs(points) > 1e-9)
        return np.asarray(points * np.minimum(1.0, part.min(axis=1))[:, None], np.float64)


ROOMS: Mapping[str, Room] = {
    "small room": Room("in a small room", 3.2, 4.1, 2.6, 0.35, 0.2),
    "room": Room("in a room", 4.6, 5.9, 2.7, 0.5, 0.15),
    "bathroom": Room("in a bathroom", 2.2, 2.9, 2.5, 0.8, 0.03),
    "large room": Room("in a large room", 9.0, 12.0, 3.6, 0.9),
    "hall": Room("in a hall", 16.0, 26.0, 8.0, 1.7),
    "concert hall": Room("in a concert hall", 24.0, 42.0, 15.0, 2.1),
    "church": Room("in a church", 16.0, 35.0, 13.0, 2.8, 0.08),
    "cathedral": Room("in a cathedral", 30.0, 75.0, 26.0, 5.0, 0.08),
    "cave": Room("in a cave", 13.0, 21.0, 6.0, 3.0, 0.05),
    "tunnel": Room("in a tunnel", 4.0, 40.0, 3.5, 1.9, 0.05),
    "stairwell": Room("in a stairwell", 3.5, 5.5, 13.0, 1.9, 0.05),
    "outdoors": Room("outdoors", 100.0, 100.0, 100.0, 0.0, 0.35),
}


@dataclass(frozen=True, slots=True, eq=False)
class Echoes:
    """Copies of a sound from other directions, later."""

    points: NDArray[np.float64]
    """Around the listener, shape (n, 3)."""
    gains: NDArray[np.float64]
    """Beside the sound at the usual distance, shape (n,)."""
    delays_s: NDArray[np.float64]
    """After the sound itself, shape (n,)."""
    bounces: NDArray[np.intp]
    """How often each was thrown back, shape (n,)."""


def echoes(room: Room, point: NDArray[np.float64]) -> Echoes:
    """What walls throw back of a sound at a point around the listener, shape (3,)."""
    inside = point + room.listener
    if room.decay_s:
        points = (1 - 2 * _GRID[:, 0]) * inside + 2 * _GRID[:, 1] * room.size - room.listener
        left, bounces = room.reflected**_BOUNCES, _BOUNCES
    else:
        points = (inside * np.array([1.0, 1.0, -1.0]) - room.listener)[None]
        left, bounces = np.array([GROUND]), np.array([1])
    distance, direct = np.linalg.norm(points, axis=1), max(NEAREST_M, float(np.linalg.norm(point)))
    gains = left * loudness(np.array([direct])) * direct / distance
    return Echoes(points, gains, (distance - direct) / SOUND_M_S, bounces)


def surrounding(seed: int = 0) -> Echoes:
    """A sound from all sides at once: copies a few milliseconds apart, which the ears do not take for one source."""
    turns = np.arange(SIDES) * 137.5  # the golden angle: even, and never opposite each other
    heights = np.degrees(np.arcsin(np.linspace(-0.35, 0.9, SIDES)))
    random = np.random.default_rng(seed)
    points = np.stack([Place(a, e).point for a, e in zip(turns, heights, strict=True)])
    gains = random.choice((-1.0, 1.0), SIDES) / np.sqrt(SIDES)
    return Echoes(points, gains, random.permutation(SIDES) * SPREAD_S / SIDES, np.zeros(SIDES, np.intp))


def late(room: Room, rate: int, seed: int = 0) -> NDArray[np.float32]:
    """The decay at both ears for an impulse at the listener's usual distance, whose own sound has a power of 1 at each
    ear; shape (n, 2). It begins when reflections have become too many to be told apart.
    """
    count = round(room.decay_s * rate)
    size = 1 << (count - 1).bit_length()
    frequencies = np.asarray(np.fft.rfftfreq(size, 1 / rate), np.float64)
    noise = _diffuse(np.fft.rfft(np.random.default_rng(seed).standard_normal((2, size))), frequencies)
    seconds = np.arange(count) / rate
    made = np.zeros((2, count))
    for share, decay in zip(_bands(frequencies), DECAYS, strict=True):
        made += np.fft.irfft(noise * share)[:, :count] * 10 ** (-3 * seconds / (decay * room.decay_s))
    made *= USUAL_M / room.even_m / np.sqrt(np.mean(np.sum(made**2, axis=1)))
    mixed_s = np.sqrt(room.volume) / 1000
    opening = np.clip((seconds - mixed_s) / FADE_S, 0.0, 1.0)
    closing = np.clip((seconds[-1] - seconds) / (0.1 * room.decay_s), 0.0, 1.0)
    return np.asarray((made * opening * closing).T, np.float32)


def _diffuse(noise: NDArray[np.complex128], frequencies: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Two independent noises mixed to be as coherent as a diffuse field is between the ears: sin(x) / x."""
    alike = np.sinc(2 * frequencies * BETWEEN_EARS_M / SOUND_M_S)
    middle, side = np.sqrt((1 + alike) / 2) * noise[0], np.sqrt((1 - alike) / 2) * noise[1]
    return np.stack((middle + side, middle - side))


def _bands(frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of each frequency belongs to each of `BANDS_HZ`, shape (bands, n); each column sums up to 1."""
    octave = np.log2(np.maximum(frequencies, 1.0))
    return np.stack([np.interp(octave, np.log2(BANDS_HZ), row) for row in np.eye(len(BANDS_HZ))])


def _grid() -> NDArray[np.intp]:
    """Which images there are: (mirrored, shifted by rooms) along x, y and z, shape (n, 2, 3)."""
    axis = [(q, m) for m in range(-BOUNCES, BOUNCES + 1) for q in (0, 1) if abs(m) + abs(m - q) <= BOUNCES]
    every = np.array([np.transpose(one) for one in product(axis, repeat=3)])
    count = _count(every)
    return every[(count > 0) & (count <= BOUNCES)]


def _count(grid: NDArray[np.intp]) -> NDArray[np.intp]:
    """How many walls threw an image back."""
    return np.asarray((np.abs(grid[:, 1]) + np.abs(grid[:, 1] - grid[:, 0])).sum(axis=1))


_GRID = _grid()
_BOUNCES = _count(_GRID)
