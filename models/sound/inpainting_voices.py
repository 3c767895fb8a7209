"""Room for a voice: what is laid over speech gives way wherever somebody speaks, so that the words stay understood.

voice    ▁▂▇▇▆▁▁▇▇▆▁▁▁▁▆▇▇▃▁
laid on  ▆▆▆▆▄▃▂▂▂▂▄▆▆▆▂▂▂▄▆      it is heard when it begins, and then softer by 12 dB while there is voice
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.sound.detection import Detector
from models.sound.inpainting_patches import Wave

SURE, SHARE = 0.5, 0.25
"""How likely speech must be at a moment, and in what share of the part at least."""
GIVES_WAY_DB = 12.0
"""By how much it is softer while there is voice."""
RANGE_DB = 18.0
"""A voice so far below its usual level is none."""
FIRST_S, AFTERWARDS_S = 0.6, 0.3
"""So long it is heard as it is when it begins, as one fades a sound in that is to be known; and how long it takes to
give way then."""
FRAME_S, RISE_S, FALL_S = 0.01, 0.06, 0.25
"""How finely the voice is followed; how long before it, and after it, it takes to give way and to come back."""


def is_spoken(there: Wave, rate: int) -> bool:
    """Whether somebody speaks in a sound of shape (n, channels)."""
    if not there.any():
        return False
    found = _detector().posteriors(there.mean(axis=1).astype(np.float32), rate)
    return float(np.mean(found[:, Detector.labels.index("speech")] > SURE)) > SHARE


def giving_way(there: Wave, rate: int) -> NDArray[np.float64]:
    """What a sound laid over a voice is multiplied by at each sample: shape (n, channels) → (n, 1)."""
    size = max(1, round(FRAME_S * rate))
    count = -(-len(there) // size)
    mono = np.pad(there.mean(axis=1), (0, count * size - len(there)))
    level = 10 * np.log10(np.mean(np.square(mono.reshape(count, size)), axis=1) + 1e-12)
    usual = float(np.quantile(level, 0.9))
    voiced = np.clip((level - usual + RANGE_DB) / (RANGE_DB / 2), 0.0, 1.0)
    heard = np.clip((np.arange(count) * FRAME_S - FIRST_S) / AFTERWARDS_S, 0.0, 1.0)
    gain_db = -GIVES_WAY_DB * _reaching(voiced) * heard
    places = (np.arange(count) + 0.5) * size
    return np.asarray(10 ** (np.interp(np.arange(len(there)), places, gain_db) / 20)[:, None])


def _reaching(voiced: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much there is of a voice now, soon, or a moment ago: shape (n,)."""
    made = voiced.copy()
    for k in range(len(made) - 2, -1, -1):
        made[k] = max(made[k], made[k + 1] - FRAME_S / RISE_S)
    for k in range(1, len(made)):
        made[k] = max(made[k], made[k - 1] - FRAME_S / FALL_S)
    return made


@lru_cache(maxsize=1)
def _detector() -> Detector:
    return Detector()
