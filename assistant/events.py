"""What is perceived, and what is answered: small facts, in the past tense where they happened.

    microphone → Ears → Perception → Session → Heard → Router → Reply → Voice → loudspeaker

Times called `at`, `started` and `ended` are seconds into the microphone stream, counted from its samples.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from assistant.audio import Samples

# ---------------------------------------------------------------- perceptions


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The user began to speak: enough active speech to be more than a click."""

    at: float
    """Where the speech began, before it was certain."""


@dataclass(frozen=True, slots=True)
class Guessed:
    """The recognizer's present belief about the words so far; replaces the one before it."""

    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn of the user, whole."""

    text: str
    language: str = "en"
    started: float = 0.0
    ended: float = 0.0
    """Where the last speech sample lies."""
    confidence: float = 1.0
    """Geometric mean of the tokens' probabilities, 0 to 1."""
    audio: Samples = field(default_factory=lambda: np.zeros(0, np.float32), compare=False, repr=False)
    """The turn's sound at `assistant.audio.RATE`, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """The user paused; if the turn is over, this is it. Work on it may begin, nothing may change yet."""

    heard: Heard


@dataclass(frozen=True, slots=True)
class SpeechResumed:
    """The user went on after a pause; what was supposed is void."""

    at: float


@dataclass(frozen=True, slots=True)
class Ignored:
    """Sound set off the voice detector and was judged to be no turn."""

    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class Woken:
    """The wake phrase was said: what follows is meant for the assistant."""

    phrase: str
    at: float
    """Where the phrase ended."""
    score: float = 0.0
    """How sure the engine is, on its own scale; more is surer."""


Perception: TypeAlias = SpeechStarted | Guessed | Supposed | SpeechResumed | Heard | Ignored | Woken
"""Grammar of a turn: Woken? SpeechStarted (Guessed | Supposed+ SpeechResumed)* (Supposed* Heard | Ignored).

What is supposed replaces what was supposed before it."""

# -------------------------------------------------------------------- replies


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a result comes from."""

    how: Literal["recorded", "given", "model", "dsp", "procedural", "refused"]
    engine: str = ""
    """Its name, where an engine made it."""
    licence: str = ""
    """Of the engine's weights, an SPDX name where there is one."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """Something the user gave or the assistant made: a file, and how to speak of it."""

    name: str
    """What it is called aloud, such as "the note"; unique within a session."""
    path: Path
    kind: str = "audio"
    """audio | image | video | text"""
    seconds: float = 0.0
    rate: int = 0
    """Hertz; 0 for what is not audio."""
    channels: int = 1
    made_by: str = ""
    """The task that made it, or "user"."""
    id: int = 0
    """Its number in the session, from 1; 0 until it is registered."""
    provenance: Provenance | None = None
    parents: tuple[int, ...] = ()
    """The ids of what it was made from."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a thing is said."""

    speed: float = 1.0
    """Relative tempo, 0.5 to 2."""
    gain_db: float = 0.0
    """Relative loudness in decibels."""
    pitch: float = 0.0
    """Relative pitch in semitones; voices that cannot change it leave it."""
    voice: str = ""
    """Name of the voice that speaks; empty for the one that is set."""
    language: str = ""
    """Code of the language that the words are in, such as "es", where they are not in the conversation's; a voice that
    cannot speak it gives way to one that can."""
    pitch_range: float = 1.0
    """How far the melody goes up and down, relatively; voices that cannot change it leave it."""
    sized: bool = True
    """Whether who speaks much deeper is larger too, and who speaks much higher smaller, where the voice can do that."""


@dataclass(frozen=True, slots=True)
class Say:
    """A piece of the spoken reply, as it is generated; pieces are joined as they are, spaces included."""

    text: str
    manner: Manner | None = None
    """None: the conversation's own manner."""


@dataclass(frozen=True, slots=True)
class Play:
    """A sound to be played after what was said before it."""

    artifact: Artifact


@dataclass(frozen=True, slots=True)
class Show:
    """Something for the eyes: text, an artifact, or both."""

    text: str = ""
    artifact: Artifact | None = None
    pictures: tuple[Path, ...] = ()
    """Pictures of it, PNG: a waveform, a spectrogram, events over time, frames of a video."""


@dataclass(frozen=True, slots=True)
class Working:
    """A task has begun, or has come further."""

    task: str
    share: float | None = None
    """How much of it is done, 0 to 1, where that is known."""


Reply: TypeAlias = Say | Play | Show | Working
"""A piece of an answer; an answer is a stream of them."""

# ---------------------------------------------------------------------- sound


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text, and when it sounds."""

    text: str
    """As written, with the punctuation that clings to it."""
    start_s: float
    """Seconds into the clause's sound."""
    end_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """A clause as sound, or a piece of any other sound to be played."""

    samples: Samples
    rate: int
    """Hertz."""
    words: tuple[Word, ...] = ()
    """In order; empty for sound that is not speech of ours."""
    source: str = ""
    """Name of the artifact it comes from; empty for speech."""
    phones: tuple[Word, ...] = ()
    """The sounds of speech in IPA, each with its time; empty where the voice does not tell them."""


# --------------------------------------------------------- what the screen sees


class State(StrEnum):
    """What the assistant is doing."""

    ASLEEP = "asleep"
    """Waiting for its wake phrase, or for the key that opens the microphone."""
    LISTENING = "listening"
    HEARING = "hearing"
    THINKING = "thinking"
    SPEAKING = "speaking"


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The assistant does something else now."""

    state: State


@dataclass(frozen=True, slots=True)
class Level:
    """How loud the microphone is; sent about ten times a second."""

    dbfs: float


@dataclass(frozen=True, slots=True)
class Speaking:
    """The reply being spoken: the words made so far, and which of them sounds now."""

    words: tuple[str, ...]
    index: int | None


@dataclass(frozen=True, slots=True)
class Yielded:
    """Somebody began to speak over the reply: it pauses, or a sound that was made goes on softly."""

    ducked: bool


@dataclass(frozen=True, slots=True)
class Resumed:
    """What was said over the reply was no turn: the reply goes on."""

    after_s: float
    """Seconds since it yielded."""
    reason: str
    """Why it was none, such as "backchannel" or "no words"."""


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    """A sound device was lost, is back, or is another one now."""

    device: str
    """Such as 'microphone "USB Audio"'."""
    present: bool
    text: str
    """A sentence for people."""


Notice: TypeAlias = Yielded | Resumed | DeviceChanged
"""Something besides turns and replies."""


@dataclass(frozen=True, slots=True)
class Said:
    """A reply is over."""

    text: str
    """The words that were heard to their end."""
    interrupted: bool


@dataclass(frozen=True, slots=True)
class Stages:
    """The record of a turn: when each stage was reached, in loop seconds; None where it never was.

    `speech_end` is taken from the samples, `first_sample` from the loudspeaker; work that was begun before the turn
    was certain makes `recognized`, `first_token` and `first_audio` earlier than `decided`.
    """

    speech_end: float
    """The last speech sample reached the microphone."""
    recognized: float | None = None
    """The final words were there."""
    decided: float | None = None
    """The turn was judged to be over."""
    first_token: float | None = None
    """The dialogue engine gave its first piece."""
    first_audio: float | None = None
    """The first clause was synthesized."""
    first_sample: float | None = None
    """The first sample of the reply sounded."""


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """All that is known of a turn once its reply is over."""

    stages: Stages
    heard: Heard
    said: str
    interrupted: bool
    tasks: tuple[str, ...] = ()
    unasked: bool = False
    """Whether the assistant said it of its own accord; `stages` then count from the time at which it took the floor."""

    def latency(self) -> float | None:
        """Seconds from the end of speech to the first sample of the reply; None where there was neither."""
        first = self.stages.first_sample
        return None if first is None or self.unasked else first - self.stages.speech_end


Event: TypeAlias = Perception | Reply | StateChanged | Level | Speaking | Notice | Said | TurnEnded
"""All that a screen is shown."""
