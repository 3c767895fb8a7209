"""The way of a sound around the listener over its own length, whatever that is.

    steps     Circle twice         │ Stay on the left          of 10 s
    legs      turn, turn           glide│ turn (stands still)
    seconds   0                    5    5.4                  10

A way begins with the first sample and ends with the last one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from models.sound.placement import Circle, Go, Motion, Pass, Stay, Step, Swing
from models.sound.places import ABOVE, Place

CIRCLE_S = 8.0
"""How long a turn around the listener takes, where nobody says how many there are to be."""
SWING_S = 5.0
"""How long it takes there and back."""
GO_S = 4.0
"""How long it takes to go somewhere quickly is this divided by the pace."""
GLIDE_S = 0.4
"""How long it takes from where one step ends to where the next begins, at most a fifth of that step."""
QUICKEST_M_S = 15.0
"""How fast something passes by at most, at the usual pace; a short sound has a short way."""
STEEP_DEG = 80.0
"""From here on up or down, the azimuth no longer says where something is."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of the way, passed at an even pace."""

    seconds: float
    start: Place
    end: Place
    """Its azimuth may be beyond a whole turn."""
    straight: bool = False
    """On a line through space, rather than turning about the listener."""

    def at(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """The points at shares of it, shape (n,) → (n, 3)."""
        if self.straight:
            return self.start.point + share[:, None] * (self.end.point - self.start.point)
        azimuth = np.radians(self.start.azimuth + share * (self.end.azimuth - self.start.azimuth))
        elevation = np.radians(self.start.elevation + share * (self.end.elevation - self.start.elevation))
        distance = self.start.distance * (self.end.distance / self.start.distance) ** share
        flat = np.cos(elevation)
        directions = np.stack((np.sin(azimuth) * flat, np.cos(azimuth) * flat, np.sin(elevation)), axis=1)
        return np.asarray(directions * distance[:, None], np.float64)


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Where a sound is at every moment."""

    legs: tuple[Leg, ...]

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return sum(leg.seconds for leg in self.legs)

    @property
    def passes(self) -> bool:
        """Whether it passes by and is as far away in the end as it was at first, so that no sound is lost on the way
        and what is heard is in time at both ends.
        """
        first, last = self.legs[0].start.distance, self.legs[-1].end.distance
        return any(leg.straight for leg in self.legs) and abs(first - last) < 0.05

    def at(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """The points x, y, z in metres at some seconds, shape (n,) → (n, 3); before and after it, its ends."""
        ends = np.cumsum([leg.seconds for leg in self.legs])
        which = np.minimum(np.searchsorted(ends, seconds, side="right"), len(self.legs) - 1)
        points = np.empty((len(seconds), 3))
        for k in np.unique(which):
            leg, here = self.legs[k], which == k
            share = (seconds[here] - (ends[k] - leg.seconds)) / max(leg.seconds, 1e-9)
            points[here] = leg.at(np.clip(share, 0.0, 1.0))
        return points


def planned(steps: Sequence[Step], seconds: float) -> Trajectory:
    """The way of a sound of so many seconds."""
    legs = list[Leg]()
    for step, length in zip(steps, _lengths(steps, seconds), strict=True):
        made = list(_legs(step, length))
        if legs:
            made = _joined(legs[-1].end, made)
        legs += made
    left = seconds - sum(leg.seconds for leg in legs)
    if left > 1e-6:
        legs.append(Leg(left, legs[-1].end, legs[-1].end))
    return Trajectory(tuple(legs))


def _lengths(steps: Sequence[Step], seconds: float) -> list[float]:
    """How long each step takes: as was said, if all of that fits, and what is left to the others."""
    said = sum(step.seconds or 0.0 for step in steps)
    free = sum(step.seconds is None for step in steps)
    least = seconds / len(steps) * free * 0.5
    fit = min(1.0, (seconds - least) / said) if said else 1.0
    share = (seconds - said * fit) / free if free else 0.0
    return [share if step.seconds is None else step.seconds * fit for step in steps]


def _joined(here: Place, legs: list[Leg]) -> list[Leg]:
    """Legs that begin with gliding from here to where they begin."""
    first = legs[0]
    if np.linalg.norm(here.point - first.start.point) < 1e-3:
        return legs
    glide = min(GLIDE_S, sum(leg.seconds for leg in legs) / 5)
    rest = 1 - glide / max(sum(leg.seconds for leg in legs), 1e-9)
    there = first.start if first.straight else near(here, first.start)
    moved = [replace(leg, seconds=leg.seconds * rest) for leg in legs]
    return [Leg(glide, here, there), *moved]


def near(here: Place, there: Place) -> Place:
    """The same place, with the azimuth by which it is reached on the shorter way; one halfway round by the right."""
    if abs(there.elevation) > STEEP_DEG:
        return replace(there, azimuth=here.azimuth)
    turn = (there.azimuth - here.azimuth) % 360
    return replace(there, azimuth=here.azimuth + (turn if turn <= 180 else turn - 360))


def _legs(step: Step, seconds: float) -> Iterator[Leg]:
    motion: Motion = step.motion
    match motion:
        case Stay(place):
            yield Leg(seconds, place, place)
        case Go(places):
            quick = min(seconds, GO_S / step.pace) if step.pace > 1 and step.seconds is None else seconds
            yield from _through(places, quick)
            if quick < seconds:
                yield Leg(seconds - quick, places[-1], places[-1])
        case Pass():
            yield _passing(motion, seconds, step.pace)
        case Circle():
            yield _circling(motion, seconds, step.pace)
        case Swing(start, end, times):
            fitting = times or max(1.0, float(round(seconds * step.pace / SWING_S)))
            yield from _through([start, *[end, start] * round(fitting)], seconds)
        case _:
            assert_never(motion)


def _through(places: Sequence[Place], seconds: float) -> Iterator[Leg]:
    """From place to place; overhead there is no azimuth, so what comes after begins with its own."""
    here = places[0]
    if abs(here.elevation) > STEEP_DEG and len(places) > 1:
        here = replace(here, azimuth=places[1].azimuth)
    for there in places[1:]:
        if abs(here.elevation) > STEEP_DEG:
            here = replace(here, azimuth=there.azimuth)
        there = _round(here, there)
        yield Leg(seconds / (len(places) - 1), here, there)
        here = there


def _round(here: Place, there: Place) -> Place:
    """As `near`; to the opposite side it goes by the front, and from the front or the back by the right."""
    reached = near(here, there)
    if abs(reached.azimuth - here.azimuth) < 180 - 1e-6:
        return reached
    x, y, _ = Place(here.azimuth + 90).point
    return replace(reached, azimuth=here.azimuth + (180 if (round(y, 6), x) > (0, 0) else -180))


def _passing(motion: Pass, seconds: float, pace: float) -> Leg:
    """A line whose ends are drawn in where the sound is too short for all of it."""
    start, end = motion.start.point, motion.end.point
    middle, half = (start + end) / 2, (end - start) / 2
    longest = QUICKEST_M_S * max(pace, 1.0) * seconds / 2
    part = min(1.0, longest / max(float(np.linalg.norm(half)), 1e-9))
    return Leg(seconds, located(middle - half * part), located(middle + half * part), straight=True)


def located(point: NDArray[np.float64]) -> Place:
    x, y, z = map(float, point)
    flat = float(np.hypot(x, y))
    distance = max(0.1, float(np.hypot(flat, z)))
    return Place(float(np.degrees(np.arctan2(x, y))), float(np.degrees(np.arctan2(z, flat))), distance)


def _circling(motion: Circle, seconds: float, pace: float) -> Leg:
    least = 1.0 if motion.end_m == motion.start.distance else 2.0  # a spiral is no circle
    turns = motion.turns or max(least, float(round(seconds * pace / CIRCLE_S)))
    start, turned = motion.start, 360.0 * turns * (1 if motion.clockwise else -1)
    elevation = max(-40.0, min(ABOVE.elevation, start.elevation + motion.rise))
    return Leg(seconds, start, Place(start.azimuth + turned, elevation, motion.end_m))
