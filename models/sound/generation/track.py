"""A stream of grains as sound, as much at once as is wanted."""

from collections.abc import Iterator

import numpy as np

from assistant.audio import Samples
from models.sound.generation.grain import Grain


class Track:
    """Adds up the grains of a stream. Holds no more than what overlaps the end of what was taken."""

    def __init__(self, grains: Iterator[Grain]) -> None:
        self._grains = iter(grains)
        self._next = next(self._grains, None)
        self._held = np.zeros((0, 2), np.float32)
        self._at = 0

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self._next is None and not len(self._held)

    def take(self, count: int) -> Samples:
        """The next samples, shape (count, 2); silence where the stream is over."""
        while self._next is not None and self._next.at < self._at + count:
            self._add(self._next)
            self._next = next(self._grains, None)
        made = np.zeros((count, 2), np.float32)
        given = self._held[:count]
        made[: len(given)] = given
        self._held, self._at = self._held[count:], self._at + count
        return made

    def _add(self, grain: Grain) -> None:
        start = max(0, grain.at - self._at)
        end = start + len(grain.samples)
        if end > len(self._held):
            self._held = np.concatenate((self._held, np.zeros((end - len(self._held), 2), np.float32)))
        sound = grain.samples if grain.samples.ndim == 2 else grain.samples[:, None]
        self._held[start:end] += sound
