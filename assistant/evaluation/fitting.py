"""Whether an argument is the one that was expected."""

import math
from collections.abc import Mapping
from typing import Any

NEAR = 0.01
"""Numbers this close, relative to the larger, are the same."""
_QUOTES = str.maketrans("’‘“”", "''\"\"")


def fits(expected: object, ours: object) -> bool:
    """Text fits where it is contained in ours, case ignored; numbers where they are equal within 1 %."""
    if isinstance(expected, bool) or expected is None or ours is None:
        return expected is ours
    if isinstance(expected, int | float):
        number = _number(ours)
        return number is not None and math.isclose(expected, number, rel_tol=NEAR)
    return _plain(expected) in _plain(ours)


def all_fit(expected: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    """Whether every expected argument is among ours; further ones of ours do not count."""
    return all(name in ours and fits(value, ours[name]) for name, value in expected.items())


def _plain(value: object) -> str:
    """As text, a list joined by spaces, without differences of case, spacing and typography."""
    items = value if isinstance(value, list | tuple) else [value]
    return " ".join(" ".join(map(str, items)).translate(_QUOTES).casefold().split())


def _number(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
