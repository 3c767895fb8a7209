"""Sound detection by a model that was pulled: which of the hundreds of sounds it knows are in a recording, and when.

file ─▶ stretches ─▶ network ─▶ how likely each of its sounds is, in each cell ─▶ names as they are said ─▶ events
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.attended import attended
from models.base import Card, Job, Made, Posteriors, Report, SoundEvent
from models.sound.audioset import Vocabulary
from models.sound.detection import coarse
from models.sound.detection_classes import SILENCE, SoundClass
from models.sound.detection_events import SILENT_DB, events_of, silences
from models.sound.stretches import Grid, Rows, Stretch, levels_db, seconds_of, stretches

HIGH, LOW = 0.3, 0.15
"""How likely a sound must be at its likeliest, and for as long as it goes on: of hundreds, several share what is
heard."""
GAP_S = 1.0
"""Two stretches of a sound with no more between them are one event."""
SHOWN = 12
"""Sounds in the picture, the likeliest."""


class Tagger(Protocol):
    """A network that knows sounds. Another thread may stop it."""

    names: tuple[str, ...]
    """Its sounds, as it calls them."""
    grid: Grid

    def __call__(self, stretch: Stretch, /) -> Rows:
        """How likely each is: (cells, names), 0 to 1."""

    def stop(self) -> None:
        """End the call that runs."""


class FoundationDetection:
    """An `Engine` around such a network."""

    def __init__(self, card: Card, tagger: Callable[[], Tagger]) -> None:
        self.card = card
        self._make = tagger
        self._tagger: Tagger | None = None

    def load(self) -> None:
        """Load the network, and let it hear a little noise, so that the first job is as quick as the others.

        Raises:
            EngineMissing: a package or weights are not here.
            EngineError: it cannot be loaded.
        """
        self._tagger = self._make()
        self._tagger(trial(self._tagger.grid))

    def drop(self) -> None:
        """Let go of it."""
        self._tagger = None

    def run(self, job: Job, report: Report) -> Made:
        """Find the sounds of `audio`.

        Raises:
            DataError: the file cannot be read.
            JobCancelled: it is no longer wanted.
        """
        tagger = self._tagger
        assert tagger is not None, "loaded before it is run"
        words = Vocabulary(tagger.names)
        rows, levels, seconds, share = list[Rows](), list[NDArray[np.float32]](), 0.0, 0.0
        report(0.0)
        for stretch in stretches(job.files["audio"], tagger.grid):
            rows.append(words.merged(_heard(tagger, stretch, report, share)))
            levels.append(levels_db(stretch, tagger.grid))
            seconds, share = seconds + seconds_of(stretch, tagger.grid), stretch.share
        report(1.0)
        return found(np.concatenate(rows), np.concatenate(levels), words.labels, tagger.grid.cell_s, seconds)


def trial(grid: Grid) -> Stretch:
    """A cell of soft noise."""
    noise = 0.01 * np.random.default_rng(0).standard_normal(grid.cell)
    return Stretch(noise.astype(np.float32), 0, 1, 1.0)


def found(rows: Rows, levels: NDArray[np.float32], labels: Sequence[str], cell_s: float, seconds: float) -> Made:
    """What is told and shown of (n, labels) likelihoods, a row for each `cell_s`, and the level of each row."""
    silent = levels < SILENT_DB
    rows = np.where(silent[:, None], np.float32(0), rows)
    kinds = [SoundClass(label, GAP_S, 0.0, high=HIGH, low=LOW, smooth_s=0.0, least_s=0.0) for label in labels]
    heard = [event for k, kind in enumerate(kinds) for event in events_of(rows[:, k], cell_s, kind)]
    told = [within(event, seconds) for event in (*heard, *silences(levels, cell_s))]
    best = np.sort(np.argsort(-rows.max(axis=0, initial=0.0), kind="stable")[:SHOWN])
    return Made(
        events=tuple(sorted(told, key=lambda event: (event.start_s, event.end_s))),
        posteriors=shown(
            np.concatenate((rows[:, best], silent[:, None]), axis=1), (*(labels[k] for k in best), SILENCE), cell_s
        ),
        facts={"seconds": round(seconds, 2)},
    )


def shown(rows: Rows, labels: Sequence[str], cell_s: float) -> Posteriors:
    """Likelihoods as they are drawn."""
    drawn = coarse(rows)
    together = -(-len(rows) // max(1, len(drawn)))
    return Posteriors(tuple(labels), cell_s * together, tuple(tuple(round(float(p), 3) for p in row) for row in drawn))


def within(event: SoundEvent, seconds: float) -> SoundEvent:
    """An event that ends with the recording, which may end within a cell."""
    return replace(event, end_s=round(min(event.end_s, seconds), 2))


def _heard(tagger: Tagger, stretch: Stretch, report: Report, share: float) -> Rows:
    return attended(lambda: tagger(stretch), lambda: report(share), tagger.stop)
