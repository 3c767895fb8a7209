"""Sound from one rate to another on its way through a callback."""

import numpy as np
import soxr

from assistant.audio import Samples


class Converter:
    """A stream of sound at `source` hertz made into one at `target` hertz; equal rates pass through."""

    def __init__(self, source: int, target: int) -> None:
        self.source = source
        self.target = target
        self._stream = soxr.ResampleStream(source, target, 1, dtype="float32", quality="MQ")
        self._taken = 0
        self._given = 0

    @property
    def behind_s(self) -> float:
        """Seconds of sound that went in and have not come out."""
        return self._taken / self.source - self._given / self.target

    def push(self, samples: Samples) -> Samples:
        """What can be told by now, shape (m,), of mono float32 of shape (n,); m may be 0 at first."""
        if self.source == self.target:
            return samples
        self._taken += len(samples)
        made = np.asarray(self._stream.resample_chunk(samples), np.float32)
        self._given += len(made)
        return made
