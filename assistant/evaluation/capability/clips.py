"""Which recordings there are to measure with: people by name, sounds by label, noises by kind."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias
from zlib import crc32

import numpy as np

from assistant.audio import RATE, Samples
from assistant.errors import DataError
from assistant.evaluation.capability.levels import levelled, runs, sounding
from assistant.evaluation.capability.made_noise import MADE
from assistant.evaluation.recordings import Recordings, Row, labelled, split

By: TypeAlias = Mapping[str, Sequence[Row]]
"""Recordings by who speaks or what sounds."""

SPEECH_S = (2.0, 6.0)
"""The shortest recording of speech that is used, and how much of one at most."""
CLIP_S = 5.0
"""How much of a sound is used at most."""
SPEECH = "speech"
"""The label of people who speak."""
STATIONARY = ("rain", "helicopter")
"""Labels of noises that go on as they are."""
CHANGING = ("dog", "crying_baby", "rooster", "sneezing", "crackling_fire", "sea_waves", "clock_tick", "chainsaw")
LABELS: Mapping[str, Sequence[str]] = {"stationary": STATIONARY, "changing": CHANGING}
"""The kinds of noise among the labelled sounds."""
BABBLE = "babble"
"""A kind of noise: four people at once."""
BEDS = "beds"
"""A kind of noise: the recordings of noise.jsonl."""
BABBLERS = 4


def used(rows: list[Row]) -> list[Row]:
    """Those that are held out; all, where none is."""
    return split(rows)[1] or rows


def people(recordings: Recordings) -> By:
    """Speech by who speaks; under "" that of which nobody knows.

    Raises:
        DataError: there is none.
    """
    rows = used([*recordings.rows("speech"), *recordings.rows("voices")])
    found: dict[str, list[Row]] = {}
    for row in rows:
        if float(row.get("dur", SPEECH_S[0])) >= SPEECH_S[0]:
            found.setdefault(str(row.get("speaker") or ""), []).append(row)
    if not found:
        raise DataError(f"There is no speech in {recordings.folder}: it takes speech.jsonl or voices.jsonl.")
    return found


def kinds_of_sound(recordings: Recordings, *, speech: bool = False) -> By:
    """Labelled sounds by their first label, and with `speech` that of people.

    Raises:
        DataError: there is none.
    """
    found: dict[str, list[Row]] = {}
    for row, label in labelled(used(recordings.rows("sounds"))):
        found.setdefault(label, []).append(row)
    if not found:
        raise DataError(f"There are no labelled sounds in {recordings.folder}: it takes sounds.jsonl.")
    if speech and (recordings.rows("speech") or recordings.rows("voices")):
        found[SPEECH] = [row for rows in people(recordings).values() for row in rows]
    return found


def speech(recordings: Recordings, rows: Sequence[Row], rng: np.random.Generator, rate: int = RATE) -> Samples:
    """What somebody says, six seconds at most, without the silence around it: shape (n,)."""
    sound = recordings.sound(picked(rows, rng), rate)
    found = runs(sound, rate)
    sound = sound[found[0][0] : found[-1][1]] if found else sound
    longest = round(SPEECH_S[1] * rate)
    start = int(rng.integers(max(1, len(sound) - longest + 1)))
    return sound[start : start + longest]


def clip(recordings: Recordings, rows: Sequence[Row], rng: np.random.Generator, rate: int) -> Samples:
    """A sound as it was recorded, five seconds at most: shape (n,)."""
    return recordings.sound(picked(rows, rng), rate)[: round(CLIP_S * rate)]


def noise(recordings: Recordings, kind: str, rng: np.random.Generator, but: str = "") -> Samples | None:
    """A noise of a kind at 16 kHz, without pauses, by nobody called `but`; None where there is none of that kind.

    A kind is one of `LABELS`, `BABBLE`, `BEDS`, `MADE`, or a label.
    """
    if kind in MADE:
        return MADE[kind](rng)
    if kind == BABBLE:
        return _babble(recordings, rng, but)
    rows = recordings.rows("noise") if kind == BEDS else _of_labels(recordings, LABELS.get(kind, (kind,)))
    return sounding(recordings.sound(picked(rows, rng), RATE), RATE) if rows else None


def picked(rows: Sequence[Row], rng: np.random.Generator) -> Row:
    """One of them."""
    return rows[int(rng.integers(len(rows)))]


def turns(names: Sequence[str], rng: np.random.Generator) -> Iterator[str]:
    """Names without end, each as often as the others, in an order of chance."""
    while True:
        yield from (names[place] for place in rng.permutation(len(names)))


def chance(seed: int, name: str) -> np.random.Generator:
    """Chance that is the same for the same seed and name."""
    return np.random.default_rng([seed, crc32(name.encode())])


def said(label: str) -> str:
    """A label as it is said: "sea waves"."""
    return label.replace("_", " ")


def _of_labels(recordings: Recordings, labels: Sequence[str]) -> list[Row]:
    return [row for row, label in labelled(used(recordings.rows("sounds"))) if label in labels]


def _babble(recordings: Recordings, rng: np.random.Generator, but: str) -> Samples | None:
    everybody = people(recordings)
    others = [name for name in sorted(everybody) if name not in ("", but)]
    if len(others) < BABBLERS:
        return None
    size = round(SPEECH_S[1] * RATE)
    voices = [speech(recordings, everybody[name], rng) for name in rng.permutation(others)[:BABBLERS]]
    return np.asarray(np.sum([np.resize(levelled(voice), size) for voice in voices], axis=0), np.float32)
