"""The recordings that the voice is trained on, from a folder of manifests (one JSON object a line)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

READER = "LJ"
HELD_OUT = (
    *("LJ001-0007", "LJ001-0013", "LJ001-0022", "LJ001-0027", "LJ050-0131", "LJ011-0202"),
    *("LJ027-0127", "LJ009-0038", "LJ042-0094", "LJ006-0161"),
)
"""Clips of the reader that no training sees."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One file."""

    name: str
    path: Path
    speaker: str
    text: str
    """What is said in it; empty where nobody wrote it down."""
    language: str
    held_out: bool


def recordings(data: Path, kinds: tuple[str, ...]) -> list[Recording]:
    """All recordings of these kinds; of two with the same name, the first."""
    found: dict[str, Recording] = {}
    for kind in kinds:
        for recording in _manifest(data, kind):
            found.setdefault(recording.name, recording)
    return list(found.values())


def _manifest(data: Path, kind: str) -> Iterator[Recording]:
    for line in (data / f"{kind}.jsonl").read_text().splitlines():
        row = json.loads(line)
        path = data / row["path"]
        clip = re.search(r"LJ\d{3}-\d{4}", path.stem)
        name = clip.group() if clip else path.stem
        speaker = row.get("speaker") or kind
        yield Recording(name, path, speaker, row.get("text") or "", row.get("lang") or "en", name in HELD_OUT)
