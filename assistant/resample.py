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


class ChannelResampler:
    """Sound of several channels, a part after the other, from one rate to another; nothing of it is lost."""

    def __init__(self, source: int, target: int, channels: int) -> None:
        self._ratio, self._channels = target / source, channels
        self._came = self._gave = 0
        self._stream = soxr.ResampleStream(source, target, channels, "float32", "HQ") if source != target else None

    def push(self, samples: Samples) -> Samples:
        """What can be told by now, shape (n, channels) → (m, channels); may be empty."""
        return self._given(samples, last=False)

    def finish(self) -> Samples:
        """The rest, so that round(n * target / source) samples have come out of n."""
        made = self._given(np.zeros((0, self._channels), np.float32), last=True)
        missing = round(self._came * self._ratio) - self._gave
        return np.pad(made, ((0, max(0, missing)), (0, 0)))[: max(0, len(made) + missing)]

    def _given(self, samples: Samples, last: bool) -> Samples:
        self._came += len(samples)
        made = samples if self._stream is None else np.asarray(self._stream.resample_chunk(samples, last), np.float32)
        self._gave += len(made)
        return made
