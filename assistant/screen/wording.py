"""How facts are put into words and numbers, the same on every screen."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from assistant.events import Artifact, Provenance, Stages

STAGES = {
    "recognized": "recognized",
    "decided": "decided",
    "first_token": "answered",
    "first_audio": "voiced",
    "first_sample": "sounded",
}
"""The fields of `Stages`, and what they are called on a screen."""

KINDS = {"image": "picture", "video": "video", "text": "text"}
CHANNELS = {1: "mono", 2: "stereo"}
ORIGINS: Mapping[str, str] = {
    "recorded": "recorded",
    "given": "given",
    "model": "model",
    "dsp": "signal processing",
    "procedural": "by rule",
    "refused": "",
}
"""The ways of `Provenance.how`, and what they are called."""


def one_line(text: str) -> str:
    """The text without line breaks, and without control characters that a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def path_text(path: Path, home: Path | None = None) -> str:
    """A path as a person copies it: what lies in the home folder begins with "~"."""
    home = home or Path.home()
    short = home != Path(home.anchor) and path.is_relative_to(home)
    return one_line(f"~/{path.relative_to(home)}" if short else str(path))


def described(artifact: Artifact) -> str:
    """What an artifact is, but for where it lies."""
    duration = f" ({artifact.seconds:.1f} s)" if artifact.rate else ""
    return f"{one_line(artifact.name)}{duration}"


def detailed(artifact: Artifact) -> str:
    """An artifact with its number and what it is: "3 the rain (4.2 s, 16 kHz, stereo)"."""
    number = f"{artifact.id} " if artifact.id else ""
    facts = ", ".join(_facts(artifact))
    return f"{number}{one_line(artifact.name)}{f' ({facts})' if facts else ''}"


def _facts(artifact: Artifact) -> Iterator[str]:
    if artifact.kind in KINDS:
        yield KINDS[artifact.kind]
    if artifact.seconds:
        yield f"{artifact.seconds:.1f} s"
    if artifact.rate:
        yield f"{artifact.rate / 1000:g} kHz"
        yield CHANNELS.get(artifact.channels, f"{artifact.channels} channels")


def origin(provenance: Provenance | None) -> str:
    """Where a result comes from: "model espnet-x, CC-BY-4.0"; empty where that is not known."""
    if provenance is None:
        return ""
    named = " ".join(filter(None, (ORIGINS[provenance.how], one_line(provenance.engine))))
    return ", ".join(filter(None, (named, one_line(provenance.licence))))


def percent(share: float) -> str:
    """Such as "42 %"; a share beyond 0 to 1 is taken for the nearer of them."""
    return f"{min(1.0, max(0.0, share)) * 100:.0f} %"


def reached(stages: Stages) -> list[tuple[str, float]]:
    """The stages that were reached, in order, and how many seconds after the end of speech."""
    times = [(name, getattr(stages, field)) for field, name in STAGES.items()]
    return sorted(((name, at - stages.speech_end) for name, at in times if at is not None), key=lambda pair: pair[1])


def milliseconds(seconds: float) -> str:
    """Such as "412 ms"."""
    return f"{seconds * 1000:.0f} ms"
