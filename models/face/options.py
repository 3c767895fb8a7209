"""Options of talking heads."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TalkingHeadOptions:
    """A program of your own that makes talking heads, in place of the embedded engine."""

    command: str = ""
    """How it is called, such as "python /opt/heads/run.py --audio {audio} --image {image} --out {output}": it is given
    a WAV file and a PNG picture, and writes a film. Empty for the embedded engine."""
    timeout_s: float = 1800.0
    """How long it may run."""

    def __post_init__(self) -> None:
        if self.command and not ("{audio}" in self.command and "{output}" in self.command):
            raise ValueError("a command for talking heads holds {audio} and {output}, and {image} where it takes one")
        if self.timeout_s <= 0:
            raise ValueError("timeout_s is above 0")
