"""What is asked of one run of the program, beside the settings."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

ScreenKind: TypeAlias = Literal["auto", "plain", "json"]


@dataclass(frozen=True, slots=True)
class TalkArguments:
    """A conversation."""

    screen: ScreenKind = "auto"
    input: tuple[Path, ...] = ()
    """Recordings in place of the microphone, in this order; none: the microphone."""
    output: Path | None = None
    """A WAV file in place of the loudspeaker."""
    metrics: Path | None = None
    """A file to which every turn's record is appended, a line of JSON each."""
    files: tuple[Path, ...] = ()
    """What is given along: sounds, pictures, videos, texts."""


@dataclass(frozen=True, slots=True)
class SayArguments:
    """A text to be spoken."""

    text: str
    """"-" for what comes in on standard input."""
    output: Path | None = None
    """A sound file in place of the loudspeaker."""
    speed: float = 1.0
    pitch: float = 0.0
    """Semitones."""
    timings: bool = False
    """Print when each word sounds."""
    json: bool = False
    """Print it as a line of JSON a word."""


@dataclass(frozen=True, slots=True)
class BenchArguments:
    """A benchmark."""

    data: Path | None = None
    """A manifest, or a folder of them."""
    limit: int | None = None
    """How many recordings, the first ones; None: all."""
    engine: str | None = None
    """The engine to be measured; None: the one that is set."""
    seconds: float = 30.0
    """How long to measure what has no end of its own."""
    json: bool = False
    """Print one JSON object and nothing else."""


@dataclass(frozen=True, slots=True)
class EvalArguments:
    """An evaluation of how requests are understood."""

    data: Path | None = None
    """A file of prompts or dialogues; None: the one that comes with Earshot."""
    engine: str | None = None
    """The dialogue engine; None: the one that is set."""
    json: bool = False
    """Print one JSON object and nothing else."""


@dataclass(frozen=True, slots=True)
class CapabilityArguments:
    """A measurement of how well engines do tasks."""

    data: Path | None = None
    """A folder of recordings; None: only what needs none is measured."""
    tasks: tuple[str, ...] = ()
    """None: all that can be measured."""
    engines: tuple[str, ...] = ()
    """None: all that are here."""
    limit: int | None = None
    """At most so many of each kind of material; None: as many as the measures think fit."""
    seed: int = 0
    json: bool = False
    """Print one JSON object a line and nothing else."""


@dataclass(frozen=True, slots=True)
class WakeBenchArguments:
    """A benchmark of a wake word."""

    positives: Path
    """A manifest, or a folder of them, in which the phrase is the text of some rows."""
    negatives: Path | None = None
    """Another, in which it is not."""
    phrase: str = ""
    """Empty: the one that is set."""
    limit: int | None = None
    backgrounds: bool = True
    """Whether to hear the positives with noise and with our own voice too."""
    json: bool = False
    """Print one JSON object and nothing else."""
