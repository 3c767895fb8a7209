"""A caption from what can be measured: one sentence that is true, where no model writes one.

"A dog barks from 2 to 4 seconds and rain falls throughout; 10 seconds, rather quiet."
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, SILENCE_DBFS, Samples
from models.base import Job, Made, Report
from models.borrowed import Hearing
from models.reading import blocks
from models.sound.caption_words import INAUDIBLE_DBFS, SPEECH_SHARE, Facts, caption
from models.sound.detection import HOP_S, Detector, found
from models.sound.tempo import tempo_bpm
from models.speech.pauses import MARGIN_S, SPEECH, WINDOW, WINDOW_S

QUOTED_S = 12.0
"""Seconds of speech that are recognized for the words it begins with."""
QUOTED = 12
"""Words of it that are told."""
MOSTLY = 0.25
"""From this share on speech is believed though the detector of sounds does not know it for any."""
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
        words = self._words(measured)
        spoken = measured.share if "speech" in labels or (words and measured.share >= MOSTLY) else 0.0
        bands = np.concatenate(measured.bands)[: round(OF_MUSIC_S / HOP_S)]
        tempo = tempo_bpm(bands, HOP_S) if "music" in labels else 0.0
        words = words if spoken else ""
        return Facts(measured.seconds, measured.level_dbfs, spoken, words, heard.events, tempo)

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

    def _words(self, measured: _Measured) -> str:
        if measured.opening is None or measured.share < SPEECH_SHARE or measured.level_dbfs < INAUDIBLE_DBFS:
            return ""
        return " ".join(self._recognize(measured.opening).split()[:QUOTED]).rstrip(".,;:!?")
