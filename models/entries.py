"""What the catalogue has an entry of: engines, and weights that can be pulled for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.base import Card, Json


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights on a hub."""

    name: str
    """Unique; the folder they are pulled into is called so."""
    task: str
    repo: str
    """On the hub, such as "Systran/faster-whisper-tiny"."""
    files: tuple[str, ...]
    """Patterns of those of its files that are needed."""
    size_mb: int
    """About how much has to be fetched."""
    licence: str
    about: str
    use: str
    """What uses them once they are here, as a setting."""
    commercial: bool = True
    """Whether the licence allows commercial use."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An engine, and how to make it."""

    card: Card
    target: str
    """What makes it: "module:name", called with the card, the folder of its weights (None: it has none) and the
    options by name. Its module is imported only then."""
    options: Mapping[str, Json] = field(default_factory=dict)
    weights: str = ""
    """The name of the weights that must have been pulled for it."""
    apart: bool = False
    """Whether it always runs in a process of its own."""
