"""A simulated room: at once the microphone and the loudspeaker of a conversation, on the loop's clock.

    PlaybackBuffer ─pull─▶ loudspeaker ─▶ room ──┐
                              │                  ├─▶ microphone ─▶ chunks
                           Played        people ─┤
                                          noise ─┘

All that happens has a true time, which the measurement goes by, and a told one, with the errors that devices have.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, AudioChunk, Samples
from assistant.bench.room_acoustics import EchoPath
from assistant.bench.room_places import Place
from assistant.playback import PlaybackBuffer
from assistant.stream import Stream, cancelled

BLOCKS_PER_S = 50
FRAMES = 20
"""Looks at the level in a block: one a millisecond."""
AUDIBLE = 1e-3
"""Peak of what is taken for sound: -60 dBFS."""
GAP_S = 0.5
"""Quiet within speech up to this long belongs to it."""


class Played:
    """When the loudspeaker sounded, to the millisecond."""

    def __init__(self, began: float = 0.0, drift_ppm: float = 0.0) -> None:
        self.began = began
        """Loop time at which the first sample sounded."""
        self.frame_s = 1 / (BLOCKS_PER_S * FRAMES * (1 + drift_ppm * 1e-6))
        self.speech_s = 0.0
        """Seconds of sound so far, short pauses included."""
        self.last_at = float("-inf")
        """Loop time at which the last audible frame ended."""
        self._loud: list[NDArray[np.bool_]] = []
        self._count = 0

    def add(self, block: Samples) -> None:
        """The next block that sounds, a fiftieth of a second."""
        edges = np.linspace(0, len(block), FRAMES, endpoint=False).astype(np.int64)
        loud = np.maximum.reduceat(np.abs(block), edges) > AUDIBLE
        if loud.any():
            self._heard(np.flatnonzero(loud) + self._count)
        self._loud.append(loud)
        self._count += FRAMES

    def _heard(self, frames: NDArray[np.int64]) -> None:
        """Note audible frames of one block."""
        starts, ends = self.at(int(frames[0])), self.at(int(frames[-1]) + 1)
        self.speech_s += ends - (self.last_at if starts - self.last_at <= GAP_S else starts)
        self.last_at = ends

    def at(self, frame: int) -> float:
        """Loop time at which a frame began to sound."""
        return self.began + frame * self.frame_s

    def last_before(self, time: float) -> float:
        """Loop time at which the last audible frame that began before `time` ended; -inf: there is none."""
        found = np.flatnonzero(self._frames()[: self._index(time)])
        return self.at(int(found[-1]) + 1) if len(found) else float("-inf")

    def first_after(self, time: float) -> float:
        """Loop time at which the first audible frame from `time` on began; inf: there is none."""
        first = self._index(time)
        found = np.flatnonzero(self._frames()[first:])
        return self.at(first + int(found[0])) if len(found) else float("inf")

    def _index(self, time: float) -> int:
        return max(0, int(np.ceil((time - self.began) / self.frame_s - 1e-6)))

    def _frames(self) -> NDArray[np.bool_]:
        self._loud = [np.concatenate(self._loud)] if self._loud else [np.zeros(0, np.bool_)]
        return self._loud[0]


class SimulatedRoom:
    """A `Microphone` and a `Loudspeaker` in one room, with people in it."""

    rate = RATE

    def __init__(self, place: Place, echo_gain: float, speaker_rate: int = 48_000) -> None:
        """`echo_gain`: how loud the loudspeaker is at the microphone, 0 for muted on the way."""
        self.dropped = 0
        self.buffer = PlaybackBuffer(speaker_rate)
        self.place = place
        self.played = Played()
        self.over = False
        """Set to let the microphone end."""
        self._path = EchoPath(place.room.speaker, place.path(speaker_rate, echo_gain))
        self._echo = _Tape()
        self._people: list[tuple[int, Samples]] = []
        self._draw = np.random.default_rng(place.seed)
        self._started = 0.0
        self._listening = 0

    # -------------------------------------------------------------- loudspeaker

    @asynccontextmanager
    async def sounding(self) -> "AsyncIterator[SimulatedRoom]":
        """Let time pass in the room for as long as the context lasts."""
        timing = self.place.timing
        self._started = asyncio.get_running_loop().time()
        self.played = Played(self._started + timing.output_s, timing.drift_ppm)
        task = asyncio.create_task(self._play())
        try:
            yield self
        finally:
            await cancelled(task)

    async def _play(self) -> None:
        loop, timing = asyncio.get_running_loop(), self.place.timing
        block = self.buffer.rate // BLOCKS_PER_S
        block_s = block / (self.buffer.rate * (1 + timing.drift_ppm * 1e-6))
        number = 0
        while True:
            due = self._started + number * block_s
            await asyncio.sleep(max(0.0, due - loop.time()))
            error = timing.output_error_s + self._draw.normal(0, timing.jitter_s)
            sound = self.buffer.pull(block, due + timing.output_s + error)
            self.played.add(sound)
            self._echo.add(self._path.push(sound))
            number += 1

    # --------------------------------------------------------------- microphone

    async def listen(self) -> Stream[AudioChunk]:
        """Yield 20 ms at a time, each when its last sample is due, until `over`."""
        loop, block = asyncio.get_running_loop(), RATE // BLOCKS_PER_S
        self._listening, position = self._now(), 0
        while not self.over:
            due = self.true_time((position + block) / RATE) + self.place.timing.input_s
            await asyncio.sleep(max(0.0, due - loop.time()))
            yield AudioChunk(self._mixed(self._listening + position, block), RATE, position)
            position += block

    def captured_at(self, at: float) -> float:
        """Loop time, as the device tells it, at which the sound `at` seconds into the stream reached the microphone."""
        return self.true_time(at) + self.place.timing.input_error_s

    def true_time(self, at: float) -> float:
        """Loop time at which the sound `at` seconds into the stream did reach the microphone."""
        return self._started + self._listening / RATE + at

    def say(self, sound: Samples) -> float:
        """Let a sound, shape (n,) at `RATE`, reach the microphone from now on; the loop time of its first sample."""
        now = self._now()
        self._people.append((now, sound))
        return self._started + now / RATE

    def _now(self) -> int:
        """The first sample at the microphone that is yet to come."""
        return int(np.ceil((asyncio.get_running_loop().time() - self._started) * RATE - 1e-6))

    def _mixed(self, first: int, count: int) -> Samples:
        mixed = self._echo.read(first, count)
        bed = self.place.noise
        mixed += bed[np.arange(first, first + count) % len(bed)]
        for start, sound in self._people:
            lap = slice(max(first, start), min(first + count, start + len(sound)))
            if lap.start < lap.stop:
                mixed[lap.start - first : lap.stop - first] += sound[lap.start - start : lap.stop - start]
        self._people = [(start, sound) for start, sound in self._people if start + len(sound) > first + count]
        return np.clip(mixed, -1.0, 1.0)


class _Tape:
    """A stream that is written block by block and read once, in order."""

    def __init__(self) -> None:
        self._kept: Samples = np.zeros(0, np.float32)
        self._first = 0

    def add(self, samples: Samples) -> None:
        """Append, shape (n,)."""
        self._kept = np.concatenate((self._kept, samples))

    def read(self, first: int, count: int) -> Samples:
        """The `count` samples from position `first` on, zeros where nothing is written; those before are forgotten."""
        self._kept, self._first = self._kept[first - self._first :], first
        found = self._kept[:count]
        return np.pad(found, (0, count - len(found)))
