"""Sound detection by a small network of our own: which sounds are in a recording, and when.

file ─▶ 16 kHz ─▶ windows that overlap ─▶ mel bands ─▶ network ─▶ how likely each sound is, every 40 ms ─▶ events

window 0   [###########|--]
window 1          [--|###########|--]            -- is heard for what lies beside it, and answered by another
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.errors import EngineMissing
from assistant.resample import resample
from models.base import Card, Job, Json, Made, Posteriors, Report
from models.pieces import pieces
from models.sound.detection_classes import LABELS, SILENCE
from models.sound.detection_events import SILENT_DB, events, silences
from models.sound.detection_features import HOP, RATE, levels_db, powers, seen

WEIGHTS = Path(__file__).with_name("detection.onnx")
STEP = 2 * HOP
"""Samples to one answer, 40 ms."""
HOP_S = STEP / RATE
MARGIN = 73
"""Answers on either side of a window that are another's: as far as the network looks, and the edge of a frame."""
WINDOW_S = 10.0
"""How much is answered at once: few enough seconds to be cancelled soon."""
MOST_ROWS = 3000
"""Of what is shown; longer recordings are shown more coarsely."""

Rows = NDArray[np.float32]
"""A row for each answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What the network makes of a stretch of sound, a row for each `HOP_S`."""

    posteriors: Rows
    """How likely each of `LABELS` is, shape (n, labels)."""
    embeddings: Rows
    """What that is drawn from, shape (n, width): like for sounds that are alike."""
    bands: Rows
    """The mel bands as the network sees them, shape (n, bands)."""
    levels_db: NDArray[np.float32]
    """Decibels of full scale, shape (n,)."""
    share: float = 1.0
    """How much of the recording lies before its end, 0 to 1."""


class Detector:
    """The network."""

    labels = LABELS
    hop_s = HOP_S

    def __init__(self, weights: Path = WEIGHTS) -> None:
        """Load it.

        Raises:
            EngineMissing: the weights are not there.
        """
        if not weights.is_file():
            raise EngineMissing("The weights of sound detection are missing. Install the program again.")
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = ort.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])

    def posteriors(self, samples: Samples, rate: int) -> Rows:
        """How likely each of `labels` is, every `hop_s`: float32 (n,) or (n, channels) at `rate` hertz →
        (ceil(seconds / hop_s), labels). Of any length; memory grows with the answers alone."""
        return self.answers(samples, rate).posteriors

    def answers(self, samples: Samples, rate: int) -> Answers:
        """The same, with embeddings and levels."""
        sound = resample(samples if samples.ndim == 2 else samples[:, None], rate, RATE)
        return joined(self._answered(_windows([sound])))

    def follow(self, path: Path) -> Iterator[Answers]:
        """A recording's answers, some seconds at once.

        Raises:
            DataError: it cannot be read; what comes before the fault is yielded first.
        """
        parts, total = pieces(path, WINDOW_S, RATE), 1
        came = 0

        def sounds() -> Iterator[Samples]:
            nonlocal total
            for part in parts:
                total = max(1, part.total)
                yield part.samples

        for found in self._answered(_windows(sounds())):
            came += len(found.posteriors) * STEP
            yield replace(found, share=min(1.0, came / total))

    def _answered(self, windows: Iterable["_Window"]) -> Iterator[Answers]:
        for window in windows:
            power = powers(window.samples if len(window.samples) else _NONE)
            bands = seen(np.pad(power, ((0, len(power) % 2), (0, 0)), "edge"))
            posteriors, embeddings = self._session.run(None, {"bands": bands[None]})
            levels = np.pad(levels_db(power), (0, len(power) % 2), "edge").reshape(-1, 2).max(axis=1)
            shown = bands.reshape(-1, 2, bands.shape[1]).mean(axis=1)
            told = slice(window.before, window.before + window.answers)
            yield Answers(posteriors[0, told], embeddings[0, told], shown[told], levels[told])


class SoundDetection:
    """An `Engine`: which sounds are in a recording, and when."""

    def __init__(self, card: Card, folder: Path | None = None, **options: Json) -> None:
        self.card = card
        self._folder = folder
        self._detector: Detector | None = None

    def load(self) -> None:
        """Load the network, and let it hear a second of silence, so that the first job is as quick as the others."""
        self._detector = Detector()
        self._detector.posteriors(np.zeros(RATE, np.float32), RATE)

    def run(self, job: Job, report: Report) -> Made:
        """Find the sounds of `audio`.

        Raises:
            DataError: the file cannot be read.
            JobCancelled: it is no longer wanted.
        """
        assert self._detector is not None, "loaded before it is run"
        posteriors, levels = list[Rows](), list[NDArray[np.float32]]()
        report(0.0)
        for part in self._detector.follow(job.files["audio"]):
            posteriors.append(part.posteriors)
            levels.append(part.levels_db)
            report(part.share)
        return found(np.concatenate(posteriors), np.concatenate(levels))

    def drop(self) -> None:
        """Let it go."""
        self._detector = None


def found(rows: Rows, levels: NDArray[np.float32]) -> Made:
    """What is told and shown of a recording's answers: (n, labels), and the level of each."""
    heard = [*events(rows, HOP_S), *silences(levels, HOP_S)]
    silent = (levels < SILENT_DB).astype(np.float32)[:, None]
    shown = coarse(np.concatenate((rows, silent), axis=1))
    hop_s = HOP_S * max(1, -(-len(rows) // MOST_ROWS))
    told = tuple(tuple(round(float(p), 3) for p in row) for row in shown)
    return Made(
        events=tuple(sorted(heard, key=lambda e: (e.start_s, e.end_s))),
        posteriors=Posteriors((*LABELS, SILENCE), hop_s, told),
        facts={"seconds": round(len(rows) * HOP_S, 2)},
    )


def coarse(rows: Rows) -> Rows:
    """At most `MOST_ROWS` of them: the highest of those that come together."""
    together = max(1, -(-len(rows) // MOST_ROWS))
    padded = np.pad(rows, ((0, -len(rows) % together), (0, 0)))
    return np.asarray(padded.reshape(-1, together, rows.shape[1]).max(axis=1))


def joined(parts: Iterable[Answers]) -> Answers:
    """One after the other."""
    held = list(parts)
    return Answers(
        np.concatenate([part.posteriors for part in held]),
        np.concatenate([part.embeddings for part in held]),
        np.concatenate([part.bands for part in held]),
        np.concatenate([part.levels_db for part in held]),
    )


_NONE = np.zeros((1, 1), np.float32)
"""Heard in place of no sample at all: the network takes no fewer."""


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """A stretch of sound to be heard at once."""

    samples: Samples
    before: int
    """Answers at its beginning that are another's."""
    answers: int
    """Those that are its own."""


def _windows(sounds: Iterable[Samples]) -> Iterator[_Window]:
    """A sound that comes in pieces of shape (n, channels), as windows that overlap."""
    size, margin = round(WINDOW_S * RATE) // STEP, MARGIN * STEP
    held, before = list[Samples](), 0
    for sound in sounds:
        held.append(sound)
        while sum(map(len, held)) >= before * STEP + size * STEP + margin + 1:
            whole = np.concatenate(held)
            yield _Window(whole[: (before + size) * STEP + margin], before, size)
            held, before = [whole[(before + size - MARGIN) * STEP :]], MARGIN
    whole = np.concatenate(held)
    rest = -(-len(whole) // STEP) - before
    yield _Window(whole, before, rest)
