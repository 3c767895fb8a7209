"""`assistant bench idle`: what listening costs while nobody speaks.

The microphone gives faint noise, which keeps the voice detector awake: a silent room costs less.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from assistant.app import Engines
from assistant.arguments import BenchArguments
from assistant.bench.latency import Watcher
from assistant.bench.report import report
from assistant.devices.files import FileLoudspeaker, FileMicrophone, Recording
from assistant.memory import resident_bytes
from assistant.session import Session
from assistant.workspace import Workspace
from config.settings import Settings

NOISE_DBFS = -50.0
RATE = 48_000


def run(settings: Settings, arguments: BenchArguments) -> int:
    """Measure, print, and return the exit code.

    Raises:
        EngineError: an engine cannot be used.
    """
    engines = Engines.load(settings)
    with TemporaryDirectory() as folder:

        def make_session(watcher: Watcher, loudspeaker: FileLoudspeaker) -> Session:
            return engines.session(watcher, loudspeaker, Workspace(Path(folder) / "session"))

        report(measure_idle(make_session, arguments.seconds), arguments.json)
    return 0


def measure_idle(make_session: Callable[[Watcher, FileLoudspeaker], Session], seconds: float) -> dict[str, float | int]:
    """Listen for a while, and tell the load of the processor, in percent of one core, and the memory resident."""
    return asyncio.run(_measure(make_session, seconds))


async def _measure(
    make_session: Callable[[Watcher, FileLoudspeaker], Session], seconds: float
) -> dict[str, float | int]:
    watcher = Watcher()
    noise = np.random.default_rng(0).normal(0, 10 ** (NOISE_DBFS / 20), round(seconds * RATE)).astype(np.float32)
    microphone = FileMicrophone([Recording(noise, RATE, "noise")], RATE, gap_s=0.5)
    async with FileLoudspeaker(None).playing() as loudspeaker:
        session = make_session(watcher, loudspeaker)
        began, spent = time.perf_counter(), time.process_time()
        await session.run(microphone)
        share = (time.process_time() - spent) / (time.perf_counter() - began)
    return {
        "cpu_percent": round(100 * share, 2),
        "rss_mb": round(resident_bytes() / 1e6),
        "seconds": seconds,
        "turns": len(watcher.heard),
    }
