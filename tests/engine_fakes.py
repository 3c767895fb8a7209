"""Engines and the door to them, as tests want them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from assistant.errors import EngineMissing
from models.base import Card, Engine, Job, JobDone, Made, Report


@dataclass
class ScriptedEngine:
    """An `Engine` that does what it is told, and remembers its jobs."""

    task: str
    work: Callable[[Job], Made]
    how: Literal["model", "dsp", "procedural"] = "model"
    jobs: list[Job] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.card = Card(f"fake {self.task}", self.task, self.how, "A fake.", licence="MIT")

    def load(self) -> None:
        pass

    def run(self, job: Job, report: Report) -> Made:
        self.jobs.append(job)
        report(0.5)
        made = self.work(job)
        report(1.0)
        return made

    def drop(self) -> None:
        pass


class Models:
    """The `Models` over engines that are at hand; each job is done on the spot."""

    def __init__(self, *engines: Engine) -> None:
        self.engines = {engine.card.task: engine for engine in engines}

    async def run(self, job: Job, report: Report | None = None) -> JobDone:
        engine = self.engines.get(job.task)
        if engine is None:
            raise EngineMissing("There is no such engine.")
        return JobDone(engine.run(job, report or (lambda share: None)), engine.card.provenance)

    def engine(self, task: str) -> Card | None:
        engine = self.engines.get(task)
        return engine.card if engine else None

    def lack(self, task: str) -> str:
        return ""
