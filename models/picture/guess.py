"""What is guessed of a picture."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guess:
    """Something that may be seen, and what it would sound like."""

    seen: str
    """Within a sentence, such as "a blue sky"."""
    sound: str
    """As a request for a sound."""
