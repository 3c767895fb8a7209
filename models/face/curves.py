"""Smooth outlines for drawing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""x and y, shape (n, 2)."""
STEPS = 12


def closed(points: Sequence[tuple[float, float]], steps: int = STEPS) -> Points:
    """A closed Catmull-Rom spline through points, `steps` of it between each two."""
    p = np.asarray(points, np.float64)
    return _between(np.roll(p, 1, 0), p, np.roll(p, -1, 0), np.roll(p, -2, 0), steps)


def mirrored(half: Sequence[tuple[float, float]], middle: float) -> list[tuple[float, float]]:
    """The points of a right half, and those of the left one in the opposite order; those on the middle once."""
    left = [(2 * middle - x, y) for x, y in reversed(half) if abs(x - middle) > 1e-6]
    return [*half, *left]


def _between(a: Points, b: Points, c: Points, d: Points, steps: int) -> Points:
    t = (np.arange(steps) / steps)[None, :, None]
    a, b, c, d = (p[:, None] for p in (a, b, c, d))
    found = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.asarray(found.reshape(-1, 2))
