"""What checks of this machine find."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    """It does not work until this is solved."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""
    """What to do, where something is to be done."""
