"""Sounds to measure with, made of recordings that nothing was trained on, and of which it is known what is in them.

    noisy_speech   one person, and a noise at a known distance
    two_speakers   two people at once, and each alone

Scenes of events over a background: `scenes.py`. What is needed for one task alone stands in its measure.

Each is a generator that gives the same with the same seed. Where some of the recordings are held out
(`assistant.evaluation.recordings`), only those are used; of a folder in which none is, everything.
All sounds are float32 of shape (n,).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.audio import RATE, Samples
from assistant.errors import DataError
from assistant.evaluation.capability.clips import chance, noise, people, speech
from assistant.evaluation.capability.levels import LEVEL_DBFS, at_snr, headroom, levelled, stretch
from assistant.evaluation.recordings import Recordings

SOUND_RATE = 32_000
"""Hertz; of materials that are no speech."""


@dataclass(frozen=True, slots=True, eq=False)
class NoisySpeech:
    """Speech and noise."""

    mixture: Samples
    clean: Samples
    """As loud as it is in the mixture."""
    label: str
    """The kind of the noise."""
    snr_db: float
    rate: int = RATE
    """Hertz."""


@dataclass(frozen=True, slots=True, eq=False)
class TwoSpeakers:
    """Two people who speak at once."""

    mixture: Samples
    sources: tuple[Samples, Samples]
    """Each alone, as loud as in the mixture: they add up to it."""
    speakers: tuple[str, str]
    level_db: float
    """By how much the first is louder."""
    rate: int = RATE
    """Hertz."""


@dataclass(frozen=True, slots=True, eq=False)
class SoundPair:
    """A sound that is wanted, and another in its way."""

    mixture: Samples
    target: Samples
    """As loud as in the mixture, and so is `other`: they add up to it."""
    other: Samples
    label: str
    """Of the target, as it is said."""
    other_label: str
    snr_db: float
    rate: int = SOUND_RATE
    """Hertz."""


def noisy_speech(
    recordings: Recordings, snr_db: float, kinds: Sequence[str], n: int, seed: int = 0
) -> Iterator[NoisySpeech]:
    """`n` of each kind of noise of which there is any, at 16 kHz; kinds are "stationary", "changing", "babble" (four
    people), "beds" (noise.jsonl), one of `made_noise.MADE`, or a label. The same speech and noise at every `snr_db`.

    Raises:
        DataError: there is no speech, or none of the noises.
    """
    everybody, came = people(recordings), False
    for kind in kinds:
        rng = chance(seed, kind)
        for _ in range(n):
            talker = str(rng.choice(sorted(everybody)))
            under = noise(recordings, kind, rng, talker)
            if under is None or not len(under):
                break
            came = True
            yield _noisy(speech(recordings, everybody[talker], rng), under, rng, kind, snr_db)
    if n and not came:
        raise DataError(f"There is no noise in {recordings.folder}: it takes noise.jsonl, or sounds.jsonl with labels.")


def _noisy(clean: Samples, under: Samples, rng: np.random.Generator, kind: str, snr_db: float) -> NoisySpeech:
    clean = levelled(clean)
    noisy = clean + at_snr(clean, stretch(under, len(clean), rng), snr_db)
    scale = headroom(noisy)
    return NoisySpeech(noisy * scale, clean * scale, kind, snr_db)


def two_speakers(
    recordings: Recordings, n: int, seed: int = 0, level_db: tuple[float, float] = (-2.5, 2.5)
) -> Iterator[TwoSpeakers]:
    """Pairs of different people at 16 kHz, as long as the shorter; the first is louder by what lies in `level_db`.

    Raises:
        DataError: there are no two speakers.
    """
    everybody, rng = people(recordings), chance(seed, "two speakers")
    names = sorted(name for name in everybody if name)
    if len(names) < 2:
        raise DataError(f"There are no two speakers in {recordings.folder}: rows of speech need a speaker.")
    for _ in range(n):
        first, second = rng.permutation(names)[:2]
        voices = [speech(recordings, everybody[name], rng) for name in (first, second)]
        level = float(rng.uniform(*level_db))
        yield _together(voices[0], voices[1], (str(first), str(second)), level)


def _together(one: Samples, two: Samples, speakers: tuple[str, str], level_db: float) -> TwoSpeakers:
    size = min(len(one), len(two))
    first = levelled(one[:size], LEVEL_DBFS + level_db / 2)
    second = levelled(two[:size], LEVEL_DBFS - level_db / 2)
    scale = headroom(first + second)
    first, second = first * scale, second * scale
    return TwoSpeakers(first + second, (first, second), speakers, level_db)
