"""A part of a recording, read block by block, and put through a change window by window without a seam.

blocks   |-----8 s-----|-----8 s-----|--|
windows  [-------------]
                   [---|-------------]          what two windows share is faded from one to the other
                                 [---|--]
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant import media
from assistant.audio import Samples

BLOCK_S, SHARED_S = 8.0, 2.0
FADE_S = 0.01
"""Of the ends of a part that is cut out."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a recording."""

    path: Path
    start_s: float = 0.0
    end_s: float | None = None
    """None: to its end."""

    @property
    def whole(self) -> bool:
        """Whether it is all of the recording."""
        return self.start_s <= 0 and self.end_s is None

    def sound(self, most_s: float) -> tuple[Samples, int]:
        """The first seconds of it and their rate, shape (n, channels).

        Raises:
            DataError: it cannot be read, or ends before this part begins.
        """
        end = self.start_s + most_s if self.end_s is None else min(self.end_s, self.start_s + most_s)
        chunks = list(media.blocks(self.path, BLOCK_S, start_s=self.start_s, end_s=end, mono=False))
        return np.concatenate([chunk.samples.reshape(len(chunk.samples), -1) for chunk in chunks]), chunks[0].rate


def changed(span: Span, change: Callable[[Samples, int], Samples], tell: Callable[[float], None]) -> Iterator[Samples]:
    """The part after a change of float32 (n, channels) at a rate; `tell` gets how much of it is done, 0 to 1.

    Raises:
        DataError: it cannot be read, or ends before this part begins.
    """
    made: Samples | None = None
    held = np.zeros((0, 0), np.float32)
    for block, rate, share, last in _blocks(span):
        shared = round(SHARED_S * rate)
        window = block if made is None else np.concatenate((held, block))
        result = change(window, rate)
        if made is not None:
            result = _joined(made, result)
        made, held = result[-shared:], window[-shared:]
        tell(share)
        yield result if last else result[:-shared]


def _joined(before: Samples, after: Samples) -> Samples:
    fade = np.linspace(0, 1, len(before), dtype=np.float32)[:, None]
    return np.concatenate((before * (1 - fade) + after[: len(before)] * fade, after[len(before) :]))


def _blocks(span: Span) -> Iterator[tuple[Samples, int, float, bool]]:
    """Blocks with their rate, how much lies before their end, and whether it is the last; faded where it is cut."""
    found = media.probe(span.path)
    end_s = found.seconds if span.end_s is None else min(span.end_s, found.seconds)
    length = max(1e-3, end_s - span.start_s)
    chunks = media.blocks(span.path, BLOCK_S, start_s=span.start_s, end_s=span.end_s, mono=False)
    following, first = next(chunks, None), True
    while following is not None:
        chunk, following = following, next(chunks, None)
        samples = chunk.samples.reshape(len(chunk.samples), -1)
        fade = min(round(FADE_S * chunk.rate), len(samples) // 2)
        if first and span.start_s > 0:
            samples[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)[:, None]
        if following is None and span.end_s is not None and fade:
            samples[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
        first = False
        done = (chunk.start + len(samples)) / chunk.rate - span.start_s
        yield samples, chunk.rate, min(1.0, done / length), following is None
