"""A sound that was found: a file, or a recording of the user that is only in memory."""

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path

from assistant.audio import Samples
from assistant.events import Artifact, Heard
from assistant.media import read_audio
from assistant.workspace import Workspace, write_wav


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A sound that was found. Nothing of it is read yet."""

    name: str
    """How to speak of it."""
    seconds: float
    rate: int
    """Hertz."""
    channels: int
    workspace: Workspace
    artifact: Artifact | None = None
    """None for a recording that is only in memory. Its id is 0 for a file that is not of this session."""
    heard: Heard | None = None

    @property
    def called(self) -> str:
        """Its name within a sentence: "the rain", "your last recording"."""
        return self.name if self.artifact is None else f"the {self.name.removeprefix('the ')}"

    @property
    def ids(self) -> tuple[int, ...]:
        """Its number in the session, as what is made from it tells its parents; empty where it has none."""
        return (self.artifact.id,) if self.artifact and self.artifact.id else ()

    @property
    def path(self) -> Path:
        """A file of it, for engines; a recording in memory is written, once, where it is gone after the session.

        Raises:
            DataError: it cannot be written.
        """
        if self.artifact is not None:
            return self.artifact.path
        assert self.heard is not None
        digest = hashlib.blake2b(self.heard.audio.tobytes(), digest_size=8).hexdigest()
        path = self.workspace.scratch / f"{digest}.wav"
        if not path.exists():
            write_wav(path, self.heard.audio, self.rate)
        return path

    async def read(self, *, start_s: float = 0.0, end_s: float | None = None, mono: bool = True) -> Samples:
        """Float32 at its own rate, from one second to another: shape (n,), or (n, channels) with `mono=False`.

        Raises:
            DataError: it cannot be read.
        """
        if self.heard is not None:
            end = None if end_s is None else round(end_s * self.rate)
            samples = self.heard.audio[round(start_s * self.rate) : end]
            return samples if mono else samples[:, None]
        path = self.path
        samples, _ = await asyncio.to_thread(lambda: read_audio(path, start_s=start_s, end_s=end_s, mono=mono))
        return samples
