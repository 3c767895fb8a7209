"""Places around the listener, who looks ahead along y, with x to the right and z up, in metres and degrees."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

USUAL_M = 1.4
"""The distance of what is said to be nowhere in particular; at it, a sound is as loud as it was."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point around the listener's head."""

    azimuth: float
    """Degrees to the right of straight ahead: 90 on the right, -90 on the left, 180 behind."""
    elevation: float = 0.0
    """Degrees up: 90 overhead."""
    distance: float = USUAL_M
    """Metres from the middle of the head."""

    @property
    def point(self) -> NDArray[np.float64]:
        """x, y and z in metres, shape (3,)."""
        azimuth, elevation = np.radians((self.azimuth, self.elevation))
        flat = np.cos(elevation)
        return self.distance * np.array([np.sin(azimuth) * flat, np.cos(azimuth) * flat, np.sin(elevation)])

    def at(self, distance: float) -> "Place":
        """The same direction at another distance."""
        return replace(self, distance=distance)


AHEAD = Place(0.0)
RIGHT = Place(90.0)
LEFT = Place(-90.0)
BEHIND = Place(180.0)
ABOVE = Place(0.0, 90.0)
BELOW = Place(0.0, -90.0)


def polar(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Azimuths and elevations in degrees, and distances, of points (n, 3); each of shape (n,)."""
    x, y, z = points.T
    distance = np.sqrt(x**2 + y**2 + z**2)
    return np.degrees(np.arctan2(x, y)), np.degrees(np.arctan2(z, np.hypot(x, y))), distance
