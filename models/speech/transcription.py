"""Speech recognition as a job: recordings of any length, cut at pauses, with times if they are wanted.

    file → blocks of a minute → probability of speech → stretches → words → text, cues
                                                                    └ .srt, .vtt

The recognizer and the voice detector are given as functions: the ears have them loaded already.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from assistant.audio import Samples
from models.base import Job, Made, MadeFile, Report
from models.borrowed import Hearing
from models.reading import blocks
from models.speech.cues import Cue, cues, srt, vtt
from models.speech.joining import parted
from models.speech.pauses import WINDOW, WINDOW_S, Cutter

LONGEST_S = 16.0
"""Seconds recognized at once: enough for the words around to help, and short enough to be cancelled soon."""
OVERLAP_S = 1.6
"""Seconds that two stretches share where speech has to be cut."""


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """What was said from some second on."""

    text: str
    start_s: float
    speech: Samples
    """The probability of speech in each window of it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sound:
    """A stretch of speech, to be recognized at once."""

    samples: Samples
    speech: Samples
    start_s: float
    overlaps: bool
    share: float
    """How much of the recording lies before it, 0 to 1."""


class Transcription(Hearing):
    """An `Engine` around a recognizer."""

    def run(self, job: Job, report: Report) -> Made:
        """Transcribe `audio`. With `timestamps` the text has its times, and two files of subtitles are written.

        Raises:
            DataError: the file cannot be read.
            JobCancelled: it is no longer wanted.
        """
        passages = list(self._passages(job.files["audio"], report))
        text = " ".join(p.text for p in passages)
        if not text or not job.arguments.get("timestamps"):
            return Made(text)
        shown = [cue for p in passages for cue in cues(p.text, p.speech, p.start_s)]
        return Made(text, _subtitles(job.folder, shown), facts={"cues": [asdict(cue) for cue in shown]})

    def _passages(self, path: Path, report: Report) -> Iterator[Passage]:
        """What was said, stretch by stretch; of what two share, the one before gives up its part."""
        held = Passage("", 0.0, np.zeros(0, np.float32))
        for sound in self._sounds(path):
            report(sound.share)
            words = " ".join(self._recognize(sound.samples).split())
            before, words = parted(held.text, words) if sound.overlaps else (held.text, words)
            if before:
                yield replace(held, text=before)
            held = Passage(words, sound.start_s, sound.speech)
        if held.text:
            yield held
        report(1.0)

    def _sounds(self, path: Path) -> Iterator[_Sound]:
        """The stretches in which somebody speaks; what they no longer need of the recording is let go."""
        cutter = Cutter(round(LONGEST_S / WINDOW_S), round(OVERLAP_S / WINDOW_S))
        sound, speech, at = np.zeros(0, np.float32), np.zeros(0, np.float32), 0
        for block in blocks(path):
            probable = self._speech_in(block.samples)
            sound, speech = np.concatenate((sound, block.samples)), np.concatenate((speech, probable))
            for s in cutter.push(probable, final=block.last):
                start, end = s.start - at, s.end - at
                share = min(1.0, s.start * WINDOW / max(1, block.total))
                cut = sound[start * WINDOW : end * WINDOW]
                yield _Sound(cut, speech[start:end], s.start * WINDOW_S, s.overlaps, share)
            gone, at = cutter.needed - at, cutter.needed
            sound, speech = sound[gone * WINDOW :], speech[gone:]


def _subtitles(folder: Path, shown: list[Cue]) -> tuple[MadeFile, ...]:
    files = (("subtitles.srt", "subtitles", srt(shown)), ("subtitles.vtt", "web subtitles", vtt(shown)))
    for file, _, text in files:
        (folder / file).write_text(text, encoding="utf-8")
    return tuple(MadeFile(folder / file, name, "text") for file, name, _ in files)
