"""Shares with how sure they are."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

SURE = 1.959964
"""Standard deviations of a normal distribution that hold 95 % of it."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    right: int
    n: int

    @classmethod
    def of(cls, outcomes: Iterable[bool]) -> "Share":
        """Count them."""
        counted = list(outcomes)
        return cls(sum(counted), len(counted))

    @property
    def value(self) -> float | None:
        """0 to 1; None of nothing."""
        return round(self.right / self.n, 4) if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """From where to where it is, with 95 % certainty (Wilson 1927); None of nothing."""
        if not self.n:
            return None
        p, z2 = self.right / self.n, SURE**2 / self.n
        middle, half = p + z2 / 2, SURE * math.sqrt((p * (1 - p) + z2 / 4) / self.n)
        low, high = ((middle + sign * half) / (1 + z2) for sign in (-1, 1))
        return round(max(0.0, low), 4), round(min(1.0, high), 4)

    def figures(self, name: str) -> dict[str, object]:
        """The share under its name, and its interval beside it."""
        return {name: self.value, f"{name}_95": self.interval}
