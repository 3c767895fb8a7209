"""Speech enhancement: takes the noise out of a recording of speech, as far as that makes it better.

 file ─▶ survey: what three views make of it ─▶ judgement: how much to take out ─▶ removal ─▶ file at its own rate

The recording is gone through twice: once to hear whether it helps, and once to do it.
"""

from pathlib import Path

import numpy as np

from assistant import media
from assistant.audio import RATE, Samples
from assistant.errors import EngineError
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.pieces import Writer, pieces
from models.sound.detection import Detector
from models.speech.enhancement_judgement import Judge, Judgement
from models.speech.enhancement_removal import Removal
from models.speech.enhancement_survey import Survey
from models.speech.enhancement_views import Listening, Viewers

PIECE_S = 5.0
"""Seconds that are read at once."""
SPEECH, MOMENTS = "speech", 10
"""What the detector of sounds calls it, and how many of its likeliest answers, 40 ms each, count for a piece."""
SURVEYED = 0.45
"""How much of the work the survey is."""


class Enhancement:
    """An `Engine` for enhance_speech."""

    def __init__(self, card: Card, folder: Path | None = None) -> None:
        self.card = card
        self._viewers: Viewers | None = None
        self._judge: Judge | None = None
        self._detector: Detector | None = None

    def load(self) -> None:
        """Load the network, the judgement, the detector of sounds, which tells whether there is any speech, and RNNoise
        where it is here.

        Raises:
            EngineMissing: their weights are not here.
        """
        self._viewers, self._judge, self._detector = Viewers.loaded(), Judge(), Detector()

    def drop(self) -> None:
        """Let go of them."""
        self._viewers = self._judge = self._detector = None

    def run(self, job: Job, report: Report) -> Made:
        """Take noise out of `audio`; `strength`, 0 to 1, is how much of it (left out, all).

        Raises:
            EngineError: the strength is none.
            DataError: the file cannot be read or written.
            JobCancelled: it is no longer wanted.
        """
        path, strength = job.files["audio"], _strength(job)
        viewers, judge, detector = self._loaded()
        found = media.probe(path)
        survey = surveyed(viewers, detector, path, report)
        judgement = judge.judged(survey)
        file = MadeFile(job.folder / "clean.wav", "clean speech")
        with Writer(file.path, found.rate, found.channels) as writer:
            removal = Removal(viewers, found.rate, found.channels, np.float32(strength) * judgement.weights)
            for piece in pieces(path, PIECE_S):
                for left in removal.push(piece.samples):
                    writer.write(left)
                report(SURVEYED + (1 - SURVEYED) * piece.share)
            for left in removal.finish():
                writer.write(left)
        facts = {"rate": found.rate, "channels": found.channels, "strength": strength}
        return Made(files=(file,), facts=facts | _figures(survey, judgement), notice=judgement.notice)

    def _loaded(self) -> tuple[Viewers, Judge, Detector]:
        if self._viewers is None or self._judge is None or self._detector is None:
            self.load()
        assert self._viewers is not None and self._judge is not None and self._detector is not None
        return self._viewers, self._judge, self._detector


def surveyed(viewers: Viewers, detector: Detector, path: Path, report: Report) -> Survey:
    """What the views of a recording add up to, and whether there is speech in it; reports the first `SURVEYED` of the
    work.

    Raises:
        DataError: the file cannot be read.
    """
    survey = Survey(speech=0.0)
    listening: Listening | None = None
    for piece in pieces(path, PIECE_S, RATE):
        report(SURVEYED * piece.share)
        listening = listening or Listening(viewers, piece.samples.shape[1])
        survey.speech = max(survey.speech, _spoken(detector, piece.samples))
        for heard in listening.push(piece.samples):
            survey.add(heard.power, heard.views)
    if listening is not None:
        for heard in listening.finish():
            survey.add(heard.power, heard.views)
        survey.voiced = listening.voiced
    return survey


def _spoken(detector: Detector, samples: Samples) -> float:
    """How likely somebody speaks in a piece at 16 kHz, of shape (n, channels)."""
    likely = detector.posteriors(samples, RATE)[:, detector.labels.index(SPEECH)]
    return float(np.sort(likely)[-MOMENTS:].mean()) if len(likely) else 0.0


def _strength(job: Job) -> float:
    given = job.arguments.get("strength", 1.0)
    if not isinstance(given, int | float) or not 0 <= given <= 1:
        raise EngineError("How much noise to take out is a number from zero, for none, to one, for all of it.")
    return float(given)


def _figures(survey: Survey, judgement: Judgement) -> dict[str, Json]:
    """What is known of the noise: decibels of the speech above it, and how much of it was taken out."""
    if survey.silent:
        return {"share": 0.0}
    return {"snr_db": round(survey.snr_db, 1), "share": round(judgement.share, 2)}
