"""Audio inpainting by text: sounds of ten kinds are put into real recordings of other kinds, over what is there and in
its place.

* found over, found instead   the share in which a detector that was taught real recordings hears the kind in that part;
                              of the recordings themselves, how often it hears it there without anything being done
* found over a voice          the same where somebody speaks, to whom what is laid over gives way
* words kept                  of read sentences with a sound laid over nearly all of them, one less the word error rate
* made seam                   decibels by which the energy at the seams, of the second difference, is off, on average
* outside                     samples outside of the part that are not what they were
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from assistant import media
from assistant.audio import Samples
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.detect_sounds import sounds
from assistant.evaluation.capability.generate_audio import REQUESTS
from assistant.evaluation.capability.trials import Tally, attempt
from assistant.evaluation.capability.words import word_errors
from assistant.evaluation.recordings import held_out
from assistant.resample import resample
from models.base import Json
from models.sound.detection import Detector, found

if TYPE_CHECKING:
    from asr.moonshine import Moonshine

TASK = "inpaint_audio"
PART_S = (1.5, 3.5)
LONGEST_S = 8.0
"""So much of a recording is used at most."""
BEDS, TEXTS = 4, 2
"""Recordings for a kind, and ways of asking in each."""
SEAM_S = 0.002
SENTENCES, EDGE_S = 6, 0.3
LAID_OVER = (
    "thunder",
    "a dog barking",
    "rain",
    "a helicopter",
    "ocean waves",
    "a clock ticking",
    "applause",
    "a siren",
)
"""What is laid over each sentence, but for its edges."""
Bed = tuple[Samples, int, bool]
"""Sound, its rate, and whether somebody speaks."""


def placed(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The figures of each engine that does what words say, and of who does nothing.

    Raises:
        DataError: a recording cannot be read.
        EngineMissing: the weights of detection are not here.
    """
    tally, detector = Tally(), Detector()
    for kind, texts in REQUESTS[: bench.count(len(REQUESTS))]:
        for number, (bed, rate, spoken) in enumerate(_beds(bench, kind)):
            tally.add(
                NOTHING, "found over a voice" if spoken else "found over", float(_hears(detector, kind, bed, rate))
            )
            text = texts[number % TEXTS]
            for contender in contenders:
                for over, way in ((True, "over a voice" if spoken else "over"), (False, "instead")):
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
    _judge_words(tally, contenders, bench)
    yield from tally.rows()


def _judge_words(tally: Tally, contenders: Sequence[Contender], bench: Bench) -> None:
    """How many words of a voice are still understood by the conversation's recognizer."""
    rows = [row for row in bench.recordings.rows("speech") if row.get("text") and row.get("lang") == "en"]
    for row in rows[: bench.count(SENTENCES)]:
        samples, rate = media.read_audio(bench.recordings.path(row))
        tally.add(NOTHING, "words kept", _understood(samples, rate, str(row["text"])))
        for text in LAID_OVER:
            given: dict[str, Json] = {"text": text, "over": True, "start_s": EDGE_S, "seed": 1 + bench.seed}
            given["end_s"] = round(len(samples) / rate - EDGE_S, 3)
            for contender in contenders:
                if made := attempt(contender, bench, TASK, samples, rate, **given):
                    heard, _ = media.read_audio(made.files[0].path)
                    tally.add(contender.name, "words kept", _understood(heard, rate, str(row["text"])))


def _understood(samples: Samples, rate: int, text: str) -> float:
    heard = _ears().transcribe(resample(samples, rate, 16_000)).text
    return max(0.0, 1 - word_errors([heard], [text]))


@lru_cache(maxsize=1)
def _ears() -> "Moonshine":
    """The conversation's own recognizer."""
    from asr.moonshine import Moonshine

    return Moonshine()


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
            yield samples[: round(LONGEST_S * rate)], rate, spoke


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
