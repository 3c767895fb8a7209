"""Fakes: each implements a protocol of the product, in a few lines."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from asr.base import Pause, Transcript
from assistant.audio import AudioChunk, Samples
from assistant.events import Event, Heard, Manner, Perception, Reply, Say, Spoken, Word
from assistant.stream import Stream
from assistant.workspace import Workspace
from router.task import Context

WORD_S = 0.5
"""How long a word of `ToneVoice` lasts."""


class ScriptedEars:
    """A `Listener` that perceives what it is told, when it is told, and ends a while later."""

    def __init__(self, *script: tuple[float, Perception], ends_at: float | None = None) -> None:
        self.script = script
        self.ends_at = script[-1][0] + 0.01 if ends_at is None else ends_at

    async def listen(self, sound: Stream[AudioChunk]) -> Stream[Perception]:
        loop = asyncio.get_running_loop()
        for at, perception in self.script:
            await asyncio.sleep(at - loop.time())
            yield perception
        await asyncio.sleep(max(0.0, self.ends_at - loop.time()))

    def close(self) -> None:
        pass


class ToneVoice:
    """A `Voice` of half a second a word."""

    name = "tone"
    rate = 8000

    def __init__(self) -> None:
        self.spoken: list[str] = []

    def speak(self, clause: str, manner: Manner) -> Spoken:
        self.spoken.append(clause)
        texts = clause.split()
        words = tuple(Word(text, i * WORD_S, (i + 1) * WORD_S) for i, text in enumerate(texts))
        length = round(len(texts) * WORD_S * self.rate)
        return Spoken(np.full(length, 0.5, np.float32), self.rate, words)


class SilentMicrophone:
    """A `Microphone` whose clock is the loop's."""

    rate = 16_000
    dropped = 0

    async def listen(self) -> Stream[AudioChunk]:
        return
        yield

    def captured_at(self, at: float) -> float:
        return at


class FakeRouter:
    """Answers every turn with the same replies; one that waits for certainty first is preceded by None."""

    def __init__(self, folder: Path, *replies: Reply | None, delay_s: float = 0.0) -> None:
        self.context = Context(Workspace(folder))
        self.replies = replies
        self.delay_s = delay_s
        self.asked: list[str] = []
        self.abandoned = 0

    async def answer(self, heard: Heard, certain: asyncio.Event) -> Stream[Reply]:
        self.asked.append(heard.text)
        whole = False
        try:
            for reply in self.replies or (Say(f"You said {heard.text}"),):
                if reply is None:
                    await certain.wait()
                    continue
                await asyncio.sleep(self.delay_s)
                yield reply
            whole = True
        finally:
            self.abandoned += not whole

    async def attend(self) -> None:
        for attendant in self.context.attendants:
            await attendant(self.context)

    async def close(self) -> None:
        pass


@dataclass
class ListScreen:
    """A `Screen` that keeps what it is shown, with the time."""

    shown: list[tuple[float, Event]] = field(default_factory=list)

    def show(self, event: Event) -> None:
        self.shown.append((round(asyncio.get_running_loop().time(), 3), event))

    def of(self, *kinds: type) -> list[tuple[float, Event]]:
        """What was shown of some kinds."""
        return [(at, event) for at, event in self.shown if isinstance(event, kinds)]


class EnergyActivity:
    """A `VoiceActivity`: whatever is not silent is speech."""

    window = 512

    def push(self, window: Samples) -> float:
        return 1.0 if np.abs(window).max() > 0.01 else 0.0


class CountingRecognizer:
    """A `Recognizer` that writes the length of what it hears, in tenths of a second without trailing silence."""

    name = "counting"
    rate = 16_000

    def __init__(self, finished: float = 1.0, log_prob: float = -0.1) -> None:
        self.finished = finished
        self.log_prob = log_prob
        self.calls = 0

    def transcribe(self, samples: Samples, said: str = "") -> Transcript:
        self.calls += 1
        loud = np.flatnonzero(np.abs(samples) > 0.01)
        tenths = round((loud[-1] - loud[0]) / 1600) if len(loud) else 0
        return Transcript(f"{tenths} tenths", "en", self.log_prob, 0.0, self.finished, 2)


@dataclass
class FixedPatience:
    """A `TurnDetector` that waits the same every time, and notes what it was asked about."""

    seconds: float
    name: str = "fixed"
    pauses: list[Pause] = field(default_factory=list)

    def patience(self, pause: Pause) -> float:
        self.pauses.append(pause)
        return self.seconds


def speech(*spans: tuple[float, float], seconds: float, rate: int = 16_000) -> Samples:
    """Noise where somebody speaks, from and to a second, and silence elsewhere; shape (seconds * rate,)."""
    sound = np.zeros(round(seconds * rate), np.float32)
    noise = np.random.default_rng(0)
    for start, end in spans:
        size = round(end * rate) - round(start * rate)
        sound[round(start * rate) :][:size] = noise.uniform(0.1, 0.5, size)
    return sound


async def in_chunks(samples: Samples, rate: int, sizes: Sequence[int]) -> Stream[AudioChunk]:
    """A sound as a stream in its own time, cut into pieces of the sizes given, over and over."""
    start = 0
    while start < len(samples):
        for size in sizes:
            await asyncio.sleep(size / rate)
            yield AudioChunk(samples[start : start + size], rate, start)
            start += size
