"""Where a sound is to be and how it is to move, as it was understood from words; nothing here depends on its length.

"circles me twice, then stays on my left, in a church"
    Placement((Step(Circle(2)), Step(Stay(LEFT))), room="church")
"""

from dataclasses import dataclass
from typing import TypeAlias

from models.sound.places import AHEAD, USUAL_M, Place

EAR_M = 0.16
"""The distance of what is at an ear."""
CLOSE_M = 0.5
FAR_M = 10.0


@dataclass(frozen=True, slots=True)
class Stay:
    """It stands still."""

    place: Place


@dataclass(frozen=True, slots=True)
class Go:
    """It goes from place to place, turning about the listener on its way."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Pass:
    """It passes by on a straight line."""

    start: Place
    end: Place
    over: bool = False
    """Whether it passes overhead."""


@dataclass(frozen=True, slots=True)
class Circle:
    """It circles around the listener."""

    turns: float | None = None
    """None: as many as fit."""
    clockwise: bool = True
    """As seen from above: from the front to the right."""
    start: Place = AHEAD
    end_m: float = USUAL_M
    """How far away it is in the end."""
    rise: float = 0.0
    """By how many degrees it rises."""


@dataclass(frozen=True, slots=True)
class Swing:
    """It goes back and forth."""

    start: Place
    end: Place
    times: float | None = None
    """How often it comes back; None: as often as fits."""


Motion: TypeAlias = Stay | Go | Pass | Circle | Swing


@dataclass(frozen=True, slots=True)
class Step:
    """A part of what a sound does."""

    motion: Motion
    seconds: float | None = None
    """None: its share of what is left of the sound."""
    pace: float = 1.0
    """How fast it is, beside what is usual."""


@dataclass(frozen=True, slots=True)
class Placement:
    """All that was understood."""

    steps: tuple[Step, ...]
    """None: it comes from all sides at once."""
    room: str = ""
    """One of `models.sound.room.ROOMS`; empty: nothing around."""
