"""Sounds too long for a plain file: an hour of WAV is 635 megabytes. They are kept compressed, or go round.

up to ten minutes   WAV
up to an hour       Ogg Vorbis, a tenth of that
longer              a loop of ten minutes, without a seam: whoever plays it lets it go round
"""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import soundfile as sf

from assistant.audio import Samples
from assistant.errors import DataError
from models.sound.generation.grain import RATE
from models.wording import megabytes, span

COMPRESSED_S = 600.0
LONGEST_S = 3600.0
ROUND_S = 600.0
"""How long a loop is that stands for something longer than `LONGEST_S`."""
BLOCK = 8192
"""Samples that are given to the encoder at once: it takes no more than it can hold on its stack."""


class OggWriter:
    """An Ogg Vorbis file that grows; what it is given must not peak above full scale.

    Left with an exception, it leaves no file.
    """

    def __init__(self, path: Path, tags: Mapping[str, str]) -> None:
        """Raises DataError where the file cannot be made."""
        self.path = path
        try:
            self._file = sf.SoundFile(path, "w", RATE, 2, format="OGG", subtype="VORBIS")
        except (sf.LibsndfileError, OSError) as error:
            raise DataError(f"I cannot write {path.name}; is the disk full?") from error
        for name, value in tags.items():
            setattr(self._file, name, value)

    def write(self, samples: Samples) -> None:
        """Add float32 of shape (n, 2).

        Raises:
            DataError: the disk is full.
        """
        try:
            for at in range(0, len(samples), BLOCK):
                self._file.write(samples[at : at + BLOCK])
        except (sf.LibsndfileError, OSError) as error:
            raise DataError(f"I cannot write {self.path.name}; is the disk full?") from error

    def __enter__(self) -> "OggWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()
        if kind is not None:
            self.path.unlink(missing_ok=True)


def told_size(path: Path, seconds: float) -> str:
    """What is said of a file that is kept compressed; empty for others."""
    if seconds < COMPRESSED_S:
        return ""
    return f"It is kept compressed and takes {megabytes(path.stat().st_size / 1e6)}. A loop would take less."


def told_round(seconds: float) -> str:
    """What is said of a loop in place of something longer."""
    return (
        f"{span(seconds)} would be too large a file, so this is a loop of {span(ROUND_S)} without a seam; "
        "let it repeat."
    ).capitalize()
