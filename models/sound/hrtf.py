"""What a head does to sound: the head-related transfer functions of the KEMAR manikin (Gardner & Martin 1995).

    kemar.npz: decibels (direction, frequency), seconds between the ears (direction) ─▶ minimum phase ─▶ Hrtf

A response is split as usual (Kistler & Wightman 1992): a filter of minimum phase for each ear, and the delay between
the ears. Both parts can be interpolated between directions without one blurring the other. The manikin is symmetric, so
one ear is kept, and the other one hears what that ear hears of the mirrored direction.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EngineError

Floats: TypeAlias = NDArray[np.float64]
Number = TypeVar("Number", np.float32, np.float64, np.complex64)

TAPS = 256
"""Of a filter of minimum phase; what is left out is told in docs/models/kemar.md."""
MEASURED_M = 1.4
"""How far away the loudspeaker of the measurement stood."""
EAR_M = 0.0875
"""From the middle of the head to an ear."""
LOWEST_DEG = -40.0
"""Below this elevation nothing was measured."""
FFT = 2048
STEP_DB = 0.25
"""What one step of a stored magnitude is."""
FLOOR_DB = -48.0
"""The magnitude that is stored as 0."""
STEP_S = 1e-7
"""What one step of a stored delay is."""


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """Where directions lie among those that were measured, for one ear: four neighbours of each."""

    index: NDArray[np.intp]
    """Shape (n, 4)."""
    weight: Floats
    """Shape (n, 4); each row sums up to 1."""

    def of(self, table: NDArray[Number]) -> NDArray[Number]:
        """What a table (directions, …) has for the directions: shape (n, …)."""
        weight = self.weight.astype(table.real.dtype).reshape(*self.weight.shape, *[1] * (table.ndim - 1))
        made = table[self.index[:, 0]] * weight[:, 0]
        for k in range(1, 4):
            made += table[self.index[:, k]] * weight[:, k]
        return made

    def part(self, which: slice) -> "Mix":
        """Some of the directions."""
        return Mix(self.index[which], self.weight[which])


@dataclass(frozen=True, slots=True, eq=False)
class Hrtf:
    """The responses of the left ear, in rings from the lowest elevation to the zenith."""

    rate: int
    """Hertz."""
    taps: NDArray[np.float32]
    """Filters of minimum phase, shape (directions, `TAPS`). Their power, averaged over all directions, is 1."""
    lead_s: Floats
    """How much sooner the left ear hears a direction than the right ear, shape (directions,)."""
    elevations: Floats
    """Of the rings, degrees, ascending and equally far apart."""
    sizes: NDArray[np.intp]
    """How many directions a ring has; they begin in front and go round by the left."""

    def left(self, azimuth: Floats, elevation: Floats) -> Mix:
        """Directions as the left ear hears them, in degrees: to the right of straight ahead, and up; shapes (n,)."""
        azimuth, elevation = _measurable(azimuth, elevation)
        step = self.elevations[1] - self.elevations[0]
        height = (elevation - self.elevations[0]) / step
        lower = np.clip(height.astype(np.intp), 0, len(self.elevations) - 2)
        up = height - lower
        low, high = self._in_ring(lower, -azimuth), self._in_ring(lower + 1, -azimuth)
        weight = np.stack((low[2] * (1 - up), low[3] * (1 - up), high[2] * up, high[3] * up), axis=1)
        return Mix(np.stack((low[0], low[1], high[0], high[1]), axis=1), weight)

    def right(self, azimuth: Floats, elevation: Floats) -> Mix:
        """Directions as the right ear hears them: mirrored."""
        return self.left(-azimuth, elevation)

    def lead(self, azimuth: Floats, elevation: Floats) -> Floats:
        """How many seconds sooner the left ear hears directions than the right ear, shape (n,)."""
        return self.left(azimuth, elevation).of(self.lead_s)

    def _in_ring(self, ring: NDArray[np.intp], left_deg: Floats) -> tuple[NDArray[np.intp], ...]:
        """The two directions of a ring that a direction lies between, and their weights."""
        size = self.sizes[ring]
        first = np.concatenate(([0], np.cumsum(self.sizes)))[ring]
        place = np.mod(left_deg / 360.0, 1.0) * size
        before = np.floor(place).astype(np.intp)
        share = place - before
        return first + before % size, first + (before + 1) % size, 1 - share, share


def load(path: Path, rate: int) -> Hrtf:
    """The responses at a rate in hertz, from a file that `scripts/make_hrtf.py` made.

    Raises:
        EngineError: the file cannot be read.
    """
    try:
        with np.load(path) as file:
            decibels = file["magnitudes"].astype(np.float64) * STEP_DB + FLOOR_DB
            lead = file["leads"].astype(np.float64) * STEP_S
            source, elevations, sizes = int(file["rate"]), file["elevations"], file["sizes"]
    except (OSError, ValueError, KeyError) as error:
        raise EngineError(f"The head's responses in {path.name} cannot be read; install Earshot again.") from error
    taps = minimum_phase(_at(decibels, source, rate), TAPS)
    return Hrtf(rate, taps.astype(np.float32), lead, elevations.astype(np.float64), sizes.astype(np.intp))


def minimum_phase(decibels: Floats, taps: int) -> Floats:
    """Filters with given magnitudes, shape (…, FFT // 2 + 1), that come as early as any: shape (…, taps).

    By the folded cepstrum (Oppenheim & Schafer, Discrete-Time Signal Processing).
    """
    cepstrum = np.fft.irfft(decibels * (np.log(10) / 20), axis=-1)
    half = cepstrum.shape[-1] // 2
    cepstrum[..., 1:half] *= 2
    cepstrum[..., half + 1 :] = 0
    return np.fft.irfft(np.exp(np.fft.rfft(cepstrum, axis=-1)), axis=-1)[..., :taps]


def _at(decibels: Floats, source: int, rate: int) -> Floats:
    """Magnitudes on the frequencies of `FFT` at another rate; above those that are known the last one holds."""
    known = np.linspace(0.0, source / 2, decibels.shape[1])
    wanted = np.fft.rfftfreq(FFT, 1 / rate)
    return np.stack([np.interp(wanted, known, row) for row in decibels])


def _measurable(azimuth: Floats, elevation: Floats) -> tuple[Floats, Floats]:
    """Directions below all that was measured become the lowest one that is as far to the side."""
    azimuth, elevation = np.asarray(azimuth, np.float64), np.asarray(elevation, np.float64)
    low = elevation < LOWEST_DEG
    side = np.sin(np.radians(azimuth)) * np.cos(np.radians(elevation)) / np.cos(np.radians(LOWEST_DEG))
    turned = np.degrees(np.arcsin(np.clip(side, -1.0, 1.0)))
    turned = np.where(np.cos(np.radians(azimuth)) < 0, 180.0 - turned, turned)
    return np.where(low, turned, azimuth), np.clip(elevation, LOWEST_DEG, 90.0)
