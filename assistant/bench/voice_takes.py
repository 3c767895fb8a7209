"""Recordings of a synthesizer reading the texts, and what is measured of them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np

from assistant.bench.manifest import Row
from assistant.bench.synthesizers import Synthesizer
from assistant.bench.voice_texts import Sentence, clauses
from assistant.events import Spoken

WARM_UP = Sentence("This is said before the clock runs.", "This is said before the clock runs.")
SHORTEST_S = 0.1
"""Below it there is nothing to be measured: the text was not spoken."""

Figures: TypeAlias = dict[str, float | int | None]
"""Name of a measure → its value; None where it cannot be told."""


@dataclass(frozen=True, slots=True)
class Take:
    """One text, read once."""

    sentence: Sentence
    spoken: Spoken
    took_s: float = 0.0
    """How long it was synthesized; 0 for a person."""

    @property
    def seconds(self) -> float:
        """Of sound."""
        return len(self.spoken.samples) / self.spoken.rate

    @property
    def audible(self) -> bool:
        """Whether there is anything to be measured."""
        return self.seconds >= SHORTEST_S


class Measure(Protocol):
    """An instrument."""

    about: str
    """What it looks at, in words, for whoever waits."""

    def figures(self, takes: Sequence[Take], teacher: Mapping[str, Take]) -> Figures:
        """What it makes of one synthesizer's takes; `teacher` has the same texts by their spoken form, or nothing."""


def record(synthesizer: Synthesizer, sentences: Sequence[Sentence]) -> list[Take]:
    """Every text read once, after a warm-up.

    Raises:
        EngineError: one could not be spoken.
    """
    synthesizer.say(WARM_UP)
    return [_take(synthesizer, sentence) for sentence in sentences]


def recorded(rows: Sequence[Row]) -> list[Take]:
    """Recordings of a person, with what is said in them.

    Raises:
        DataError: one cannot be read.
    """
    takes = []
    for row in rows:
        recording = row.recording()
        takes.append(Take(Sentence(row.text, row.text), Spoken(recording.samples, recording.rate)))
    return takes


def first_audio(synthesizer: Synthesizer, replies: Sequence[str]) -> Figures:
    """How long the first clause of each reply takes, from the text to the samples in hand, in milliseconds.

    Raises:
        EngineError: one could not be spoken.
    """
    synthesizer.clause(WARM_UP.spoken)
    times = []
    for reply in replies:
        began = time.perf_counter()
        synthesizer.clause(clauses(reply)[0])
        times.append(1000 * (time.perf_counter() - began))
    p50, p95 = (round(float(np.percentile(times, p)), 1) for p in (50, 95))
    return {"first_audio_ms": p50, "first_audio_p95_ms": p95}


def speed(takes: Sequence[Take]) -> Figures:
    """The real-time factor: seconds of work for a second of sound."""
    seconds, took = sum(t.seconds for t in takes), sum(t.took_s for t in takes)
    rtf = round(took / seconds, 4) if took and seconds else None
    silent = sum(not take.audible for take in takes)
    return {"texts": len(takes), "silent": silent, "audio_s": round(seconds, 1), "rtf": rtf}


def _take(synthesizer: Synthesizer, sentence: Sentence) -> Take:
    began = time.perf_counter()
    spoken = synthesizer.say(sentence)
    return Take(sentence, spoken, time.perf_counter() - began)
