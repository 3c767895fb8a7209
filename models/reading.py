"""Reads recordings of any length a minute at a time, as the ears' kind of sound."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant import media
from assistant.audio import RATE, AudioChunk, Samples, silence
from assistant.resample import Resampler

BLOCK_S = 60.0
GROUP = 512
"""Every block but the last is a multiple of so many samples, what voice detectors take at once."""
FLUSH_S = 0.5
"""Silence that brings out what the resampler still holds at the end."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A part of a recording, mono float32 at `assistant.audio.RATE`, shape (n,)."""

    samples: Samples
    total: int
    """About how many samples the whole recording has; at least those that came."""
    last: bool


def blocks(path: Path) -> Iterator[Block]:
    """The parts of a recording, one after the other; the last one may be empty.

    Raises:
        DataError: it cannot be read, holds no sound, or is cut off; what comes before the fault is yielded first.
    """
    told = round(media.probe(path).seconds * RATE)
    held, given = np.zeros(0, np.float32), 0
    for samples in _converted(path):
        held = np.concatenate((held, samples))
        whole = len(held) - len(held) % GROUP
        yield Block(held[:whole], max(told, given + whole), last=False)
        held, given = held[whole:], given + whole
    yield Block(held, max(told, given + len(held)), last=True)


def _converted(path: Path) -> Iterator[Samples]:
    """The sound at `RATE`, to the sample as long as it was."""
    resampler, rate, end, came = Resampler(RATE), RATE, 0, 0
    for chunk in media.blocks(path, BLOCK_S):
        rate, end = chunk.rate, chunk.start + len(chunk.samples)
        made = resampler.push(chunk).samples
        came += len(made)
        yield made
    rest = resampler.push(AudioChunk(silence(FLUSH_S, rate), rate, end)).samples
    yield rest[: max(0, round(end * RATE / rate) - came)]
