"""Target sound detection: when one sound is heard, that is named, described, or given as an example.

"the dog"  ─▶ a known sound ─▶ how likely it is, every 40 ms ─▶ events
an example ─▶ what the network makes of it ─▶ how alike the recording is, every 40 ms ─▶ events
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant import media
from assistant.errors import DataError, EngineError
from models.base import Card, Job, Json, Made, Posteriors, Report, SoundEvent
from models.sound.detection import HOP_S, MOST_ROWS, Answers, Detector, Rows, coarse, joined
from models.sound.detection_classes import CLASSES, LABELS, SILENCE
from models.sound.detection_events import SILENT_DB, events_of, silences
from models.sound.likeness import (
    SURE_UNKNOWN,
    THERE,
    THERE_UNKNOWN,
    Example,
    evidence,
    example,
    likeness,
    repeated,
)
from models.sound.target_words import Meant, meant

LONGEST_EXAMPLE_S = 30.0
EASE = 0.9
"""A sound that is asked for may be so much less likely than one that is not."""
COUNTED = ("dog", "crying baby", "clock ticking", "helicopter", "chainsaw", "rooster")
"""Sounds that take an article."""
LIKE = "like the example"
"""What is found by an example is called so."""
DOUBT = "It may be another sound that is like it."
"""Told where an example is of no known kind, and what is found is only somewhat like it."""


class TargetSoundDetection:
    """An `Engine`: when one sound is heard."""

    def __init__(self, card: Card, folder: Path | None = None, **options: Json) -> None:
        self.card = card
        self._detector: Detector | None = None

    def load(self) -> None:
        """Load the network."""
        self._detector = Detector()

    def run(self, job: Job, report: Report) -> Made:
        """Find `target`, or what the recording `example` holds, in `audio`.

        `start_s` and `end_s` are where to look for a sound that is known; of one that is not, they are the example.

        Raises:
            EngineError: the sound is not known, and there is no example of it.
            DataError: a file cannot be read.
            JobCancelled: it is no longer wanted.
        """
        report(0.0)
        known = meant(str(job.arguments.get("target") or ""))
        wanted = self._example(job, known)
        if wanted is None and not known:
            raise EngineError(unknown(str(job.arguments.get("target") or "")))
        answers = self._answers(job.files["audio"], report, slim=wanted is None)
        return by_example(answers, wanted) if wanted else by_name(answers, known, _span(job))

    def drop(self) -> None:
        """Let it go."""
        self._detector = None

    def _answers(self, path: Path, report: Report, slim: bool) -> Answers:
        """Those of a recording; `slim` ones have only what is told by name, and take a tenth of the memory."""
        assert self._detector is not None, "loaded before it is run"
        parts = list[Answers]()
        for part in self._detector.follow(path):
            none = np.zeros((len(part.posteriors), 0), np.float32)
            parts.append(replace(part, embeddings=none, bands=none) if slim else part)
            report(part.share)
        return joined(parts)

    def _example(self, job: Job, known: Sequence[Meant]) -> Example | None:
        """What is to be found again; None where it is named.

        Raises:
            EngineError: nothing is heard in the example.
            DataError: it cannot be read.
        """
        span = _span(job)
        if "example" in job.files:
            path = job.files["example"]
        elif span is not None and not known:
            path = job.files["audio"]
        else:
            return None
        start, end = span or (0.0, LONGEST_EXAMPLE_S)
        found = self._example_of(path, start, min(end, start + LONGEST_EXAMPLE_S))
        if found is None:
            raise EngineError("Nothing is heard in the example. Give me one in which the sound is.")
        return found

    def _example_of(self, path: Path, start_s: float, end_s: float) -> Example | None:
        assert self._detector is not None, "loaded before it is run"
        if (seconds := media.probe(path).seconds) and start_s >= seconds:
            raise DataError(f"The recording is over after {seconds:.0f} seconds. Name a stretch within it.")
        samples, rate = media.read_audio(path, start_s=start_s, end_s=end_s, mono=False)
        heard = self._detector.answers(samples, rate)
        return example(heard.embeddings, heard.bands, heard.posteriors, heard.levels_db)


def by_name(answers: Answers, wanted: Sequence[Meant], span: tuple[float, float] | None = None) -> Made:
    """When known sounds are heard, in a stretch of the recording if there is one."""
    found = [event for one in wanted for event in _named(answers, one.label)]
    if span is not None:
        found = [clipped for event in found if (clipped := _clipped(event, span))]
    columns = [LABELS.index(one.label) for one in wanted if one.label in LABELS]
    labels = tuple(LABELS[k] for k in columns)
    notice = " ".join(one.notice for one in wanted if one.notice and found)
    return _made(found, answers.posteriors[:, columns], labels, notice)


def by_example(answers: Answers, wanted: Example) -> Made:
    """When the sound of an example is heard; never, where nothing in the recording is like it enough."""
    alike = likeness(answers.embeddings, answers.bands, wanted)
    alike = np.where(answers.levels_db < SILENT_DB, 0, alike).astype(np.float32)
    found, told = list[SoundEvent](), evidence(alike, answers.posteriors, wanted)
    if told >= (THERE_UNKNOWN if wanted.kind is None else THERE):
        found = list(repeated(alike, HOP_S, LIKE))
    doubted = found and wanted.kind is None and told < SURE_UNKNOWN
    return _made(found, alike.clip(0, 1)[:, None], (LIKE,), DOUBT if doubted else "")


def unknown(target: str) -> str:
    """Said of a sound that is not known."""
    named = f"what {target.strip(' .?!')} sounds like" if target.strip() else "which sound is meant"
    known = [f"a {label}" if label in COUNTED else label for label in LABELS]
    return (
        f"I do not know {named}. By name I know {', '.join(known[:-1])} and {known[-1]}. "
        "Give me a recording of the sound, or tell me from when to when it is heard, and I will find it again."
    )


def _named(answers: Answers, label: str) -> list[SoundEvent]:
    if label == SILENCE:
        return list(silences(answers.levels_db, HOP_S))
    column = LABELS.index(label)
    kind = replace(CLASSES[column], high=EASE * CLASSES[column].high, low=EASE * CLASSES[column].low)
    return list(events_of(answers.posteriors[:, column], HOP_S, kind))


def _made(found: list[SoundEvent], rows: Rows, labels: tuple[str, ...], notice: str = "") -> Made:
    hop_s = HOP_S * max(1, -(-len(rows) // MOST_ROWS))
    shown = tuple(tuple(round(float(p), 3) for p in row) for row in coarse(rows)) if labels else ()
    posteriors = Posteriors(labels, hop_s, shown) if labels else None
    events = tuple(sorted(found, key=lambda e: (e.start_s, e.end_s)))
    return Made(events=events, posteriors=posteriors, facts={"seconds": round(len(rows) * HOP_S, 2)}, notice=notice)


def _span(job: Job) -> tuple[float, float] | None:
    """The stretch that is named; None where there is none."""
    start, end = (float(job.arguments.get(name) or 0.0) for name in ("start_s", "end_s"))  # type: ignore[arg-type]
    return (start, end) if end > start else None


def _clipped(event: SoundEvent, span: tuple[float, float]) -> SoundEvent | None:
    start, end = max(event.start_s, span[0]), min(event.end_s, span[1])
    return replace(event, start_s=start, end_s=end) if end > start else None
