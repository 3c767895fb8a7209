"""Sound by diffusion: a window of it, in which some is known and the rest is made to fit that and some words.

sound   ▒▒▒▒▒▒▒▒░░░░░░░░░░▒▒▒▒▒▒
known   1111111100000000001111111 ─▶ Painter ─▶ the whole window, as the model has it
"""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.errors import EngineError
from models.base import Job

Known: TypeAlias = NDArray[np.bool_]
"""Which samples of a window are known, shape (n,)."""

MOST_STEPS, MOST_GUIDANCE = 1000, 30.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be heard, and how it is looked for."""

    text: str = ""
    """Empty: whatever fits."""
    steps: int = 50
    """How often noise is taken away; more of them take longer."""
    guidance: float = 3.5
    """How closely the words are followed (Ho and Salimans 2022); 1: as they were learned."""
    avoid: str = ""
    """Words for what it should not be."""
    seed: int = 0


class Painter(Protocol):
    """A model that makes sound. One call at a time; another thread may stop it."""

    rate: int
    """Hertz."""
    channels: int
    window: int
    """Samples that it makes at once at most."""
    shortest: int
    """Samples of the shortest sound that it makes well."""
    ranks: bool
    """Whether it can tell how well a sound goes with words."""

    @property
    def share(self) -> float:
        """How much of the call that runs is done, 0 to 1."""

    def __call__(self, sound: Samples, known: Known, wish: Wish) -> Samples:
        """A window (n, channels), of which only what is known is looked at; what comes of it has the same shape, and
        is only like it where it was known.

        Raises:
            EngineError: it was stopped.
        """

    def likeness(self, sound: Samples, text: str) -> float:
        """How well a sound (n, channels) goes with words, -1 to 1."""

    def stop(self) -> None:
        """End the call that runs."""


def wish_of(job: Job, usual: Wish) -> Wish:
    """What a job wants: `text`, `steps`, `guidance` and `avoid`, where it says so, and its seed.

    Raises:
        EngineError: a number is out of range; the sentence says what can be.
    """
    steps, guidance = job.arguments.get("steps", usual.steps), job.arguments.get("guidance", usual.guidance)
    if not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
        raise EngineError(f"The number of steps is between 1 and {MOST_STEPS}.")
    if not isinstance(guidance, int | float) or not 1 <= guidance <= MOST_GUIDANCE:
        raise EngineError(f"The guidance is between 1 and {MOST_GUIDANCE:g}.")
    text = str(job.arguments.get("text") or "").strip()
    avoid = ", ".join(filter(None, (str(job.arguments.get("avoid") or ""), usual.avoid)))
    return Wish(text, steps, float(guidance), avoid, job.seed)
