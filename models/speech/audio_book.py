"""Parts of a long reading bound into one file: AAC in MP4 with a chapter for each part that has a title.

part 1.flac ─┐
part 2.flac ─┼─ blocks ─▶ AAC ─▶ book.m4a   title, chapters, what made it
part 3.flac ─┘
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np

from assistant import media
from assistant.audio import Samples
from assistant.errors import EngineError

if TYPE_CHECKING:
    from av.container.core import Chapter

BITS = 64_000
"""A second, of one voice; what it takes of a disk is 29 megabytes an hour."""
BLOCK_S = 5.0
GAP_S = 1.5
"""Silence between two parts of which the second begins a chapter."""
MILLI = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part."""

    path: Path
    title: str = ""
    """Of the chapter that it begins."""


def bound(leaves: Sequence[Leaf], path: Path, tags: dict[str, str], report: Callable[[float], None]) -> float:
    """Write the parts, all at one rate and mono, one after the other, and tell how many seconds there are.

    Raises:
        DataError: a part cannot be read.
        EngineError: it cannot be written; no file is left.
        JobCancelled: it is no longer wanted; the same.
    """
    lengths = [media.probe(leaf.path) for leaf in leaves]
    total = sum(found.seconds for found in lengths)
    try:
        with av.open(str(path), "w", format="ipod", options={"movflags": "faststart"}) as book:
            book.metadata.update(tags)
            stream = book.add_stream("aac", rate=lengths[0].rate, layout="mono", options={"aac_coder": "fast"})
            stream.bit_rate = min(BITS, 3 * lengths[0].rate)
            seconds, starts = 0.0, list[tuple[float, str]]()
            for number, leaf in enumerate(leaves):
                if leaf.title:
                    starts.append((seconds + (GAP_S if number else 0.0), leaf.title))
                for block in _with_gap(leaf, number):
                    report(min(1.0, seconds / total) if total else 0.0)
                    book.mux(stream.encode(_frame(block, lengths[0].rate, round(seconds * lengths[0].rate))))
                    seconds += len(block) / lengths[0].rate
            book.set_chapters(_chapters(starts, seconds))
            book.mux(stream.encode(None))
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError | av.FFmpegError):
            raise EngineError("The audio book cannot be written; is the disk full?") from error
        raise
    return seconds


def _with_gap(leaf: Leaf, number: int) -> Iterator[Samples]:
    rate = media.probe(leaf.path).rate
    if number and leaf.title:
        yield np.zeros(round(GAP_S * rate), np.float32)
    for chunk in media.blocks(leaf.path, BLOCK_S):
        yield chunk.samples


def _frame(samples: Samples, rate: int, at: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None]), format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
    return frame


def _chapters(starts: Sequence[tuple[float, str]], seconds: float) -> "list[Chapter]":
    """What players show, each to the beginning of the next."""
    ends = [start for start, _ in starts[1:]] + [seconds]
    return [
        {
            "id": number,
            "start": round(start * 1000),
            "end": round(end * 1000),
            "time_base": MILLI,
            "metadata": {"title": title},
        }
        for number, ((start, title), end) in enumerate(zip(starts, ends, strict=True))
    ]
