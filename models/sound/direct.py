"""A sound on its way to two ears.

sound ─▶ delay of each ear, read between the samples ─▶ frames ─▶ filters of each frame's moment ─▶ block
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from models.sound.delay_line import WIDTH, read
from models.sound.ears import Reach, air, reach, through_air
from models.sound.frames import Frames
from models.sound.hrtf import Hrtf
from models.sound.room import SOUND_M_S

HOP = 512
MARGIN = 8192
"""Samples before and after a block that are given along with it: what delays and frames reach to."""
LATEST = MARGIN - HOP - WIDTH
"""The longest delay, in samples."""
STILL_M = 1e-9

Way: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Points around the listener at some seconds, shape (n,) → (n, 3)."""


class Direct:
    """A sound that moves, without anything around."""

    def __init__(self, head: Hrtf, way: Way, doppler: bool = False) -> None:
        """With `doppler` it comes later the farther it is away than at first, so that its pitch changes."""
        self._head, self._way, self._doppler = head, way, doppler
        self._frames = Frames(HOP)
        self._filters = np.fft.rfft(head.taps, self._frames.size).astype(np.complex64)
        self._air = air(head.rate, self._frames.size)
        self._first_m = float(np.linalg.norm(way(np.zeros(1))))

    def render(self, samples: Samples, start: int) -> Samples:
        """What the ears hear of the next block, shape (MARGIN + BLOCK + MARGIN,) → (BLOCK, 2).

        `start` counts the samples before the block, without its margin.
        """
        begins = self._frames.begins(start)
        ends = np.append(
            begins, begins[-1] + np.array([1, 2]) * HOP
        )  # of all hops; frames are centred on the inner ones
        points = self._way(ends / self._head.rate)
        still = bool(np.ptp(points, axis=0).max() < STILL_M)
        heard = reach(self._head, points)
        filters = self._filtering(heard.part(slice(1, 2) if still else slice(1, -1)))
        every = np.arange(ends[0], ends[-1])
        late = [np.interp(every, ends, delays) for delays in self._delays(heard)]
        sounds = [read(samples, every - start + MARGIN - delay) for delay in late]
        return self._frames.add(np.stack([self._heard(*pair) for pair in zip(sounds, filters, strict=True)]))

    def _delays(self, heard: Reach) -> NDArray[np.float64]:
        """In samples, of the left and of the right ear, shape (2, n)."""
        way_s = (heard.distance - self._first_m) / SOUND_M_S if self._doppler else np.zeros(len(heard.distance))
        delays = self._head.rate * np.stack((way_s - heard.lead_s / 2, way_s + heard.lead_s / 2))
        return np.clip(delays, -LATEST, LATEST)

    def _filtering(self, heard: Reach) -> NDArray[np.complex64]:
        """The spectra of both ears' filters, shape (2, n, frequencies)."""
        gains = heard.gains.astype(np.float32).T[:, :, None]
        sides = np.stack((heard.left.of(self._filters), heard.right.of(self._filters)))
        return np.asarray(sides * gains * through_air(self._air, heard.distance), np.complex64)

    def _heard(self, sound: Samples, filters: NDArray[np.complex64]) -> Samples:
        """Frames of a sound, filtered: shape (count, REACH * hop)."""
        spectra = np.fft.rfft(self._frames.cut(sound), self._frames.size)
        return np.asarray(np.fft.irfft(spectra * filters, self._frames.size), np.float32)
