"""Sound in memory: mono float32, counted in samples.

Everything inside Earshot is mono float32 in [-1, 1]. PCM16, stereo and other rates are converted where they enter
or leave: in the devices and inside the engines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]
"""Mono PCM, shape (n,), float32, values in [-1, 1]."""

RATE = 16_000
"""Hertz; what the ears listen at."""

SILENCE_DBFS = -120.0
"""What digital silence reads on the level meter."""


@dataclass(frozen=True, slots=True, eq=False)
class AudioChunk:
    """A stretch of sound; `samples[i]` sounds `(start + i) / rate` seconds into its stream."""

    samples: Samples
    rate: int
    """Hertz."""
    start: int = 0
    """Index of the first sample within its stream. A jump is a gap: samples that were dropped."""

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.samples) / self.rate

    @property
    def ends_at(self) -> float:
        """Seconds into the stream at which the chunk is over."""
        return (self.start + len(self.samples)) / self.rate


def silence(seconds: float, rate: int) -> Samples:
    """Zeros, shape (round(seconds * rate),)."""
    return np.zeros(round(seconds * rate), np.float32)


def mono(samples: NDArray[np.float32]) -> Samples:
    """Average the channels of shape (n, channels); shape (n,) passes through."""
    return samples if samples.ndim == 1 else samples.mean(axis=1, dtype=np.float32)


def from_pcm16(data: bytes, channels: int = 1) -> Samples:
    """Little-endian interleaved PCM16 to mono float32, shape (n,)."""
    pcm = np.frombuffer(data, "<i2").astype(np.float32) / 32768.0
    return mono(pcm.reshape(-1, channels)) if channels > 1 else pcm


def to_pcm16(samples: Samples) -> bytes:
    """Mono float32 to little-endian PCM16; what lies beyond [-1, 1] is clipped."""
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def dbfs(samples: Samples) -> float:
    """Level: root mean square in decibels relative to full scale; `SILENCE_DBFS` for nothing or silence."""
    if not len(samples):
        return SILENCE_DBFS
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return max(SILENCE_DBFS, 10.0 * np.log10(power)) if power > 0 else SILENCE_DBFS


class Framer:
    """Cuts pieces of any length into frames of exactly `size` samples.

    push:  |----|--|-------|
    yield: |---|---|---|---|
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._rest: Samples = np.zeros(0, np.float32)

    def push(self, samples: Samples) -> Iterator[Samples]:
        """Yield every whole frame there is by now, each of shape (size,); the remainder waits for the next push."""
        joined = np.concatenate((self._rest, samples))
        whole = len(joined) - len(joined) % self.size
        self._rest = joined[whole:]
        for i in range(0, whole, self.size):
            yield joined[i : i + self.size]
