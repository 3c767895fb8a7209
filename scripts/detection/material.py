"""What the network learns from: recordings as the power in their bands, in several tempos and rooms, and where they are
heard.

    recording ─▶ speeds ─▶ rooms ─▶ powers, half precision ─┐
         music made up ─▶ the same ───────────────────────────┴▶ bank.npz
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.random import Generator
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.evaluation.recordings import Recordings, Row, held_out
from models.sound.activity import active
from models.sound.detection_classes import CLASSES, LABELS
from models.sound.detection_features import HOP, RATE, levels_db, powers
from scripts.detection.music import music

SPEEDS = (1.0, 0.88, 0.94, 1.07, 1.15)
"""The pitch goes with the tempo."""
ROOMY = (False, True, False, True, True)
"""Which of them sound in a room."""
LONGEST_S = {"speech": 8.0, "music": 30.0}
MADE_UP = 160
"""Pieces of music, 10 s each."""
ESC = {
    "sea_waves": "sea waves", "crying_baby": "crying baby", "clock_tick": "clock ticking", "sneezing": "sneezing",
    "crackling_fire": "crackling fire",
}  # fmt: skip
"""What the data set calls the classes, where it is not as they are said."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A recording of one sound."""

    name: str
    label: str
    """One of `LABELS`; "noise" or "other" for what is none of them."""
    fold: int
    """Which quarter of the recordings it is in, 1 to 4; 0: in all trainings."""
    held: bool
    """Whether nothing is to be learned from it, whatever the fold."""
    variants: tuple[tuple[NDArray[np.float16], NDArray[np.bool_]], ...]
    """Logarithm of the power (base 10), shape (frames, bands), and where it is heard, shape (frames,)."""


def sources(recordings: Recordings, seed: int = 0) -> Iterator[Source]:
    """All recordings that are learned from or measured with, and music made up."""
    rooms = [_room(recordings, row) for row in recordings.rows("rooms")]
    for row, label in listed(recordings):
        samples = recordings.sound(row, RATE)[: round(LONGEST_S.get(label, 120.0) * RATE)]
        held = label == "speech" and held_out(row)
        yield _source(str(row["path"]), label, fold_of(row), samples, rooms, held)
    for k in range(MADE_UP):
        random = np.random.default_rng((seed, k))
        yield _source(f"made-up-{k}", "music", 0, music(random, 10.0), rooms, False)


def listed(recordings: Recordings) -> Iterator[tuple[Row, str]]:
    """The recordings, each with its label, or "noise" or "other"."""
    for row in recordings.rows("sounds"):
        first = ESC.get(str(row["labels"][0]), str(row["labels"][0]))
        yield row, first if first in LABELS else "other"
    for kind in ("voices", "commands", "speech", "ljspeech"):
        yield from ((row, "speech") for row in recordings.rows(kind))
    for kind in ("digits", "wake_words", "not_wake_words"):  # single words, so many alike that a third is enough
        yield from ((row, "speech") for row in recordings.rows(kind)[::3])
    yield from ((row, "music") for row in recordings.rows("singing"))
    yield from ((row, "noise") for row in recordings.rows("noise"))


def fold_of(row: Row) -> int:
    """The fold of a recording: its own, or one drawn by who speaks or by its name."""
    drawn = zlib.crc32(str(row.get("speaker") or row["path"]).encode()) % 4 + 1
    return int(row.get("fold") or drawn)


def heard(power: NDArray[np.float32], label: str) -> NDArray[np.bool_]:
    """Where a recording of a label is heard: shape (frames, bands) → (frames,)."""
    kind = next((one for one in CLASSES if one.label == label), None)
    levels = levels_db(power)
    if kind is None:
        return active(levels, 60.0, 50, steady=True)
    return active(levels, kind.drop_db, round(kind.gap_s * RATE / HOP), kind.steady)


def saved(bank: list[Source], path: Path) -> None:
    """Keep it for the next run."""
    packed: dict[str, NDArray[np.generic]] = {}
    for k, one in enumerate(bank):
        packed[f"{k}-told"] = np.array([one.name, one.label, str(one.fold), str(int(one.held))])
        for v, (power, marks) in enumerate(one.variants):
            packed[f"{k}-power-{v}"], packed[f"{k}-heard-{v}"] = power, marks
    np.savez(path, **packed)  # type: ignore[arg-type]


def loaded(path: Path) -> list[Source]:
    """What `saved` kept."""
    bank: list[Source] = []
    with np.load(path) as packed:
        for k in range(sum(name.endswith("-told") for name in packed.files)):
            name, label, fold, held = (str(one) for one in packed[f"{k}-told"])
            variants = tuple((packed[f"{k}-power-{v}"], packed[f"{k}-heard-{v}"]) for v in range(len(SPEEDS)))
            bank.append(Source(name, label, int(fold), held == "1", variants))
    return bank


def _source(name: str, label: str, fold: int, samples: Samples, rooms: list[Samples], held: bool) -> Source:
    random = np.random.default_rng(zlib.crc32(name.encode()))
    made = []
    for speed, roomy in zip(SPEEDS, ROOMY, strict=True):
        moved = samples if speed == 1 else soxr.resample(samples, RATE, RATE / speed)
        if roomy:
            moved = _in_room(moved, rooms[random.integers(len(rooms))], random)
        power = powers(np.asarray(moved, np.float32))
        made.append((np.log10(power + 1e-9).astype(np.float16), heard(power, label)))
    return Source(name, label, fold, held, tuple(made))


def _in_room(samples: Samples, room: Samples, random: Generator) -> Samples:
    """As it sounds in a room, some of it straight."""
    size = len(samples) + len(room)
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(room, size), size)[: len(samples)]
    loudness = float(np.std(samples)) / max(1e-9, float(np.std(wet)))
    share = random.uniform(0.3, 1.0)
    return np.asarray(share * loudness * wet + (1 - share) * samples, np.float32)


def _room(recordings: Recordings, row: Row) -> Samples:
    """A response from its loudest moment on, a second and a half of it."""
    response = recordings.sound(row, RATE)
    loudest = int(np.abs(response).argmax())
    return np.asarray(response[max(0, loudest - 20) : loudest + round(1.5 * RATE)], np.float32)
