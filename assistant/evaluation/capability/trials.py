"""What measures have in common: giving a contender a sound, hearing what it made, and means of what came of it.

for case in noisy_speech(…):
    for contender in (UNTOUCHED, *contenders):
        if (made := attempt(contender, bench, task, case.mixture, case.rate)) is not None:
            tally.add(contender.name, "si_snr_db", si_sdr(first_sound(made, case.rate), case.clean))
yield from tally.rows()
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import soundfile as sf

from assistant import media
from assistant.audio import Samples, mono
from assistant.errors import DataError, EngineError, EngineMissing, JobCancelled
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.resample import resample
from models.base import Job, Json, Made, MadeFile

UNTOUCHED = Contender(NOTHING, lambda job: Made(files=(MadeFile(job.files["audio"], "as it was"),)))
"""Who leaves the sound as it is."""


class Tally:
    """Means, by engine and metric, in the order in which they were first told."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], list[float]] = {}

    def add(self, engine: str, metric: str, value: float) -> None:
        """One more; what is not a number counts for nothing."""
        values = self._told.setdefault((engine, metric), [])
        if not np.isnan(value):
            values.append(float(value))

    def rows(self) -> Iterator[Row]:
        """The mean of each of which there is any, engine by engine."""
        for engine in dict.fromkeys(engine for engine, _ in self._told):
            for (name, metric), values in self._told.items():
                if name == engine and values:
                    yield Row(engine, metric, float(np.mean(values)), len(values))


def job(bench: Bench, task: str, files: Mapping[str, Path], **arguments: Json) -> Job:
    """A job in a new folder of its own."""
    return Job(task, new_folder(bench), arguments, files, bench.seed)


def attempt(
    contender: Contender, bench: Bench, task: str, samples: Samples, rate: int, **arguments: Json
) -> Made | None:
    """What a contender makes of a sound of shape (n,) or (n, channels), given as `audio`; None where it refuses."""
    return tried(contender, job(bench, task, {"audio": written(bench, samples, rate)}, **arguments))


def tried(contender: Contender, wanted: Job) -> Made | None:
    """What a contender makes of a job; None where it refuses.

    Raises:
        EngineMissing: it cannot be used at all.
        JobCancelled: nobody waits for it any more.
    """
    try:
        return contender.run(wanted)
    except (EngineMissing, JobCancelled):
        raise
    except (EngineError, DataError):
        return None


def written(bench: Bench, samples: Samples, rate: int) -> Path:
    """A WAV file of a sound, float32 to the bit, where it goes when all is measured."""
    path = new_folder(bench) / "sound.wav"
    sf.write(path, samples, rate, subtype="FLOAT")
    return path


def new_folder(bench: Bench) -> Path:
    """An empty folder, where it goes when all is measured."""
    return Path(mkdtemp(dir=bench.folder))


def sounds(made: Made, rate: int) -> list[Samples]:
    """Every sound that was made, at a rate in hertz, its channels averaged: float32, shape (n,).

    Raises:
        DataError: it cannot be read.
    """
    return [_sound(file.path, rate) for file in made.files if file.kind == "audio"]


def first_sound(made: Made, rate: int) -> Samples:
    """The first of them; silence where none was made."""
    return next(iter(sounds(made, rate)), np.zeros(0, np.float32))


def _sound(path: Path, rate: int) -> Samples:
    samples, source = media.read_audio(path)
    return resample(mono(samples), source, rate)
