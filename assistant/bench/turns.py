"""Cut-offs against delay of the end-of-turn detectors, from one pass over the recordings.

Every recording is heard once on virtual time by ears that never lose patience; each pause in it is noted with what
a detector may know at each look at it, what the look cost, and how long the pause lasted. Any detector can then be
asked about the same pauses.

    quiet      |0    |first look      |second look
    words            └────▶ there          └────▶ there
    decision   the detector's wait, but not before the words are there
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from time import perf_counter, process_time
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from asr.base import Pause, Recognizer, Transcript, TurnDetector
from asr.ears import Ears
from asr.turns import Silence, TurnOptions, load_detector
from assistant.app import Engines
from assistant.arguments import BenchArguments
from assistant.audio import Samples
from assistant.bench.manifest import Row, read_manifests, required
from assistant.bench.report import report
from assistant.bench.truth import speech_end
from assistant.clock import run_virtually
from assistant.devices.files import FileMicrophone, Recording
from assistant.errors import DataError, EngineMissing
from assistant.events import SpeechStarted
from config.settings import Settings

Figures: TypeAlias = dict[str, float | str | None]

SILENCES_S = (0.2, 0.3, 0.5, 0.7)
SCALES = (0.6, 0.8, 1.0, 1.25, 1.5, 2.0)
WINDOW_S = 0.032
"""The ears decide window by window."""


class Scaled:
    """A `TurnDetector` that is so many times as patient as another, and knows how long that one takes.

    Several of them share a memory, so that a detector that listens is asked once about each pause.
    """

    def __init__(
        self, detector: TurnDetector, scale: float = 1.0, memory: dict[int, tuple[float, float]] | None = None
    ) -> None:
        self.name = detector.name
        self._detector, self._scale = detector, scale
        self._memory = {} if memory is None else memory

    def patience(self, pause: Pause) -> float:
        """Seconds of silence after which the turn is over."""
        return self.answer(pause)[0]

    def answer(self, pause: Pause) -> tuple[float, float]:
        """The patience, and how many seconds it took to find."""
        if id(pause) not in self._memory:
            watch = Stopwatch()
            wait_s = self._detector.patience(pause)
            self._memory[id(pause)] = wait_s, watch.took_s()
        wait_s, cost_s = self._memory[id(pause)]
        return wait_s * self._scale, cost_s


class Stopwatch:
    """How long something takes: by the clock, or by the processor time of all its threads where that is less, because
    the machine does other things at the time."""

    def __init__(self) -> None:
        self._began = perf_counter(), process_time()

    def took_s(self) -> float:
        """Seconds since it was made."""
        return min(perf_counter() - self._began[0], process_time() - self._began[1])


class Timed:
    """A `Recognizer` that notes how long it took the last time."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self.name, self.rate = recognizer.name, recognizer.rate
        self.cost_s = 0.0

    def transcribe(self, samples: Samples, said: str = "") -> Transcript:
        """What the recognizer says."""
        watch = Stopwatch()
        transcript = self._recognizer.transcribe(samples, said)
        self.cost_s = watch.took_s()
        return transcript


@dataclass(frozen=True, slots=True)
class Looked:
    """A look at a pause."""

    pause: Pause
    cost_s: float = 0.0
    """Seconds until the words were there."""

    @property
    def ready_s(self) -> float:
        """Quiet at which the words were there."""
        return self.pause.quiet_s + self.cost_s


class Endless:
    """A `TurnDetector` that takes no turn and notes what it was asked."""

    name = "endless"

    def __init__(self, recognizer: Timed) -> None:
        self.looks: list[Looked] = []
        self._recognizer = recognizer

    def patience(self, pause: Pause) -> float:
        """For ever."""
        self.looks.append(Looked(pause, self._recognizer.cost_s))
        return float("inf")


@dataclass(frozen=True, slots=True)
class Traced:
    """A recording with its pauses; times are seconds into the recording."""

    end: float
    """Its last speech sample."""
    onset: float
    pauses: Sequence[Sequence[Looked]]
    """The looks at each pause."""

    def delay(self, detector: TurnDetector) -> float | None:
        """Seconds from the end of speech to the decision, negative where it was cut off; None: never decided."""
        scaled = detector if isinstance(detector, Scaled) else Scaled(detector)
        for i, looks in enumerate(self.pauses):
            ends = self.onset + looks[0].pause.speech_s
            lasted = self.pauses[i + 1][0].pause.earlier_s[i] if i + 1 < len(self.pauses) else float("inf")
            if lasted >= (wait := decided_s(looks, scaled)):
                return ends + wait - self.end
        return None


def decided_s(looks: Sequence[Looked], detector: Scaled) -> float:
    """Seconds of quiet at which a pause, did it last for ever, would be taken for the end.

    As in the ears, a look that would be ready only after the decision is not waited for, and each that is ready before
    replaces the wait.
    """
    decided = float("inf")
    for look in looks:
        if look.ready_s > decided:
            break
        wait_s, cost_s = detector.answer(look.pause)
        decided = max(look.ready_s + cost_s, _in_windows(wait_s))
    return decided


def _in_windows(seconds: float) -> float:
    """The end of the window in which a wait is over."""
    return math.ceil(seconds / WINDOW_S - 1e-6) * WINDOW_S if math.isfinite(seconds) else seconds


def run(settings: Settings, arguments: BenchArguments) -> int:
    """Measure every detector, print, and return the exit code.

    Raises:
        EarshotError: the data or an engine cannot be used.
    """
    engines = Engines.load(settings)
    kinds = by_kind(required(arguments.data), arguments.limit)
    heard = {kind: trace(rows, engines.ears) for kind, rows in kinds.items()}
    if len(heard) > 1:
        heard["all"] = [recording for own in heard.values() for recording in own]
    rows = [{"kind": kind, "n": len(own), **row} for kind, own in heard.items() for row in compare(own, settings.turns)]
    report({"rows": rows}, arguments.json)
    return 0


def by_kind(data: Path, limit: int | None = None) -> dict[str, list[Row]]:
    """The English rows of each manifest, the first `limit` of it, by its name.

    Raises:
        DataError: there are none.
    """
    manifests = sorted(data.glob("*.jsonl")) if data.is_dir() else [data]
    kinds = {path.stem: [row for row in read_manifests(path, limit) if row.language == "en"] for path in manifests}
    if not any(kinds.values()):
        raise DataError(f"{data} holds no English recordings; --data takes a .jsonl manifest or a folder of them.")
    return {kind: rows for kind, rows in kinds.items() if rows}


def trace(rows: Sequence[Row], make_ears: Callable[[TurnDetector], Ears]) -> list[Traced]:
    """Hear every recording that has speech in it."""
    traced = (_trace(row.recording(), make_ears) for row in rows)
    return [heard for heard in traced if heard is not None]


def _trace(recording: Recording, make_ears: Callable[[TurnDetector], Ears]) -> Traced | None:
    if (end := speech_end(recording)) is None:
        return None
    ears = make_ears(Silence(TurnOptions()))
    ears.options = replace(ears.options, partial_s=float("inf"))  # guesses tell nothing, and take time
    ears.recognizer = timed = Timed(ears.recognizer)
    ears.detector = endless = Endless(timed)
    microphone = FileMicrophone([recording], recording.rate)
    onset = run_virtually(_onset(ears, microphone))
    if onset is None:
        return None
    pauses = [list(looks) for _, looks in groupby(endless.looks, lambda look: len(look.pause.earlier_s))]
    return Traced(end, onset - microphone.began[0], pauses)


async def _onset(ears: Ears, microphone: FileMicrophone) -> float | None:
    """Where the (only) turn began."""
    async with aclosing(ears.listen(microphone.listen())) as perceptions:
        onsets = [p.at async for p in perceptions if isinstance(p, SpeechStarted)]
    return onsets[0] if onsets else None


def score(heard: Sequence[Traced], detector: TurnDetector) -> Figures:
    """The figures of one detector."""
    return figures([delay for recording in heard if (delay := recording.delay(detector)) is not None])


def figures(found: Sequence[float]) -> Figures:
    """Share cut off, and percentiles of the delay of the others; None where there are none."""
    delays = np.array(found)
    kept = delays[delays >= -1e-3]
    return {
        "cut_off": round(float(np.mean(delays < -1e-3)), 4) if len(delays) else None,
        "p50_ms": percentile_ms(kept, 50),
        "p95_ms": percentile_ms(kept, 95),
    }


def percentile_ms(seconds: Sequence[float] | NDArray[np.float64], share: float) -> int | None:
    """A percentile in milliseconds; None of nothing."""
    return round(1000 * float(np.percentile(seconds, share))) if len(seconds) else None


def compare(heard: Sequence[Traced], options: TurnOptions) -> list[Figures]:
    """Every detector that is here over the same recordings, those with a choice of waits from hasty to patient."""
    return [{"detector": name, **score(heard, detector)} for name, detector in contestants(options)]


def contestants(options: TurnOptions) -> Iterator[tuple[str, TurnDetector]]:
    """Each detector with its name; `(set)` stands behind the one in use."""
    for silence_s in SILENCES_S:
        yield f"silence {silence_s:.1f} s", Silence(replace(options, silence_s=silence_s))
    names: tuple[Literal["punctuation", "cues", "smart"], ...] = ("punctuation", "cues", "smart")
    for name in names:
        try:
            detector = load_detector(replace(options, detector=name))
        except EngineMissing:
            continue
        memory: dict[int, tuple[float, float]] = {}
        for scale in SCALES:
            used = " (set)" if scale == 1 and name == options.detector else ""
            yield f"{name} ×{scale:g}{used}", Scaled(detector, scale, memory)
