"""What reaches two ears from a point: filters, delays and levels, for any number of points at once.

A head that is close to a sound hears more of it with the ear on its side. So each ear looks along its own line to the
source, out to the sphere on which the head was measured (Brungart 1999), and the lengths of both lines tell how much
softer the other ear hears it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.sound.hrtf import EAR_M, FFT, MEASURED_M, Floats, Hrtf, Mix, minimum_phase
from models.sound.places import USUAL_M, polar

NEAREST_M = 0.15
FALL_FAR = 0.8
"""By which power of the distance a sound gets softer beyond the usual distance; 1 would be that of open air, where what
is far away is hardly heard."""
FALL_NEAR = 0.25
"""The same within it, where the near ear gets more besides."""
AIR_DB = 0.0016
"""What a metre of air takes at 1 kHz, in decibels; it grows with the square of the frequency (ISO 9613-1, about)."""
AIR_M = np.array([1.0, 3.0, 6.0, 10.0, 16.0, 25.0, 40.0])
"""Distances for which the air is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """How points reach the ears; everything of shape (n,) but the mixes."""

    left: Mix
    right: Mix
    gains: Floats
    """Of the left and of the right ear, shape (n, 2)."""
    lead_s: Floats
    """How much sooner the left ear hears it."""
    distance: Floats
    """Metres."""

    def part(self, which: slice) -> "Reach":
        """Some of the points."""
        left, right = self.left.part(which), self.right.part(which)
        return Reach(left, right, self.gains[which], self.lead_s[which], self.distance[which])


def reach(head: Hrtf, points: NDArray[np.float64]) -> Reach:
    """How points (n, 3) in metres reach the ears of a head."""
    azimuth, elevation, distance = polar(points)
    near = np.maximum(distance, NEAREST_M)
    points = points * (near / np.maximum(distance, 1e-9))[:, None]
    left, from_left = _seen(points, near, -EAR_M)
    right, from_right = _seen(points, near, EAR_M)
    beside = np.stack((from_left, from_right), axis=1)
    gains = loudness(near)[:, None] * beside / np.maximum(1.0, beside.max(axis=1, keepdims=True))
    return Reach(head.left(*left), head.right(*right), gains, head.lead(azimuth, elevation), near)


def loudness(distance: Floats) -> Floats:
    """The level of a sound at distances, as a factor; 1 at the usual distance."""
    ratio = USUAL_M / np.maximum(distance, NEAREST_M)
    return np.asarray(np.where(ratio < 1, ratio**FALL_FAR, ratio**FALL_NEAR), np.float64)


def air(rate: int, size: int) -> NDArray[np.complex64]:
    """What air takes on its way over `AIR_M`, as filters of minimum phase: spectra of an FFT of `size`."""
    frequencies = np.fft.rfftfreq(FFT, 1 / rate) / 1000
    decibels = -AIR_DB * AIR_M[:, None] * frequencies**2
    return np.fft.rfft(minimum_phase(np.maximum(decibels, -60.0), 64), size).astype(np.complex64)


def through_air(bank: NDArray[np.complex64], distance: Floats) -> NDArray[np.complex64]:
    """The filters of `air` for distances, shape (n,) → (n, frequencies); none up to the first metre."""
    place = np.interp(distance, AIR_M, np.arange(len(AIR_M), dtype=np.float64))
    lower = np.minimum(place.astype(np.intp), len(AIR_M) - 2)
    part = (place - lower).astype(np.float32)[:, None]
    return np.asarray(bank[lower] * (1 - part) + bank[lower + 1] * part, np.complex64)


def _seen(points: NDArray[np.float64], distance: Floats, side: float) -> tuple[tuple[Floats, Floats], Floats]:
    """The directions of points as one ear sees them on the sphere of the measurement, and what the nearness does to
    their level there. From that sphere on, both are those of the head.
    """
    ear = np.array([side, 0.0, 0.0])
    ray = points - ear
    length = np.linalg.norm(ray, axis=1)
    along = ray @ ear / length
    out = -along + np.sqrt(along**2 + MEASURED_M**2 - EAR_M**2)
    within = distance < MEASURED_M
    on_sphere = np.where(within[:, None], ear + ray * (out / length)[:, None], points)
    gain = np.where(within, (out / MEASURED_M) * (distance / length), 1.0)
    azimuth, elevation, _ = polar(on_sphere)
    return (azimuth, elevation), gain
