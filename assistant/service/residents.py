"""Which models are loaded, and about how much memory each took."""

from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.memory import resident_bytes


@dataclass(slots=True)
class Residents:
    """Takes the process's memory before and after each model is loaded; the difference is about what it needs.

    Libraries that a model brings along count as its own, so the first of two that share one seems larger.
    """

    measure: Callable[[], int] = resident_bytes
    bytes_of: dict[str, int] = field(default_factory=dict)
    """Bytes by the model's name, in the order they were loaded."""
    _before: int = 0

    def begin(self) -> None:
        """Loading begins."""
        self._before = self.measure()

    def loaded(self, name: str) -> None:
        """A model has been loaded and warmed up since the last call."""
        now = self.measure()
        self.bytes_of = {**self.bytes_of, name: max(0, now - self._before)}  # read by other threads, so never changed
        self._before = now
