"""`assistant bench wake`: misses, false wakes and delay of a wake word, from recordings of it and of everything else.

Every recording is heard as the ears hear it, window by window through the voice detector, with a second of a quiet
room before and behind it. Positives are the rows whose text is the phrase; every other row is a negative, except where
its text has the phrase among its words. The phrase's end is the offline detector's.

    quiet room │ recording │ quiet room            + noise at 10 dB below the recording's speech
                    ╵ end      ╵ detected          + our own voice, as loud as the recording
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from asr.base import Spotter
from assistant.arguments import WakeBenchArguments
from assistant.audio import RATE, Samples, dbfs
from assistant.bench.manifest import Row, read_manifests
from assistant.bench.report import report
from assistant.bench.truth import speech_end
from assistant.bench.turns import percentile_ms
from assistant.bench.wake_backgrounds import Background, Heard, backgrounds, plainly
from assistant.devices.files import Recording
from assistant.errors import DataError
from assistant.resample import resample
from config.settings import Settings

QUIET_S = 1.0
"""Of a room, before and behind every recording."""
ROOM_DBFS = -80.0
"""The quietest room; a room is as loud as the recording's quietest tenth of a second, so that nothing is heard to begin
where the recording does."""
ROOM_BELOW_DB = 30.0
"""How far below the speech a room lies at least."""
IDLE_S = 30.0
IDLE_DBFS = -50.0
"""A room's noise for the cost of idling; it keeps the voice detector awake."""


@dataclass(frozen=True, slots=True)
class Wake:
    """A detection."""

    score: float
    heard_s: float
    """Seconds into the recording, negative before it, when the stretch of the detection was complete."""
    took_s: float
    """What verifying it took."""

    @property
    def at(self) -> float:
        """Seconds into the recording at which it was known."""
        return self.heard_s + self.took_s


@dataclass(slots=True)
class Tally:
    """What was counted."""

    positives: int = 0
    missed: dict[str, int] = field(default_factory=dict)
    """By background."""
    delays: list[float] = field(default_factory=list)
    seconds: float = 0.0
    """Of negatives, without the quiet around them."""
    false: list[str] = field(default_factory=list)
    """The recordings that woke it, once for each time."""
    left_out: int = 0
    """Negatives in which the phrase is said."""

    def summary(self) -> dict[str, object]:
        """The figures."""
        hours = self.seconds / 3600
        return {
            "n": self.positives,
            **{_figure(name): self._share(count) for name, count in self.missed.items()},
            "false_per_hour": round(len(self.false) / hours, 3) if hours else None,
            "false": self.false,
            "hours": round(hours, 4),
            "left_out": self.left_out,
            "latency_ms": percentile_ms(self.delays, 50),
            "latency_p95_ms": percentile_ms(self.delays, 95),
        }

    def _share(self, count: int) -> float | None:
        return round(count / self.positives, 4) if self.positives else None


def _figure(background: str) -> str:
    return "miss_rate" if background == "clean" else f"miss_rate_{background}"


def run(settings: Settings, arguments: WakeBenchArguments) -> int:
    """Measure, print, and return the exit code.

    Raises:
        EarshotError: the data or an engine cannot be used.
    """
    from asr.wake.loader import load_spotter  # the models, only now that they are wanted

    phrase = arguments.phrase or settings.wake.phrase
    spotter = load_spotter(settings.wake, phrase)
    rows = read_manifests(arguments.positives, arguments.limit)
    others = read_manifests(arguments.negatives, arguments.limit) if arguments.negatives else []
    kinds = backgrounds(settings, arguments.negatives) if arguments.backgrounds else []
    bench = WakeBench(phrase, spotter, kinds)
    report({"phrase": phrase, "engine": spotter.name, **bench.measure([*rows, *others])}, arguments.json)
    return 0


class WakeBench:
    """One phrase and one spotter."""

    def __init__(self, phrase: str, spotter: Spotter, kinds: Sequence[Background] = ()) -> None:
        self.phrase = words(phrase)
        self.spotter = spotter
        self.kinds = kinds

    def measure(self, rows: Sequence[Row]) -> dict[str, object]:
        """The figures over rows.

        Raises:
            DataError: the phrase is said in none of them.
        """
        tally = Tally(missed={"clean": 0, **{kind.name: 0 for kind in self.kinds}})
        for row in rows:
            self._take(row, tally)
        if not tally.positives:
            raise DataError(f'No recording has the text "{self.phrase}"; name others with --positives or --phrase.')
        return {**tally.summary(), "idle_cpu_percent": self.idle()}

    def _take(self, row: Row, tally: Tally) -> None:
        said = words(row.text)
        if said == self.phrase:
            self._positive(row.recording(), tally)
        elif f" {self.phrase} " in f" {said} ":
            tally.left_out += 1
        else:
            recording = row.recording()
            tally.seconds += len(recording.samples) / recording.rate
            tally.false += [str(row.path)] * len(self.wakes(plainly(_sound(recording))))

    def _positive(self, recording: Recording, tally: Tally) -> None:
        sound, end = _sound(recording), speech_end(recording)
        tally.positives += 1
        clean = self.wakes(plainly(sound))
        tally.missed["clean"] += not clean
        if clean and end is not None:
            tally.delays.append(clean[0].at - end)
        for kind in self.kinds:
            tally.missed[kind.name] += not self.wakes(kind.under(sound, _speech_dbfs(recording)))

    def wakes(self, heard: Heard) -> list[Wake]:
        """Every detection in what is heard of a recording that begins after `QUIET_S`."""
        found = list[Wake]()
        self.spotter.reset()
        for number, (window, speech) in enumerate(heard, 1):
            candidate = self.spotter.push(window, speech)
            if candidate is None:
                continue
            began = time.perf_counter()
            spotted = self.spotter.verify(candidate)
            if spotted is not None:
                heard_s = number * len(window) / RATE - QUIET_S
                found.append(Wake(spotted.score, heard_s, time.perf_counter() - began))
                self.spotter.reset()
        return found

    def idle(self) -> float:
        """What listening to an empty room costs, in percent of one core."""
        noise = np.random.default_rng(0).normal(0, 10 ** (IDLE_DBFS / 20), round(IDLE_S * RATE)).astype(np.float32)
        began = time.process_time()
        self.wakes(plainly(noise))
        return round(100 * (time.process_time() - began) / IDLE_S, 2)


def words(text: str) -> str:
    """A text as plain lower-case words."""
    return " ".join("".join(c if c.isalnum() or c == "'" else " " for c in text.casefold()).split())


def _sound(recording: Recording) -> Samples:
    """A recording at 16 kHz with a quiet room before and behind it."""
    sound = resample(recording.samples, recording.rate, RATE)
    levels = _levels(recording)
    room_dbfs = max(ROOM_DBFS, min(min(levels), max(levels) - ROOM_BELOW_DB))
    before, behind = np.random.default_rng(0).normal(0, 10 ** (room_dbfs / 20), (2, round(QUIET_S * RATE)))
    return np.concatenate((before, sound, behind)).astype(np.float32)


def _speech_dbfs(recording: Recording) -> float:
    """The level of the loudest tenth of a second: that of the words, whatever silence is around them."""
    return max(_levels(recording))


def _levels(recording: Recording) -> list[float]:
    size = recording.rate // 10
    return [dbfs(recording.samples[i : i + size]) for i in range(0, max(1, len(recording.samples) - size), size)]
