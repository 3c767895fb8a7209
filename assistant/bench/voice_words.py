"""Words wrong when a recognizer listens to a voice."""

from collections.abc import Mapping, Sequence
from itertools import groupby

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

from asr.base import Recognizer
from assistant.audio import Samples
from assistant.bench.voice_takes import Figures, Take
from assistant.resample import resample

NORMALIZE = EnglishTextNormalizer()
"""As in the Whisper paper (Radford et al. 2022, appendix C)."""


class WordErrors:
    """A `Measure`: errors of all texts together, as shares of all words that were to be heard.

    Recognizers write 10:30 or ten thirty as they like, so each text is compared with how it is written and with how it
    is spoken, and the nearer of the two counts.
    """

    def __init__(self, recognizer: Recognizer, prefix: str = "wer") -> None:
        self._recognizer = recognizer
        self.prefix = prefix
        """Of the names of its figures."""
        self.about = f"words that {recognizer.name} understands"

    def figures(self, takes: Sequence[Take], _: Mapping[str, Take]) -> Figures:
        """The rate with its three parts, and the rate of each list of texts. A silent take lacks all its words."""
        rows = [(t.sentence.group, (t.sentence.spoken, t.sentence.written), self._heard(t)) for t in takes]
        groups = {group: list(rows) for group, rows in groupby(sorted(rows), key=lambda row: row[0]) if group}
        figures = rates([row[1:] for row in rows])
        figures |= {group: rates([row[1:] for row in ours])[""] for group, ours in groups.items()}
        return {"_".join(filter(None, (self.prefix, name))): value for name, value in figures.items()}

    def _heard(self, take: Take) -> str:
        return hear(self._recognizer, take.spoken.samples, take.spoken.rate) if take.audible else ""


def hear(recognizer: Recognizer, samples: Samples, rate: int) -> str:
    """What the recognizer makes of a sound, shape (n,)."""
    return recognizer.transcribe(resample(samples, rate, recognizer.rate)).text


def rates(texts: Sequence[tuple[Sequence[str], str]]) -> Figures:
    """Word error rate, as "", with its parts, of pairs of what was to be heard, in one or more ways, and what was.

    All is normalized. A text of which normalization leaves nothing does not count.
    """
    pairs = [(_nearest(truths, NORMALIZE(heard)), NORMALIZE(heard)) for truths, heard in texts]
    pairs = [(truth, heard) for truth, heard in pairs if truth]
    if not pairs:
        return {"": None}
    output = jiwer.process_words([truth for truth, _ in pairs], [heard for _, heard in pairs])
    words = output.hits + output.substitutions + output.deletions
    parts = {name: round(getattr(output, name) / words, 4) for name in ("substitutions", "insertions", "deletions")}
    return {"": round(output.wer, 4), **parts, "words": words}


def _nearest(truths: Sequence[str], heard: str) -> str:
    """The way of writing it, normalized, that has the least errors; empty where none has words."""
    normalized = filter(None, map(NORMALIZE, truths))
    return min(normalized, key=lambda truth: float(jiwer.wer(truth, heard)), default="")
