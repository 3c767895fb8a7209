"""Engines for the evaluation: test engines, beside the conversation's own; any of them can be made to fail.

What is evaluated is whether requests are understood, and the sounds that are given are small: an engine that works on
sound would rightly refuse to find a dog in them. How well those do is measured by `assistant eval capability`.

A test engine makes what its task makes, so that a dialogue can go on: a tone in place of music, a fixed sentence in
place of a transcript. It looks whether it was given what it needs. None of them is in the product's catalogue.
"""

import asyncio
from collections.abc import Callable, Mapping

import soundfile as sf

from assistant.audio import RATE
from assistant.errors import EngineError, EngineMissing
from assistant.evaluation.materials import MAKERS, tone
from assistant.media import read_audio, read_image
from models.base import Card, Job, JobDone, Made, MadeFile, Models, Report, SoundEvent

FAULT = "The model ran out of memory; a shorter recording may fit."
ABSENT = "There is no model for that here; assistant models lists what can be installed."
TRANSCRIPT = "The rehearsal is on Thursday at eight."
OWN = ("transcribe_speech", "synthesize_speech", "caption_audio")
"""Tasks that the conversation's own engines do."""
INAUDIBLE = 1e-4
"""The peak of what is silent."""


class TestEngine:
    """Does one task for the sake of a test."""

    __test__ = False  # pytest takes what is called so for tests

    def __init__(self, task: str) -> None:
        self.card = Card(f"test engine for {task}", task, "procedural", "Stands in for a model in the evaluation.")

    def load(self) -> None:
        """There is nothing to load."""

    def run(self, job: Job, report: Report) -> Made:
        """Make what the task makes.

        Raises:
            DataError: a file that is given cannot be read, or holds nothing.
        """
        for name, path in job.files.items():
            read_image(path) if name == "image" else read_audio(path)
        report(0.5)
        return MADE.get(job.task, _sound)(job)

    def drop(self) -> None:
        """There is nothing to drop."""


class Workbench:
    """All engines behind one door, as `Models`: the conversation's own, test engines for the rest, and what fails."""

    def __init__(self, real: Models | None = None) -> None:
        self.real = real
        self.fails: Mapping[str, str] = {}
        """How the engine of a task fails now, by the task's name: error, crash or absent."""

    def engine(self, task: str) -> Card | None:
        """The engine that would do a task now; None where it is to be absent."""
        if self.fails.get(task) == "absent":
            return None
        return self._own(task) or TestEngine(task).card

    def lack(self, task: str) -> str:
        """Nothing: its engines need nothing."""
        return ""

    async def run(self, job: Job, report: Report | None = None) -> JobDone:
        """Have a job done.

        Raises:
            EngineMissing: its engine is to be absent.
            EngineError: it is to fail, or does.
            DataError: a file cannot be read.
        """
        self.fail(job.task)
        if self.real and self._own(job.task):
            return await self.real.run(job, report)
        engine = TestEngine(job.task)
        made = await asyncio.to_thread(engine.run, job, lambda share: None)
        return JobDone(made, engine.card.provenance)

    def _own(self, task: str) -> Card | None:
        return self.real.engine(task) if self.real and task in OWN else None

    def fail(self, task: str) -> None:
        """Fail, if the engine of this task is to.

        Raises:
            EngineMissing: its engine is to be absent.
            EngineError: it is to fail.
            RuntimeError: it is to have a bug.
        """
        match self.fails.get(task):
            case "error":
                raise EngineError(FAULT)
            case "absent":
                raise EngineMissing(ABSENT)
            case "crash":
                raise RuntimeError("a test of what becomes of bugs")


def _sound(job: Job, name: str = "sound", hertz: float = 330.0) -> Made:
    return Made(files=(_written(job, name, hertz),))


def _written(job: Job, name: str, hertz: float) -> MadeFile:
    path = job.folder / f"{name.replace(' ', '-')}.wav"
    sf.write(path, tone(hertz, 2.0), RATE, subtype="PCM_16")
    return MadeFile(path, name)


def _separated(job: Job) -> Made:
    names = ("first speaker", "second speaker")
    return Made(files=tuple(_written(job, name, 180.0 + 60 * k) for k, name in enumerate(names)), facts={"speakers": 2})


def _video(job: Job) -> Made:
    path = job.folder / "talking-head.mp4"
    MAKERS["clip.mp4"](path)
    return Made(files=(MadeFile(path, "talking head", "video"),))


def _transcribed(job: Job) -> Made:
    samples, _ = read_audio(job.files["audio"])
    return Made(TRANSCRIPT if abs(samples).max() > INAUDIBLE else "")


def _translated(job: Job) -> Made:
    return Made("El ensayo es el jueves a las ocho.", files=(_written(job, "translation", 260.0),))


def _captioned(job: Job) -> Made:
    return Made("A steady tone that swells and fades.")


def _detected(job: Job) -> Made:
    return Made(events=(SoundEvent("dog", 2.0, 4.0, 0.9), SoundEvent("rain", 0.0, 6.0, 0.8)))


def _target_detected(job: Job) -> Made:
    return Made(events=(SoundEvent(str(job.arguments.get("target", "sound")), 1.0, 2.5, 0.9),))


MADE: Mapping[str, Callable[[Job], Made]] = {
    "separate_speech": _separated,
    "make_talking_head": _video,
    "transcribe_speech": _transcribed,
    "translate_speech": _translated,
    "caption_audio": _captioned,
    "detect_sounds": _detected,
    "detect_target_sound": _target_detected,
}
"""What comes of a task; of all others a sound."""
