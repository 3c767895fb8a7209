"""Faults of a recording as people name them: "the clicks", "there are dropouts in it", "it is clipped"."""

import re
from typing import Literal, TypeAlias

FaultName: TypeAlias = Literal["clicks", "dropouts", "clipping", "all"]

_NAMED: tuple[tuple[FaultName, re.Pattern[str]], ...] = (
    ("clicks", re.compile(r"(?i)\b(?:clicks?|clicking|crackl(?:e|es|ing)|pops?|popping|ticks|scratch(?:es)?)\b")),
    ("dropouts", re.compile(r"(?i)\b(?:drop[ -]?outs?|drops out|dropped out|cuts? out|cutting out|skips?)\b")),
    ("clipping", re.compile(r"(?i)\b(?:(?:de)?clipp(?:ed|ing)|declip|overdriven|over-?modulated|distort(?:ed|ion))\b")),
    ("all", re.compile(r"(?i)\b(?:faults|glitch(?:es)?|damaged?|defects)\b")),
)


def fault_in(text: str) -> FaultName | None:
    """The kind of fault that a text speaks of, "all" where it speaks of several; None where of none."""
    found = [name for name, pattern in _NAMED if pattern.search(text)]
    return found[0] if len(found) == 1 else "all" if found else None
