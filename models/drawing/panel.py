"""What a picture says of itself, so that a terminal can show its plots without their margins and small print.

┌─ picture ──────────────────┐
│ 0.5 ┌─ panel ───────────┐  │      a line of JSON in the PNG's text, under `KEYWORD`
│     │ ▁▃▇▅▂▁  ▁▂▅▇▃▁    │  │
│     └───────────────────┘  │
│     0 s     1 s     2 s    │
└────────────────────────────┘
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

KEYWORD = "Earshot panels"

Kind: TypeAlias = Literal["wave", "map", "rows"]
KINDS: tuple[Kind, ...] = ("wave", "map", "rows")
"""wave: ink above and below a middle; map: a colour a point; rows: ink, a row a label."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A plot within a picture."""

    kind: Kind
    box: tuple[int, int, int, int]
    """Left, top, right, bottom in points; right and bottom are outside."""
    seconds: float
    """What its width stands for, from 0; the panels of a picture share one scale."""
    labels: tuple[str, ...] = ()
    """Of its rows, from the top."""


def written(panels: Sequence[Panel]) -> str:
    """Panels as text."""
    return json.dumps([asdict(panel) for panel in panels])


def read(text: str) -> tuple[Panel, ...]:
    """Panels from text; none from text that is not of ours."""
    try:
        return tuple(_panel(row) for row in json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()


def _panel(row: dict[str, object]) -> Panel:
    """One panel.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    box, seconds, labels = row["box"], row["seconds"], row["labels"]
    kind = next((k for k in KINDS if k == row["kind"]), None)
    if kind is None or not isinstance(box, list) or not isinstance(labels, list):
        raise ValueError(row["kind"])
    left, top, right, bottom = (int(edge) for edge in box)
    return Panel(kind, (left, top, right, bottom), float(str(seconds)), tuple(str(label) for label in labels))
