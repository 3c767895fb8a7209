"""Mono to binaural: a sound placed around the listener, for headphones, by the ears of a manikin.

"circles me twice" ─▶ Placement ─┐
file ─▶ length, channels ────────┼▶ Trajectory ─▶ Scene ─▶ blocks of two channels ─▶ WAV
     └▶ pieces at 44.1 or 48 kHz ┘
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant import media
from assistant.audio import Samples
from assistant.errors import DataError
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.pieces import Writer, pieces
from models.sound.hrtf import Hrtf, load
from models.sound.placement_telling import named, told
from models.sound.placement_words import understood
from models.sound.room import ROOMS
from models.sound.scene import Scene, Spread, windows
from models.sound.trajectory import planned

WEIGHTS = Path(__file__).parent / "kemar.npz"
RATES = (44_100, 48_000)
"""What is made: the second of what has as much or more."""
PIECE_S = 2.0
LOOKED = 0.1
"""How much of the work it is to look at the recording first."""
APART_DEG = 30.0
"""How far to each side the two channels of a recording stand that have nothing in common."""
TOGETHER_DEG = 3.0
SILENT = 1e-5


@dataclass(slots=True)
class Looked:
    """What a recording is like, as far as it was looked at."""

    rate: int = 0
    channels: int = 1
    length: int = 0
    """Samples."""
    peak: float = 0.0
    alike: float = 0.0
    """Sum of the products of both channels, where there are two."""
    power: float = 0.0
    """Sum of the squares of both, halved."""

    @property
    def spread(self) -> Spread:
        """How its channels stand: two stand the farther apart the less they are alike, and others together."""
        if self.channels != 2:
            return Spread((), 1.0 / self.channels)
        alike = max(0.0, self.alike / self.power) if self.power else 1.0
        angle = APART_DEG * (1 - alike)
        return Spread((-angle, angle) if angle > TOGETHER_DEG else (), float(1 / np.sqrt(2 * (1 + alike))))


class Binaural:
    """An `Engine` that places sounds by head-related transfer functions."""

    def __init__(self, card: Card, folder: Path | None = None) -> None:
        self.card = card
        self._heads = dict[int, Hrtf]()

    def load(self) -> None:
        """Read the head's responses.

        Raises:
            EngineError: they cannot be read.
        """
        self._heads = {rate: load(WEIGHTS, rate) for rate in RATES}

    def run(self, job: Job, report: Report) -> Made:
        """Place `audio` where the words of `position` say; the way takes exactly as long as the sound.

        In a room the decay follows after the end. `Made.facts["placed"]` tells what was understood.

        Raises:
            EngineError: the words name no place; the sentence asks for one.
            DataError: the file cannot be read or written.
            JobCancelled: it is no longer wanted.
        """
        placement = understood(str(job.arguments.get("position") or ""))
        path = job.files["audio"]
        looked = look(path, report)
        rate = RATES[looked.rate >= RATES[1]]
        length = round(looked.length * rate / looked.rate)
        room = ROOMS.get(placement.room)
        way = planned(placement.steps, length / rate) if placement.steps else None
        scene = Scene(self._heads[rate], way, room, looked.spread, job.seed)
        whole = length + round(room.decay_s * rate if room else 0.0)
        target = job.folder / "binaural.wav"
        with Writer(target, rate, 2) as writer:
            for window, start in windows(_sound(path, rate), whole, looked.channels):
                report(LOOKED + (1 - LOOKED) * start / whole)
                writer.write(scene.render(window, start)[: whole - start])
        report(1.0)
        facts: dict[str, Json] = {"placed": told(placement), "rate": rate, "channels": 2, "source_rate": looked.rate}
        silent = "It holds nothing but silence, wherever it is placed." if looked.peak < SILENT else ""
        file = MadeFile(target, named(placement))
        return Made(files=(file,), facts={**facts, "source_channels": looked.channels}, notice=silent)

    def drop(self) -> None:
        """Let the responses go."""
        self._heads = {}


def look(path: Path, report: Report) -> Looked:
    """Go through a recording once: how long it is, to the sample, and how alike its channels are.

    Raises:
        DataError: it cannot be read.
        JobCancelled: it is no longer wanted.
    """
    found, told_s = Looked(), max(0.1, media.probe(path).seconds)
    for chunk in media.blocks(path, PIECE_S, mono=False):
        samples = chunk.samples.reshape(len(chunk.samples), -1)
        found.rate, found.channels = chunk.rate, samples.shape[1]
        found.length += len(samples)
        found.peak = max(found.peak, float(np.abs(samples).max(initial=0.0)))
        if found.channels == 2:
            found.alike += float(np.dot(samples[:, 0], samples[:, 1]))
            found.power += float(np.sum(np.square(samples))) / 2
        report(LOOKED * min(1.0, chunk.ends_at / told_s))
    if not found.length:
        raise DataError(f"{path.name} holds no sound.")
    return found


def _sound(path: Path, rate: int) -> Iterator[Samples]:
    for piece in pieces(path, PIECE_S, rate):
        yield np.nan_to_num(piece.samples, posinf=0.0, neginf=0.0)
