"""`assistant bench models`: what it costs that jobs go through queues, threads and processes.

The engine does nothing, so all that is measured is ours: a job in this process, a job in a process of its own, starting
that process, and eviction among more models than fit. No model's own speed is measured here.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from assistant.arguments import BenchArguments
from assistant.bench.report import report
from config.settings import Settings
from models.base import Card, Job, Made, Report
from models.catalogue import Entry
from models.options import ModelsOptions
from models.residency import Residency

JOBS = 300
SIZE_MB = 100.0
TARGET = f"{__name__}:Idle"


class Idle:
    """An engine that does nothing, quickly."""

    def __init__(self, card: Card, folder: Path | None) -> None:
        self.card = card

    def load(self) -> None:
        """Nothing."""

    def run(self, job: Job, report: Report) -> Made:
        """Nothing."""
        report(1.0)
        return Made("done")

    def drop(self) -> None:
        """Nothing."""


def run(settings: Settings, arguments: BenchArguments) -> int:
    """Measure, print, and return the exit code.

    Raises:
        EngineError: an engine cannot be started.
    """
    report(asyncio.run(measure(arguments.limit or JOBS)), arguments.json)
    return 0


async def measure(jobs: int) -> dict[str, object]:
    """All figures."""
    with TemporaryDirectory() as folder:
        here = await _one(Entry(_card("here"), TARGET), jobs, Path(folder))
        apart = await _one(Entry(_card("apart"), TARGET, apart=True), jobs, Path(folder))
        ten, evictions = await _ten(jobs, Path(folder))
    return {
        "job_here_cpu_us": here["cpu_us"],
        "job_here_us": here["us"],
        "job_apart_cpu_us": apart["cpu_us"],
        "job_apart_us": apart["us"],
        "start_apart_ms": apart["start_ms"],
        "apart_mb": apart["mb"],
        "job_of_ten_cpu_us": ten,
        "evictions": evictions,
        "jobs": jobs,
    }


async def _one(entry: Entry, jobs: int, folder: Path) -> dict[str, float]:
    """One engine, job after job."""
    async with Residency([entry]) as models:
        began = time.perf_counter()
        await models.warm(entry.card.name)
        start_s = time.perf_counter() - began
        cpu_s, each_s = await _timed(lambda n: models.run(Job(entry.card.task, folder)), jobs)
        takes_mb = models.residents[0].takes.host_mb
    us, cpu_us = round(1e6 * median(each_s)), round(1e6 * cpu_s / jobs)
    return {"us": us, "cpu_us": cpu_us, "start_ms": round(1000 * start_s), "mb": round(takes_mb, 1)}


async def _ten(jobs: int, folder: Path) -> tuple[int, int]:
    """Ten engines in turn where seven fit: CPU time of a job in microseconds, evictions and reloads included, and how
    many there were."""
    entries = [Entry(_card(f"engine-{n}", f"task_{n}"), TARGET) for n in range(10)]
    gone, loaded = 0, set[str]()
    async with Residency(entries, ModelsOptions(host_mb=7 * SIZE_MB)) as models:

        async def one(n: int) -> None:
            nonlocal gone, loaded
            await models.run(Job(f"task_{n % 10}", folder))
            now = {resident.card.name for resident in models.residents if resident.takes.host_mb}
            gone, loaded = gone + len(loaded - now), now

        cpu_s, _ = await _timed(one, jobs)
    return round(1e6 * cpu_s / jobs), gone


async def _timed(work: Callable[[int], Awaitable[object]], jobs: int) -> tuple[float, Sequence[float]]:
    """CPU seconds in all, and wall seconds of each."""
    each, spent = [], time.process_time()
    for number in range(jobs):
        began = time.perf_counter()
        await work(number)
        each.append(time.perf_counter() - began)
    return time.process_time() - spent, each


def _card(name: str, task: str = "do_nothing") -> Card:
    return Card(name, task, "procedural", "does nothing", host_mb=SIZE_MB)
