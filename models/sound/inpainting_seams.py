"""How a part that was made is let into what is around it, or laid over what is there; outside the part nothing changes.

in its place   before ──╲ ╱── made ──╲ ╱── after     the wave on either side goes on a little into the part
over it        before ───┴─ there + made ─┴─── after
"""

import numpy as np

from models.pieces import CEILING
from models.sound.inpainting_linear import Signal, continued
from models.sound.inpainting_patches import Wave

SEAM_S, MEMORY_S, ORDER_S = 0.012, 0.06, 0.015
"""How long the wave beside goes on into the part, how much of it tells how, and how far back each sample looks."""
FADE_S = 0.02
"""How long it takes to come in over what is there, and to go."""
UNDER_DB, DIPS_S = -9.0, 0.05
"""By how much what is there steps back while something is laid over it, and how long it takes to."""
ROOM_S = 0.005
"""Within so much of a peak there is less of what is laid over it."""


def seamed(made: Wave, wave: Wave, part: tuple[int, int], rate: int) -> Wave:
    """The part, shape (n, channels), into which the wave before goes on a little, and that after too, backwards."""
    size, memory, order = min(round(SEAM_S * rate), len(made) // 4), round(MEMORY_S * rate), round(ORDER_S * rate)
    rising = _rising(size)
    before, after = wave[max(0, part[0] - memory) : part[0]], wave[part[1] : part[1] + memory][::-1]
    if size and len(before):
        onward = np.stack([continued(channel, size, order) for channel in before.T], axis=1)
        made[:size] = made[:size] * rising + onward * (1 - rising)
    if size and len(after):
        onward = np.stack([continued(channel, size, order) for channel in after.T], axis=1)[::-1]
        made[len(made) - size :] = made[len(made) - size :] * rising[::-1] + onward * (1 - rising[::-1])
    return made


def laid_over(made: Wave, there: Wave, rate: int, under_db: float = UNDER_DB) -> Wave:
    """Both together, shape (n, channels): what was made comes and goes within the part, and leaves room to peaks; what
    is there steps back by `under_db` meanwhile."""
    size = min(round(FADE_S * rate), len(made) // 4)
    faded, rising = made.copy(), _rising(size)
    faded[:size] *= rising
    faded[len(faded) - size :] *= rising[::-1]
    under = _stepped_back(there, rate, under_db)
    return np.asarray(under + faded * _room(faded, under, rate)[:, None])


def _stepped_back(there: Wave, rate: int, by_db: float) -> Wave:
    """Softer within, as it was at both ends."""
    dip = min(round(DIPS_S * rate), len(there) // 4)
    share = np.ones((len(there), 1))
    share[:dip] = _rising(dip)
    share[len(there) - dip :] = _rising(dip)[::-1]
    return np.asarray(there * (1 - (1 - 10 ** (by_db / 20)) * share))


def held(made: Wave, rate: int) -> Wave:
    """What was made, shape (n, channels), softer around what would clip."""
    return np.asarray(made * _room(made, np.zeros_like(made), rate)[:, None])


def _rising(size: int) -> Wave:
    return np.asarray(np.sin(np.arange(size) / max(1, size) * np.pi / 2)[:, None] ** 2)


def _room(made: Wave, there: Wave, rate: int) -> Signal:
    """By how much what is added is to be softer so that nothing clips, shape (n,): smooth, and never too high."""
    needs = np.clip((CEILING - np.abs(there)) / np.maximum(np.abs(made), 1e-9), 0.0, 1.0).min(axis=1)
    block = max(1, round(ROOM_S * rate))
    count = -(-len(needs) // block)
    lowest = np.pad(needs, (0, count * block - len(needs)), constant_values=1.0).reshape(count, block).min(axis=1)
    beside = np.pad(lowest, 1, mode="edge")
    held = np.minimum(np.minimum(beside[:-2], beside[1:-1]), beside[2:])
    return np.asarray(np.interp(np.arange(len(needs)), (np.arange(count) + 0.5) * block, held))
