"""From predicted durations to whole frames.

predicted   3.4  2.4  0.2  5.3        each rounded by itself, fractions would be lost: 3 2 1 5 = 11
frames      3    3    1    4          their sum is that of the predicted ones, rounded: 11.3 → 11
"""

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.int64]


def whole_frames(predicted: NDArray[np.floating], sounds: NDArray[np.bool_]) -> Frames:
    """Whole frames for real-valued ones, both of shape (n,): fractions carry over, a sound has one frame at least.

    Edge `i` lies where the predicted one does, rounded, or as far behind the edge before as its sound needs:
    e[i] = max over j ≤ i of (round(p[j]) + sounds between j and i).
    """
    ideal = np.rint(np.cumsum(np.maximum(predicted, 0), dtype=np.float64)).astype(np.int64)
    needed = np.cumsum(sounds, dtype=np.int64)
    edges = needed + np.maximum(np.maximum.accumulate(ideal - needed), 0)
    return np.diff(edges, prepend=0)
