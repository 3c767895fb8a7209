"""The recordings of a room: who speaks, what sounds, what hums, and how rooms answer.

rooms.jsonl                            responses, a channel a position
noise.jsonl                            beds of noise
speech, commands, voices .jsonl        people who interrupt
any manifest                           backchannels by `text`, coughs and knocks by `label` or `labels`
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.errors import DataError
from assistant.resample import resample

PEOPLE = ("commands", "speech", "voices")
"""The manifests with people who say something."""
BACKCHANNELS = frozenset(
    """mm hmm, mmhmm, mhm, mm, hmm, uh huh, right, okay, ok, yeah, yep, sure, i see, got it, all right, alright,
    oh, ah, wow, really""".replace("\n    ", " ").split(", ")
)
"""What people say while they listen on, in plain lower-case words."""
BURSTS = frozenset(
    """cough, coughing, sneeze, sneezing, throat clearing, knock, knocking, door, door knock, door slam,
    door wood knock, clap, clapping, tap, impact, click, mouse click, keyboard, keyboard typing, footsteps, dog,
    can opening, glass breaking, paper crumpling""".replace("\n    ", " ").split(", ")
)
"""Short sounds that are no words, as data sets call them."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A line of a manifest."""

    path: Path
    kind: str
    """The manifest's name, such as "speech"."""
    text: str = ""
    language: str = "en"
    speaker: str = ""
    labels: frozenset[str] = frozenset()
    """In plain lower-case words."""

    @property
    def backchannel(self) -> bool:
        """Whether it says that somebody listens, and no more."""
        return plain(self.text) in BACKCHANNELS

    @property
    def burst(self) -> bool:
        """Whether it is a short sound without words."""
        return not self.text and bool(self.labels & BURSTS)

    def channels(self) -> list[Samples]:
        """Each channel at `RATE`, shape (n,).

        Raises:
            DataError: it cannot be read, or holds no sound.
        """
        try:
            samples, rate = sf.read(self.path, dtype="float32", always_2d=True)
        except (OSError, sf.LibsndfileError) as error:
            raise DataError(f"{self.path} cannot be read as sound; is it a WAV, FLAC, OGG or MP3 file?") from error
        if not len(samples):
            raise DataError(f"{self.path} holds no sound.")
        return [resample(np.ascontiguousarray(channel), rate, RATE) for channel in samples.T]

    def sound(self) -> Samples:
        """All channels averaged, at `RATE`, shape (n,).

        Raises:
            DataError: it cannot be read, or holds no sound.
        """
        return np.asarray(np.mean(self.channels(), axis=0), np.float32)


def plain(text: str) -> str:
    """Lower-case words with single spaces between, nothing else."""
    return " ".join(re.findall(r"[a-z0-9']+", text.lower().replace("_", " ")))


def read_clips(folder: Path) -> list[Clip]:
    """The lines of all manifests in a folder that name a recording, in the manifests' alphabetical order.

    Raises:
        DataError: it is no folder with manifests, or a line is no JSON object.
    """
    clips = [clip for path in sorted(folder.glob("*.jsonl")) for clip in _clips(path)]
    if not clips:
        raise DataError(
            f"{folder} holds no recordings; --data takes a folder with rooms.jsonl, speech.jsonl and others."
        )
    return clips


def _clips(path: Path) -> Iterator[Clip]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            fields = json.loads(line) if line.strip() else {}
        except json.JSONDecodeError as error:
            raise DataError(f"{path}, line {number}: no JSON.") from error
        if isinstance(fields, dict) and isinstance(fields.get("path"), str):
            yield _clip(path, fields)


def _clip(path: Path, fields: Mapping[str, Any]) -> Clip:
    labels, label = fields.get("labels"), fields.get("label")
    names = [*(labels if isinstance(labels, list) else ()), *([label] if isinstance(label, str) else ())]
    return Clip(
        path.parent / fields["path"],
        path.stem,
        fields.get("text") or "",
        fields.get("lang") or "en",
        fields.get("speaker") or "",
        frozenset(plain(str(name)) for name in names),
    )
