"""Engines for tests. Those with a target are made by name, here or in a process of their own."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

from assistant.errors import DataError
from models.base import Card, Job, Made, MadeFile, Posteriors, Report, SoundEvent
from models.budget import Footprint
from models.catalogue import Entry


def card(name: str = "echo", task: str = "say_back", **changes: object) -> Card:
    """What a test engine is."""
    return replace(Card(name, task, "model", "says it back", "MIT", host_mb=100.0), **changes)  # type: ignore[arg-type]


def entry(name: str = "echo", task: str = "say_back", kind: str = "Scripted", **changes: object) -> Entry:
    """A test engine, to be made by name."""
    options = changes.pop("options", {})
    apart = bool(changes.pop("apart", False))
    return Entry(card(name, task, **changes), f"tests.model_fakes:{kind}", options, apart=apart)  # type: ignore[arg-type]


class Memory:
    """What a `Gauge` reads: grows and shrinks as test engines are loaded and dropped."""

    def __init__(self) -> None:
        self.takes: dict[str, Footprint] = {}

    def used(self) -> Footprint:
        return sum(self.takes.values(), Footprint(50.0))


class Scripted:
    """An `Engine` that notes what is done to it, and does as it is told."""

    made: "dict[str, Scripted]" = {}
    """The latest of each name."""
    memory: Memory = Memory()
    loads: "list[str]" = []
    drops: "list[str]" = []
    on_load: "dict[str, Callable[[], None]]" = {}
    on_run: "dict[str, Callable[[Job, Report], Made]]" = {}

    def __init__(self, card: Card, folder: Path | None, host_mb: float = 0.0) -> None:
        self.card = card
        self.folder = folder
        self.host_mb = host_mb or card.host_mb
        Scripted.made[card.name] = self

    @classmethod
    def forget(cls) -> None:
        """Begin a test."""
        cls.memory = Memory()
        for noted in (cls.made, cls.loads, cls.drops, cls.on_load, cls.on_run):
            noted.clear()

    def load(self) -> None:
        self.on_load.get(self.card.name, lambda: None)()
        self.memory.takes[self.card.name] = Footprint(self.host_mb, self.card.gpu_mb)
        self.loads.append(self.card.name)

    def run(self, job: Job, report: Report) -> Made:
        report(0.0)
        work = self.on_run.get(self.card.name)
        return work(job, report) if work else Made(text=str(job.arguments.get("text", "")))

    def drop(self) -> None:
        self.memory.takes.pop(self.card.name, None)
        self.drops.append(self.card.name)


WAITS_S = 30
"""Whoever is still waited for then will not come."""


class Gate:
    """Lets a thread wait for a test, and the test for a thread."""

    def __init__(self) -> None:
        self.reached, self.open = Event(), Event()

    def wait(self) -> None:
        self.reached.set()
        assert self.open.wait(WAITS_S)

    def until_cancelled(self, job: Job, report: Report) -> Made:
        """A run that goes on until its job is cancelled."""
        self.reached.set()
        while True:
            report(0.5)
            time.sleep(0.01)


class Obedient:
    """An engine that does what the job's text says; made for a process of its own."""

    def __init__(self, card: Card, folder: Path | None, loads: str = "") -> None:
        self.card = card
        self._loads = loads
        self._ballast = b""

    def load(self) -> None:
        print("a library prints on standard output")
        print("a library prints on standard error", file=sys.stderr)
        if self._loads == "missing":
            import nowhere_to_be_found  # type: ignore[import-not-found]  # noqa: F401
        if self._loads == "dies":
            os._exit(3)
        if self._loads == "memory":
            raise MemoryError
        if self._loads == "slow":
            time.sleep(5)

    def run(self, job: Job, report: Report) -> Made:  # noqa: C901
        text = str(job.arguments["text"])
        match text:
            case "die":
                os._exit(3)
            case "abort":
                os.abort()
            case "exit":
                sys.exit(3)
            case "nan":
                return Made(facts={"level": float("nan"), "levels": [1.0, float("inf")]})
            case "nan event":
                return Made(events=(SoundEvent("dog", float("nan"), 1.0),))
            case "raise":
                raise ZeroDivisionError("a secret")
            case "memory":
                raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")
            case "data":
                raise DataError("The file holds no sound.")
            case "loop":
                while True:
                    report(0.25)
                    time.sleep(0.01)
            case "deaf":
                time.sleep(60)
            case "pid":
                return Made(text=str(os.getpid()))
            case "nonsense":
                os.write(3, b"hello\n")
        return self._all_kinds(job, report, text)

    def _all_kinds(self, job: Job, report: Report, text: str) -> Made:
        report(0.5)
        (job.folder / "made.txt").write_text(job.files["audio"].read_text() if "audio" in job.files else text)
        return Made(
            text,
            (MadeFile(job.folder / "made.txt", "the copy", "text"),),
            (SoundEvent("dog", 1.0, 2.5, 0.75),),
            Posteriors(("dog", "rain"), 0.5, ((0.25, 0.75), (1.0, 0.0))),
            {"seed": job.seed, "task": job.task},
            "It did not help.",
        )

    def drop(self) -> None:
        pass
