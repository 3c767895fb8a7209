"""What a voice is: the protocol, and what it gives."""

from typing import Protocol, runtime_checkable

from assistant.events import Manner, Spoken


class Voice(Protocol):
    """Speaks. Blocking; the session calls it on a thread of its own, a clause at a time, the first clause first."""

    name: str
    rate: int
    """Hertz."""

    def speak(self, clause: str, manner: Manner) -> Spoken:
        """A clause of text as sound with word timings; text with nothing to pronounce gives no samples."""


@runtime_checkable
class Monolingual(Protocol):
    """A voice that speaks one language and no other."""

    language: str
    """Its code, such as "en-us"."""


@runtime_checkable
class Restricted(Protocol):
    """A voice that has something to tell everybody who uses it."""

    notice: str
    """A sentence or two about what its licence asks for; may be empty."""
