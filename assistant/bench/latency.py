"""`assistant bench latency`: from the end of speech to the first sample of the reply, in real time.

Every recording is spoken into a file microphone on the real clock, with the engines as they are set, and the reply
goes to a file loudspeaker. The end of speech is the offline detector's, not ours.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.app import Engines
from assistant.arguments import BenchArguments
from assistant.bench.manifest import Row, read_manifests, required
from assistant.bench.report import report
from assistant.bench.truth import speech_end
from assistant.bench.turns import compare, percentile_ms, trace
from assistant.devices.files import FileLoudspeaker, FileMicrophone
from assistant.events import Event, Heard
from assistant.ports import Microphone
from assistant.session import Session
from assistant.stream import cancelled
from assistant.workspace import Workspace
from config.settings import Settings

LISTEN_ON_S = 0.7
"""After the reply began: whether it was too early may show only now."""
GIVE_UP_S = 4.0
"""After the end of speech: no reply is coming."""
STAGES = ("recognized", "decided", "first_token", "first_audio", "first_sample")

MakeSession = Callable[["Watcher", FileLoudspeaker], Session]


@dataclass(slots=True)
class Watcher:
    """A screen that remembers the turns."""

    heard: list[Heard] = field(default_factory=list)

    def show(self, event: Event) -> None:
        """Note what was heard."""
        if isinstance(event, Heard):
            self.heard.append(event)


@dataclass(frozen=True, slots=True)
class Timing:
    """One recording; times are seconds from the end of its speech."""

    stages: dict[str, float]
    """Of the answer to the last turn; what was not reached is missing."""
    first_reply_s: float | None
    """The first sample of any reply; negative where somebody was cut off."""
    turns: int


def run(settings: Settings, arguments: BenchArguments) -> int:
    """Measure, print, and return the exit code.

    Raises:
        EarshotError: the data or an engine cannot be used.
    """
    engines = Engines.load(settings)
    rows = [row for row in read_manifests(required(arguments.data), arguments.limit) if row.language == "en"]
    with TemporaryDirectory() as folder:

        def make_session(watcher: Watcher, loudspeaker: FileLoudspeaker) -> Session:
            return engines.session(watcher, loudspeaker, Workspace(Path(folder) / "session"))

        figures = measure_latency(rows, make_session)
    curve = compare(trace(rows, engines.ears), settings.turns)
    report({**figures, "curve": curve}, arguments.json)
    return 0


def measure_latency(rows: Sequence[Row], make_session: MakeSession) -> dict[str, object]:
    """Play every recording that has speech in it, one after another."""
    timings = [timing for row in rows if (timing := asyncio.run(_measure(row, make_session))) is not None]
    return summary(timings)


def summary(timings: Sequence[Timing]) -> dict[str, object]:
    """The figures: percentiles over those that were answered after their last speech sample."""
    replied = [t for t in timings if t.first_reply_s is not None]
    cut = [t for t in replied if t.first_reply_s is not None and t.first_reply_s < 0]
    whole = [t for t in replied if t not in cut]
    after = [t.first_reply_s for t in whole if t.first_reply_s is not None]
    return {
        "n": len(timings),
        "p50_ms": percentile_ms(after, 50),
        "p95_ms": percentile_ms(after, 95),
        "cut_off": round(len(cut) / len(timings), 4) if timings else None,
        "split": round(sum(t.turns > 1 for t in timings) / len(timings), 4) if timings else None,
        "unanswered": len(timings) - len(replied),
        "stages": {
            stage: {
                f"p{p}_ms": percentile_ms([t.stages[stage] for t in whole if stage in t.stages], p) for p in (50, 95)
            }
            for stage in STAGES
        },
    }


async def _measure(row: Row, make_session: MakeSession) -> Timing | None:
    recording = row.recording()
    if (end := speech_end(recording)) is None:
        return None
    watcher, microphone = Watcher(), FileMicrophone([recording], recording.rate, gap_s=0.3)
    async with FileLoudspeaker(None).playing() as loudspeaker:
        session = make_session(watcher, loudspeaker)
        microphone.free = lambda: not microphone.began  # once, and then silence for as long as it takes
        async with running(session, microphone):
            while not microphone.began:  # noqa: ASYNC110 - the microphone tells nobody
                await asyncio.sleep(0.01)
            ends_at = microphone.captured_at(microphone.began[0] + end)
            first_reply = await _first_sample(session, ends_at + GIVE_UP_S)
            await asyncio.sleep(max(0.0, ends_at + LISTEN_ON_S - asyncio.get_running_loop().time()))
            stages = _stages(session, ends_at)
    return Timing(stages, None if first_reply is None else first_reply - ends_at, len(watcher.heard))


@asynccontextmanager
async def running(session: Session, microphone: Microphone) -> AsyncIterator[None]:
    """Let a conversation go on meanwhile, and end it."""
    task = asyncio.create_task(session.run(microphone))
    try:
        yield
    finally:
        await cancelled(task)
        if not task.cancelled():
            task.result()  # it was to go on until now; whatever ended it is no measurement


async def _first_sample(session: Session, until: float) -> float | None:
    """Loop time at which the first sample of a reply sounds, waiting until a time at most."""
    loop = asyncio.get_running_loop()
    while (began := session.player.buffer.began_at) is None and loop.time() < until:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    return began


def _stages(session: Session, ends_at: float) -> dict[str, float]:
    """The stages that the present or last answer has reached, in seconds from the end of speech."""
    if (stages := session.stages) is None:
        return {}
    return {name: time - ends_at for name in STAGES if (time := getattr(stages, name)) is not None}
