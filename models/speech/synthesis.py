"""Speech synthesis as a job: a text of any length to a file, clause by clause, or a file of text, part by part.

text, or a file ─▶ parts ─▶ paragraphs ─▶ clauses ─▶ voice ─▶ speech.wav   (of several parts: FLAC, bound in the end)

The voice and what cuts a text into clauses are given as functions: the conversation has them loaded already.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import soundfile as sf

from assistant.audio import Samples, silence
from assistant.errors import EngineError
from assistant.events import Manner, Spoken
from models.base import Card, Job, Made, MadeFile, Report
from models.speech.effects import EFFECTS, Effect
from models.speech.text_file import parts_of, read_text
from models.speech.text_portion import Portion, portion_of

SOFTWARE, COMMENT = "Earshot", "synthetic: spoken by a synthesizer, not recorded"
"""What the file says of itself."""
PARAGRAPH_S = 0.45
"""Silence behind a paragraph, beside what its closing mark asks for."""
Speak: TypeAlias = Callable[[str, Manner], Spoken]
"""A clause as sound, mono float32, with the pause that belongs behind it, always at the same rate. Blocking.

Raises:
    EarshotError: the voice that the manner names cannot be loaded, or fails.
"""
Clauses: TypeAlias = Callable[[str], Sequence[str]]
"""A text as the pieces in which it is spoken, in order."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long it is silent between clauses."""

    factor: float = 1.0
    """Of the voice's own pauses."""
    seconds: float | None = None
    """After each sentence, where that is said outright."""

    def after(self, spoken: Spoken, clause: str) -> Spoken:
        """The clause with its pause behind it made longer or shorter."""
        heard = np.flatnonzero(np.abs(spoken.samples) > 1e-6)
        if (self.factor == 1.0 and self.seconds is None) or not len(heard):
            return spoken
        end = int(heard[-1]) + 1
        own = (len(spoken.samples) - end) / spoken.rate
        closes = clause.rstrip("\"'”’»)]} ")[-1:] in tuple(".!?…。！？")
        wanted = self.seconds if self.seconds is not None and closes else own * self.factor
        samples = np.concatenate((spoken.samples[:end], silence(wanted, spoken.rate)))
        return Spoken(samples, spoken.rate, spoken.words, spoken.source, spoken.phones)


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
        """Speak `text` into a 16-bit WAV, in the manner of `voice`, `speed`, `pitch`, `pitch_range`, `gain_db` and
        `language`, with pauses `pause` times as long, or of `pause_s` after sentences, and with the `effect` laid over.

        In place of `text` there may be the file `document`, of which `part` (from 0) is spoken, else all of it, or
        the `portion` that is meant of it (`models.speech.text_portion.Portion.as_json`); of
        `part` and not WAV but FLAC is made. With `bind` the files `part 0`, `part 1` … are bound into one, with
        `titles` and the `title` of all.

        Raises:
            EngineError: there is nothing in the text that can be spoken, or it cannot be written.
            DataError: the file cannot be read.
            JobCancelled: it is no longer wanted; no file is left.
        """
        if job.arguments.get("bind"):
            return _bound(job, report)
        part = job.arguments.get("part")
        paragraphs = _paragraphs(job)
        path = job.folder / ("speech.wav" if part is None else "part.flac")
        clauses = [[*self._clauses(paragraph)] for paragraph in paragraphs]
        try:
            seconds = self._written(path, clauses, job, report)
        except (OSError, sf.LibsndfileError) as error:
            raise EngineError("The speech cannot be written; is the disk full?") from error
        if not seconds:
            raise EngineError("There is nothing in that text that I can speak.")
        name = str(job.arguments.get("title") or "speech")
        facts = {"seconds": round(seconds, 2), "clauses": sum(map(len, clauses))}
        return Made(files=(MadeFile(path, name),), facts=facts)

    def _written(self, path: Path, paragraphs: Sequence[Sequence[str]], job: Job, report: Report) -> float:
        """Seconds of speech in the file; a file without any, or one that was not finished, is taken away."""
        seconds = 0.0
        file: sf.SoundFile | None = None
        try:
            for samples, rate in _with_effect(self._spoken(paragraphs, job, report), job):
                if not file:
                    file = _tagged(sf.SoundFile(path, "w", rate, 1, "PCM_16"), job)
                file.write(np.clip(samples, -1.0, 1.0))
                seconds += len(samples) / rate
            report(1.0)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            if file:
                file.close()
        return seconds

    def _spoken(self, paragraphs: Sequence[Sequence[str]], job: Job, report: Report) -> Iterator[Spoken]:
        """Everything that sounds, in order."""
        manner, pauses = _manner(job), _pauses(job)
        letters, done = sum(len(clause) for clauses in paragraphs for clause in clauses), 0
        for number, clauses in enumerate(paragraphs):
            for at, clause in enumerate(clauses):
                report(done / letters)
                spoken = pauses.after(self._speak(clause, manner), clause)
                done += len(clause)
                if len(spoken.samples):
                    yield spoken
                    if at == len(clauses) - 1 and number < len(paragraphs) - 1:
                        yield Spoken(silence(PARAGRAPH_S * pauses.factor / manner.speed, spoken.rate), spoken.rate)


def _with_effect(spoken: Iterator[Spoken], job: Job) -> Iterator[tuple[Samples, int]]:
    """What is spoken with its rate, with the effect laid over where there is one.

    Raises:
        EngineError: there is no such effect.
    """
    name = str(job.arguments.get("effect") or "")
    if name and name not in EFFECTS:
        raise EngineError(f"I know no effect called {name}; I have {', '.join(EFFECTS[:-1])} and {EFFECTS[-1]}.")
    effect: Effect | None = None
    for one in spoken:
        effect = effect or (Effect(name, one.rate) if name else None)
        yield (effect.push(one.samples) if effect else one.samples), one.rate
    if effect:
        yield effect.end(), effect.rate


def _paragraphs(job: Job) -> Sequence[str]:
    """What is to be spoken."""
    if "document" not in job.files:
        return [str(job.arguments.get("text", ""))]
    parts = parts_of(portion_of(read_text(job.files["document"]), Portion.of_json(job.arguments.get("portion"))))
    part = job.arguments.get("part")
    return [text for one in (parts if part is None else parts[int(_number(part, 0)) :][:1]) for text in one.paragraphs]


def _bound(job: Job, report: Report) -> Made:
    """One file of the parts."""
    from models.speech.audio_book import Leaf, bound

    titles = job.arguments.get("titles")
    named = [str(title) for title in titles] if isinstance(titles, list) else []
    parts = [job.files[f"part {number}"] for number in range(len(job.files))]
    leaves = [Leaf(part, title) for part, title in zip(parts, named, strict=True)]
    name = str(job.arguments.get("title") or "reading")
    path = job.folder / "reading.m4a"
    seconds = bound(leaves, path, {"title": name, "artist": SOFTWARE, "comment": COMMENT}, report)
    report(1.0)
    return Made(files=(MadeFile(path, name),), facts={"seconds": round(seconds, 2), "chapters": sum(map(bool, named))})


def _tagged(file: sf.SoundFile, job: Job) -> sf.SoundFile:
    file.software, file.comment = SOFTWARE, COMMENT
    if title := job.arguments.get("title"):
        file.title = str(title)
    return file


def _manner(job: Job) -> Manner:
    given = job.arguments
    return Manner(
        speed=_number(given.get("speed"), 1.0),
        gain_db=_number(given.get("gain_db"), 0.0),
        pitch=_number(given.get("pitch"), 0.0),
        voice=str(given.get("voice") or ""),
        language=str(given.get("language") or ""),
        pitch_range=_number(given.get("pitch_range"), 1.0),
    )


def _pauses(job: Job) -> Pauses:
    seconds = job.arguments.get("pause_s")
    return Pauses(_number(job.arguments.get("pause"), 1.0), None if seconds is None else _number(seconds, 0.0))


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default
