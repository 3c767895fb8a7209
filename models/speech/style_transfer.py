"""Style transfer as a job: a text spoken by the conversation's own voice in the manner of somebody in a recording.

recording ─ speech in it ─▶ Spoke ─▶ Imitator.imitation ─▶ Imitation ─┐
text ─ clauses ───────────────────────────────────────────────────────┴▶ said ─▶ file

What is taken is how high and how lively somebody speaks, how fast, how evenly, in which colour, and about from how
large a head. It stays the voice of the assistant: nobody is to be mistaken for somebody else.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from assistant.audio import RATE, Samples
from assistant.errors import EngineError
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.borrowed import Recognize
from models.pieces import Writer
from models.reading import blocks
from models.speech.imitation import Imitation, Imitator, Spoke
from models.speech.pauses import SPEECH, WINDOW, Cutter
from models.speech.recognized import looping

LISTENED_S = 60.0
"""At most so much of a recording is listened to."""
LEAST_S = 0.6
"""Seconds of speech, with less of which nothing is known of a manner."""
STRETCH, OVERLAP = 12 * RATE // WINDOW, RATE // WINDOW
"""Windows that are recognized at once, and that two stretches share at most."""
FEWEST = 4
"""Syllables, with fewer of which nothing is known of the tempo."""
TEMPI = (2.0, 9.0)
"""Syllables in a second that people speak; what is found beyond was recognized wrongly."""
HEARING, TUNING = 0.2, 0.6
"""How much of the work is done when it was heard, and when it is known how to speak."""
TAGS = {
    "software": "Earshot",
    "comment": "synthetic: Earshot's own voice, in the manner of a recording, with the consent that was stated",
}
"""What the file says of itself."""
UNPITCHED = "I hear no pitch in that voice, so I kept my own."


class StyleTransfer:
    """An `Engine` around the conversation's voice, recognizer and voice detector."""

    def __init__(
        self, card: Card, imitator: Imitator, clauses: Callable[[str], Sequence[str]], recognize: Recognize
    ) -> None:
        self.card = card
        self._imitator = imitator
        self._clauses = clauses
        self._recognize = recognize

    def load(self) -> None:
        """Nothing: all of it belongs to the conversation."""

    def drop(self) -> None:
        """Nothing."""

    def run(self, job: Job, report: Report) -> Made:
        """Speak `text` in the manner of `reference`; `consent` says that whose manner it is agreed.

        Raises:
            EngineError: nobody agreed, nobody speaks in the recording, or there is nothing to speak.
            DataError: the recording cannot be read, or the file cannot be written.
            JobCancelled: it is no longer wanted.
        """
        if job.arguments.get("consent") is not True:
            raise EngineError("I take on somebody's manner only with their consent.")
        clauses = [clause for clause in self._clauses(str(job.arguments.get("text", ""))) if clause.strip()]
        other = self._heard(job.files["reference"], report)
        found = self._imitator.imitation(other, clauses, lambda share: report(HEARING + (TUNING - HEARING) * share))
        file = MadeFile(job.folder / "manner.wav", "speech in that manner")
        seconds = self._written(file.path, clauses, found, report)
        notice = "" if other.delivery.voiced else UNPITCHED
        return Made(files=(file,), facts={"seconds": round(seconds, 2), **_figures(other, found)}, notice=notice)

    def _heard(self, path: Path, report: Report) -> Spoke:
        """How somebody speaks in a recording.

        Raises:
            EngineError: hardly anybody does.
            DataError: it cannot be read.
        """
        report(0.0)
        sound = _beginning(path)
        speech = self._imitator.speech_in(sound)
        if float(np.sum(speech >= SPEECH)) * WINDOW / RATE < LEAST_S:
            raise EngineError(
                "I hear hardly any speech in that recording; give me a few seconds of somebody who talks."
            )
        syllables, seconds = 0, 0.0
        for text, spoken_s, share in self._words(sound, speech):
            report(HEARING * share)
            if not looping(text) and TEMPI[0] < (found := self._imitator.syllables(text)) / spoken_s < TEMPI[1]:
                syllables, seconds = syllables + found, seconds + spoken_s
        heard = self._imitator.spoke(sound, "")
        return Spoke(heard.delivery, syllables / seconds if syllables >= FEWEST else 0.0)

    def _words(self, sound: Samples, speech: Samples) -> Iterator[tuple[str, float, float]]:
        """The words of each stretch, the seconds of speech in it, and how much lies before its end."""
        for stretch in Cutter(STRETCH, OVERLAP).push(speech, final=True):
            spoken_s = float(np.sum(speech[stretch.start : stretch.end] >= SPEECH)) * WINDOW / RATE
            words = self._recognize(sound[stretch.start * WINDOW : stretch.end * WINDOW])
            yield words, max(spoken_s, 1e-3), stretch.end / len(speech)

    def _written(self, path: Path, clauses: Sequence[str], found: Imitation, report: Report) -> float:
        """Seconds of speech in the file.

        Raises:
            EngineError: none of the text can be spoken.
        """
        seconds = 0.0
        with ExitStack() as stack:
            writer: Writer | None = None
            for share, sound, rate in self._spoken(clauses, found):
                report(TUNING + (1 - TUNING) * share)
                writer = writer or stack.enter_context(Writer(path, rate, 1, TAGS))
                writer.write(sound)
                seconds += len(sound) / rate
        if not seconds:
            raise EngineError("There is nothing in that text that I can speak.")
        report(1.0)
        return seconds

    def _spoken(self, clauses: Sequence[str], found: Imitation) -> Iterator[tuple[float, Samples, int]]:
        """How much of the text is spoken then, the sound of a clause, (n,), and its rate."""
        letters, done = sum(map(len, clauses)), 0
        for clause in clauses:
            sound, rate = self._imitator.said(clause, found)
            done += len(clause)
            if len(sound):
                yield done / letters, sound, rate


def _beginning(path: Path) -> Samples:
    """The first `LISTENED_S` of a recording, mono, at `assistant.audio.RATE`."""
    read, most = list[Samples](), round(LISTENED_S * RATE)
    for block in blocks(path):
        read.append(block.samples)
        if sum(map(len, read)) >= most:
            break
    return np.concatenate(read)[:most]


def _figures(other: Spoke, found: Imitation) -> dict[str, Json]:
    """What was heard of the manner, and what was done for it."""
    heard: dict[str, Json] = {"tempo": round(other.tempo, 2), "size": round(found.timbre.size, 2)}
    if other.delivery.voiced:
        heard |= {"pitch_hz": round(other.delivery.pitch_hz, 1), "spread": round(12 * other.delivery.spread, 2)}
    return heard
