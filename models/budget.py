"""What fits into memory, and what has to go for it. Pure arithmetic; megabytes throughout."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Footprint:
    """Memory that something takes, or has."""

    host_mb: float = 0.0
    gpu_mb: float = 0.0

    def __add__(self, other: "Footprint") -> "Footprint":
        return Footprint(self.host_mb + other.host_mb, self.gpu_mb + other.gpu_mb)

    def within(self, limit: "Footprint") -> bool:
        """Whether it fits."""
        return self.host_mb <= limit.host_mb and self.gpu_mb <= limit.gpu_mb

    def eases(self, need: "Footprint", limit: "Footprint") -> bool:
        """Whether its going helps, where `need` exceeds `limit`."""
        host, gpu = need.host_mb > limit.host_mb, need.gpu_mb > limit.gpu_mb
        return bool((host and self.host_mb) or (gpu and self.gpu_mb))


@dataclass(frozen=True, slots=True)
class Held:
    """A model in memory."""

    name: str
    takes: Footprint
    used_at: float
    """When it was last of use, in seconds of any clock."""
    free: bool = True
    """Whether it may go now: nothing runs in it."""
    lasting: bool = False
    """Whether it never goes: the conversation itself needs it."""
    cherished: bool = False
    """Whether it is to stay if possible; it goes after the others."""


class TooLarge(Exception):
    """It does not fit, whatever goes."""


def victims(need: Footprint, held: Sequence[Held], limit: Footprint) -> list[str] | None:
    """The names of what must go so that `need` fits: least recently used first, and no more than it takes. None: it
    does not fit yet, and will when what is not free now has become free.

    Raises:
        TooLarge: it does not fit beside what never goes.
    """
    if not (total_of(h.takes for h in held if h.lasting) + need).within(limit):
        raise TooLarge
    gone: list[str] = []
    total = total_of(h.takes for h in held) + need
    for one in sorted((h for h in held if h.free and not h.lasting), key=lambda h: (h.cherished, h.used_at)):
        if total.within(limit):
            break
        if one.takes.eases(total, limit):
            gone.append(one.name)
            total = total_of(h.takes for h in held if h.name not in gone) + need
    return gone if total.within(limit) else None


def total_of(footprints: Iterable[Footprint]) -> Footprint:
    """All of them together."""
    return sum(footprints, Footprint())
