"""Mixed scenes of which it is known what is heard when: events at random times over a bed of noise.

bed       ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~   10-30 s
dog              ####..##                    0-15 dB above it while it is heard
rain                 ###############
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from assistant.audio import Samples
from assistant.evaluation.recordings import Recordings, Row
from models.base import SoundEvent
from models.sound.activity import active, runs
from models.sound.detection_classes import CLASSES, SoundClass
from models.sound.detection_features import HOP, RATE, levels_db, powers

LASTING_S = (10.0, 30.0)
EVENTS = (2, 5)
ABOVE_DB = (0.0, 15.0)
STEADY_S = (1.5, 5.0)
"""How long a sound is heard that could go on without end."""
LONGEST_S = 8.0
"""Of a recording, from where something is heard in it; no scene is shorter."""
PEAK = 0.5
SHORT_S = 0.1
"""Less of a sound is none of its events."""
TOLD = {
    "sea_waves": "sea waves", "crying_baby": "crying baby", "clock_tick": "clock ticking",
    "crackling_fire": "crackling fire",
}  # fmt: skip
"""What recordings are called where it is not as it is said."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A recording of one sound at `RATE`, cut to where it is heard, and the stretches in which it is."""

    label: str
    samples: Samples
    spans: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A scene at `RATE`."""

    samples: Samples
    events: tuple[SoundEvent, ...]
    clips: tuple[int, ...]
    """The number of the clip of each sound in it."""

    @property
    def seconds(self) -> float:
        """Its duration."""
        return len(self.samples) / RATE


def label_of(row: Row) -> str:
    """What a recording of sounds is called aloud."""
    first = str(row["labels"][0])
    return TOLD.get(first, first)


def clip(samples: Samples, label: str) -> Clip | None:
    """A recording at `RATE` as a clip; None where nothing is heard in it. A label that is none of `CLASSES` is taken
    for a sound that goes on without a pause."""
    kind = next((one for one in CLASSES if one.label == label), SoundClass(label, 0.5, 40.0, steady=True))
    levels = levels_db(powers(samples))
    heard = active(levels, kind.drop_db, round(kind.gap_s * RATE / HOP), kind.steady)
    spans = [(a * HOP, min(b * HOP, len(samples))) for a, b in runs(heard) if (b - a) * HOP >= SHORT_S * RATE]
    if not spans:
        return None
    first, last = spans[0][0], min(spans[-1][1], spans[0][0] + round(LONGEST_S * RATE))
    told = tuple(((a - first) / RATE, (min(b, last) - first) / RATE) for a, b in spans if a < last)
    return Clip(label, samples[first:last], told)


def clips(recordings: Recordings, rows: Sequence[tuple[Row, str]]) -> list[Clip]:
    """Recordings and what they are called, as clips.

    Raises:
        DataError: one cannot be read.
    """
    made = (clip(recordings.sound(row, RATE), label) for row, label in rows)
    return [one for one in made if one is not None]


def scenes(clips: Sequence[Clip], beds: Sequence[Samples], count: int, seed: int = 0) -> Iterator[Scene]:
    """Mix some; each of the labels is as likely as the others, however many clips it has."""
    by_label: dict[str, list[int]] = {}
    for number, one in enumerate(clips):
        by_label.setdefault(one.label, []).append(number)
    for k in range(count):
        yield scene(clips, by_label, beds, np.random.default_rng((seed, k)))


def scene(
    clips: Sequence[Clip], by_label: Mapping[str, Sequence[int]], beds: Sequence[Samples], random: Generator
) -> Scene:
    """One of them."""
    mixed = _bed(beds, round(random.uniform(*LASTING_S) * RATE), random)
    loudness, events, used = float(np.std(mixed)), list[SoundEvent](), list[int]()
    for _ in range(random.integers(EVENTS[0], EVENTS[1] + 1)):
        label = str(random.choice(sorted(by_label)))
        number = int(random.choice(by_label[label]))
        part = _shortened(clips[number], random)
        start = int(random.integers(0, len(mixed) - len(part.samples) + 1))
        gain = loudness * 10 ** (random.uniform(*ABOVE_DB) / 20) / max(1e-6, _loudness(part))
        mixed[start : start + len(part.samples)] += np.float32(gain) * part.samples
        events += [SoundEvent(label, start / RATE + a, start / RATE + b) for a, b in part.spans]
        used.append(number)
    return Scene(np.asarray(mixed * PEAK / np.abs(mixed).max(), np.float32), tuple(events), tuple(used))


def _bed(beds: Sequence[Samples], length: int, random: Generator) -> Samples:
    """Noise of a length, over and over where it is shorter."""
    bed = beds[int(random.integers(len(beds)))]
    start = int(random.integers(0, len(bed)))
    made = np.resize(np.roll(bed, -start), length).astype(np.float32)
    return np.asarray(made * 0.02 / max(1e-9, float(np.std(made))), np.float32)


def _shortened(whole: Clip, random: Generator) -> Clip:
    """A part of a sound that goes on, or all of one that is over by itself."""
    if len(whole.spans) > 1 or whole.spans[0][1] <= STEADY_S[0]:
        return whole
    seconds = random.uniform(STEADY_S[0], min(STEADY_S[1], whole.spans[0][1]))
    start = random.uniform(0, whole.spans[0][1] - seconds)
    return Clip(whole.label, whole.samples[round(start * RATE) : round((start + seconds) * RATE)], ((0.0, seconds),))


def _loudness(part: Clip) -> float:
    """The root mean square of a clip where it is heard."""
    heard = np.concatenate([part.samples[round(a * RATE) : round(b * RATE)] for a, b in part.spans])
    return float(np.sqrt(np.mean(np.square(heard, dtype=np.float64))))
