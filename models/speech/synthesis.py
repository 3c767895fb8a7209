"""Speech synthesis as a job: a text of any length to a file, clause by clause.

The voice and what cuts a text into clauses are given as functions: the conversation has them loaded already.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import soundfile as sf

from assistant.errors import EngineError
from assistant.events import Manner, Spoken
from models.base import Card, Job, Made, MadeFile, Report

SOFTWARE, COMMENT = "Earshot", "synthetic: spoken by a synthesizer, not recorded"
"""What the file says of itself."""
Speak: TypeAlias = Callable[[str, Manner], Spoken]
"""A clause as sound, mono float32, with the pause that belongs behind it, always at the same rate. Blocking.

Raises:
    EarshotError: the voice that the manner names cannot be loaded, or fails.
"""
Clauses: TypeAlias = Callable[[str], Sequence[str]]
"""A text as the pieces in which it is spoken, in order."""


class Synthesis:
    """An `Engine` around a voice."""

    def __init__(self, card: Card, speak: Speak, clauses: Clauses) -> None:
        self.card = card
        self._speak = speak
        self._clauses = clauses

    def load(self) -> None:
        """Nothing: the voice belongs to the conversation."""

    def drop(self) -> None:
        """Nothing."""

    def run(self, job: Job, report: Report) -> Made:
        """Speak `text` into a 16-bit WAV, in the manner of `voice`, `speed`, `pitch` and `gain_db`.

        Raises:
            EngineError: there is nothing in the text that can be spoken, or it cannot be written.
            JobCancelled: it is no longer wanted; no file is left.
        """
        clauses = self._clauses(str(job.arguments.get("text", "")))
        path = job.folder / "speech.wav"
        try:
            seconds = self._written(path, clauses, _manner(job), report)
        except (OSError, sf.LibsndfileError) as error:
            raise EngineError("The speech cannot be written; is the disk full?") from error
        if not seconds:
            raise EngineError("There is nothing in that text that I can speak.")
        return Made(files=(MadeFile(path, "speech"),), facts={"seconds": round(seconds, 2), "clauses": len(clauses)})

    def _written(self, path: Path, clauses: Sequence[str], manner: Manner, report: Report) -> float:
        """Seconds of speech in the file; a file without any, or one that was not finished, is taken away."""
        letters, done, seconds = sum(map(len, clauses)), 0, 0.0
        file: sf.SoundFile | None = None
        try:
            for clause in clauses:
                report(done / letters)
                spoken = self._speak(clause, manner)
                done += len(clause)
                if len(spoken.samples):
                    file = file or _tagged(sf.SoundFile(path, "w", spoken.rate, 1, "PCM_16"))
                    file.write(np.clip(spoken.samples, -1.0, 1.0))
                    seconds += len(spoken.samples) / spoken.rate
            report(1.0)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            if file:
                file.close()
        return seconds


def _tagged(file: sf.SoundFile) -> sf.SoundFile:
    file.software, file.comment = SOFTWARE, COMMENT
    return file


def _manner(job: Job) -> Manner:
    given = job.arguments
    return Manner(
        speed=_number(given.get("speed"), 1.0),
        gain_db=_number(given.get("gain_db"), 0.0),
        pitch=_number(given.get("pitch"), 0.0),
        voice=str(given.get("voice") or ""),
    )


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default
