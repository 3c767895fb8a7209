"""What is spoken at the user's wish, and how: what to tell the voice, and what to tell the user of it."""

from dataclasses import dataclass, replace
from pathlib import Path

from assistant.events import Manner
from models.speech.text_portion import Portion

SPEED = (0.5, 2.0)
"""The slowest and the fastest the assistant speaks."""
GAIN_DB = (-18.0, 12.0)
"""The quietest and the loudest it speaks."""
PITCH = (-8.0, 8.0)
"""The deepest and the highest it speaks, relative to the voice; semitones."""


@dataclass(frozen=True, slots=True)
class Directions:
    """How it is to be spoken."""

    manner: Manner
    pause: float = 1.0
    """How long pauses are, relative to the voice's own."""
    pause_s: float | None = None
    """Seconds of silence after each sentence, where that is said."""
    named: str = ""
    """A voice by the name it was given, to be cast yet; "other" for another one."""
    effect: str = ""
    """What is laid over the voice, of `models.speech.effects.EFFECTS`; empty for nothing."""
    notices: tuple[str, ...] = ()
    """What the user must be told, such as that it cannot whisper; fit to be spoken."""

    def faster(self, factor: float) -> "Directions":
        """At so many times the tempo, as far as it goes."""
        wanted = self.manner.speed * factor
        speed = min(max(wanted, SPEED[0]), SPEED[1])
        told = f"That is as {'fast' if wanted > 1 else 'slow'} as I speak."
        limited = self.told(told) if abs(wanted - speed) > 0.02 else self
        return replace(limited, manner=replace(self.manner, speed=round(speed, 3)))

    def higher(self, semitones: float) -> "Directions":
        """Higher by so much, or deeper, as far as it goes."""
        pitch = min(max(self.manner.pitch + semitones, PITCH[0]), PITCH[1])
        return replace(self, manner=replace(self.manner, pitch=round(pitch, 2)))

    def louder(self, decibels: float) -> "Directions":
        """Louder by so much, or quieter, as far as it goes."""
        gain = min(max(self.manner.gain_db + decibels, GAIN_DB[0]), GAIN_DB[1])
        return replace(self, manner=replace(self.manner, gain_db=round(gain, 2)))

    def livelier(self, factor: float) -> "Directions":
        """With so many times the melody."""
        spread = min(2.0, round(self.manner.pitch_range * factor, 3))
        return replace(self, manner=replace(self.manner, pitch_range=spread))

    def told(self, notice: str) -> "Directions":
        """With something to tell."""
        return replace(self, notices=tuple(dict.fromkeys((*self.notices, notice))))

    def by(self, voice: str) -> "Directions":
        """With a voice, by its own name."""
        return replace(self, named=voice)


@dataclass(frozen=True, slots=True)
class Speech:
    """What was spoken last at the user's wish, so that it can be spoken otherwise."""

    text: str
    """The words; empty for those of a file."""
    directions: Directions
    document: Path | None = None
    """The file that was read."""
    portion: Portion | None = None
    """The part of it that was; None for all."""
    name: str = ""
    """What that is called."""
    kept: bool = False
    """Whether it was wanted as a recording."""
    told: str = ""
    """What the assistant said: the words, or that here they are."""
    there: int = 0
    """The highest number of a thing there was then."""
