"""Motors: of explosions, and electric ones with the air they move."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.generation.grain import Grain, Style
from models.sound.generation.machines import stroke
from models.sound.generation.noise import Colour, bed, wander
from models.sound.generation.streams import beside
from models.sound.generation.turning import turning

ENGINES: dict[str, tuple[float, float, Colour]] = {
    "car": (28.0, 0.25, ((40, 0), (120, 0), (300, -5), (900, -14), (2500, -26), (8000, -46))),
    "motorcycle": (46.0, 0.35, ((50, -8), (150, 0), (400, -1), (1200, -7), (3500, -16), (10_000, -34))),
    "truck": (17.0, 0.4, ((30, 0), (90, 0), (250, -4), (800, -13), (2500, -22), (8000, -40))),
    "boat": (11.0, 0.5, ((40, -4), (110, 0), (350, -3), (900, -12), (2500, -24), (8000, -44))),
    "mower": (52.0, 0.5, ((60, -8), (180, 0), (500, -3), (1500, -7), (4000, -12), (11_000, -28))),
    "propeller": (58.0, 0.4, ((50, -3), (150, 0), (400, -4), (1200, -13), (3500, -24), (10_000, -42))),
}
"""Explosions a second, how rough they are, and what they resound in."""


def engine(style: Style, rng: Generator) -> Iterator[Grain]:
    """A motor that runs: strokes unequal and rough through an exhaust."""
    hertz, rough, body = ENGINES.get(style.kind, ENGINES["car"])
    slow, quick = wander(rng, 3.0, 1.0), wander(rng, 0.3, 1.0)
    hertz *= style.pace * 2 ** (0.4 * style.force) * rng.uniform(0.9, 1.12)
    restless = 0.12 if style.kind in ("motorcycle", "car") else 0.03
    return turning(
        lambda s: hertz * (1 + restless * slow(s) + 0.01 * quick(s)), lambda turn: stroke(turn, rng, rough), body
    )


def motor(style: Style, rng: Generator) -> Iterator[Grain]:
    """An electric motor and the air it moves: vacuum cleaners, fans, hair dryers, drills."""
    hertz, whine, colour = MOTORS.get(style.kind, MOTORS["vacuum"])
    hertz *= style.pitch * style.pace * rng.uniform(0.93, 1.08)
    slow, way = wander(rng, 5.0, 0.006), wander(rng, 1.5, 0.06)
    air = bed(colour, rng, lambda s: np.exp(way(s)), width=0.4)

    def wave(turn: NDArray[np.float64]) -> Samples:
        made = sum(np.sin(2 * np.pi * k * turn + k) / k**1.3 for k in (1, 2, 3, 4, 6, 8))
        return np.asarray(whine * made, np.float32)

    return beside(air, turning(lambda s: hertz * (1 + slow(s)), wave, ((60, 0), (8000, -9), (18_000, -30))))


MOTORS: dict[str, tuple[float, float, Colour]] = {
    "vacuum": (190.0, 0.35, ((60, -14), (250, -4), (800, 0), (2500, -3), (7000, -9), (16_000, -24))),
    "fan": (74.0, 0.12, ((40, -3), (150, 0), (600, -7), (2500, -17), (9000, -32))),
    "dryer": (320.0, 0.12, ((80, -16), (400, -5), (1500, 0), (5000, -4), (12_000, -14))),
    "drill": (410.0, 0.8, ((200, -10), (900, -4), (2500, 0), (6000, -3), (14_000, -18))),
    "air": (50.0, 0.05, ((30, -2), (100, 0), (500, -9), (2500, -24), (9000, -42))),
    "jet": (2300.0, 0.05, ((30, -5), (120, 0), (600, -3), (2000, -8), (6000, -16), (15_000, -30))),
    "spaceship": (43.0, 0.9, ((30, 0), (120, -3), (500, -12), (2500, -26), (9000, -44))),
    "press": (36.0, 0.3, ((60, -6), (300, 0), (1200, -4), (5000, -12), (12_000, -28))),
}
"""Turns a second, how loud they sing, and the colour of their air."""
