"""Sound of any length through an engine: read at the engine's rate piece by piece, and written so that nothing clips.

    pieces(path, rate, piece_s) ─▶ Piece … ─▶ the engine's work ─▶ Writer ─▶ WAV

Memory does not grow with the length of the file on either side.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType

import numpy as np
import soundfile as sf

from assistant import media
from assistant.audio import Samples
from assistant.errors import DataError
from assistant.resample import ChannelResampler

CEILING = 0.98
"""The highest peak in a file that was made."""
BLOCK = 1 << 18
"""Samples that are copied at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A part of a recording."""

    samples: Samples
    """float32, shape (n, channels); all but the last are of one length."""
    start: int
    """Where it begins, in samples from the beginning of the recording."""
    total: int
    """About how many samples the recording has; at least those that came."""
    last: bool

    @property
    def share(self) -> float:
        """How much of the recording lies before its end, 0 to 1."""
        return min(1.0, (self.start + len(self.samples)) / max(1, self.total))


def pieces(path: Path, piece_s: float, rate: int | None = None, *, mono: bool = False) -> Iterator[Piece]:
    """The parts of a recording at `rate` hertz (left out: its own), one after the other; the last may be empty.

    Raises:
        DataError: it cannot be read, holds no sound, or is cut off; what comes before the fault is yielded first.
    """
    found = media.probe(path)
    target = rate or found.rate
    size, total = max(1, round(piece_s * target)), round(found.seconds * target)
    held, given = list[Samples](), 0
    for samples in _at_rate(path, target, mono):
        held.append(samples)
        while sum(map(len, held)) > size:  # what remains is the last piece, or part of a whole one
            joined = np.concatenate(held)
            yield Piece(joined[:size], given, max(total, given + len(joined)), last=False)
            held, given = [joined[size:]], given + size
    rest = np.concatenate(held)
    yield Piece(rest, given, max(total, given + len(rest)), last=True)


@dataclass(slots=True)
class Peak:
    """How far sound reaches: in one file, or in those that are to keep their levels beside each other."""

    reached: float = 0.0

    def add(self, samples: Samples) -> None:
        """Take note of float32 of any shape that is not empty."""
        self.reached = max(self.reached, float(np.abs(samples).max()))

    @property
    def gain(self) -> float:
        """The factor, 1 at most, by which nothing clips."""
        return min(1.0, CEILING / self.reached) if self.reached else 1.0


class Writer:
    """A WAV file that grows, 16 bits; whatever its peaks were, nothing in it clips.

    Left with an exception, it leaves no file.
    """

    def __init__(
        self,
        path: Path,
        rate: int,
        channels: int,
        tags: Mapping[str, str] = MappingProxyType({}),
        peak: Peak | None = None,
    ) -> None:
        """Raises DataError where the file cannot be made.

        Args:
            tags: what is told of the sound in the file (INFO), such as "software", "comment", "title", "artist".
            peak: one for all files that have to stay as loud beside each other as they are; all of them are written
                before any is left.
        """
        self.path, self._rate, self._channels, self._tags = path, rate, channels, tags
        self._draft = path.with_suffix(".draft.wav")
        self._file = _made(self._draft, rate, channels, "FLOAT")
        self._peak = peak or Peak()

    def write(self, samples: Samples) -> None:
        """Add float32 of shape (n,) or (n, channels).

        Raises:
            DataError: the disk is full.
        """
        if len(samples):
            self._peak.add(samples)
            _put(self._file, samples, self._draft)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()
        try:
            if kind is None:
                self._settle(self._peak.gain)
        except BaseException:
            self.path.unlink(missing_ok=True)
            raise
        finally:
            self._draft.unlink(missing_ok=True)

    def _settle(self, gain: float) -> None:
        with sf.SoundFile(self._draft) as draft, _made(self.path, self._rate, self._channels, "PCM_16") as file:
            for name, value in self._tags.items():
                setattr(file, name, value)
            for block in draft.blocks(BLOCK, dtype="float32", always_2d=True):
                _put(file, block * np.float32(gain), self.path)


def _at_rate(path: Path, rate: int, mono: bool) -> Iterator[Samples]:
    """The sound of a file at a rate, shape (n, channels), to the sample as long as it was."""
    resampler: ChannelResampler | None = None
    for chunk in media.blocks(path, 1.0, mono=mono):
        samples = chunk.samples.reshape(len(chunk.samples), -1)
        resampler = resampler or ChannelResampler(chunk.rate, rate, samples.shape[1])
        yield resampler.push(samples)
    if resampler is None:
        raise DataError(f"{path.name} holds no sound.")
    yield resampler.finish()


def _made(path: Path, rate: int, channels: int, subtype: str) -> sf.SoundFile:
    try:
        return sf.SoundFile(path, "w", rate, channels, subtype, format="WAV")
    except (OSError, sf.LibsndfileError) as error:
        raise DataError(f"Cannot write {path.name}: {error}.") from error


def _put(file: sf.SoundFile, samples: Samples, path: Path) -> None:
    try:
        file.write(samples)
    except (OSError, sf.LibsndfileError) as error:
        raise DataError(f"Cannot write {path.name}: {error}. Is the disk full?") from error
