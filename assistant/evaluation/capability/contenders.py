"""The engines that are measured: those that would do a task in a conversation, and whatever else is here for it.

the conversation's own ─┐
the catalogue's ────────┼─▶ Candidate ──make──▶ Trial ──▶ Contender, for a measure
recognizers pulled ─────┘     lack                └ its own thread, counted and timed
"""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from threading import Event
from types import TracebackType
from typing import TypeVar

from assistant import media
from assistant.errors import EarshotError, JobCancelled
from assistant.evaluation.capability.base import Contender, Row
from assistant.parts import Parts
from config.settings import Settings
from models.base import Card, Engine, Job, Made
from models.budget import Footprint
from models.catalogue import ENGINES, Entry, make, missing
from models.faults import EngineBroken, explained

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An engine that may be measured."""

    card: Card
    make: Callable[[], Engine]
    """Not loaded yet; raises EngineMissing where a package of it is not installed."""
    lack: str = ""
    """Why it cannot be made, in a sentence."""

    @property
    def name(self) -> str:
        """As `assistant models` lists it."""
        return self.card.name


def candidates(settings: Settings) -> list[Candidate]:
    """All there are for any task, the preferred ones first; each is made anew whenever it is asked for."""
    from assistant.resident import pulled_recognizers

    found = [*_own(settings), *(_of(entry, settings) for entry in (*ENGINES, *pulled_recognizers(settings)))]
    return list({(one.card.task, one.name): one for one in reversed(found)}.values())[::-1]


def _own(settings: Settings) -> Iterator[Candidate]:
    """The conversation's own engines. Recognizer and voice are loaded when they are first asked, and go with it."""
    for card in _adopted(settings):
        yield Candidate(card, partial(_lent, settings, card.name, card.task))


def _adopted(settings: Settings) -> list[Card]:
    lent = _Lent()
    Parts(settings).lend(lent)
    return [card for card, _ in lent.engines]


def _lent(settings: Settings, name: str, task: str) -> Engine:
    lent = _Lent()
    Parts(settings).lend(lent)
    return next(engine for card, engine in lent.engines if (card.name, card.task) == (name, task))


class _Lent:
    """Notes what a residency would adopt; the preferred ones come last there."""

    def __init__(self) -> None:
        self.engines: list[tuple[Card, Engine]] = []

    def adopt(self, card: Card, engine: Engine, takes: Footprint | None = None) -> None:
        """Note it."""
        self.engines.insert(0, (card, engine))


def _of(entry: Entry, settings: Settings) -> Candidate:
    card, options = entry.card, settings.models
    lack = missing(entry, options)
    if not card.commercial and options.engines.get(card.task) != card.name:
        lack = (
            f"{card.name} may not be used commercially. To measure it all the same, name it in the settings: "
            f"--set models.engines.{card.task}={card.name}."
        )
    return Candidate(card, partial(make, entry, options), lack)


@dataclass(slots=True)
class Trial:
    """An engine while it is measured, on a thread of its own as in a conversation; leaving it lets the engine go."""

    candidate: Candidate
    progress: Callable[[str], None] = lambda text: None
    """Told how far it is, before each job."""
    broke: str = ""
    """How it broke down, if it did: that is no refusal."""
    _speeds: list[float] = field(default_factory=list)
    """Of each job, seconds for a second of sound."""
    _jobs: int = 0
    _refused: int = 0
    _engine: Engine | None = None
    _unwanted: Event = field(default_factory=Event)
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "trial"))

    def __enter__(self) -> "Trial":
        """Load it.

        Raises:
            EngineError: it cannot be loaded.
        """
        self.progress(f"{self.candidate.name} is loaded")
        try:
            self._engine = self._done(self.candidate.make)
            self._done(self._engine.load)
        except BaseException:
            self._let_go()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._let_go()

    @property
    def contender(self) -> Contender:
        """For a measure."""
        return Contender(self.candidate.name, self.run)

    def run(self, job: Job) -> Made:
        """Have a job done.

        Raises:
            EngineError: it refuses, or broke down.
            DataError: a file cannot be read.
        """
        assert self._engine is not None, "entered before it is run"
        self._jobs += 1
        self.progress(f"{self.candidate.name}, {self._jobs}")
        began = time.perf_counter()
        try:
            made = self._done(partial(self._engine.run, job, self._wanted))
        except EngineBroken as error:
            self.broke = self.broke or f"{error} {_cause(error)}"
            raise
        except EarshotError:
            self._refused += 1
            raise
        self._timed(time.perf_counter() - began, job, made)
        return made

    def rows(self) -> Iterator[Row]:
        """What was seen along the way: the time for a second of sound (the median), and how many jobs were refused."""
        if self._speeds:
            yield Row(self.candidate.name, "rtf", median(self._speeds), len(self._speeds))
        if self._refused:
            yield Row(self.candidate.name, "jobs_refused", self._refused / self._jobs, self._jobs)

    def _timed(self, took_s: float, job: Job, made: Made) -> None:
        """Sound that was given counts; where there was none, sound that was made."""
        seconds = _seconds(job.files.values()) or _seconds(file.path for file in made.files if file.kind == "audio")
        if seconds:
            self._speeds.append(took_s / seconds)

    def _wanted(self, share: float) -> None:
        if self._unwanted.is_set():
            raise JobCancelled("Nobody waits for this any more.")

    def _done(self, work: Callable[[], T]) -> T:
        """What comes of it on the thread; who waits can be interrupted meanwhile.

        Raises:
            EarshotError: what went wrong, whatever that was.
        """
        future = self._thread.submit(work)
        try:
            wait([future])
        except BaseException:  # interrupted: the engine is told
            self._unwanted.set()
            raise
        if (error := future.exception()) is not None:
            raise explained(self.candidate.name, error) from error
        return future.result()

    def _let_go(self) -> None:
        if self._engine is not None:
            self._thread.submit(self._engine.drop)
        self._thread.shutdown(wait=not self._unwanted.is_set())
        self._engine = None


def _seconds(paths: Iterable[Path]) -> float:
    """How long the sounds among some files are, all together."""
    found = (media.probe(path) for path in paths)
    return sum(one.seconds for one in found if one.kind in ("audio", "video"))


def _cause(error: BaseException) -> str:
    """What an engine broke down with, for who mends it."""
    cause = error.__cause__
    return f"It was {type(cause).__name__}: {cause}" if cause else ""
