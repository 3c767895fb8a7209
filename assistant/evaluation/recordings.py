"""Real recordings to train on and to measure with, and which of them are kept apart for measuring.

A folder holds a manifest `<kind>.jsonl` for each kind: a line of JSON a recording, `path` relative to the folder.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from assistant import media
from assistant.audio import Samples
from assistant.errors import DataError
from assistant.evaluation.lines import read_lines
from assistant.resample import resample

Row: TypeAlias = Mapping[str, Any]
"""What is known of a recording: "path", and by kind "labels", "speaker", "text", "fold", "dur" …"""

HELD_OUT_FOLD = 4
"""Of ESC-10."""
HELD_OUT_SPEAKERS = frozenset(
    f"libri-{n}"
    for n in (39, 125, 200, 254, 311, 1235, 2092, 2518, 3112, 4014, 4406, 5463, 6147, 6531, 7264, 8051)
    # of the recordings with transcripts:
    + (1272, 1998, 3080, 5126)
) | {"vctk-p287"}
"""Nothing that these people say is trained on."""


@dataclass(frozen=True, slots=True)
class Recordings:
    """A folder of recordings."""

    folder: Path

    def rows(self, kind: str) -> list[Row]:
        """All of a kind; none where the folder has no such kind.

        Raises:
            DataError: the manifest cannot be read.
        """
        path = self.folder / f"{kind}.jsonl"
        return read_lines(path, lambda row, line: row) if path.exists() else []

    def sound(self, row: Row, rate: int) -> Samples:
        """A recording at a rate, its channels averaged: float32, shape (n,).

        Raises:
            DataError: it cannot be read.
        """
        samples, source = media.read_audio(self.path(row))
        return resample(samples, source, rate)

    def path(self, row: Row) -> Path:
        """Where it is."""
        return self.folder / str(row["path"])


def split(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Those to learn from, and those to measure with."""
    return [row for row in rows if not held_out(row)], [row for row in rows if held_out(row)]


def held_out(row: Row) -> bool:
    """Whether a recording is kept apart: by its fold, by who speaks, or, of what has neither, none."""
    return row.get("fold") == HELD_OUT_FOLD or row.get("speaker") in HELD_OUT_SPEAKERS


def required(folder: Path | None) -> Recordings:
    """The recordings, where there must be some.

    Raises:
        DataError: no folder was named, or it is none.
    """
    if folder is None or not folder.is_dir():
        raise DataError("Name the recordings: --data takes a folder with a .jsonl manifest of each kind.")
    return Recordings(folder)


def labelled(rows: list[Row]) -> Iterator[tuple[Row, str]]:
    """Each sound with its first label."""
    yield from ((row, str(row["labels"][0])) for row in rows if row.get("labels"))
