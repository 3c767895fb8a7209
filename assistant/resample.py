"""Sample rate conversion, by soxr."""

import numpy as np
import soxr

from assistant.audio import AudioChunk, Samples


def resample(samples: Samples, source: int, target: int) -> Samples:
    """A whole sound from `source` to `target` hertz, shape (n,) → (round(n * target / source),)."""
    if source == target:
        return samples
    return np.asarray(soxr.resample(samples, source, target), np.float32)


class Resampler:
    """A stream of sound from one rate to another, positions kept.

    What comes out is aligned with what went in: output sample `i` sounds at the same second as input sample
    `i * source / target`. A few milliseconds stay inside until more arrives.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self._source = 0
        self._made = 0
        self._expected = 0
        self._stream: soxr.ResampleStream | None = None

    def push(self, chunk: AudioChunk) -> AudioChunk:
        """The part of the stream that can be told by now, at the target rate; may be empty."""
        if chunk.rate == self.target:
            return chunk
        if self._stream is None or chunk.rate != self._source or chunk.start != self._expected:
            self._restart(chunk)
        assert self._stream is not None
        self._expected = chunk.start + len(chunk.samples)
        made = np.asarray(self._stream.resample_chunk(chunk.samples), np.float32)
        start, self._made = self._made, self._made + len(made)
        return AudioChunk(made, self.target, start)

    def _restart(self, chunk: AudioChunk) -> None:
        """Begin anew at a chunk that does not follow the one before."""
        self._source = chunk.rate
        self._stream = soxr.ResampleStream(chunk.rate, self.target, 1, dtype="float32", quality="MQ")
        self._made = round(chunk.start * self.target / chunk.rate)
