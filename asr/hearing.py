"""One turn while it is being heard, and the recognitions of it."""

from dataclasses import dataclass, field, replace

import numpy as np

from asr.base import Pause, Recognizer, Transcript
from asr.wake.phrase import same_first_word, without_phrase
from assistant.audio import Samples
from assistant.events import Heard


@dataclass(slots=True)
class Turn:
    """A turn while it is being heard. Times are seconds into the microphone stream."""

    windows: list[Samples]
    began: float
    """Where its first window begins."""
    onset: float
    voice: list[float] = field(default_factory=list)
    """The voice detector's probabilities in the windows of speech."""
    before: list[Transcript] = field(default_factory=list)
    """What was recognized for good; `windows[fresh:]` are yet to be."""
    fresh: int = 0
    paused_at: int = 0
    """How many windows there were when the latest pause was noticed, and what was said till then recognized."""
    revision: int = 0
    """How often the speaker has gone on."""
    pauses: list[float] = field(default_factory=list)
    guessed_at: float = 0.0
    looked_s: float = 0.0
    """Quiet with which the present pause was last recognized."""
    transcript: Transcript | None = None
    """Of everything up to the present pause."""
    reason: str | None = None
    """Why it would be ignored if it ended now."""
    patience: float = 0.0
    ended: float = 0.0
    """Where the last speech lies."""
    addressed: bool = True
    """Whether it is meant for the assistant; one that is not is neither told nor recognized."""
    phrase: str = ""
    """The wake phrase that it may begin with, which is no part of what is said."""
    spotted: bool = False
    """Whether it does begin with it, whatever the recognizer makes of that."""
    closing: bool = False
    """It is being closed although nobody fell silent; what is said meanwhile is the next turn's pre-roll."""

    def sound(self, first: int = 0) -> Samples:
        """What was said from a window on, shape (n,)."""
        return np.concatenate(self.windows[first:]) if self.windows[first:] else np.zeros(0, np.float32)

    def begin_at(self, at: float, window_s: float) -> None:
        """Forget what was said before a moment."""
        count = min(max(0, int((at - self.began) / window_s)), len(self.windows))
        del self.windows[:count]
        self.began += count * window_s
        self.onset = max(self.onset, self.began)

    def resume(self, now: float, pause_s: float) -> None:
        """The speaker went on after a pause: what was supposed is void."""
        self.pauses.append(pause_s)
        self.revision += 1
        self.transcript, self.reason = None, None
        self.looked_s = 0.0
        self.guessed_at = now

    def request(self, recognizer: Recognizer, samples: Samples) -> Transcript:
        """What is said in a part of it, but for the wake phrase that it begins with."""
        transcript = recognizer.transcribe(samples)
        if not self.phrase or self.fresh:
            return transcript
        if not self.spotted and not same_first_word(transcript.text, self.phrase):
            return transcript  # it need not begin with the phrase, and much sounds a little like it
        rest = without_phrase(transcript.text, self.phrase)
        if self.spotted and rest == transcript.text:  # the recognizer wrote something else for it, and is told what
            return recognizer.transcribe(samples, f"{self.phrase.title()}.")
        return replace(transcript, text=rest)

    def heard(self, transcript: Transcript) -> Heard:
        """It, as it is told."""
        return Heard(
            text=transcript.text,
            language=transcript.language,
            started=self.onset,
            ended=self.ended,
            confidence=float(np.exp(transcript.log_prob)),
            audio=self.sound(),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One recognition of a turn, of what there was of it at that moment."""

    turn: Turn
    revision: int
    fresh: Samples
    """What was not recognized for good yet."""
    before: tuple[Transcript, ...]
    """What was."""
    pause: Pause | None
    """The pause that it is made in, without the words; None: it is a guess while somebody speaks."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a look."""

    transcript: Transcript
    """Of the whole turn."""
    patience: float = 0.0
    failure: str = ""
    """Why it could not be recognized."""


def joined(transcripts: tuple[Transcript, ...]) -> Transcript:
    """One transcript of several in a row; its ending is the last one's."""
    last = transcripts[-1]
    tokens = sum(t.tokens for t in transcripts)
    return Transcript(
        text=" ".join(t.text for t in transcripts if t.text),
        language=last.language,
        log_prob=sum(t.log_prob * t.tokens for t in transcripts) / tokens if tokens else last.log_prob,
        no_speech=min(t.no_speech for t in transcripts),
        finished=last.finished,
        tokens=tokens,
    )


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in case and punctuation at most."""
    return _letters(one) == _letters(other)


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
