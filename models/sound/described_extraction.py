"""One sound of a mixture, named in any words, by a model that was pulled; by an example as without it.

mixture ─▶ windows of 10 s ─▶ each channel at the model's rate ─▶ AudioSep ─▶ back at its own rate ─▶ file
"""

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.audio import Samples
from assistant.errors import EngineError, EngineMissing
from assistant.resample import resample
from models.attended import attended
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.pieces import Writer
from models.sound.extraction import Extraction, read_target
from models.sound.extraction_span import Span, changed
from models.speech.separation_lifting import lifted

HARDLY = 1e-3
"""Of the energy; less than this is no sound, but what the model leaves behind."""


class Describable(Protocol):
    """A model that finds what words name. Another thread may stop it."""

    rate: int
    """Hertz."""

    def meaning(self, words: str) -> Any:
        """What words mean, as it has it."""

    def __call__(self, sound: Samples, meaning: Any) -> Samples:
        """What is meant, of mono float32 (n,) at its rate: (n,)."""

    def stop(self) -> None:
        """End the call that runs."""


class DescribedExtraction(Extraction):
    """An `Engine`."""

    def __init__(self, card: Card, folder: Path | None = None) -> None:
        super().__init__(card)
        self._folder = folder
        self._model: Describable | None = None

    def load(self) -> None:
        """Load the model, and what is needed for examples.

        Raises:
            EngineMissing: a package or a file is missing.
            EngineError: it cannot be loaded.
        """
        self._model = _loaded(self.card, self._folder or Path())
        super().load()

    def drop(self) -> None:
        """Let them go."""
        self._model = None
        super().drop()

    def run(self, job: Job, report: Report) -> Made:
        """Extract `target` from `audio`, all of it or from `start_s` to `end_s`; of "everything but the dog", all the
        rest is kept. With an `example`, as `Extraction` does.

        Raises:
            EngineError: the sound is not there, or no words were said.
            DataError: a file cannot be read or written.
            JobCancelled: it is no longer wanted.
        """
        remove, words = read_target(str(job.arguments.get("target") or "").strip())
        if "example" in job.files or not words:
            return super().run(job, report)
        assert self._model is not None, "loaded before it is run"
        work = _Work(self._model, report, words, remove)
        name = f"sound without {_short(words)}" if remove else _short(words)
        path = job.folder / f"{name.replace(' ', '-')}.wav"
        sounds = changed(_span(job), work.change, work.tell)
        first = next(sounds)
        with Writer(path, work.rate, first.shape[1]) as writer:
            writer.write(first)
            for sound in sounds:
                writer.write(sound)
            work.check()
        facts: dict[str, Json] = {"rate": work.rate, "channels": first.shape[1], "share": round(work.share, 4)}
        return Made(files=(MadeFile(path, name),), facts={**facts, "by": "words"})


class _Work:
    """One job's."""

    def __init__(self, model: Describable, report: Report, words: str, remove: bool) -> None:
        self._model, self._report, self._words, self._remove = model, report, words, remove
        self._done = 0.0
        self._meaning = attended(lambda: model.meaning(words), self._alive, model.stop)
        self._came, self._found = 0.0, 0.0
        self.rate = 0

    @property
    def share(self) -> float:
        """How much of the energy it found."""
        return min(1.0, self._found / self._came) if self._came else 0.0

    def tell(self, share: float) -> None:
        """So much is done."""
        self._done = share
        self._alive()

    def change(self, samples: Samples, rate: int) -> Samples:
        """What is kept of (n, channels)."""
        self.rate = rate
        found = np.stack([self._of(channel, rate) for channel in samples.T], axis=1)
        self._came += float(np.square(samples, dtype=np.float64).sum())
        self._found += float(np.square(found, dtype=np.float64).sum())
        return samples - found if self._remove else found

    def check(self) -> None:
        """Raises EngineError: the sound is not there."""
        if self.share < HARDLY:
            raise EngineError(f"I hear no {_short(self._words)} in it.")

    def _of(self, channel: Samples, rate: int) -> Samples:
        model, mixture = self._model, np.ascontiguousarray(channel, np.float32)
        low = resample(mixture, rate, model.rate)
        found = attended(lambda: model(low, self._meaning), self._alive, model.stop)
        if rate >= model.rate:
            return np.asarray(lifted(np.stack((found, low - found)), mixture, rate, model.rate)[0], np.float32)
        back = resample(found, model.rate, rate)[: len(mixture)]
        return np.pad(back, (0, len(mixture) - len(back)))

    def _alive(self) -> None:
        self._report(self._done)


def _loaded(card: Card, folder: Path) -> Describable:
    try:
        from models.sound.audiosep import AudioSep
    except ImportError as error:
        raise EngineMissing(
            f"The engine {card.name} needs packages that are not here. Install Earshot with its extra audio."
        ) from error
    return AudioSep(folder, folder.with_name("clap"))


def _span(job: Job) -> Span:
    start, end = (job.arguments.get(name) for name in ("start_s", "end_s"))
    return Span(job.files["audio"], float(start or 0.0), float(end) if end else None)  # type: ignore[arg-type]


def _short(words: str) -> str:
    """How a sound is called aloud."""
    told = "".join(c if c.isalnum() or c == " " else " " for c in words.lower()).split()
    return " ".join([word for word in told if word not in ("the", "a", "an", "some", "my")][:5]) or "sound"
