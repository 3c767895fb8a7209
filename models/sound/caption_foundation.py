"""Captions by a language model that hears, and was pulled: what is in a recording, in a sentence.

file ─▶ parts of half a minute, six at most ─▶ those that are silent left out ─▶ model ─▶ a sentence for each ─▶ text
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np

from assistant import media
from assistant.audio import SILENCE_DBFS, Samples
from assistant.resample import resample
from models.attended import attended
from models.base import Card, Job, Made, Report
from models.sound.caption_words import INAUDIBLE_DBFS, Facts, caption

PART_S = 30.0
"""What such models hear at once."""
PARTS = 6
"""Of longer recordings, so many parts are heard, spread evenly."""
ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'])")
"""Between two sentences."""
MARKS = " \n\t\"'*_#`"


class Describer(Protocol):
    """A model that says what it hears. Another thread may stop it."""

    rate: int
    """Hertz."""

    def __call__(self, sound: Samples, /) -> str:
        """Mono float32 (n,) at its rate, half a minute at most → what it is."""

    def stop(self) -> None:
        """End the call that runs."""


class FoundationCaption:
    """An `Engine` around such a model."""

    def __init__(self, card: Card, describer: Callable[[], Describer]) -> None:
        self.card = card
        self._make = describer
        self._describer: Describer | None = None

    def load(self) -> None:
        """Load the model, and let it hear a second of noise, so that the first job is as quick as the others.

        Raises:
            EngineMissing: a package or weights are not here.
            EngineError: it cannot be loaded.
        """
        self._describer = self._make()
        self._describer(0.01 * np.random.default_rng(0).standard_normal(self._describer.rate, np.float32))

    def drop(self) -> None:
        """Let go of it."""
        self._describer = None

    def run(self, job: Job, report: Report) -> Made:
        """Say in a sentence what `audio` is; of a long one, in a sentence for each part that was heard.

        Raises:
            DataError: the file cannot be read.
            JobCancelled: it is no longer wanted.
        """
        path = job.files["audio"]
        report(0.0)
        seconds = length_s(path, lambda: report(0.0))
        starts = spread(seconds)
        told, loudest = list[tuple[float, str]](), SILENCE_DBFS
        for number, start in enumerate(starts):
            sound, rate = media.read_audio(path, start_s=start, end_s=min(start + PART_S, seconds))
            level = _level_dbfs(sound)
            loudest = max(loudest, level)
            if level >= INAUDIBLE_DBFS:
                told.append((start, self._described(sound, rate, report, number / len(starts))))
        report(1.0)
        facts = {"seconds": round(seconds, 2), "level_dbfs": round(loudest, 1)}
        if loudest < INAUDIBLE_DBFS:
            return Made(caption(Facts(seconds, loudest)), facts=facts)
        parted = seconds > PARTS * PART_S
        notice = f"I listened to {len(starts)} parts of half a minute, spread over it." if parted else ""
        return Made(joined([(start, text) for start, text in told if text], seconds), facts=facts, notice=notice)

    def _described(self, sound: Samples, rate: int, report: Report, share: float) -> str:
        describer = self._describer
        assert describer is not None, "loaded before it is run"
        given = resample(sound, rate, describer.rate)
        return sentence(attended(lambda: describer(given), lambda: report(share), describer.stop))


def length_s(path: Path, alive: Callable[[], None]) -> float:
    """How long a recording is, counted, since headers may not tell.

    Raises:
        DataError: it cannot be read.
    """
    end = 0.0
    for block in media.blocks(path):
        alive()
        end = block.ends_at
    return end


def spread(seconds: float) -> list[float]:
    """When the parts begin that are heard."""
    count = max(1, int(np.ceil(seconds / PART_S)))
    if count <= PARTS:
        return [k * PART_S for k in range(count)]
    return [round(k * (seconds - PART_S) / (PARTS - 1), 1) for k in range(PARTS)]


def sentence(said: str) -> str:
    """The first sentence of what a model said, with an end; empty where it said nothing."""
    text = " ".join(said.split()).strip(MARKS)
    if not re.search(r"\w", text):
        return ""
    first = ENDS.split(text)[0].strip(MARKS)
    return f"{first[:1].upper()}{first[1:]}" + ("" if first.endswith((".", "!", "?")) else ".")


def joined(told: list[tuple[float, str]], seconds: float) -> str:
    """The sentences of parts, with when each begins; one that is said again is not."""
    if len(told) <= 1 and seconds <= PART_S:
        return told[0][1] if told else ""
    return " ".join(f"From {_clock(start)} on: {text}" for start, text in _changes(told))


def _changes(told: list[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    before = ""
    for start, text in told:
        if text != before:
            yield start, text
        before = text


def _clock(seconds: float) -> str:
    """Such as "0 seconds", "1 minute 30" or "2 minutes"."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} seconds"
    return f"{minutes} minute{'s' * (minutes != 1)}" + (f" {rest}" if rest else "")


def _level_dbfs(sound: Samples) -> float:
    power = float(np.mean(np.square(sound, dtype=np.float64))) if len(sound) else 0.0
    return max(SILENCE_DBFS, 10 * float(np.log10(power))) if power > 0 else SILENCE_DBFS
