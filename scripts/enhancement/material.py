"""What mixtures are made of: people who speak, sounds and noise, rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE
from assistant.evaluation.recordings import Recordings, Row, held_out
from assistant.resample import resample
from scripts.enhancement import synthetic

Sound = NDArray[np.float16]

PEOPLE = ("voices", "speech", "ljspeech", "commands")
CLEAN_DB = 30.0
"""Between the loud and the quiet parts of a recording that is taken for clean."""
TEMPI = (0.88, 1.0, 1.13)
"""Each recording of speech is also heard slower and lower, and faster and higher."""
NOISY = ("rain", "sea_waves", "helicopter", "chainsaw", "crackling_fire")
"""Sounds that are noise; the others are events."""
ROOM_S, EARLY_S, EARLY = 0.4, 0.05, 0.6
"""How much of a response is used, and how much of it must come early: who is far away in a hall sounds like noise."""
MADE, MUSIC, MADE_S = 240, 90, 6.0
"""How much is made, and how many seconds each lasts."""
KEPT_BEDS = ("speechbrain-noise4", "precise-community-data-bg_noise3", "pyroomacoustics-exercise_bike")
"""Beds of noise that are measured with, and not trained on unless everything is."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Sounds by kind, float16 at `assistant.audio.RATE`, shape (n,) each."""

    people: Sequence[Sequence[Sound]]
    """Of each of `PEOPLE`."""
    noise: Mapping[str, Sequence[Sound]]
    """"beds", "noisy", "events", "made", "music"."""
    rooms: Sequence[NDArray[np.float32]]

    @classmethod
    def read(cls, recordings: Recordings, everything: bool) -> "Material":
        """What is trained on; with `everything` the held-out sounds too, but never the held-out people.

        Raises:
            DataError: a recording cannot be read.
        """
        people = [list(_spoken(recordings, kind)) for kind in PEOPLE]
        noise: dict[str, list[Sound]] = {"beds": [], "noisy": [], "events": [], **_made(np.random.default_rng(0))}
        for kind in ("noise", "sounds"):
            for row in recordings.rows(kind):
                if everything or not kept(row):
                    noise[_sort(kind, row)].append(recordings.sound(row, RATE).astype(np.float16))
        rooms = [_room(recordings, row) for row in recordings.rows("rooms")]
        return cls([clips for clips in people if clips], noise, [room for room in rooms if _is_near(room)])


def kept(row: Row) -> bool:
    """Whether a sound is measured with."""
    return held_out(row) or any(bed in str(row["path"]) for bed in KEPT_BEDS)


def _made(draw: np.random.Generator) -> dict[str, list[Sound]]:
    size = round(MADE_S * RATE)
    made = [synthetic.drawn(size, draw) for _ in range(MADE)]
    music = [synthetic.music(size, draw) for _ in range(MUSIC)]
    return {kind: [(0.1 * s).astype(np.float16) for s in sounds] for kind, sounds in (("made", made), ("music", music))}


def _sort(kind: str, row: Row) -> str:
    if kind == "noise":
        return "beds"
    label = str(row["labels"][0])
    return "music" if label == "music" else "noisy" if label in NOISY else "events"


def _spoken(recordings: Recordings, kind: str) -> list[Sound]:
    clips = list[Sound]()
    for row in recordings.rows(kind):
        samples = recordings.sound(row, RATE)
        if not held_out(row) and _is_clean(samples):
            clips += [resample(samples, RATE, round(RATE / tempo)).astype(np.float16) for tempo in TEMPI]
    return clips


def _is_clean(samples: NDArray[np.float32]) -> bool:
    frames = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    levels = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-10)
    return len(levels) > 25 and float(np.percentile(levels, 95) - np.percentile(levels, 8)) > CLEAN_DB


def _room(recordings: Recordings, row: Row) -> NDArray[np.float32]:
    """A response from its direct sound on, at a power of 1."""
    response = recordings.sound(row, RATE)
    start = int(np.abs(response).argmax())
    response = response[start : start + round(ROOM_S * RATE)]
    return np.asarray(response / np.sqrt(np.sum(response**2)), np.float32)


def _is_near(room: NDArray[np.float32]) -> bool:
    return float(np.sum(room[: round(EARLY_S * RATE)] ** 2)) > EARLY
