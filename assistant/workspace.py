"""One folder a session: everything made is there, has a number and a name to be spoken, and can be found again.

<root>/2026-11-23_09-15-02/
    session.jsonl          one line a thing as it is made; a later line of the same number stands for it from there on
    transcript.txt         who said what
    note.wav  note-2.wav   what was made
"""

import json
import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from assistant.audio import Samples
from assistant.errors import DataError
from assistant.events import Artifact, Provenance
from assistant.media import probe, read_audio

INDEX = "session.jsonl"
TRANSCRIPT = "transcript.txt"
NAME_WORDS = 6
"""How many words of a file's name are spoken."""
NAME_LETTERS = 24
"""How much of a word is."""

_KINDS = {"audio": "sound", "image": "picture", "video": "video", "text": "text"}


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
        """What there is, oldest first."""
        self._numbers = 0
        """The highest that was given; none is given twice."""

    @classmethod
    def create(cls, root: Path) -> "Workspace":
        """A folder under `root`, named by the present date and time."""
        stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
        names = (stamp if n == 1 else f"{stamp}-{n}" for n in range(1, 1000))
        return cls(next(folder for name in names if not (folder := root / name).exists()))

    @classmethod
    def reopen(cls, folder: Path) -> "Workspace":
        """A past session's folder, with what is in it."""
        workspace = cls(folder)
        workspace.artifacts = list(_artifacts(folder))
        workspace._numbers = max((n for line in _lines(folder / INDEX) for n in _number(line)), default=0)
        return workspace

    def path(self, name: str) -> Path:
        """Where a file of this name goes; the folder is there afterwards.

        Raises:
            DataError: the folder cannot be made.
        """
        return self._make_folder() / name

    def save_audio(
        self,
        name: str,
        samples: Samples,
        rate: int,
        made_by: str,
        origin: Provenance | None = None,
        parents: Sequence[int] = (),
    ) -> Artifact:
        """Write float32 of shape (n,), or (n, channels), as a 16-bit WAV under a name not used before.

        Raises:
            DataError: the folder cannot be written.
        """
        name = self._unused(name)
        path = self.free(name, ".wav")
        write_wav(path, samples, rate)
        channels = 1 if samples.ndim == 1 else samples.shape[1]
        seconds = len(samples) / rate
        return self.add(
            Artifact(name, path, "audio", seconds, rate, channels, made_by, provenance=origin, parents=tuple(parents))
        )

    def save_text(self, name: str, text: str, made_by: str, origin: Provenance | None = None) -> Artifact:
        """Write a text file, UTF-8, under a name not used before.

        Raises:
            DataError: the folder cannot be written.
        """
        name = self._unused(name)
        path = self.free(name, ".txt")
        write_text(path, text)
        return self.add(Artifact(name, path, "text", made_by=made_by, provenance=origin))

    def add_file(self, path: Path) -> Artifact:
        """Register a file that the user gave, named after it; one that is known already stays what it is.

        Raises:
            DataError: it cannot be read, or is neither sound, picture, video nor text.
        """
        path = path.absolute()  # it is to be found from other folders too
        return self.known(path) or self.add(as_artifact(path))

    def add(self, artifact: Artifact) -> Artifact:
        """Register a file, whether it lies in the folder or elsewhere: with the next number, under a free name.

        Raises:
            DataError: the folder cannot be written.
        """
        artifact = replace(artifact, id=self._numbers + 1, name=self._unused(artifact.name))
        self._note(_row(artifact))
        self._numbers += 1
        self.artifacts.append(artifact)
        return artifact

    def rename(self, artifact: Artifact, name: str) -> Artifact:
        """Give it another name to be spoken; its file stays where it is.

        Raises:
            DataError: something else is called so, or the folder cannot be written.
        """
        if any(a.name.lower() == name.lower() for a in self.artifacts if a.id != artifact.id):
            raise DataError(f"Something else is called {name} already.")
        renamed = replace(artifact, name=name)
        self._note(_row(renamed))
        self.artifacts = [renamed if a.id == artifact.id else a for a in self.artifacts]
        return renamed

    def remove(self, number: int) -> None:
        """Forget an artifact by its number; its file stays where it is.

        Raises:
            DataError: the folder cannot be written.
        """
        self._note({"id": number, "removed": True})
        self.artifacts = [a for a in self.artifacts if a.id != number]

    def note_turn(self, speaker: str, text: str) -> None:
        """Append a line to the transcript.

        Raises:
            DataError: the folder cannot be written.
        """
        append_line(self._make_folder() / TRANSCRIPT, f"{speaker}: {text}")

    def said_by(self, speaker: str) -> list[str]:
        """What a speaker has said, by the transcript, oldest first."""
        lines = (line.partition(": ") for line in _lines(self.folder / TRANSCRIPT))
        return [said for who, _, said in lines if who == speaker]

    def last(self, kind: str = "audio") -> Artifact | None:
        """The newest artifact of a kind."""
        return next((a for a in reversed(self.artifacts) if a.kind == kind), None)

    def find(self, name: str) -> Artifact | None:
        """The newest artifact of this name, case ignored."""
        return next((a for a in reversed(self.artifacts) if a.name.lower() == name.lower()), None)

    def get(self, number: int) -> Artifact | None:
        """The artifact of this number."""
        return next((a for a in self.artifacts if a.id == number), None)

    def known(self, path: Path) -> Artifact | None:
        """The artifact that is this file."""
        return next((a for a in reversed(self.artifacts) if _same(a.path, path)), None)

    @cached_property
    def scratch(self) -> Path:
        """A folder outside of the session's, for this user alone, that is gone when the workspace is.

        Raises:
            DataError: there is no place for it.
        """
        try:
            folder = Path(tempfile.mkdtemp(prefix="earshot-"))
        except OSError as error:
            raise DataError(f"Cannot write temporary files: {error.strerror}. Is the disk full?") from error
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    def _note(self, row: Mapping[str, Any]) -> None:
        append_line(self._make_folder() / INDEX, json.dumps(row, ensure_ascii=False))

    def _unused(self, name: str) -> str:
        taken = {a.name.lower() for a in self.artifacts}
        names = (name if k == 1 else f"{name} {k}" for k in range(1, 10_000))
        return next(n for n in names if n.lower() not in taken)

    def free(self, name: str, suffix: str) -> Path:
        """Where a file of this name may be written without taking another's place; the folder is there afterwards.

        Raises:
            DataError: the folder cannot be made.
        """
        folder, slug = self._make_folder(), _slug(name)
        paths = (folder / f"{slug}{'' if k == 1 else f'-{k}'}{suffix}" for k in range(1, 10_000))
        return next(path for path in paths if not path.exists())

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


def write_wav(path: Path, samples: Samples, rate: int) -> None:
    """Write float32 of shape (n,), or (n, channels), as a 16-bit WAV; what lies beyond [-1, 1] is clipped.

    Raises:
        DataError: it cannot be written.
    """
    try:
        sf.write(path, np.clip(samples, -1.0, 1.0), rate, subtype="PCM_16")
    except (OSError, sf.LibsndfileError) as error:
        raise DataError(f"Cannot write {path}: {error}. Is the disk full?") from error


def write_text(path: Path, text: str) -> None:
    """Write a text with a line break at its end, in UTF-8.

    Raises:
        DataError: it cannot be written.
    """
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise DataError(f"Cannot write {path}: {error.strerror}. Is the disk full?") from error


def load_audio(path: Path) -> tuple[Samples, int]:
    """A sound file as mono float32, shape (n,), and its rate in hertz.

    Raises:
        DataError: it cannot be read as sound; the sentence says why.
    """
    return read_audio(path)


def as_artifact(path: Path) -> Artifact:
    """A file that the user gave, as something to speak of; it is no artifact of the session yet.

    Raises:
        DataError: it cannot be read, or is neither sound, picture, video nor text.
    """
    media = probe(path)
    name = spoken_name(path) or _KINDS[media.kind]
    given = Provenance("given")
    return Artifact(name, path, media.kind, media.seconds, media.rate, media.channels, "user", provenance=given)


def spoken_name(path: Path) -> str:
    """What a file is called aloud: "Two_Cities-final.wav" is "two cities final"."""
    return " ".join(spoken_words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", path.stem)))


def spoken_words(name: str) -> list[str]:
    """The words of a name as they are spoken, in lower case, as many as anybody says."""
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)*", name.replace("’", "'").lower())[:NAME_WORDS]
    return [word[:NAME_LETTERS] for word in words]


def past_sessions(root: Path) -> Iterator[SessionSummary]:
    """Sessions under `root`, newest first; folders that are none are passed over."""
    folders = sorted((f for f in root.iterdir() if f.is_dir()), reverse=True) if root.is_dir() else []
    for folder in folders:
        if (folder / INDEX).exists() or (folder / TRANSCRIPT).exists():
            yield SessionSummary(folder, len(_lines(folder / TRANSCRIPT)), tuple(_artifacts(folder)))


def _row(artifact: Artifact) -> Mapping[str, Any]:
    """An artifact as a line of the index; what says nothing is left out."""
    row = {**asdict(artifact), "path": str(artifact.path), "seconds": round(artifact.seconds, 3)}
    return {key: value for key, value in row.items() if value or key not in ("provenance", "parents")}


def _artifacts(folder: Path) -> Iterable[Artifact]:
    """What the index says there is: each number's latest line, in the order of their first."""
    found: dict[int, Artifact] = {}
    for line in _lines(folder / INDEX):
        with suppress(ValueError, TypeError, KeyError, AttributeError):  # half a line, where the session was killed
            row = json.loads(line)
            if row.get("removed"):
                found.pop(row["id"], None)
            else:
                artifact = _read(row, 1 + max(found, default=0))
                found[artifact.id] = artifact
    return found.values()


def _number(line: str) -> Iterator[int]:
    """The number that a line of the index speaks of, if it can be read."""
    with suppress(ValueError, TypeError, AttributeError):
        yield int(json.loads(line).get("id") or 0)


def _read(row: Mapping[str, Any], number: int) -> Artifact:
    """A line of the index as an artifact; `number` where it has none, as in sessions of earlier versions."""
    origin = row.get("provenance")
    special = {
        "path": Path(row["path"]),
        "id": int(row.get("id") or number),
        "provenance": Provenance(**origin) if origin else None,
        "parents": tuple(row.get("parents", ())),
    }
    return Artifact(**{**row, **special})


def _lines(path: Path) -> Sequence[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else ()


def _same(one: Path, other: Path) -> bool:
    return one == other or os.path.abspath(one) == os.path.abspath(other)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "sound"
