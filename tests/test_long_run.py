"""Hours compressed: nothing but silence, noise and music makes no turn, and memory does not grow."""

import asyncio
import gc
import json
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import numpy as np
import psutil
import pytest

from asr.ears import Ears
from asr.moonshine import Moonshine
from asr.turns import Punctuation, TurnOptions
from asr.vad import GatedSilero
from assistant.audio import RATE, AudioChunk, Samples
from assistant.clock import run_virtually
from assistant.devices.files import Recording
from assistant.events import Heard, Perception
from assistant.resample import resample
from assistant.stream import Stream

SHARED = Path(__file__).parents[2] / "shared" / "data"
QUIET = ("rain", "sea_waves", "clock_tick", "helicopter", "chainsaw", "crackling_fire", "rooster", "music")
"""Kinds of the shared sounds in which nobody has a voice."""


def coloured(generator: np.random.Generator, seconds: float, exponent: float, level: float) -> Samples:
    """Noise whose power falls with frequency to the `exponent`: 0 white, 1 pink, 2 brown."""
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(generator.normal(size=count)) / np.maximum(np.arange(count // 2 + 1), 1) ** (exponent / 2)
    noise = np.fft.irfft(spectrum, count)
    return (level * noise / np.sqrt(np.mean(noise**2))).astype(np.float32)


def hum(seconds: float, level: float) -> Samples:
    time = np.arange(round(seconds * RATE)) / RATE
    return (level * sum(np.sin(2 * np.pi * f * time) / k for k, f in enumerate((50, 100, 150, 250), 1))).astype(
        np.float32
    )


def keyboard(generator: np.random.Generator, seconds: float) -> Samples:
    sound = np.zeros(round(seconds * RATE), np.float32)
    for at in generator.integers(0, len(sound) - 400, round(seconds * 6)):
        sound[at : at + 400] += generator.normal(0, 0.1, 400) * np.exp(-np.arange(400) / 60)
    return sound


def tune(generator: np.random.Generator, seconds: float) -> Samples:
    """Chords, a melody with overtones, and a drum."""
    beat = np.arange(RATE // 2) / RATE
    decay, bars = np.exp(-3 * beat), []
    for i in range(round(seconds * 2)):
        root = 110 * 2 ** (generator.choice([0, 5, 7, 9]) / 12)
        notes = [root, root * 1.26, root * 1.5, 4 * root * 2 ** (generator.integers(0, 12) / 12)]
        bar = sum(np.sin(2 * np.pi * f * k * beat) * decay / k for f in notes for k in (1, 2, 3)) * 0.04
        bars.append(bar + (i % 2 == 0) * 0.2 * np.sin(2 * np.pi * 60 * beat) * np.exp(-20 * beat))
    return np.concatenate(bars).astype(np.float32)


def synthetic(minutes: float) -> Iterator[Samples]:
    """Minutes of silence, noises and music, a minute at a time."""
    generator = np.random.default_rng(7)
    kinds = (
        lambda: np.zeros(60 * RATE, np.float32),
        lambda: coloured(generator, 60, 0, 0.01),
        lambda: coloured(generator, 60, 1, 0.05),
        lambda: coloured(generator, 60, 2, 0.2),
        lambda: hum(60, 0.1),
        lambda: keyboard(generator, 60),
        lambda: tune(generator, 60),
        lambda: tune(generator, 60) * 0.2 + coloured(generator, 60, 1, 0.02),
    )
    for minute in range(round(minutes)):
        yield kinds[minute % len(kinds)]()


def recorded() -> Iterator[Samples]:
    """The shared noise beds, and sounds without voices, each as loud as it is and again much softer."""
    for kind in ("noise", "sounds"):
        for line in (SHARED / f"{kind}.jsonl").read_text().splitlines():
            row = json.loads(line)
            if kind == "noise" or set(row["labels"]) & set(QUIET):
                recording = Recording.read(SHARED / row["path"])
                sound = resample(recording.samples, recording.rate, RATE)
                yield from (sound, 0.1 * sound)


async def pieces(sounds: Iterator[Samples]) -> Stream[AudioChunk]:
    """The sounds one after another, in chunks of 20 ms."""

    position = 0
    for sound in sounds:
        for start in range(0, len(sound), 320):
            chunk = sound[start : start + 320]
            await asyncio.sleep(len(chunk) / RATE)
            yield AudioChunk(chunk, RATE, position)
            position += len(chunk)


@pytest.fixture(scope="module")
def recognizer() -> Moonshine:
    return Moonshine()


def hear(recognizer: Moonshine, sounds: Iterator[Samples]) -> list[Perception]:
    async def listen() -> list[Perception]:
        ears = Ears(recognizer, GatedSilero(), Punctuation(TurnOptions()))
        async with aclosing(ears.listen(pieces(sounds))) as perceptions:
            return [p async for p in perceptions]

    return run_virtually(listen())


def test_an_hour_of_silence_noise_and_music_makes_no_turn(
    recognizer: Moonshine, record_property: Callable[[str, object], None]
) -> None:
    hear(recognizer, synthetic(8))
    gc.collect()
    before = psutil.Process().memory_info().rss
    perceptions = hear(recognizer, synthetic(60))
    gc.collect()
    grown_mb = (psutil.Process().memory_info().rss - before) / 1e6
    record_property("grown_mb", grown_mb)
    assert [p for p in perceptions if isinstance(p, Heard)] == []
    print(f"memory grew by {grown_mb:.1f} MB in an hour")
    assert grown_mb < 20


@pytest.mark.skipif(not SHARED.exists(), reason="the shared recordings are not here")
def test_recorded_noise_and_music_make_no_turn(recognizer: Moonshine) -> None:
    assert [p.text for p in hear(recognizer, recorded()) if isinstance(p, Heard)] == []
