"""Rows that come for hours, kept in a few thousand: whenever there are too many, neighbours become one.

came   a b c d e f g h …
kept   a b c d   →   ab cd ef gh   →   abcd efgh …
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.float32]

MOST = 8192
"""Rows that are kept; several for each column of a picture."""


class Folding:
    """At most `MOST` rows, each of `span` that came; the last may stand for fewer."""

    def __init__(self, joined: Callable[[Rows], Rows]) -> None:
        """`joined` makes rows of shape (n, k, …) one each, shape (n, …), such as by their maximum."""
        self.span = 1
        self.came = 0
        self._joined = joined
        self._kept: list[Rows] = []
        self._length = 0
        self._waiting: list[Rows] = []

    def push(self, rows: Rows) -> None:
        """Take rows of shape (n, …)."""
        self.came += len(rows)
        rows = np.concatenate([*self._waiting, rows])
        while len(rows) >= self.span:
            span, whole = self.span, min(len(rows) // self.span, MOST - self._length)
            self._keep(self._folded(rows[: whole * span], span))
            rows = rows[whole * span :]
        self._waiting = [rows.copy()]

    def columns(self, width: int) -> list[Rows]:
        """For each of `width` columns the rows that it shows, one at least, shape (m, …); some row must have come."""
        rows = np.concatenate([*self._kept, *(self._joined(rest[None]) for rest in self._waiting if len(rest))])
        edges = np.linspace(0.0, self.came / self.span, width + 1)
        first = np.minimum(edges[:-1].astype(int), len(rows) - 1)
        last = np.maximum(np.ceil(edges[1:]).astype(int), first + 1)
        return [rows[a:b] for a, b in zip(first, last, strict=True)]

    def _keep(self, rows: Rows) -> None:
        self._kept.append(rows)
        self._length += len(rows)
        if self._length == MOST:
            self._kept = [self._folded(np.concatenate(self._kept), 2)]
            self._length //= 2
            self.span *= 2

    def _folded(self, rows: Rows, k: int) -> Rows:
        return self._joined(rows.reshape(-1, k, *rows.shape[1:])) if k > 1 else rows
