"""Speech separation: how much nearer each of two voices comes to what it was alone, and whether one is told from two.

SI-SNR improvement (Le Roux et al. 2019) of the better assignment, by the mean of both voices: of people nobody trained
on, who are as loud as each other or 5 dB apart, whose voices are as high or not, who talk for half a minute, at 44.1
kHz, and of whom one comes in late. A recording that is refused counts as left as it was, and how often that is right is
told besides: of one person, of noise, and of two people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from assistant.audio import RATE, Samples
from assistant.evaluation.capability.base import Bench, Contender, Row
from assistant.evaluation.capability.clips import By, chance, kinds_of_sound, people, picked, speech
from assistant.evaluation.capability.levels import LEVEL_DBFS, headroom, levelled, stretch
from assistant.evaluation.capability.materials import TwoSpeakers, two_speakers
from assistant.evaluation.capability.metrics import si_sdr, si_sdr_permuted
from assistant.evaluation.capability.trials import UNTOUCHED, Tally, attempt, sounds
from assistant.evaluation.recordings import Recordings
from assistant.resample import resample
from models.base import Made
from models.speech.voice_print import RATE as PRINT_RATE
from models.speech.voice_print import print_of, semitones

TASK = "separate_speech"
USUAL = 40
"""How many mixtures of each level, unless it is limited; of what takes longer, a fourth."""
APART_DB = 5.0
ALIKE = 4.0
"""Semitones; voices that are less apart are as high as each other."""
LONG_S = 30.0
FINE_RATE = 44_100
LATE_S = 2.5
"""How long one speaks alone before the other comes in."""


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The figures of each.

    Raises:
        DataError: there are no two speakers.
    """
    tally = Tally()
    for contender in (UNTOUCHED, *contenders):
        for condition, case in _mixtures(bench):
            made = attempt(contender, bench, TASK, case.mixture, case.rate)
            tally.add(contender.name, f"si_snr_improvement_db, {condition}", _gained(made, case))
            tally.add(contender.name, "refused, two people", float(made is None))
        for condition, sound in _others(bench):
            made = attempt(contender, bench, TASK, sound, RATE)
            tally.add(contender.name, f"refused, {condition}", float(made is None))
    yield from tally.rows()


def _gained(made: Made | None, case: TwoSpeakers) -> float:
    """The mean improvement in decibels; 0 of what was refused, or left as one sound."""
    found = sounds(made, case.rate) if made is not None else []
    if len(found) < len(case.sources):
        return 0.0
    before = float(np.mean([si_sdr(case.mixture, source) for source in case.sources]))
    return si_sdr_permuted(found, case.sources)[0] - before


def _mixtures(bench: Bench) -> Iterator[tuple[str, TwoSpeakers]]:
    n = USUAL if bench.limit is None else bench.limit
    few = max(1, n // 4)
    for level in (0.0, APART_DB):
        for case in two_speakers(bench.recordings, n, bench.seed, (level, level)):
            yield f"{level:g} dB apart", case
            if pitch := _by_pitch(case):
                yield f"{level:g} dB apart, {pitch}", case
    for case in two_speakers(bench.recordings, few, bench.seed + 1, (0.0, 0.0)):
        yield "at 44.1 kHz", _at(case, FINE_RATE)
        yield "one comes in late", _late(case)
    for case in _long(bench.recordings, few, bench.seed):
        yield f"{LONG_S:g} seconds", case


def _others(bench: Bench) -> Iterator[tuple[str, Samples]]:
    """Sounds in which no two people speak."""
    n, rng = USUAL if bench.limit is None else bench.limit, chance(bench.seed, "one speaker")
    everybody = people(bench.recordings)
    for name in rng.permutation(sorted(everybody))[:n]:
        yield "one person", levelled(speech(bench.recordings, everybody[str(name)], rng))
    if bench.recordings.rows("sounds"):
        kinds = kinds_of_sound(bench.recordings)
        for label in rng.choice(sorted(kinds), n):
            yield "nobody", bench.recordings.sound(picked(kinds[str(label)], rng), RATE)


def _by_pitch(case: TwoSpeakers) -> str:
    """Whether both voices are as high; empty where that cannot be told."""
    first, second = (print_of(resample(source, case.rate, PRINT_RATE)).pitch_hz for source in case.sources)
    if not (first and second):
        return ""
    return "voices as high" if abs(semitones(first, second)) < ALIKE else "one voice higher"


def _at(case: TwoSpeakers, rate: int) -> TwoSpeakers:
    first, second = (resample(source, case.rate, rate) for source in case.sources)
    return replace(case, mixture=first + second, sources=(first, second), rate=rate)


def _late(case: TwoSpeakers) -> TwoSpeakers:
    """The second begins when the first has spoken for a while, and goes on alone."""
    pause = np.zeros(round(LATE_S * case.rate), np.float32)
    first, second = np.concatenate((case.sources[0], pause)), np.concatenate((pause, case.sources[1]))
    return replace(case, mixture=first + second, sources=(first, second))


def _long(recordings: Recordings, n: int, seed: int) -> Iterator[TwoSpeakers]:
    """Two people who go on talking, each through all there is of them, over and over."""
    everybody, rng = people(recordings), chance(seed, "long")
    names = sorted(name for name in everybody if name)
    for _ in range(n):
        pair = [str(name) for name in rng.permutation(names)[:2]]
        first, second = (_talk(recordings, everybody, name, rng) for name in pair)
        room = headroom(first + second)
        first, second = first * room, second * room
        yield TwoSpeakers(first + second, (first, second), (pair[0], pair[1]), 0.0)


def _talk(recordings: Recordings, everybody: By, name: str, rng: np.random.Generator) -> Samples:
    rows = everybody[name]
    said = [levelled(recordings.sound(rows[int(k)], RATE), LEVEL_DBFS) for k in rng.permutation(len(rows))]
    return stretch(np.concatenate(said), round(LONG_S * RATE), rng)
