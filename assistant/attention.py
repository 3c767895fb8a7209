"""When the assistant listens: always, after its wake phrase, or after a key.

asleep ──phrase, key──▶ awake ──turn──▶ the answer ──▶ awake for a follow-up ──▶ asleep
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from assistant.audio import Samples


@dataclass(frozen=True, slots=True)
class AttentionOptions:
    """When what is said is meant for the assistant."""

    listen: Literal["open", "wake", "key"] = "open"
    """`open`: whatever is said; `wake`: what follows the wake phrase; `key`: what follows the space bar."""
    request_s: float = 8.0
    """After the phrase or the key: how long a request is waited for."""
    follow_up_s: float = 8.0
    """After an answer: how long the next request needs no phrase; 0 for never. With `key` it always needs the key."""
    earcon: bool = True
    """A short sound tells that the phrase was heard."""


class Attention:
    """Whether the assistant listens, at loop times that only grow."""

    def __init__(self, options: AttentionOptions | None = None) -> None:
        self.options = options or AttentionOptions()
        self._until = float("-inf")

    @property
    def always(self) -> bool:
        """Whether nothing need be done to be listened to."""
        return self.options.listen == "open"

    def wake(self, now: float) -> None:
        """The phrase was said, or the key pressed."""
        self._until = max(self._until, now + self.options.request_s)

    def answered(self, now: float) -> None:
        """An answer is over: a follow-up may come."""
        if self.options.listen == "wake":
            self._until = max(self._until, now + self.options.follow_up_s)

    def sleep(self) -> None:
        """Listen no longer."""
        self._until = float("-inf")

    def lasts(self, now: float) -> bool:
        """Whether it listens at a time."""
        return self.always or now < self._until


def earcon(rate: int) -> Samples:
    """A rising pair of soft tones of 0.15 s in all, at `rate` hertz, shape (n,)."""
    times = np.arange(round(0.075 * rate)) / rate
    swell = np.sin(np.pi * times / times[-1]) ** 2
    return np.concatenate([0.1 * swell * np.sin(2 * np.pi * tone * times) for tone in (660.0, 990.0)]).astype(
        np.float32
    )
