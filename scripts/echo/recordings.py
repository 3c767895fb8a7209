"""The recordings that sessions are made of, some of which are held out of the training."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.bench.room_data import Clip, read_clips
from assistant.bench.room_places import reverberation
from assistant.errors import DataError

PEOPLE = {"commands": 3.0, "voices": 3.0, "speech": 3.0, "wake_words": 0.5, "digits": 0.5}
"""The kinds in which people speak to the microphone, and how often one of their clips is taken."""
HELD_OUT_OF_256 = 51
HELD_OUT_ROOMS = frozenset(
    (
        *("speechbrain-rir4", "audiomentations-rir48000", "web-audio-samples-cinema-hallway"),
        *("web-audio-samples-medium-room1", "web-audio-samples-cardiod-7-4"),
    )
)
"""Rooms that no training hears, by the names of their files."""
LONGEST_T60_S = 3.0
"""Nobody talks to an assistant where it reverberates for longer."""


@dataclass(frozen=True, slots=True, eq=False)
class Recordings:
    """One side of what there is: what is trained on, or what is held out. Noise is on both sides, there is little."""

    people: Sequence[Clip]
    shares: NDArray[np.float64]
    """How likely each of the people is taken, shape (len(people),)."""
    voices: Sequence[Clip]
    """People whom the loudspeaker plays."""
    far: Sequence[Clip]
    """The program's own voices."""
    sounds: Sequence[Clip]
    noise: Sequence[Clip]
    rooms: Sequence[Clip]

    @classmethod
    def read(cls, data: Path, far: Path, held_out: bool) -> "Recordings":
        """The recordings of a folder of manifests, and those in the folder `far`, which `speak` wrote.

        Raises:
            DataError: there are no manifests, nobody speaks in them, or nothing was spoken yet.
        """
        clips = read_clips(data)
        side = [clip for clip in clips if is_held_out(clip.path.relative_to(data).as_posix()) is held_out]
        people = [clip for clip in side if clip.kind in PEOPLE]
        spoken = [Clip(path, "far") for path in sorted(far.glob("*.wav"))]
        spoken = [clip for clip in spoken if is_held_out(f"far/{clip.path.name}") is held_out]
        if not people or not spoken:
            raise DataError(f"{data} and {far} need people and spoken sentences, enough to hold a fifth of them out.")
        weights = np.array([PEOPLE[clip.kind] for clip in people])
        noise = [clip for clip in clips if clip.kind == "noise"]
        voices, sounds = ([clip for clip in side if clip.kind == kind] for kind in ("voices", "sounds"))
        return cls(people, weights / weights.sum(), voices, spoken, sounds, noise, _rooms(clips, held_out))


def is_held_out(name: str) -> bool:
    """Whether a recording is kept from the training: a fifth are, by the hash of their names."""
    return hashlib.md5(name.encode(), usedforsecurity=False).digest()[0] < HELD_OUT_OF_256


def _rooms(clips: Sequence[Clip], held_out: bool) -> list[Clip]:
    side = [clip for clip in clips if clip.kind == "rooms" and (clip.path.stem in HELD_OUT_ROOMS) is held_out]
    return [clip for clip in side if reverberation(clip.channels()[0]) < LONGEST_T60_S]
