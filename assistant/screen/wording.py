"""How facts are put into words and numbers, the same on every screen."""

from assistant.events import Artifact, Stages

STAGES = {
    "recognized": "recognized",
    "decided": "decided",
    "first_token": "answered",
    "first_audio": "voiced",
    "first_sample": "sounded",
}
"""The fields of `Stages`, and what they are called on a screen."""


def one_line(text: str) -> str:
    """The text without line breaks, and without control characters that a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def described(artifact: Artifact) -> str:
    """What an artifact is, but for where it lies."""
    duration = f" ({artifact.seconds:.1f} s)" if artifact.rate else ""
    return f"{one_line(artifact.name)}{duration}"


def reached(stages: Stages) -> list[tuple[str, float]]:
    """The stages that were reached, in order, and how many seconds after the end of speech."""
    times = [(name, getattr(stages, field)) for field, name in STAGES.items()]
    return sorted(((name, at - stages.speech_end) for name, at in times if at is not None), key=lambda pair: pair[1])


def milliseconds(seconds: float) -> str:
    """Such as "412 ms"."""
    return f"{seconds * 1000:.0f} ms"
