"""Recordings as they are stored, so that what is not touched stays the same to the bit.

WAV, FLAC, AIFF …  ─▶ their own whole numbers or floats ─▶ WAV of the same depth
OGG, MP3, MP4 …    ─▶ the floats that decode from them  ─▶ WAV of floats
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from assistant import media
from assistant.errors import DataError

Stored: TypeAlias = NDArray[Any]
"""Samples as they are stored, shape (n, channels): int32 with the value in the upper bits, or floats."""
Floats: TypeAlias = NDArray[np.float64]
"""The same as numbers around -1 to 1."""

BITS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32, "ULAW": 16, "ALAW": 16}
"""What is stored as whole numbers, and how many bits these have."""
WRITTEN = {8: "PCM_U8", 16: "PCM_16", 24: "PCM_24", 32: "PCM_32"}
LONG_BYTES = 2**32 - 2**16
"""From here on a WAV file needs the longer kind of header."""
BLOCK_S = 1.0


@dataclass(frozen=True, slots=True)
class Format:
    """How a recording is stored."""

    rate: int
    channels: int
    frames: int
    """About how many; at least 1."""
    bits: int = 0
    """Of whole numbers; 0: floats."""
    subtype: str = "FLOAT"
    """Of the WAV that holds the same samples."""
    exact: bool = False
    """Whether soundfile reads what is stored itself; else it is decoded."""

    @property
    def step(self) -> float:
        """The distance between two values; that of 16 bits for floats."""
        return 2.0 ** (1 - (self.bits or 16))

    def floats(self, stored: Stored) -> Floats:
        """As numbers around -1 to 1."""
        return np.asarray(stored / 2.0**31 if self.bits else stored, np.float64)

    def stored(self, floats: Floats) -> Stored:
        """As they are stored; whole numbers are held within their range."""
        if not self.bits:
            return floats if self.subtype == "DOUBLE" else floats.astype(np.float32)
        top = 2.0 ** (self.bits - 1)
        whole = np.clip(np.rint(floats * top), -top, top - 1).astype(np.int64)
        return np.asarray(whole << (32 - self.bits), np.int32)


def format_of(path: Path) -> Format:
    """How a recording is stored.

    Raises:
        DataError: it cannot be read, or holds no sound.
    """
    found = media.probe(path)
    if not found.rate:
        raise DataError(f"{path.name} holds no sound.")
    try:
        info = sf.info(path)
    except (OSError, sf.LibsndfileError):
        return Format(found.rate, found.channels, max(1, round(found.seconds * found.rate)))
    frames = max(1, info.frames)
    if bits := BITS.get(info.subtype):
        return Format(info.samplerate, info.channels, frames, bits, WRITTEN[bits], exact=True)
    exact = info.subtype in ("FLOAT", "DOUBLE")
    return Format(info.samplerate, info.channels, frames, 0, info.subtype if exact else "FLOAT", exact)


def blocks(path: Path, stored: Format) -> Iterator[Stored]:
    """The samples, a second at a time; floats that are no numbers are zeros.

    Raises:
        DataError: it is broken; what comes before the fault is yielded first.
    """
    if not stored.exact:
        yield from (chunk.samples.reshape(-1, stored.channels) for chunk in media.blocks(path, BLOCK_S, mono=False))
        return
    try:
        with sf.SoundFile(path) as file:
            kind = "int32" if stored.bits else "float64"
            for block in file.blocks(round(BLOCK_S * stored.rate), dtype=kind, always_2d=True):
                yield block if stored.bits else np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)
    except (OSError, sf.LibsndfileError) as error:
        raise DataError(f"{path.name} is broken and cannot be read to its end.") from error


class Copy:
    """A WAV file that grows, with samples as they are stored. Left with an exception, it leaves no file."""

    def __init__(self, path: Path, stored: Format, comment: str = "") -> None:
        """Raises DataError where the file cannot be made. `comment` is kept in it, where there is one."""
        self.path, self.stored = path, stored
        size = stored.frames * stored.channels * ((stored.bits or 64) // 8)
        kind = "WAV" if size < LONG_BYTES else "RF64"
        try:
            self._file = sf.SoundFile(path, "w", stored.rate, stored.channels, stored.subtype, format=kind)
            if comment:
                self._file.software, self._file.comment = "Earshot", comment
        except (OSError, sf.LibsndfileError) as error:
            raise DataError(f"Cannot write {path.name}: {error}.") from error

    def write(self, samples: Stored) -> None:
        """Add samples of shape (n, channels).

        Raises:
            DataError: the disk is full.
        """
        try:
            self._file.write(samples)
        except (OSError, sf.LibsndfileError) as error:
            raise DataError(f"Cannot write {self.path.name}: {error}. Is the disk full?") from error

    def __enter__(self) -> "Copy":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()
        if kind is not None:
            self.path.unlink(missing_ok=True)
