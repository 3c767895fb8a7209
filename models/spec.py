"""How an engine is made, as plain data: here, or by the process that it will live in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from assistant.errors import EngineMissing
from models.base import Card, Engine, Json


@dataclass(frozen=True, slots=True)
class Spec:
    """An engine that is to be made."""

    card: Card
    target: str
    """What makes it: "module:name", called with the card, the folder of its weights and the options by name."""
    folder: Path | None = None
    options: Mapping[str, Json] = field(default_factory=dict)


def built(spec: Spec) -> Engine:
    """The engine, in this process, not loaded yet.

    Raises:
        EngineMissing: a package of it is not installed.
    """
    module, _, name = spec.target.partition(":")
    try:
        maker: Callable[..., Engine] = getattr(import_module(module), name)
    except ImportError as error:
        raise EngineMissing(
            f"The engine {spec.card.name} needs a package that is not installed: pip install {error.name}."
        ) from error
    engine: Engine = maker(spec.card, spec.folder, **spec.options)
    return engine
