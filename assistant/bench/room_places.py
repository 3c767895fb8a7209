"""Where a conversation takes place: the room's responses, its noise, and how its devices tell the time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples, dbfs
from assistant.bench.room_acoustics import PathOptions
from assistant.bench.room_data import Clip
from assistant.errors import DataError

SMALL_T60_S = 0.8
"""Rooms that people talk to machines in reverberate no longer."""
LONGEST_S = 0.6
"""How much of a response is kept."""
DIRECT_DB = 6.0
"""How far the direct sound lies above the reverberation, as of a loudspeaker on the same table and of people within a
meter. Responses are recorded from further away, from other rooms even."""
SPEAKER_BAND = (180.0, 7000.0)
SPEAKER_DRIVE = 0.8
"""Harmonics 27 dB down at full scale, as of a small loudspeaker that is turned up."""


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """A measured room at `RATE`."""

    name: str
    speaker: Samples
    """From the loudspeaker to the microphone, shape (n,), the direct sound first."""
    people: Samples
    """From the people to the microphone."""
    t60_s: float


@dataclass(frozen=True, slots=True)
class Timing:
    """How long sound is under way in the devices, and how wrong they tell it. Seconds."""

    output_s: float = 0.03
    """From the buffer to the air."""
    input_s: float = 0.015
    """From the microphone to whoever listens."""
    travel_s: float = 0.01
    """From the loudspeaker to the microphone."""
    output_error_s: float = 0.0
    """What the told time of sounding is late by."""
    input_error_s: float = 0.0
    jitter_s: float = 0.0
    """Standard deviation of the told time of sounding, from block to block."""
    drift_ppm: float = 0.0
    """How much faster the loudspeaker's clock is than the microphone's and the loop's."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A room with its devices and its noise."""

    room: Room
    timing: Timing
    noise: Samples
    """A bed at `RATE`, shape (n,), that is repeated; its level is what the microphone hears."""
    seed: int = 0

    def path(self, speaker_rate: int, gain: float) -> PathOptions:
        """The way from the loudspeaker to the microphone, besides the room's response."""
        timing = self.timing
        delay = timing.output_s + timing.travel_s
        return PathOptions(speaker_rate, RATE, timing.drift_ppm, delay, SPEAKER_DRIVE, band=SPEAKER_BAND, gain=gain)


def choose_rooms(clips: Sequence[Clip], large: bool = False) -> list[Room]:
    """The rooms that reverberate briefly, or else the others; all of them where none does.

    Raises:
        DataError: there is no response of any room.
    """
    rooms = [measured(clip) for clip in clips if clip.kind == "rooms"]
    if not rooms:
        raise DataError("There is no room in the data; rooms.jsonl lists impulse responses.")
    return [room for room in rooms if (room.t60_s > SMALL_T60_S) is large] or rooms


def measured(clip: Clip) -> Room:
    """A room from the recording of its response; people stand where its last channel was.

    Raises:
        DataError: it cannot be read.
    """
    channels = clip.channels()
    speaker, people = (near(direct_first(channel), DIRECT_DB) for channel in (channels[0], channels[-1]))
    return Room(clip.path.stem, speaker, people, reverberation(channels[0]))


def direct_first(response: Samples) -> Samples:
    """The direct sound after 1 ms and what follows it, `LONGEST_S` at most, faded out."""
    loud = np.abs(response)
    first = max(0, int(np.argmax(loud > 0.1 * loud.max())) - RATE // 1000)
    kept = response[first : first + round(LONGEST_S * RATE)].copy()
    fade = min(len(kept), RATE // 20)
    kept[len(kept) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return kept


def near(response: Samples, direct_db: float) -> Samples:
    """As from where the direct sound is so many decibels above the reverberation, with an energy of 1.

    The direct sound is what comes within 2.5 ms of its peak (Bryan 2020, "Impulse response data augmentation").
    """
    direct = np.zeros(len(response), np.bool_)
    peak = int(np.argmax(np.abs(response[: RATE // 100])))
    direct[max(0, peak - RATE // 400) : peak + RATE // 400] = True
    power = [float(np.sum(np.square(response[part], dtype=np.float64))) for part in (direct, ~direct)]
    gains = [1 / np.sqrt(p) if p else 0.0 for p in power]
    shaped = response * np.where(direct, gains[0], gains[1] * 10 ** (-direct_db / 20))
    return np.asarray(shaped / np.sqrt(np.sum(np.square(shaped))), np.float32)


def reverberation(response: Samples) -> float:
    """T60 in seconds, from the decay between -5 and -25 dB (ISO 3382's T20, by Schroeder's backward integration)."""
    left = np.cumsum(np.square(response[::-1], dtype=np.float64))[::-1]
    decay: NDArray[np.float64] = 10 * np.log10(np.maximum(left, 1e-12 * left[0]) / left[0])
    within = np.flatnonzero((decay <= -5) & (decay >= -25))
    if len(within) < 2:
        return 0.0
    slope = np.polyfit(within / RATE, decay[within], 1)[0]
    return float(-60 / slope)


def place(room: Room, noise: Samples, noise_dbfs: float, seed: int) -> Place:
    """A room with devices drawn at random."""
    draw = np.random.default_rng(seed)
    timing = Timing(
        output_s=draw.uniform(0.025, 0.05),
        input_s=draw.uniform(0.01, 0.02),
        travel_s=draw.uniform(0.005, 0.03),
        output_error_s=draw.normal(0, 0.003),
        input_error_s=draw.normal(0, 0.003),
        jitter_s=0.0005,
        drift_ppm=draw.uniform(-100, 100),
    )
    return Place(room, timing, at_level(noise, noise_dbfs), seed)


def at_level(samples: Samples, level_dbfs: float) -> Samples:
    """Scaled to a root mean square in decibels relative to full scale; silence stays."""
    if not np.any(samples):
        return samples
    return np.asarray(samples * 10 ** ((level_dbfs - dbfs(samples)) / 20), np.float32)


def beds(clips: Sequence[Clip]) -> list[Samples]:
    """The noises; faint hiss where there are none.

    Raises:
        DataError: one cannot be read.
    """
    found = [clip.sound() for clip in clips if clip.kind == "noise"]
    return found or [np.random.default_rng(0).normal(0, 0.01, 10 * RATE).astype(np.float32)]
