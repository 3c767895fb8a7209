"""P, the foundation models: what an engine is asked, and what comes of it. All of it is plain data and files.

Job ──▶ Engine.run ──▶ Made          in this process, in a process of its own, or on another machine
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from assistant.events import Provenance

Json: TypeAlias = "str | int | float | bool | None | list[Json] | dict[str, Json]"

Report: TypeAlias = Callable[[float], None]
"""Told how much of a job is done, 0 to 1, at least twice a second while it runs.

Raises:
    JobCancelled: the job is no longer wanted; the engine lets it through and leaves nothing half made.
"""


@dataclass(frozen=True, slots=True)
class Job:
    """What an engine is asked to do."""

    task: str
    folder: Path
    """Where the files it makes go; it is there, and the engine's alone."""
    arguments: Mapping[str, Json] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    """Resources by the name of their argument, such as "audio"; sound in any format that `assistant.media` reads."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that an engine made."""

    path: Path
    name: str
    """What it is called aloud, such as "first speaker"."""
    kind: Literal["audio", "image", "video", "text"] = "audio"


@dataclass(frozen=True, slots=True)
class SoundEvent:
    """A sound that was found, and when."""

    label: str
    """As it is said, such as "dog"."""
    start_s: float
    end_s: float
    score: float = 1.0
    """How sure, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Posteriors:
    """How likely each sound is over time: what a posteriorgram shows."""

    labels: tuple[str, ...]
    hop_s: float
    """Seconds from one row to the next."""
    rows: tuple[tuple[float, ...], ...]
    """A row for each moment, a probability for each label."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a job."""

    text: str = ""
    """Words that are the result themselves, such as a transcript."""
    files: tuple[MadeFile, ...] = ()
    events: tuple[SoundEvent, ...] = ()
    posteriors: Posteriors | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)
    """What else is worth telling, such as {"speakers": 2}."""
    notice: str = ""
    """A sentence the user must be told, such as that it did not help; fit to be spoken."""


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of an engine without loading it."""

    name: str
    """Unique, such as "moonshine" or "whisper-small"."""
    task: str
    """The task it does, by its name in the catalogue."""
    how: Literal["model", "dsp", "procedural"]
    about: str
    """A line for people."""
    licence: str = ""
    """Of its weights, an SPDX name where there is one; empty where there are none."""
    commercial: bool = True
    """Whether the licence allows commercial use. One that does not is only used where the settings ask for it."""
    source: str = ""
    """Where its weights come from: a repository on a hub, or "in the tree"."""
    host_mb: float = 0.0
    """About how much memory it takes when it is loaded."""
    gpu_mb: float = 0.0
    """About how much of a GPU's memory; 0: it runs on the processor."""
    languages: tuple[str, ...] = ()
    """The codes of those that it puts recordings of speech into, where it can do these and no other, and takes no
    text; empty: it tells by itself what it cannot do."""

    @property
    def provenance(self) -> Provenance:
        """What its results carry."""
        return Provenance(self.how, self.name, self.licence)


class Engine(Protocol):
    """Does one task. Its methods block, and are called on a thread or in a process of its own, never two at once."""

    card: Card

    def load(self) -> None:
        """Load what it needs and warm it up.

        Raises:
            EngineMissing: a package or weights are not here; the sentence says what to install.
            EngineError: it cannot be loaded.
        """

    def run(self, job: Job, report: Report) -> Made:
        """Do a job.

        Raises:
            EngineError: it cannot be done; the sentence is fit to be spoken.
            DataError: a file cannot be read.
            JobCancelled: it is no longer wanted.
        """

    def drop(self) -> None:
        """Let go of its memory."""


@dataclass(frozen=True, slots=True)
class JobDone:
    """A job that was done, and by whom."""

    made: Made
    provenance: Provenance


class Models(Protocol):
    """All engines behind one door. Who asks does not know where they live."""

    async def run(self, job: Job, report: Report | None = None) -> JobDone:
        """Have a job done by the best engine there is for its task; cancelled, the engine is told and let be.

        `report` is called on the loop.

        Raises:
            EngineMissing: there is no engine for the task, or none can be used; the sentence says what would help.
            EngineError: it could not be done.
            DataError: a file cannot be read.
        """

    def engine(self, task: str) -> Card | None:
        """The engine that would do a task now; None where there is none."""

    def lack(self, task: str) -> str:
        """Why the engine that the settings name for a task cannot do it, and what would help, in a sentence; empty
        where it can, or where they name none."""
