"""Speech enhancement: takes the noise out of a recording of speech, as far as that makes it better.

 file ─▶ survey: masks of all of it ─▶ judgement: how much to take out ─▶ removal ─▶ file at its own rate

The recording is gone through twice: once to hear whether it helps, and once to do it.
"""

from pathlib import Path

from assistant import media
from assistant.audio import RATE
from assistant.errors import EngineError
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.pieces import Writer, pieces
from models.speech.enhancement_judgement import Judgement, Survey, judged
from models.speech.enhancement_masks import MaskNetwork
from models.speech.enhancement_removal import Cleaner, Removal

PIECE_S = 5.0
"""Seconds that are read at once."""
SURVEYED = 0.4
"""How much of the work the survey is."""


class Enhancement:
    """An `Engine` for enhance_speech."""

    def __init__(self, card: Card, folder: Path | None = None) -> None:
        self.card = card
        self._network: MaskNetwork | None = None

    def load(self) -> None:
        """Load the network.

        Raises:
            EngineMissing: its weights are not here.
        """
        self._network = MaskNetwork()

    def drop(self) -> None:
        """Let go of the network."""
        self._network = None

    def run(self, job: Job, report: Report) -> Made:
        """Take noise out of `audio`; `strength`, 0 to 1, is how much of it (left out, all).

        Raises:
            EngineError: the strength is none.
            DataError: the file cannot be read or written.
            JobCancelled: it is no longer wanted.
        """
        network, path, strength = self._loaded(), job.files["audio"], _strength(job)
        found = media.probe(path)
        survey = surveyed(network, path, report)
        judgement = judged(survey)
        file = MadeFile(job.folder / "clean.wav", "clean speech")
        with Writer(file.path, found.rate, found.channels) as writer:
            share = strength * judgement.share
            removal = Removal(network, found.rate, found.channels, share, judgement.weights)
            for piece in pieces(path, PIECE_S):
                for left in removal.push(piece.samples):
                    writer.write(left)
                report(SURVEYED + (1 - SURVEYED) * piece.share)
            for left in removal.finish():
                writer.write(left)
        facts = {"rate": found.rate, "channels": found.channels, "strength": strength}
        return Made(files=(file,), facts=facts | _figures(survey, judgement), notice=judgement.notice)

    def _loaded(self) -> MaskNetwork:
        if self._network is None:
            self.load()
        assert self._network is not None
        return self._network


def surveyed(network: MaskNetwork, path: Path, report: Report) -> Survey:
    """What the masks of a recording add up to; reports the first `SURVEYED` of the work.

    Raises:
        DataError: the file cannot be read.
    """
    survey = Survey()
    cleaner: Cleaner | None = None
    for piece in pieces(path, PIECE_S, RATE):
        report(SURVEYED * piece.share)
        cleaner = cleaner or Cleaner(network, piece.samples.shape[1])
        for part in cleaner.push(piece.samples):
            survey.add(part.power, part.masks)
    if cleaner is not None:
        rest = cleaner.finish()
        survey.add(rest.power, rest.masks)
    return survey


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
