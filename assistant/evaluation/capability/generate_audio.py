"""Text to audio: whether what was made is what was asked for.

* Named: the share of requests for one of ten kinds in which a detector that was taught real recordings alone finds it,
  as the likeliest kind of all, beside the share of real clips (those of ESC-10 were among what it was taught).
* Told: how many events are heard where a number was asked for, and when sound begins and ends where times were.
* Itself: how alike two takes of a request are, whether one seed gives one sound, peaks, level, the seam of a loop.

Who does nothing gives silence; noise is measured beside it.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from assistant import media
from assistant.audio import Samples
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.detect_sounds import chosen, sounds
from assistant.evaluation.capability.trials import Tally, job, tried
from models.base import Job, Json, Made, MadeFile
from models.sound.detection import Detector, found

TASK = "generate_audio"
RATE = 44_100
SECONDS = 6.0
NOISE, RECORDED = "(noise)", "(recordings)"

REQUESTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("dog", ("a dog barking", "two dogs barking", "a big dog that barks loudly", "a small dog barking fast")),
    ("rain", ("rain", "heavy rain on a tin roof", "gentle rain on leaves", "a downpour")),
    ("sea waves", ("ocean waves", "gentle waves on a beach", "the sea", "heavy surf")),
    ("crying baby", ("a baby crying", "a crying baby in a small room", "a newborn", "a baby that cries loudly")),
    ("clock ticking", ("a clock ticking", "a ticking clock", "a slow clock", "an old clock ticking close by")),
    ("sneezing", ("somebody sneezing", "two sneezes", "a loud sneeze", "a sneeze")),
    ("helicopter", ("a helicopter", "a helicopter passing by", "a helicopter hovering", "a loud helicopter")),
    ("chainsaw", ("a chainsaw", "somebody with a chainsaw", "a loud chainsaw", "a chainsaw in a forest")),
    ("rooster", ("a rooster crowing", "a cockerel", "two roosters crowing", "a rooster close by")),
    ("crackling fire", ("a crackling fire", "a camp fire", "a fireplace", "a big wood fire")),
)
"""Kinds as the detector calls them, and how people may ask for them."""
TAKES = 2
COUNTS = (("three knocks", 3), ("five beeps", 5), ("two door slams", 2), ("four dog barks", 4))
"""Requests for so many events, each of one burst."""
SPANS = (
    ("rain for three seconds, then silence for two seconds, then wind for three seconds", ((0.0, 3.0), (5.0, 8.0))),
    (
        "white noise for two seconds, then silence for one second, then a siren for two seconds",
        ((0.0, 2.0), (3.0, 5.0)),
    ),
    ("silence for two seconds followed by heavy rain for four seconds", ((2.0, 6.0),)),
)
"""Requests with times, and the stretches that sound."""
QUIET_DB = -30.0
"""So far below the loudest, nothing is heard to sound."""
FRAME_S = 0.02


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The figures of each.

    Raises:
        DataError: a recording cannot be read.
        EngineMissing: the weights of detection are not here.
    """
    tally, detector = Tally(), Detector()
    for row, label in sounds(bench.recordings)[: bench.count(80)]:
        samples, rate = media.read_audio(bench.recordings.path(row))
        tally.add(RECORDED, "named", float(_named(detector, samples, rate) == label))
    for contender in (Contender(NOTHING, _silence), Contender(NOISE, _noise), *contenders):
        _judge_names(tally, contender, bench, detector)
        _judge_counts(tally, contender, bench)
        _judge_spans(tally, contender, bench)
        _judge_itself(tally, contender, bench)
    yield from tally.rows()


def _judge_names(tally: Tally, contender: Contender, bench: Bench, detector: Detector) -> None:
    """What the detector makes of each request; the time it takes, peaks and level along the way."""
    for label, texts in REQUESTS:
        for text in texts[: bench.count(len(texts))]:
            for take in range(TAKES):
                began = time.process_time()
                made = _asked(contender, bench, 1 + take, text=text, seconds=SECONDS)
                if made is None:
                    continue
                tally.add(contender.name, "processor seconds a second", (time.process_time() - began) / SECONDS)
                tally.add(contender.name, "named", float(_named(detector, made, RATE) == label))
                tally.add(contender.name, f"named, {label}", float(_named(detector, made, RATE) == label))
                _judge_level(tally, contender.name, made)


def _judge_level(tally: Tally, name: str, made: Samples) -> None:
    peak = float(np.abs(made).max())
    tally.add(name, "clipped", float(peak >= 0.999))
    if peak > 0:
        tally.add(name, "peak_dbfs", 20 * float(np.log10(peak)))
        tally.add(name, "level_dbfs", 10 * float(np.log10(np.mean(np.square(made, dtype=np.float64)))))


def _judge_counts(tally: Tally, contender: Contender, bench: Bench) -> None:
    for text, number in COUNTS:
        made = _asked(contender, bench, 1, text=text)
        if made is not None:
            tally.add(contender.name, "events_too_many_or_few", abs(bursts(made) - number))


def _judge_spans(tally: Tally, contender: Contender, bench: Bench) -> None:
    for text, spans in SPANS:
        made = _asked(contender, bench, 1, text=text)
        if made is None:
            continue
        heard = sounding(made, 0.5)
        for k, (start, end) in enumerate(spans):
            begin, stop = heard[k] if k < len(heard) else (len(made) / RATE, len(made) / RATE)
            tally.add(contender.name, "onset_error_s", abs(begin - start))
            tally.add(contender.name, "offset_error_s", abs(stop - end))


def _judge_itself(tally: Tally, contender: Contender, bench: Bench) -> None:
    for _, texts in REQUESTS[: bench.count(len(REQUESTS))]:
        takes = [_asked(contender, bench, seed, text=texts[0], seconds=SECONDS) for seed in (1, 2, 1)]
        if any(take is None for take in takes):
            continue
        one, other, again = (take for take in takes if take is not None)
        tally.add(contender.name, "takes_alike", alike(one, other))
        tally.add(contender.name, "same_seed_same_bits", float(np.array_equal(one, again)))
        if (looped := _asked(contender, bench, 1, text=texts[0], seconds=SECONDS, loop=True)) is not None:
            tally.add(contender.name, "seam_db", seam_db(looped))


def bursts(samples: Samples) -> int:
    """How many times sound begins anew, by its energy: after a fall of 12 dB it rises by as much."""
    level = _levels(samples)
    level = np.maximum(level, level.max() - 36)
    number, low, high = 0, float(level.min()), -np.inf
    for one in level:
        if high == -np.inf:
            low = min(low, float(one))
            if one > low + 12:
                number, high = number + 1, float(one)
        else:
            high = max(high, float(one))
            if one < high - 20:
                low, high = float(one), -np.inf
    return number


def sounding(samples: Samples, gap_s: float) -> list[tuple[float, float]]:
    """The stretches that sound, in seconds, parted by at least so much quiet."""
    level = _levels(samples)
    loud = np.flatnonzero(level > level.max() + QUIET_DB)
    if not len(loud):
        return []
    parts = np.split(loud, np.flatnonzero(np.diff(loud) > gap_s / FRAME_S) + 1)
    return [(float(part[0]) * FRAME_S, float(part[-1] + 1) * FRAME_S) for part in parts]


def alike(one: Samples, other: Samples) -> float:
    """The highest correlation of two sounds over all delays, 0 to 1."""
    first, second = one.mean(axis=1), other.mean(axis=1)
    size = 2 * max(len(first), len(second))
    crossed = np.fft.irfft(np.fft.rfft(first, size) * np.conj(np.fft.rfft(second, size)), size)
    norm = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(np.abs(crossed).max() / norm) if norm else 1.0


def seam_db(samples: Samples) -> float:
    """By how much the step from the end to the beginning is larger than the steps within; below 0 it is not heard."""
    mono = samples.mean(axis=1)
    steps = np.abs(np.diff(np.concatenate((mono[-400:], mono[:400])), 2))
    usual = float(np.quantile(np.abs(np.diff(mono, 2)), 0.999)) or 1e-9
    return 20 * float(np.log10(max(float(steps[396:402].max()), 1e-9) / usual))


def _levels(samples: Samples) -> NDArray[np.float64]:
    """Decibels of each frame."""
    size = round(FRAME_S * RATE)
    mono = samples.mean(axis=1)
    frames = mono[: len(mono) // size * size].reshape(-1, size)
    return np.asarray(10 * np.log10(np.mean(np.square(frames, dtype=np.float64), axis=1) + 1e-12))


def _named(detector: Detector, samples: Samples, rate: int) -> str:
    """The kind that a sound most likely is."""
    answers = detector.answers(samples, rate)
    return chosen(found(answers.posteriors, answers.levels_db))


def _asked(contender: Contender, bench: Bench, seed: int, **arguments: Json) -> Samples | None:
    """What is made of a request at `RATE`, shape (n, 2); None where it is refused."""
    made = tried(contender, replace(job(bench, TASK, {}, **arguments), seed=seed))
    file = next((file for file in made.files if file.kind == "audio"), None) if made else None
    if file is None:
        return None
    samples, rate = media.read_audio(file.path, mono=False)
    samples = samples.reshape(len(samples), -1)
    if rate != RATE:
        samples = np.stack(
            [np.interp(np.arange(0, len(c), rate / RATE), np.arange(len(c)), c) for c in samples.T], axis=1
        )
    return np.asarray(samples if samples.shape[1] == 2 else np.repeat(samples[:, :1], 2, axis=1), np.float32)


def _silence(job: Job) -> Made:
    return _written(job, np.zeros((_length(job), 2), np.float32))


def _noise(job: Job) -> Made:
    random = np.random.default_rng(job.seed)
    return _written(job, 0.1 * random.standard_normal((_length(job), 2)).astype(np.float32))


def _length(job: Job) -> int:
    seconds = job.arguments.get("seconds", SECONDS)
    return round(float(seconds) * RATE) if isinstance(seconds, int | float) else round(SECONDS * RATE)


def _written(job: Job, samples: Samples) -> Made:
    path = job.folder / "made.wav"
    sf.write(path, samples, RATE, subtype="FLOAT")
    return Made(files=(MadeFile(path, "sound"),))
