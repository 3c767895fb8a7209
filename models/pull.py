"""Brings weights from a hub into a folder: whole, checked, and all at once in place.

    models/whisper-tiny/              whole; pulled.json says what it is
    models/.whisper-tiny.part/        on its way: files that were checked, and <digest>.part, which goes on growing

A pull that is interrupted goes on where it was when it is asked for again.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined]

from assistant.errors import DataError, EngineMissing
from models.hub import Hub, HubFile, Listing

NOTE = "pulled.json"
SPARE = 200_000_000
"""Bytes of the disk that stay free."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull is."""

    file: str
    """What is being fetched."""
    done: int
    """Bytes of all files."""
    total: int


def is_noncommercial(licence: str) -> bool:
    """Whether a licence, as hubs write it, forbids commercial use."""
    return bool({"nc", "noncommercial"} & set(licence.lower().replace("_", "-").split("-")))


def pulled(folder: Path) -> dict[str, Any] | None:
    """What a folder says of its weights; None where none were pulled into it."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) else None


class Pull:
    """One folder's."""

    def __init__(
        self,
        hub: Hub,
        listing: Listing,
        folder: Path,
        tell: Callable[[Progress], None] = lambda progress: None,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        """`free` tells how many bytes a folder's disk has left."""
        self.folder = folder
        self._hub = hub
        self._listing = listing
        self._tell = tell
        self._free = free
        self._staging = folder.with_name(f".{folder.name}.part")
        self._done = 0

    def run(self) -> bool:
        """Fetch what is missing; whether anything was.

        Raises:
            EngineMissing: it cannot be had, or is not what it should be; the sentence says what to do.
            DataError: it cannot be written.
        """
        if self._is_here():
            return False
        if self.folder.exists() and any(self.folder.iterdir()) and pulled(self.folder) is None:
            raise DataError(f"{self.folder} holds something else already; choose another folder with --to.")
        try:
            self._staging.mkdir(parents=True, exist_ok=True)
            with WeakFileLock(self._staging.with_suffix(".lock")):  # another pull of the same is waited for
                if not self._is_here():
                    self._fetch_all()
        except OSError as error:
            raise DataError(f"{self.folder} cannot be written: {error.strerror or error}.") from error
        return True

    def _is_here(self) -> bool:
        note = pulled(self.folder)
        return note is not None and (note.get("repo"), note.get("commit")) == (self._listing.repo, self._listing.commit)

    def _fetch_all(self) -> None:
        self._staging.mkdir(exist_ok=True)
        self._check_room()
        for file in self._listing.files:
            self._fetch(file)
        self._put_in_place()

    def _fetch(self, file: HubFile) -> None:
        """Bring a file and check it; one that is here already is only checked."""
        whole, part = self._staging / file.path, self._part(file)
        if not file.fits(whole):
            if _size(part) > file.size:
                part.unlink()
            begun = self._done
            self._advance(file, _size(part))
            self._hub.fetch(self._listing, file, part, lambda size: self._advance(file, size))
            self._done = begun
            if not file.fits(part):
                part.unlink()
                raise EngineMissing(
                    f"{file.path} of {self._listing.repo} came damaged: its checksum is not the one that the hub "
                    "gives. It was thrown away; pull again."
                )
            whole.parent.mkdir(parents=True, exist_ok=True)
            part.replace(whole)
        self._advance(file, file.size)

    def _advance(self, file: HubFile, size: int) -> None:
        self._done += size
        self._tell(Progress(file.path, min(self._done, self._listing.size), self._listing.size))

    def _part(self, file: HubFile) -> Path:
        """Where a file grows. Named by its content, so that another one is never taken for its beginning."""
        return self._staging / f"{file.digest}.part"

    def _check_room(self) -> None:
        here = sum(max(_size(self._staging / file.path), _size(self._part(file))) for file in self._listing.files)
        needed = self._listing.size - here + SPARE
        if (free := self._free(self._staging)) < needed:
            raise DataError(
                f"The disk of {self.folder} is too full: {_gigabytes(needed)} are needed, and {_gigabytes(free)} are "
                "free. Make room, or choose another place with --to."
            )

    def _put_in_place(self) -> None:
        digests = {file.path: file.digest for file in self._listing.files}
        note = {"repo": self._listing.repo, "commit": self._listing.commit, "licence": self._listing.licence}
        text = json.dumps({**note, "files": digests}, indent=2) + "\n"
        (self._staging / NOTE).write_text(text, encoding="utf-8")
        for part in self._staging.glob("*.part"):
            part.unlink()  # of an older state
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self._staging.rename(self.folder)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
