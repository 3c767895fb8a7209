"""How well networks do on the quarter of the recordings that each was not taught: clips, mixed scenes, other sounds.

The limits of each sound (`high`, `low`, `smooth_s` of `models.sound.detection_classes`) are found on three quarters for
the fourth.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.evaluation.capability.scenes import Scene, clips, scenes
from assistant.evaluation.capability.segments import Counts, within
from assistant.evaluation.recordings import Recordings, held_out
from models.base import SoundEvent
from models.sound.detection import HOP_S, Detector
from models.sound.detection_classes import CLASSES, LABELS, SoundClass
from models.sound.detection_events import events, events_of
from models.sound.detection_features import RATE
from scripts.detection.material import fold_of, listed
from scripts.detection.training import CLIP_LABELS, likely

SCENES = 60
"""Of each fold."""
HIGHS = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
SHARES = (0.4, 0.55, 0.7)
"""`low`, of `high`."""
SMOOTH_S = {True: (0.4, 0.8, 1.6), False: (0.12, 0.2, 0.4)}
"""For sounds that go on, and for others."""
FALSE_WEIGHT = 4
"""An event in a recording that has none of the ten kinds counts as so many false segments of the scenes: a dog that is
heard in a sentence annoys more than one that is missed in a storm."""
MEASURED = tuple(kind for kind in CLASSES if kind.label != "music")
"""Of music there are too few recordings to hear one that was not learned."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What a network that was not taught a fold makes of it."""

    right: tuple[bool, ...]
    """Of each clip, whether its kind was told."""
    scenes: tuple[tuple[Scene, NDArray[np.float32]], ...]
    """Mixed scenes with their answers."""
    others: dict[str, list[NDArray[np.float32]]]
    """The answers to recordings in which none of the ten kinds is heard, by kind of recording."""


def heard(recordings: Recordings, weights: Path, fold: int) -> Heard:
    """Let a network hear all of a fold."""
    detector = Detector(weights)
    rows = [(row, label) for row, label in listed(recordings) if fold_of(row) == fold]
    known = [(row, label) for row, label in rows if label in CLIP_LABELS]
    right = [CLIP_LABELS[likely(detector.posteriors(recordings.sound(row, RATE), RATE)).argmax()] == label
             for row, label in known]  # fmt: skip
    spoken = [one for one in rows if one[1] == "speech" and held_out(one[0])]
    beds = [recordings.sound(row, RATE) for row, label in rows if label == "noise"]
    mixed = scenes(clips(recordings, [*known, *spoken]), [*beds, _made_up(fold)], SCENES, fold)
    others = dict[str, list[NDArray[np.float32]]]()
    for row, label in rows:
        if label in ("noise", "speech", "music"):
            kind = "music" if label == "music" else str(row["path"]).split("/")[0]
            others.setdefault(kind, []).append(detector.posteriors(recordings.sound(row, RATE), RATE))
    return Heard(tuple(right), tuple((one, detector.posteriors(one.samples, RATE)) for one in mixed), others)


def figures(folds: Sequence[Heard]) -> Iterator[str]:
    """What is to be told of all of them."""
    right = [one for fold in folds for one in fold.right]
    yield f"clip accuracy {np.mean(right):.1%} of {len(right)}; by fold " + ", ".join(
        f"{np.mean(fold.right):.1%}" for fold in folds
    )
    as_set, found_apart = Counts(), Counts()
    for k, fold in enumerate(folds):
        _count(as_set, fold, CLASSES)
        rest = [other for n, other in enumerate(folds) if n != k] or list(folds)
        _count(found_apart, fold, [best(kind, rest) for kind in MEASURED])
    yield _told("scenes, limits as they are set", as_set)
    yield _told("scenes, limits found on the other folds", found_apart)
    for kind in MEASURED:
        chosen = best(kind, folds)
        limits = f"high={chosen.high:.2f}, low={chosen.low:.2f}, smooth_s={chosen.smooth_s}"
        yield _told(f"  {kind.label} as set", _counts(kind, folds)) + f"; best {limits}"
    for name in sorted({name for fold in folds for name in fold.others}):
        answers = [rows for fold in folds for rows in fold.others.get(name, ())]
        wrong = [event.label for rows in answers for event in events(rows, HOP_S) if event.label in CLIP_LABELS]
        minutes = sum(map(len, answers)) * HOP_S / 60
        most = max(set(wrong), key=wrong.count) if wrong else "none"
        yield f"false events in {name}: {len(wrong) / minutes:.2f} a minute of {minutes:.0f}, mostly {most}"


def best(kind: SoundClass, folds: Sequence[Heard]) -> SoundClass:
    """A sound with the limits that do best on some folds: they and the next ones above and below on the mean."""
    chosen, found = kind, -1.0
    for share, smooth_s in product(SHARES, SMOOTH_S[kind.steady]):
        ways = [replace(kind, high=high, low=round(high * share, 3), smooth_s=smooth_s) for high in HIGHS]
        scores = [_counts(way, folds).f_score for way in ways]
        around = [float(np.mean(scores[max(0, k - 1) : k + 2])) for k in range(len(ways))]
        if max(around) > found:
            chosen, found = ways[int(np.argmax(around))], max(around)
    return chosen


def _counts(kind: SoundClass, folds: Sequence[Heard]) -> Counts:
    """Of one sound in the scenes, and in what holds none of the ten kinds."""
    counts, column = Counts(), LABELS.index(kind.label)
    for fold in folds:
        for scene, rows in fold.scenes:
            found = events_of(rows[:, column], HOP_S, kind)
            counts.add(within(scene.events, [kind.label]), found, scene.seconds)
        for rows in (rows for answers in fold.others.values() for rows in answers if kind.label in CLIP_LABELS):
            counts.false += FALSE_WEIGHT * sum(1 for _ in events_of(rows[:, column], HOP_S, kind))
    return counts


def _count(counts: Counts, fold: Heard, kinds: Sequence[SoundClass]) -> None:
    for scene, rows in fold.scenes:
        found = list[SoundEvent]()
        for kind in kinds:
            found += events_of(rows[:, LABELS.index(kind.label)], HOP_S, kind)
        counts.add(scene.events, found, scene.seconds)


def _told(what: str, counts: Counts) -> str:
    return f"{what}: F {counts.f_score:.3f}, precision {counts.precision:.3f}, recall {counts.recall:.3f}"


def _made_up(seed: int) -> Samples:
    """Noise that is louder the lower it is."""
    random = np.random.default_rng(seed)
    spectrum = np.fft.rfft(random.standard_normal(10 * RATE))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    return np.asarray(np.fft.irfft(spectrum), np.float32)
