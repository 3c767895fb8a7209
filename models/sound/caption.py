"""A caption from what can be measured: one sentence that is true, where no model writes one.

"A dog barks from 2 to 4 seconds and rain falls throughout; 10 seconds, rather quiet."
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, SILENCE_DBFS, Samples
from models.base import Card, Job, Made, Report
from models.borrowed import Hearing, Recognize, SpeechIn
from models.reading import blocks
from models.sound.caption_words import INAUDIBLE_DBFS, SPEECH_SHARE, Facts, caption
from models.sound.detection import HOP_S, Detector, found
from models.sound.tempo import tempo_bpm
from models.speech.pauses import MARGIN_S, SPEECH, WINDOW, WINDOW_S
from models.speech.recognized import Hear, Recognized, looping

QUOTED_S = 12.0
"""Seconds of speech that are recognized for the words it begins with."""
QUOTED = 12
"""Words of it that are told."""
MOSTLY = 0.25
"""From this share on speech is believed though the detector of sounds does not know it for any."""
SURELY, BRIEFLY = -0.1, -0.05
"""From this mean logarithm of a token's probability on words are quoted as such, six of seven of them to the letter; a
word or two from the second."""
PROBABLY = -0.5
"""Below this they are not quoted at all."""
FEW = 3
"""Fewer words than these are a word or two."""
OF_MUSIC_S = 60.0
"""How much of it the tempo is taken from."""


@dataclass(slots=True)
class _Measured:
    """What is known of a recording by now."""

    seconds: float = 0.0
    power: float = 0.0
    """Sum of squares."""
    windows: int = 0
    spoken: int = 0
    opening: Samples | None = None
    """The first seconds of speech."""
    posteriors: list[NDArray[np.float32]] = field(default_factory=list)
    levels: list[NDArray[np.float32]] = field(default_factory=list)
    bands: list[NDArray[np.float32]] = field(default_factory=list)

    @property
    def level_dbfs(self) -> float:
        mean = self.power / max(1, round(self.seconds * RATE))
        return max(SILENCE_DBFS, 10 * float(np.log10(mean))) if mean > 0 else SILENCE_DBFS

    @property
    def share(self) -> float:
        return self.spoken / max(1, self.windows)


class MeasuredCaption(Hearing):
    """An `Engine` that tells sounds by the network that detects them, and words by the ears' recognizer."""

    _detector: Detector | None = None

    def __init__(self, card: Card, recognize: Recognize, speech_in: SpeechIn, hear: Hear | None = None) -> None:
        """`hear` tells how sure the words are; without it, all are taken for sure."""
        super().__init__(card, recognize, speech_in)
        self._hear: Hear = hear or (lambda sounds, timed: [Recognized(recognize(sound)) for sound in sounds])

    def run(self, job: Job, report: Report) -> Made:
        """Say of `audio` which sounds are in it and when, the words its speech begins with, the tempo of its music, how
        long it is and how loud.

        Raises:
            DataError: the file cannot be read.
            JobCancelled: it is no longer wanted.
        """
        path, measured = job.files["audio"], _Measured()
        self._listen(path, measured, lambda share: report(share / 2))
        self._detect(path, measured, lambda share: report((1 + share) / 2))
        heard = found(np.concatenate(measured.posteriors), np.concatenate(measured.levels))
        facts = self._facts(measured, heard)
        told = {"seconds": round(facts.seconds, 2), "level_dbfs": round(facts.level_dbfs, 1)}
        return Made(
            caption(facts),
            events=heard.events,
            posteriors=heard.posteriors,
            facts={**told, "speech": facts.speech, "tempo_bpm": round(facts.tempo_bpm)},
        )

    def _facts(self, measured: _Measured, heard: Made) -> Facts:
        labels = {event.label for event in heard.events}
        voiced = "speech" in labels or measured.share >= MOSTLY
        said = self._words(measured)
        wordless = voiced and said is not None and (looping(said.text) or not said.text)
        spoken = measured.share if "speech" in labels or (voiced and said is not None and said.text) else 0.0
        bands = np.concatenate(measured.bands)[: round(OF_MUSIC_S / HOP_S)]
        tempo = tempo_bpm(bands, HOP_S) if "music" in labels else 0.0
        words = said.text if said and spoken and not wordless else ""
        sure = _sure(words, said.log_prob if said else 0.0)
        words = words if said and said.log_prob >= PROBABLY else ""
        return Facts(measured.seconds, measured.level_dbfs, spoken, words, heard.events, tempo, sure, wordless)

    def _listen(self, path: Path, measured: _Measured, report: Report) -> None:
        """How long it is, how loud, and how much of it is speech."""
        for block in blocks(path):
            report(min(1.0, measured.seconds * RATE / block.total))
            speech = self._speech_in(block.samples) >= SPEECH
            if measured.opening is None and speech.any():
                first = max(0, int(speech.argmax()) - round(MARGIN_S / WINDOW_S)) * WINDOW
                measured.opening = block.samples[first : first + round(QUOTED_S * RATE)]
            measured.seconds += len(block.samples) / RATE
            measured.power += float(np.sum(np.square(block.samples, dtype=np.float64)))
            measured.windows, measured.spoken = measured.windows + len(speech), measured.spoken + int(speech.sum())

    def _detect(self, path: Path, measured: _Measured, report: Report) -> None:
        """Which sounds are in it."""
        self._detector = self._detector or Detector()
        for part in self._detector.follow(path):
            measured.posteriors.append(part.posteriors)
            measured.levels.append(part.levels_db)
            measured.bands.append(part.bands)
            report(part.share)

    def _words(self, measured: _Measured) -> Recognized | None:
        """The words that the speech begins with; None where there is next to no speech to recognize."""
        if measured.opening is None or measured.share < SPEECH_SHARE or measured.level_dbfs < INAUDIBLE_DBFS:
            return None
        (said,) = self._hear([measured.opening], False)
        return replace(said, text=quoted(said.text))


def quoted(text: str) -> str:
    """The words of it that are told: the first dozen, no mark at their end, and none over and over."""
    words = text.split()
    plain = ["".join(filter(str.isalnum, word)).lower() for word in words]
    again = next((at for at in range(len(words) - 2) if plain[at] == plain[at + 1] == plain[at + 2]), len(words))
    kept = words if looping(text) else words[: max(1, again)]
    return " ".join(kept[:QUOTED]).rstrip(".,;:!?")


def _sure(words: str, log_prob: float) -> bool:
    """Whether words may be quoted as what was said."""
    return log_prob >= (BRIEFLY if len(words.split()) < FEW else SURELY)
