"""Target sound detection by a model that was pulled: when any sound is heard that can be named, or shown by an example.

"the keyboard" ─▶ text ──────┐
an example ────▶ sound ──────┤
recording ─────▶ stretches ──┴─▶ how likely it is, or how alike, in each cell ─▶ events
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant import media
from assistant.audio import Samples
from assistant.errors import DataError, EngineError
from assistant.resample import resample
from models.attended import attended
from models.base import Card, Job, Made, Report, SoundEvent
from models.sound.detection_classes import SILENCE, SoundClass
from models.sound.detection_events import SILENT_DB, events_of, silences
from models.sound.detection_foundation import shown, trial, within
from models.sound.likeness import repeated
from models.sound.stretches import Grid, Rows, Stretch, levels_db, seconds_of, stretches
from models.sound.target_detection import LIKE, LONGEST_EXAMPLE_S
from models.sound.target_words import is_pointing, meant

GAP_S = 0.6
"""Two stretches of a sound with no more between them are one event."""
ARTICLES = re.compile(r"^(the|a|an|some|any|my|your|this|that|sound of|noise of)\s+")
WHICH = (
    "I do not know which sound is meant. Name it, give me a recording of it, or tell me from when to when it is heard."
)
NOTHING = "Nothing is heard in the example. Give me one in which the sound is."


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What is looked for, as a network knows it."""

    labels: tuple[str, ...]
    rows: Rows
    """A vector for each, (labels, width)."""
    example: bool = False
    """Whether it is an example of a sound, and not its name."""


class Matcher(Protocol):
    """A network that knows which words and sounds go together. Another thread may stop it."""

    grid: Grid
    high: float
    """How likely a sound that is named must be at its likeliest."""
    low: float
    """It goes on as long as it is this likely."""

    def named(self, words: list[str], /) -> Rows:
        """Words → (words, width)."""

    def like(self, sound: Samples, /) -> Rows:
        """Mono float32 (n,) at its rate → (1, width)."""

    def __call__(self, stretch: Stretch, wanted: Wanted, /) -> Rows:
        """How likely each sound is in each cell, 0 to 1, or how alike an example, -1 to 1: (cells, labels)."""

    def stop(self) -> None:
        """End the call that runs."""


class FoundationTarget:
    """An `Engine` around such a network."""

    def __init__(self, card: Card, matcher: Callable[[], Matcher]) -> None:
        self.card = card
        self._make = matcher
        self._matcher: Matcher | None = None

    def load(self) -> None:
        """Load the network, and ask it once, so that the first job is as quick as the others.

        Raises:
            EngineMissing: a package or weights are not here.
            EngineError: it cannot be loaded.
        """
        self._matcher = self._make()
        self._matcher(trial(self._matcher.grid), Wanted(("noise",), self._matcher.named(["noise"])))

    def drop(self) -> None:
        """Let go of it."""
        self._matcher = None

    def run(self, job: Job, report: Report) -> Made:
        """Find `target`, or what the recording `example` holds, in `audio`.

        `start_s` and `end_s` are where to look for a sound that is named; where none is, they are the example.

        Raises:
            EngineError: no sound is named or shown.
            DataError: a file cannot be read.
            JobCancelled: it is no longer wanted.
        """
        matcher, span = self._matcher, _span(job)
        assert matcher is not None, "loaded before it is run"
        report(0.0)
        wanted = _wanted(job, matcher, lambda: report(0.0))
        rows, levels, seconds, share = list[Rows](), list[NDArray[np.float32]](), 0.0, 0.0
        for stretch in stretches(job.files["audio"], matcher.grid):
            rows.append(_heard(matcher, stretch, wanted, report, share))
            levels.append(levels_db(stretch, matcher.grid))
            seconds, share = seconds + seconds_of(stretch, matcher.grid), stretch.share
        report(1.0)
        likely, level = np.concatenate(rows), np.concatenate(levels)
        likely = np.where((level < SILENT_DB)[:, None], np.float32(0), likely)
        events = _events(likely, level, wanted, matcher)
        if span and not wanted.example:
            events = [replace(e, start_s=max(e.start_s, span[0]), end_s=min(e.end_s, span[1])) for e in events]
        told = [within(event, seconds) for event in events if event.start_s < min(event.end_s, seconds)]
        return Made(
            events=tuple(sorted(told, key=lambda event: (event.start_s, event.end_s))),
            posteriors=shown(likely.clip(0, 1), wanted.labels, matcher.grid.cell_s) if wanted.labels else None,
            facts={"seconds": round(seconds, 2)},
        )


def _events(likely: Rows, levels: NDArray[np.float32], wanted: Wanted, matcher: Matcher) -> list[SoundEvent]:
    cell_s = matcher.grid.cell_s
    if wanted.example:
        return list(repeated(likely[:, 0], cell_s, LIKE))
    if not wanted.labels:
        return list(silences(levels, cell_s))
    smooth_s = 5 * cell_s if cell_s < 0.1 else 0.0
    kinds = [
        SoundClass(label, GAP_S, 0.0, high=matcher.high, low=matcher.low, smooth_s=smooth_s) for label in wanted.labels
    ]
    return [event for k, kind in enumerate(kinds) for event in events_of(likely[:, k], cell_s, kind)]


def _wanted(job: Job, matcher: Matcher, alive: Callable[[], None]) -> Wanted:
    """What is to be found; no labels for silence.

    Raises:
        EngineError: it is neither named nor shown, or nothing is heard in the example.
        DataError: the example cannot be read.
    """
    words, span = str(job.arguments.get("target") or "").strip(" .?!"), _span(job)
    pointing = not words or is_pointing(words)
    if "example" in job.files or (pointing and span):
        sound = _example(job.files.get("example", job.files["audio"]), span, matcher.grid.rate)
        return Wanted((LIKE,), attended(lambda: matcher.like(sound), alive, matcher.stop), True)
    if pointing:
        raise EngineError(WHICH)
    known = [one.label for one in meant(words)]
    if known == [SILENCE]:
        return Wanted((), np.zeros((0, 1), np.float32))
    labels = called(words)
    return Wanted(tuple(labels), attended(lambda: matcher.named(labels), alive, matcher.stop))


def called(words: str) -> list[str]:
    """The sounds that words name, as they are called: "the dog and a car horn" → dog, car horn."""
    parts = re.split(r"\band\b|\bor\b|,", words.lower())
    return list(dict.fromkeys(ARTICLES.sub("", part.strip()) for part in parts if part.strip()))


def _example(path: Path, span: tuple[float, float] | None, rate: int) -> Samples:
    """The sound of an example, (n,) at `rate`.

    Raises:
        EngineError: nothing is heard in it.
        DataError: it cannot be read, or is over before the stretch begins.
    """
    start, end = span or (0.0, LONGEST_EXAMPLE_S)
    if (seconds := media.probe(path).seconds) and start >= seconds:
        raise DataError(f"The recording is over after {seconds:.0f} seconds. Name a stretch within it.")
    samples, had = media.read_audio(path, start_s=start, end_s=min(end, start + LONGEST_EXAMPLE_S))
    if not len(samples) or 20 * np.log10(np.abs(samples).max() + 1e-9) < SILENT_DB:
        raise EngineError(NOTHING)
    return resample(samples, had, rate)


def _heard(matcher: Matcher, stretch: Stretch, wanted: Wanted, report: Report, share: float) -> Rows:
    if not wanted.labels:
        report(share)
        return np.zeros((stretch.cells, 0), np.float32)
    return attended(lambda: matcher(stretch, wanted), lambda: report(share), matcher.stop)


def _span(job: Job) -> tuple[float, float] | None:
    """The stretch that is named; None where there is none."""
    start, end = (float(job.arguments.get(name) or 0.0) for name in ("start_s", "end_s"))  # type: ignore[arg-type]
    return (start, end) if end > start else None
