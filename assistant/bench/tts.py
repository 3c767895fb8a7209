"""`assistant bench tts`: voices measured side by side, on the same texts, in one run.

texts ─→ synthesizers ──────┬─→ takes ─→ measures ─────────→ one table, JSON, sounds
         ours, espeak,      │            words, quality,
         flite, the teacher │            melody, boundaries
recordings of a person ─────┘
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import soundfile as sf

from assistant.bench.manifest import read_manifests
from assistant.bench.synthesizers import TEACHER, Synthesizer
from assistant.bench.voice_cast import AGAINST, HUMAN, cast
from assistant.bench.voice_instruments import instruments
from assistant.bench.voice_report import markdown, print_table
from assistant.bench.voice_takes import Figures, Take, first_audio, record, recorded, speed
from assistant.bench.voice_texts import Sentence, own_sentences, read_sentences, ten_words
from assistant.errors import DataError, EngineError
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class VoiceBench:
    """What is asked of one run."""

    voices: tuple[str, ...] = ()
    """Names of voices; none: the one that is set."""
    texts: Path | None = None
    """A file of texts; None: those that come with the program."""
    against: tuple[str, ...] = AGAINST
    """Names of other voices, flite, flite:VOICE, festival, festival:VOICE and human."""
    human: Path | None = None
    """A manifest of recordings of a person."""
    output: Path | None = None
    """A folder for the figures, the table and the sounds."""
    limit: int | None = None
    """How many texts, and how many recordings, the first ones; None: all."""
    json: bool = False
    """Print one JSON object and nothing else."""


@dataclass(slots=True)
class Results:
    """What came of a run."""

    takes: dict[str, list[Take]] = field(default_factory=dict)
    """Of each synthesizer."""
    figures: dict[str, Figures] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What was left out, and why."""

    def as_json(self) -> str:
        """Figures and notes."""
        return json.dumps({"synthesizers": self.figures, "notes": self.notes}, indent=2)


def run(settings: Settings, bench: VoiceBench) -> int:
    """Measure, print, and return the exit code.

    Raises:
        EarshotError: the texts, a voice that was asked for, or the folder cannot be used.
    """
    results = measure(settings, bench)
    if bench.output:
        write(bench.output, results)
    if bench.json:
        print(results.as_json())
    else:
        print_table(results.figures, results.notes)
    return 0


def measure(settings: Settings, bench: VoiceBench) -> Results:
    """Let everybody read, then measure.

    Raises:
        EarshotError: the texts, or a voice that was asked for, cannot be used.
    """
    sentences = (read_sentences(bench.texts) if bench.texts else own_sentences())[: bench.limit]
    results = Results()
    for synthesizer in cast(settings, bench.voices, bench.against, results.notes.append):
        with closing(synthesizer):
            read(synthesizer, sentences, results)
    if HUMAN in bench.against:
        _listen(bench, results)
    if not results.takes:
        raise EngineError(f"There is nothing to be measured. {' '.join(results.notes)}")
    teacher = {take.sentence.spoken: take for take in results.takes.get(TEACHER, ())}
    if not teacher:
        results.notes.append("Without the teacher nothing is compared with it.")
    for instrument in instruments(settings, results.notes.append):
        for name, takes in results.takes.items():
            _progress(f"Measuring {name}: {instrument.about}.")
            results.figures[name] |= instrument.figures(takes, {} if name == TEACHER else teacher)
    return results


def write(folder: Path, results: Results) -> None:
    """The figures as figures.json and table.md, and every take as a WAV in a folder for each synthesizer.

    Raises:
        DataError: they cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "figures.json").write_text(results.as_json() + "\n", encoding="utf-8")
        (folder / "table.md").write_text(markdown(results.figures, results.notes), encoding="utf-8")
        for path, take in _placed(folder, results):
            path.parent.mkdir(exist_ok=True)
            sf.write(path, take.spoken.samples, take.spoken.rate, "PCM_16")
    except (OSError, sf.LibsndfileError) as error:
        raise DataError(f"Cannot write to {folder}: {error}. Choose another folder with -o DIR.") from error


def _placed(folder: Path, results: Results) -> Iterator[tuple[Path, Take]]:
    for name, takes in results.takes.items():
        if name != HUMAN:
            for i, take in enumerate(takes, 1):
                yield folder / re.sub(r"[^\w-]+", "-", name) / f"{i:03}.wav", take


def read(synthesizer: Synthesizer, sentences: Sequence[Sentence], results: Results) -> None:
    """Have the texts read; who fails is left out."""
    texts = "1 text" if len(sentences) == 1 else f"{len(sentences)} texts"
    _progress(f"{synthesizer.name} reads {texts}.")
    try:
        takes = record(synthesizer, sentences)
        figures = speed(takes) | first_audio(synthesizer, ten_words())
    except EngineError as error:
        results.notes.append(f"{synthesizer.name} is left out: {error}")
        return
    results.takes[synthesizer.name], results.figures[synthesizer.name] = takes, figures


def _listen(bench: VoiceBench, results: Results) -> None:
    """Take in the recordings of a person."""
    if bench.human is None:
        results.notes.append("human is left out: name a manifest of recordings with --human.")
        return
    rows = [row for row in read_manifests(bench.human, bench.limit) if row.text and row.language == "en"]
    if not rows:
        raise DataError(f"No recording in {bench.human} has an English text.")
    results.takes[HUMAN] = recorded(rows)
    results.figures[HUMAN] = speed(results.takes[HUMAN])


def _progress(line: str) -> None:
    """To stderr, for whoever waits."""
    print(line, file=sys.stderr)
