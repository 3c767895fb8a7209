"""Which stretches of speech are of one person, by how likely that is.

A voice is a point that is drawn once for a person and comes with an error each time it is heard: the two-covariance
model (Brümmer and de Villiers 2010), along directions in which the error has variance 1. Groups are joined, the
likeliest pair first, for as long as one person explains both better than two.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

WORTH = 0.35
"""What a stretch counts: neighbours overlap, and what one says has one manner."""
UNLIKE = -15.0
"""Two groups are two people below this logarithm of the odds that they are one."""
FEWEST = 2
"""Stretches; a smaller group is nobody new."""
AT_ONCE = 400
"""Points that are grouped before they meet the others: about three minutes of speech."""
ROUNDS = 4
"""How often all are dealt out to the people that were found."""


@dataclass(slots=True)
class _Group:
    members: list[int]
    sum: Matrix
    """Of the members' points, shape (k,)."""

    @property
    def count(self) -> float:
        """What they are worth, as their sum is."""
        return WORTH * len(self.members)


def grouped(points: Matrix, between: Matrix) -> list[int]:
    """The number of the person for each point, from 0 in the order in which they are first heard.

    Points are grouped a few hundred at a time, and then those groups, so that hours take no more than hours.

    Args:
        points: shape (n, k), the error's variance 1 along each axis.
        between: the variance among people along each axis, shape (k,).
    """
    if not len(points):
        return []
    single = [_Group([i], WORTH * point) for i, point in enumerate(points)]
    parts = [_joined(single[start : start + AT_ONCE], between) for start in range(0, len(single), AT_ONCE)]
    groups = parts[0] if len(parts) == 1 else _joined([group for part in parts for group in part], between)
    return _numbered(_dealt(points, between, groups))


def _joined(groups: Sequence[_Group], between: Matrix) -> list[_Group]:
    """Fewer groups, each of which is somebody else."""
    left = list(groups)
    counts, sums = np.array([g.count for g in left]), np.stack([g.sum for g in left])
    alone = _likelihood(counts, sums, between)
    odds = np.stack([_odds(n, counts, sums, alone, between) for n in range(len(left))])
    while len(left) > 1:
        into, gone = sorted(int(n) for n in np.unravel_index(int(odds.argmax()), odds.shape))
        if odds[into, gone] < UNLIKE:
            break
        left[into] = _Group(left[into].members + left[gone].members, left[into].sum + left[gone].sum)
        left.pop(gone)
        counts[into], sums[into] = left[into].count, left[into].sum
        counts, sums, alone = (np.delete(values, gone, 0) for values in (counts, sums, alone))
        odds = np.delete(np.delete(odds, gone, 0), gone, 1)
        alone[into] = _likelihood(counts[into : into + 1], sums[into : into + 1], between)[0]
        odds[into] = odds[:, into] = _odds(into, counts, sums, alone, between)
    return left


def _odds(one: int, counts: Matrix, sums: Matrix, alone: Matrix, between: Matrix) -> Matrix:
    """Logarithm of the odds that a group and each of the others are one person, shape (n,)."""
    together = _likelihood(counts + counts[one], sums + sums[one], between)
    odds: Matrix = together - alone - alone[one]
    odds[one] = -np.inf
    return odds


def _likelihood(counts: Matrix, sums: Matrix, between: Matrix) -> Matrix:
    """Logarithm of the likelihood of groups as one person each, what all have in common left out."""
    spread = 1 + counts[..., None] * between
    return np.asarray((sums**2 * between / spread - np.log(spread)).sum(-1) / 2)


def _dealt(points: Matrix, between: Matrix, groups: Sequence[_Group]) -> list[int]:
    """The person for each point, once those are nobody who were hardly heard."""
    known = [g for g in groups if len(g.members) >= FEWEST] or [max(groups, key=lambda g: len(g.members))]
    sums, counts = np.stack([g.sum for g in known]), np.array([g.count for g in known])
    who = np.zeros(len(points), int)
    for _ in range(ROUNDS):
        people = sums * between / (1 + counts[:, None] * between)
        who = ((points[:, None] - people) ** 2).sum(-1).argmin(1)
        sums = np.stack([WORTH * points[who == n].sum(0) for n in range(len(known))])
        counts = np.array([WORTH * float((who == n).sum()) for n in range(len(known))])
    return [int(n) for n in who]


def _numbered(who: Sequence[int]) -> list[int]:
    order = {person: number for number, person in enumerate(dict.fromkeys(who))}
    return [order[person] for person in who]
