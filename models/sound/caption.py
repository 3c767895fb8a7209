"""A caption from what can be measured: one sentence that is true, where no model tells what a sound is.

"7.2 seconds of rather quiet sound, nearly all of it speech, which begins: the weather is lovely today."
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.audio import RATE, SILENCE_DBFS, Samples
from models.base import Job, Made, Report
from models.borrowed import Hearing
from models.reading import blocks
from models.speech.pauses import MARGIN_S, SPEECH, WINDOW, WINDOW_S

QUOTED_S = 12.0
"""Seconds of speech that are recognized for the words it begins with."""
QUOTED = 12
"""Words of it that are told."""
INAUDIBLE_DBFS = -70.0
LOUDNESS = ((-45.0, "very quiet"), (-32.0, "rather quiet"), (-14.0, ""))
"""Below so many decibels of full scale a sound is called that; above the last, loud."""
SPEECH_SHARE = 0.05
"""Below this share of its duration, what passes for speech is taken for chance."""
SHARES = ((0.3, "a little of it speech"), (0.7, "about half of it speech"), (0.9, "most of it speech"))


@dataclass(slots=True)
class _Found:
    """What is known of a recording by now."""

    seconds: float = 0.0
    power: float = 0.0
    """Sum of squares."""
    windows: int = 0
    spoken: int = 0
    opening: Samples | None = None
    """The first seconds of speech."""

    @property
    def level_dbfs(self) -> float:
        mean = self.power / max(1, round(self.seconds * RATE))
        return max(SILENCE_DBFS, 10 * float(np.log10(mean))) if mean > 0 else SILENCE_DBFS

    @property
    def share(self) -> float:
        return self.spoken / max(1, self.windows)


class MeasuredCaption(Hearing):
    """An `Engine` that needs no model of sounds."""

    def run(self, job: Job, report: Report) -> Made:
        """Say of `audio` how long it is, how loud, how much of it is speech, and with which words that begins.

        Raises:
            DataError: the file cannot be read.
            JobCancelled: it is no longer wanted.
        """
        found = self._found(job.files["audio"], report)
        words = self._words(found)
        facts = {"seconds": round(found.seconds, 2), "level_dbfs": round(found.level_dbfs, 1)}
        return Made(
            caption(found.seconds, found.level_dbfs, found.share, words), facts={**facts, "speech": found.share}
        )

    def _found(self, path: Path, report: Report) -> _Found:
        found = _Found()
        for block in blocks(path):
            report(min(1.0, found.seconds * RATE / block.total))
            speech = self._speech_in(block.samples) >= SPEECH
            if found.opening is None and speech.any():
                first = max(0, int(speech.argmax()) - round(MARGIN_S / WINDOW_S)) * WINDOW
                found.opening = block.samples[first : first + round(QUOTED_S * RATE)]
            found.seconds += len(block.samples) / RATE
            found.power += float(np.sum(np.square(block.samples, dtype=np.float64)))
            found.windows, found.spoken = found.windows + len(speech), found.spoken + int(speech.sum())
        return found

    def _words(self, found: _Found) -> str:
        if found.opening is None or found.share < SPEECH_SHARE or found.level_dbfs < INAUDIBLE_DBFS:
            return ""
        return " ".join(self._recognize(found.opening).split()[:QUOTED]).rstrip(".,;:!?")


def caption(seconds: float, level_dbfs: float, share: float, words: str) -> str:
    """The sentence.

    Args:
        share: of the duration that is speech, 0 to 1.
        words: with which the speech begins; may be empty.
    """
    length = _length(seconds)
    if level_dbfs < INAUDIBLE_DBFS:
        return f"{length} of silence."
    loudness = next((name for limit, name in LOUDNESS if level_dbfs < limit), "loud")
    return f"{length} of {loudness} sound, ".replace("  ", " ") + f"{_speech(share)}{_quotation(words)}."


def _length(seconds: float) -> str:
    """Such as "7.3 seconds" or "2 minutes and 5 seconds"."""
    if seconds < 10:
        return f"{seconds:.1f} seconds".replace(".0 ", " ").replace("1 seconds", "1 second")
    hours, rest = divmod(round(seconds), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [(hours, "hour"), (minutes, "minute"), (0 if hours else seconds, "second")]
    return " and ".join(f"{count:g} {unit}{'s' * (count != 1)}" for count, unit in parts if count)


def _speech(share: float) -> str:
    if share < SPEECH_SHARE:
        return "without speech"
    return next((words for limit, words in SHARES if share < limit), "nearly all of it speech")


def _quotation(words: str) -> str:
    return f", which begins: {words}" if words else ""
