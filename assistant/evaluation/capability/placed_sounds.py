"""Audio inpainting by text: sounds of ten kinds are put into real recordings of other kinds, over what is there and in
its place.

* found over, found instead   the share in which a detector that was taught real recordings hears the kind in that part;
                              of the recordings themselves, how often it hears it there without anything being done
* made seam                   decibels by which the energy at the seams, of the second difference, is off, on average
* outside                     samples outside of the part that are not what they were
"""

from collections.abc import Iterator, Sequence

import numpy as np

from assistant import media
from assistant.audio import Samples
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.detect_sounds import sounds
from assistant.evaluation.capability.generate_audio import REQUESTS
from assistant.evaluation.capability.trials import Tally, attempt
from assistant.evaluation.recordings import held_out
from models.base import Json
from models.sound.detection import Detector, found

TASK = "inpaint_audio"
PART_S = (1.5, 3.5)
LONGEST_S = 8.0
"""So much of a recording is used at most."""
BEDS, TEXTS = 4, 2
"""Recordings for a kind, and ways of asking in each."""
SEAM_S = 0.002
Bed = tuple[Samples, int]


def placed(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The figures of each engine that does what words say, and of who does nothing.

    Raises:
        DataError: a recording cannot be read.
        EngineMissing: the weights of detection are not here.
    """
    tally, detector = Tally(), Detector()
    for kind, texts in REQUESTS[: bench.count(len(REQUESTS))]:
        for number, (bed, rate) in enumerate(_beds(bench, kind)):
            tally.add(NOTHING, "found over", float(_hears(detector, kind, bed, rate)))
            text = texts[number % TEXTS]
            for contender in contenders:
                for over, way in ((True, "over"), (False, "instead")):
                    given: dict[str, Json] = {"text": text, "over": over, "start_s": PART_S[0], "end_s": PART_S[1]}
                    given["seed"] = 1 + bench.seed + number
                    made = attempt(contender, bench, TASK, bed, rate, **given)
                    if made is None:
                        continue
                    samples, _ = media.read_audio(made.files[0].path)
                    heard = float(_hears(detector, kind, samples, rate))
                    tally.add(contender.name, f"found {way}", heard)
                    tally.add(contender.name, f"found {way}, {kind}", heard)
                    tally.add(contender.name, f"made seam {way}", _seam(bed, samples, rate))
                    tally.add(contender.name, f"outside {way}", _outside(bed, samples, rate))
    yield from tally.rows()


def _beds(bench: Bench, kind: str) -> Iterator[Bed]:
    """Recordings of other kinds, half of them of people who speak where there are any."""
    others = [row for row, label in sounds(bench.recordings) if label != kind]
    spoken = [row for row in bench.recordings.rows("voices") if held_out(row)]
    random = np.random.default_rng((bench.seed, len(kind)))
    chosen = [rows[int(k)] for rows in (others, spoken) if rows for k in random.permutation(len(rows))[: 3 * BEDS]]
    count = {True: 0, False: 0}
    for row in chosen:
        samples, rate = media.read_audio(bench.recordings.path(row))
        spoke = row in spoken
        if len(samples) > (PART_S[1] + 0.5) * rate and count[spoke] < BEDS // 2:
            count[spoke] += 1
            yield samples[: round(LONGEST_S * rate)], rate


def _hears(detector: Detector, kind: str, samples: Samples, rate: int) -> bool:
    """Whether there is an event of the kind in the part."""
    answers = detector.answers(samples, rate)
    events = found(answers.posteriors, answers.levels_db).events
    return any(one.label == kind and one.start_s < PART_S[1] and one.end_s > PART_S[0] for one in events)


def _seam(before: Samples, after: Samples, rate: int) -> float:
    near, off = round(SEAM_S * rate), []
    for at in (round(second * rate) for second in PART_S):
        there, ours = (np.sum(np.diff(x[at - near : at + near].astype(np.float64), 2) ** 2) for x in (before, after))
        off.append(abs(float(10 * np.log10((ours + 1e-12) / (there + 1e-12)))))
    return float(np.mean(off))


def _outside(before: Samples, after: Samples, rate: int) -> float:
    start, end = (round(second * rate) for second in PART_S)
    changed = np.flatnonzero(before != after[: len(before)])
    return float(np.count_nonzero((changed < start) | (changed >= end))) + abs(len(after) - len(before))
