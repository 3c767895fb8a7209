"""Pictures read between their points."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]
"""RGB, shape (h, w, 3)."""
Field: TypeAlias = NDArray[np.floating[Any]]
"""A number for each point of a part of a picture, shape (h, w)."""
Colours: TypeAlias = NDArray[np.floating[Any]]
"""RGB, 0 to 255, shape (h, w, 3)."""


def sampled(picture: Colours, x: Field, y: Field) -> Colours:
    """The colours at places of a picture, bilinear; beyond its edge those of the edge. → (h, w, 3) as `x` and `y`."""
    height, width = picture.shape[:2]
    x, y = np.clip(x, 0, width - 1.001), np.clip(y, 0, height - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    across, down = (x - left)[..., None], (y - top)[..., None]
    flat, at = picture.reshape(-1, 3), top * width + left
    above = flat[at] + (flat[at + 1] - flat[at]) * across
    below = flat[at + width] + (flat[at + width + 1] - flat[at + width]) * across
    found: Colours = above + (below - above) * down
    return found


def eased(share: Field) -> Field:
    """From 1 at 0 down to 0 at 1, without a corner."""
    t = np.clip(share, 0, 1)
    return np.asarray(1 - t * t * (3 - 2 * t), np.float32)
