"""One folder a session: everything made is there, has a name to be spoken, and can be found again.

<root>/2026-11-23_09-15-02/
    session.jsonl          one line a thing: artifacts as they are made
    transcript.txt         who said what
    note.wav  note-2.wav   what was made
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import soundfile as sf

from assistant.audio import Samples, mono
from assistant.errors import DataError
from assistant.events import Artifact

INDEX = "session.jsonl"
TRANSCRIPT = "transcript.txt"


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A past session, for the list."""

    folder: Path
    turns: int
    artifacts: tuple[Artifact, ...]


class Workspace:
    """Where one session keeps what it makes. The folder appears with the first thing put into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.artifacts: list[Artifact] = []

    @classmethod
    def create(cls, root: Path) -> "Workspace":
        """A folder under `root`, named by the present date and time."""
        stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
        names = (stamp if n == 1 else f"{stamp}-{n}" for n in range(1, 1000))
        return cls(next(folder for name in names if not (folder := root / name).exists()))

    def path(self, name: str) -> Path:
        """Where a file of this name goes; the folder is there afterwards.

        Raises:
            DataError: the folder cannot be made.
        """
        return self._make_folder() / name

    def save_audio(self, name: str, samples: Samples, rate: int, made_by: str) -> Artifact:
        """Write mono float32 of shape (n,), or (n, channels), as a 16-bit WAV under a name not used before.

        Raises:
            DataError: the folder cannot be written.
        """
        name = self._unused(name)
        path = self._make_folder() / f"{_slug(name)}.wav"
        try:
            sf.write(path, samples, rate, subtype="PCM_16")
        except (OSError, sf.LibsndfileError) as error:
            raise DataError(f"Cannot write {path}: {error}. Is the disk full?") from error
        channels = 1 if samples.ndim == 1 else samples.shape[1]
        return self.add(Artifact(name, path, "audio", len(samples) / rate, rate, channels, made_by))

    def save_text(self, name: str, text: str, made_by: str) -> Artifact:
        """Write a text file, UTF-8, under a name not used before.

        Raises:
            DataError: the folder cannot be written.
        """
        name = self._unused(name)
        path = self._make_folder() / f"{_slug(name)}.txt"
        try:
            path.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise DataError(f"Cannot write {path}: {error.strerror}. Is the disk full?") from error
        return self.add(Artifact(name, path, "text", made_by=made_by))

    def add(self, artifact: Artifact) -> Artifact:
        """Register a file, whether it lies in the folder or elsewhere.

        Raises:
            DataError: the folder cannot be written.
        """
        self.artifacts.append(artifact)
        row = {
            "name": artifact.name,
            "path": str(artifact.path),
            "kind": artifact.kind,
            "seconds": round(artifact.seconds, 3),
            "rate": artifact.rate,
            "channels": artifact.channels,
            "made_by": artifact.made_by,
        }
        append_line(self._make_folder() / INDEX, json.dumps(row, ensure_ascii=False))
        return artifact

    def note_turn(self, speaker: str, text: str) -> None:
        """Append a line to the transcript.

        Raises:
            DataError: the folder cannot be written.
        """
        append_line(self._make_folder() / TRANSCRIPT, f"{speaker}: {text}")

    def last(self, kind: str = "audio") -> Artifact | None:
        """The newest artifact of a kind."""
        return next((a for a in reversed(self.artifacts) if a.kind == kind), None)

    def find(self, name: str) -> Artifact | None:
        """The newest artifact of this name, case ignored."""
        return next((a for a in reversed(self.artifacts) if a.name.lower() == name.lower()), None)

    def _unused(self, name: str) -> str:
        taken = {a.name for a in self.artifacts}
        return next(n for k in range(1, 10_000) if (n := name if k == 1 else f"{name} {k}") not in taken)

    def _make_folder(self) -> Path:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataError(
                f"Cannot make the session folder {self.folder}: {error.strerror}. "
                "Choose another with --sessions DIR or `sessions` in the settings."
            ) from error
        return self.folder


def append_line(path: Path, line: str) -> None:
    """Append a line of UTF-8 to a file.

    Raises:
        DataError: it cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise DataError(f"Cannot write {path}: {error.strerror}. Is the disk full?") from error


def load_audio(path: Path) -> tuple[Samples, int]:
    """A sound file as mono float32, shape (n,), and its rate in hertz.

    Raises:
        DataError: there is no such file, it is no sound file, or it is empty.
    """
    if not path.is_file():
        raise DataError(f"There is no file {path}.")
    try:
        samples, rate = sf.read(path, dtype="float32", always_2d=True)
    except (OSError, sf.LibsndfileError) as error:
        raise DataError(f"{path.name} cannot be read as sound; is it a WAV, FLAC, OGG or MP3 file?") from error
    if not len(samples):
        raise DataError(f"{path.name} holds no sound.")
    return mono(samples), rate


def past_sessions(root: Path) -> Iterator[SessionSummary]:
    """Sessions under `root`, newest first; folders that are none are passed over."""
    folders = sorted((f for f in root.iterdir() if f.is_dir()), reverse=True) if root.is_dir() else []
    for folder in folders:
        if (folder / INDEX).exists() or (folder / TRANSCRIPT).exists():
            yield SessionSummary(folder, len(_lines(folder / TRANSCRIPT)), tuple(_artifacts(folder)))


def _artifacts(folder: Path) -> Iterator[Artifact]:
    for line in _lines(folder / INDEX):
        with suppress(json.JSONDecodeError):  # the last line of a session that was killed may be half a line
            row = json.loads(line)
            yield Artifact(**{**row, "path": Path(row["path"])})


def _lines(path: Path) -> Sequence[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else ()


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "sound"
