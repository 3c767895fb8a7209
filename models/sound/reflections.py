"""The copies of a sound that walls throw back, or that surround the listener, each from its own direction."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.direct import MARGIN, Way
from models.sound.ears import reach
from models.sound.frames import BLOCK, Frames
from models.sound.hrtf import TAPS, Hrtf, Mix
from models.sound.room import BOUNCES, Echoes

HOP = 8192
LATEST = HOP - TAPS - 64
"""Echoes that come later, in samples, are left to the tail."""

Echoing: TypeAlias = Callable[[NDArray[np.float64]], Echoes]
"""The echoes of a sound at a point, shape (3,)."""


class Reflections:
    """The echoes of a sound that moves; they move with it, from frame to frame."""

    def __init__(self, head: Hrtf, way: Way, echoing: Echoing, dull: float) -> None:
        """`dull` is how much of the highest frequencies each bounce takes, 0 to 0.5."""
        self._head, self._way, self._echoing = head, way, echoing
        self._frames = Frames(HOP)
        self._taps = _dulled(head.taps, dull)
        self._known: tuple[bytes, NDArray[np.complex64]] | None = None

    def render(self, samples: Samples, start: int) -> Samples:
        """What the ears hear of the next block, as `Direct.render`."""
        begins = self._frames.begins(start)
        frames = self._frames.cut(samples[begins[0] - start + MARGIN : MARGIN + BLOCK + HOP])
        points = self._way((begins + HOP) / self._head.rate)
        filters = np.stack([self._filters(point) for point in points], axis=1)
        spectra = np.fft.rfft(frames, self._frames.size) * filters
        return self._frames.add(np.asarray(np.fft.irfft(spectra, self._frames.size), np.float32))

    def _filters(self, point: NDArray[np.float64]) -> NDArray[np.complex64]:
        """The spectra of all echoes together, shape (2, frequencies); computed anew where the sound has moved."""
        if self._known is None or self._known[0] != point.tobytes():
            spectra = np.fft.rfft(self._response(self._echoing(point)), self._frames.size)
            self._known = point.tobytes(), spectra.astype(np.complex64)
        return self._known[1]

    def _response(self, echoes: Echoes) -> Samples:
        """What an impulse makes at each ear, shape (2, HOP)."""
        made = np.zeros((2, HOP), np.float32)
        heard = reach(self._head, echoes.points)
        gains, dulled = echoes.gains[:, None].astype(np.float32), echoes.bounces * len(self._head.taps)
        for ear, mix in enumerate((heard.left, heard.right)):
            taps = Mix(mix.index + dulled[:, None], mix.weight).of(self._taps) * gains
            late = np.rint((echoes.delays_s + (ear - 0.5) * heard.lead_s) * self._head.rate).astype(np.intp)
            for k in np.flatnonzero((late >= 0) & (late <= LATEST)):
                made[ear, late[k] : late[k] + taps.shape[1]] += taps[k]
        return made


def _dulled(taps: Samples, dull: float) -> Samples:
    """Filters after each number of bounces, one below the other: shape (n, m) → ((BOUNCES + 1) * n, m + 2 * BOUNCES).

    A bounce averages neighbours a little.
    """
    made = [np.pad(taps, ((0, 0), (0, 2 * BOUNCES)))]
    for _ in range(BOUNCES):
        later = np.roll(made[-1], 1, axis=1)
        made.append((1 - dull) * later + dull / 2 * (made[-1] + np.roll(later, 1, axis=1)))
    return np.concatenate(made).astype(np.float32)
