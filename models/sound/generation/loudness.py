"""How loud a stretch of sound is to ears, roughly as ITU-R BS.1770 counts it."""

import numpy as np

from assistant.audio import Samples
from models.sound.generation.grain import RATE
from models.sound.generation.noise import Colour, filtered

EARS: Colour = ((20, -7), (60, -3), (150, -1), (1000, 0), (2000, 3), (5000, 4), (20_000, 4))
"""What ears make of low and high sounds."""
FRAME = RATE // 10
GATE_DB = 12.0
"""What lies so far below the loudest tenths of a second does not count."""
QUIET_DB = -120.0


def loudness_db(samples: Samples) -> float:
    """Decibels of full scale of a sound of shape (n, 2), of the stretches in which it sounds."""
    heard = filtered(samples, EARS)
    count = max(1, len(heard) // FRAME)
    frames = np.resize(heard, (count * FRAME, 2)) if len(heard) < FRAME else heard[: count * FRAME]
    power = np.mean(np.square(frames.reshape(count, FRAME * 2)), axis=1)
    top = float(np.quantile(power, 0.95))
    if top <= 10 ** (QUIET_DB / 10):
        return QUIET_DB
    return float(10 * np.log10(power[power >= top * 10 ** (-GATE_DB / 10)].mean()))
