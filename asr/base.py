"""What an ear is made of: the protocols, and what passes between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.audio import AudioChunk, Samples
from assistant.events import Perception
from assistant.stream import Stream


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recognizer makes of a stretch of sound."""

    text: str
    language: str = "en"
    log_prob: float = 0.0
    """Mean natural logarithm of the probabilities of the tokens chosen; 0 is certain."""
    no_speech: float = 0.0
    """The model's own probability that there was no speech; 0 where it has none to give."""
    finished: float = 0.5
    """Probability that the words are a whole sentence, by the closing punctuation; 0.5 where unknown."""
    tokens: int = 0
    """How many tokens were decoded."""


class Recognizer(Protocol):
    """Turns sound into words. Blocking; called on threads of their own, by the ears and by tasks at once.

    For partial results it is called again and again with more of the same utterance, so it keeps no state that would
    make the second answer depend on the first.
    """

    name: str
    rate: int
    """The sample rate it wants, in hertz."""

    def transcribe(self, samples: Samples) -> Transcript:
        """Recognize mono float32 at `rate`, shape (n,), of any length; empty sound gives empty text."""


class VoiceActivity(Protocol):
    """Tells, window by window, how likely it is that somebody speaks."""

    window: int
    """Samples per window at `assistant.audio.RATE`."""

    def push(self, window: Samples) -> float:
        """Probability of speech in the next window, shape (window,)."""


@dataclass(frozen=True, slots=True)
class Pause:
    """What is known when somebody has fallen silent: the evidence on whether they are done."""

    transcript: Transcript
    speech_s: float
    """Seconds from the start of the turn to its last speech."""
    earlier_s: Sequence[float] = ()
    """How long the pauses before this one in the same turn were."""
    audio: Samples | None = None
    """The turn so far at `assistant.audio.RATE`, shape (n,), for detectors that listen themselves."""


class TurnDetector(Protocol):
    """Decides how long to wait in a pause before taking the turn."""

    name: str

    def patience(self, pause: Pause) -> float:
        """Seconds of silence, counted from the last speech, after which the turn is over."""


class Listener(Protocol):
    """Hears one microphone: what the session needs of the ears."""

    def listen(self, sound: Stream[AudioChunk]) -> Stream[Perception]:
        """Yield what is perceived until the sound ends, in the grammar of `assistant.events.Perception`."""

    def close(self) -> None:
        """Let go of threads."""
