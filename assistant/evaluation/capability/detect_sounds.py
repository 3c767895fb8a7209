"""How well sounds are detected: which of ten kinds a clip is, and what is heard when in mixed scenes.

The embedded network that is shipped was taught all the clips of ESC-10. Its figures are figures of unseen recordings
with other recordings of these kinds; `scripts/train_detection.py --folds` measures it on these, by networks that were
not taught them, with the scenes of this module.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.errors import DataError
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.scenes import Clip, Scene, clips, label_of, scenes
from assistant.evaluation.capability.segments import Counts, within
from assistant.evaluation.recordings import HELD_OUT_FOLD, Recordings, held_out
from assistant.evaluation.recordings import Row as Recording
from models.base import Job, Made, SoundEvent
from models.sound.detection_classes import LABELS
from models.sound.detection_features import RATE
from models.sound.target_words import meant

KINDS = LABELS[:10]
"""Those of ESC-10."""
MOST_CLIPS = 80
SCENES = 40
FALSE_KINDS = ("voices", "commands", "noise")
"""Recordings in which none of the ten kinds is heard."""
MOST_FALSE = 20


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """Clip accuracy, segment-based F-score, precision and recall, the share of real time it takes, and how often a
    minute one of the ten kinds is heard in speech and noise where there is none.

    Raises:
        DataError: there are no recordings of sounds.
    """
    known = sounds(bench.recordings)
    if not known:
        raise DataError("There are no recordings of sounds; the folder needs a sounds.jsonl with labels.")
    mixed = list(scenes(everything(bench.recordings, known), beds(bench.recordings), _most(SCENES, bench), bench.seed))
    for contender in (*contenders, Contender(NOTHING, lambda job: Made())):
        yield from _clips(contender, known[: _most(MOST_CLIPS, bench)], bench)
        yield from _scenes(contender, mixed, bench.folder)
        yield from _false(contender, bench)


def sounds(recordings: Recordings) -> list[tuple[Recording, str]]:
    """Recordings of the ten kinds: those held out, where folds are told, else all."""
    rows = [(row, label_of(row)) for row in recordings.rows("sounds") if row.get("labels")]
    told = [(row, label) for row, label in rows if label in KINDS]
    folded = [(row, label) for row, label in told if row.get("fold") == HELD_OUT_FOLD]
    order = np.random.default_rng(0).permutation(len(folded or told))
    return [(folded or told)[k] for k in order]


def everything(recordings: Recordings, known: Sequence[tuple[Recording, str]]) -> list[Clip]:
    """The clips of the scenes: the sounds, and speech where there is some."""
    spoken = [(row, "speech") for row in recordings.rows("voices") if held_out(row)]
    return clips(recordings, [*known, *spoken])


def beds(recordings: Recordings) -> list[Samples]:
    """Noise under the scenes; made up where none is recorded."""
    found = [recordings.sound(row, RATE) for row in recordings.rows("noise")]
    return found or [np.random.default_rng(0).standard_normal(10 * RATE).astype(np.float32)]


def chosen(made: Made) -> str:
    """The one kind that a recording most likely is; empty where nothing was found."""
    shares = dict.fromkeys(KINDS, 0.0)
    if made.posteriors and made.posteriors.rows:
        rows = np.array(made.posteriors.rows)
        for name, column in zip(made.posteriors.labels, rows.T, strict=True):
            if (kind := kind_of(name)) in shares:
                shares[kind] = max(shares[kind], _weighted(column))
    else:
        for event in made.events:
            if (kind := kind_of(event.label)) in shares:
                shares[kind] += event.score * (event.end_s - event.start_s)
    best = max(shares, key=lambda kind: shares[kind])
    return best if shares[best] > 0 else ""


def kind_of(label: str) -> str:
    """What an engine calls a sound, as it is called here; empty for what is none of the kinds."""
    found = meant(label)
    return found[0].label if len(found) == 1 else ""


def _weighted(column: NDArray[np.float64]) -> float:
    """A sound's probability in a recording as a whole, each moment weighted by itself."""
    return float((column**2).sum() / (column.sum() + 1e-6))


def _clips(contender: Contender, known: Sequence[tuple[Recording, str]], bench: Bench) -> Iterator[Row]:
    right = 0
    for row, label in known:
        made = contender.run(Job("detect_sounds", bench.folder, files={"audio": bench.recordings.path(row)}))
        right += chosen(made) == label
    yield Row(contender.name, "clip accuracy", right / len(known), len(known))


def _scenes(contender: Contender, mixed: Sequence[Scene], folder: Path) -> Iterator[Row]:
    counts, took, lasted = Counts(), 0.0, 0.0
    for scene in mixed:
        path = written(scene.samples, folder)
        began = time.process_time()
        made = contender.run(Job("detect_sounds", folder, files={"audio": path}))
        took, lasted = took + time.process_time() - began, lasted + scene.seconds
        counts.add(scene.events, _as_called_here(made.events), scene.seconds)
    for metric, value in (("F1", counts.f_score), ("precision", counts.precision), ("recall", counts.recall)):
        yield Row(contender.name, f"segment {metric}", value, len(mixed))
    yield Row(contender.name, "share of real time", took / lasted, len(mixed))


def _as_called_here(events: Sequence[SoundEvent]) -> list[SoundEvent]:
    named = [SoundEvent(kind_of(e.label), e.start_s, e.end_s, e.score) for e in events]
    return within(named, LABELS)


def _false(contender: Contender, bench: Bench) -> Iterator[Row]:
    for kind in FALSE_KINDS:
        rows = bench.recordings.rows(kind)
        chosen_rows = [row for row in rows if held_out(row)] or rows
        chosen_rows = chosen_rows[: _most(MOST_FALSE, bench)]
        heard, seconds = 0, 0.0
        for row in chosen_rows:
            path = bench.recordings.path(row)
            made = contender.run(Job("detect_sounds", bench.folder, files={"audio": path}))
            heard += len(within(_as_called_here(made.events), KINDS))
            seconds += float(row.get("dur", 0.0))
        if seconds:
            yield Row(contender.name, f"false events a minute in {kind}", heard * 60 / seconds, len(chosen_rows))


def written(samples: Samples, folder: Path) -> Path:
    """A scene as a file; the next one takes its place."""
    path = folder / "scene.wav"
    sf.write(path, samples, RATE, subtype="PCM_16")
    return path


def _most(usual: int, bench: Bench) -> int:
    return usual if bench.limit is None else min(usual, bench.limit)
