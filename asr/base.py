"""What an ear is made of: the protocols, and what passes between them."""

from collections.abc import Callable, Sequence
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

    def transcribe(self, samples: Samples, said: str = "") -> Transcript:
        """Recognize mono float32 at `rate`, shape (n,), of any length; empty sound gives empty text.

        `said` is what is known to stand at the beginning, such as a wake phrase, and is no part of the text; a
        recognizer that cannot make use of that passes over it.
        """


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
    quiet_s: float = 0.09
    """Seconds of quiet at the end of what was recognized; more where a pause is looked at again."""
    habit_s: float = 0.0
    """How long this speaker pauses within turns, from the turns before; 0 where nothing is known."""


class TurnDetector(Protocol):
    """Decides how long to wait in a pause before taking the turn. Called on the recognizer's thread.

    It is asked again about the same pause where that is looked at again; the latest answer holds.
    """

    name: str

    def patience(self, pause: Pause) -> float:
        """Seconds of silence, counted from the last speech, after which the turn is over."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """A phrase that was said."""

    phrase: str
    score: float
    """How well it fits; 1 is perfectly."""
    ended: float
    """Seconds from the first sample of the candidate's sound to where the phrase was whole enough to be told; its very
    last sounds may come up to 0.3 s later."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A stretch of sound in which a phrase may have been said."""

    sound: Samples
    """What is to be looked at, shape (n,) at `assistant.audio.RATE`; the newest sample last."""
    phrases: tuple[str, ...] = ()
    """Which phrases to look for; none: those of the spotter."""


class Spotter(Protocol):
    """Listens for phrases all day: `push` cheaply on the loop, and `verify` on a worker's thread where that is due.

    The two may run at once, each on one thread. A spotter hears one stream; `reset` begins another.
    """

    name: str

    def push(self, window: Samples, speech: float) -> Candidate | None:
        """Take the next 512 samples and the voice detector's probability; what is worth a look, if anything is."""

    def verify(self, candidate: Candidate) -> Spotted | None:
        """Whether a phrase ends in the candidate. Blocking; to be called with every candidate, in their order, as it
        may want to see a phrase twice in a row before it is sure."""

    def reset(self) -> None:
        """Forget what was heard."""


class EchoCanceller(Protocol):
    """Takes out of the microphone what the loudspeaker brings into it."""

    name: str
    unneeded: Callable[[], bool]
    """Whether the system has done so already; to be set by whoever knows the device."""

    @property
    def trusted(self) -> bool:
        """Whether what is left in the microphone while the loudspeaker sounds is somebody else."""

    @property
    def present(self) -> bool:
        """Whether somebody speaks over the loudspeaker at this moment, by the first signs of it."""

    def played(self, samples: Samples, rate: int, sounds_at: float) -> None:
        """What is written to the loudspeaker, zeros included, mono float32 of shape (n,) at `rate` hertz, and the loop
        time at which it sounds; called on any thread, returns at once."""

    def push(self, chunk: AudioChunk, captured_at: Callable[[float], float]) -> AudioChunk:
        """The part of the microphone's stream that can be told by now, at `assistant.audio.RATE`; may be empty.

        Args:
            chunk: what was captured, at any rate.
            captured_at: loop time at which the sound so many seconds into the stream was captured.
        """

    def watch(self, activity: VoiceActivity) -> VoiceActivity:
        """The voice detector for what `push` gives, told what else is known of who speaks."""


class Listener(Protocol):
    """Hears one microphone: what the session needs of the ears."""

    def listen(self, sound: Stream[AudioChunk]) -> Stream[Perception]:
        """Yield what is perceived until the sound ends, in the grammar of `assistant.events.Perception`."""

    def close(self) -> None:
        """Let go of threads."""
