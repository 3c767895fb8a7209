"""Manifests: one JSON object a line, one recording each, `path` relative to the manifest."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from assistant.devices.files import Recording
from assistant.errors import DataError


@dataclass(frozen=True, slots=True)
class Row:
    """A recording, and what is known of it."""

    path: Path
    text: str = ""
    """What is said; empty where unknown."""
    language: str = "en"

    def recording(self) -> Recording:
        """The sound.

        Raises:
            DataError: it cannot be read, or holds no sound.
        """
        return Recording.read(self.path)


def required(data: Path | None) -> Path:
    """The data, where there must be some.

    Raises:
        DataError: none was named.
    """
    if data is None:
        raise DataError("Name the recordings: --data takes a .jsonl manifest or a folder of them.")
    return data


def read_manifests(data: Path, limit: int | None = None) -> list[Row]:
    """The rows of a manifest, or of every manifest in a folder, the first `limit` of them.

    Raises:
        DataError: there is no manifest, a line is not one, or none has a recording.
    """
    paths = sorted(data.glob("*.jsonl")) if data.is_dir() else [data]
    rows = list(islice((row for path in paths for row in _rows(path)), limit))
    if not rows:
        raise DataError(f"{data} holds no recordings; --data takes a .jsonl manifest or a folder of them.")
    return rows


def _rows(path: Path) -> Iterator[Row]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise DataError(f"Cannot read the manifest {path}: {reason}.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _row(path, number, line)


def _row(path: Path, number: int, line: str) -> Row:
    try:
        fields = json.loads(line)
        return Row(path.parent / fields["path"], fields.get("text") or "", fields.get("lang") or "en")
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f'{path}, line {number}: not an object with a "path".') from error
