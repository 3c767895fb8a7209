"""Files as devices: recordings into the microphone, the loudspeaker into a WAV.

Both go by the loop's clock: in real time on an ordinary loop, as fast as it goes on a `VirtualLoop`.

    recordings   |--hello--|          |--what can you do--|
    microphone   ▁▁hello▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁what can you do▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
    free()       ──────────┐     ┌─────────────────────┐       ┌──────
                             reply                       reply
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf

from assistant.audio import AudioChunk, Samples
from assistant.errors import DeviceError
from assistant.playback import PlaybackBuffer
from assistant.resample import resample
from assistant.stream import Stream, cancelled
from assistant.workspace import load_audio

logger = logging.getLogger(__name__)

BLOCK_S = 0.02


@dataclass(frozen=True, slots=True)
class Recording:
    """A sound to be spoken into the microphone."""

    samples: Samples
    rate: int
    """Hertz."""
    name: str = ""

    @classmethod
    def read(cls, path: Path) -> "Recording":
        """A sound file, its channels averaged.

        Raises:
            DataError: it cannot be read, or holds no sound.
        """
        return cls(*load_audio(path), path.stem)


class FileMicrophone:
    """A `Microphone` that plays recordings, each once the floor has been free for a while, with silence between."""

    def __init__(self, recordings: Iterable[Recording], rate: int = 16_000, gap_s: float = 1.0) -> None:
        self.rate = rate
        self.dropped = 0
        self.gap_s = gap_s
        """How long the floor must have been free before the next recording, and before the end."""
        self.free: Callable[[], bool] = lambda: True
        """Whether nobody speaks and nothing is being answered; to be set by whoever knows."""
        self.began: list[float] = []
        """Seconds into the stream at which each recording began."""
        self._recordings = iter(recordings)
        self._started_at = 0.0

    def captured_at(self, at: float) -> float:
        """Loop time at which the sound `at` seconds into the stream was captured."""
        return self._started_at + at

    async def listen(self) -> Stream[AudioChunk]:
        """Yield 20 ms at a time, each when its last sample is due."""
        loop = asyncio.get_running_loop()
        self._started_at = loop.time()
        position, free_s, block = 0, 0.0, round(BLOCK_S * self.rate)
        pending: Samples | None = np.zeros(0, np.float32)
        while pending is not None:
            if not len(pending):
                free_s = free_s + BLOCK_S if self.free() else 0.0
                if free_s >= self.gap_s:
                    pending, free_s = self._next(position), 0.0
            piece, pending = _cut(pending, block)
            await asyncio.sleep(max(0.0, self.captured_at((position + block) / self.rate) - loop.time()))
            yield AudioChunk(piece, self.rate, position)
            position += block

    def _next(self, position: int) -> Samples | None:
        recording = next(self._recordings, None)
        if recording is None:
            return None
        self.began.append(position / self.rate)
        return resample(recording.samples, recording.rate, self.rate)


class FileLoudspeaker:
    """A `Loudspeaker` that writes what it plays, silence included, or plays to nobody where no path is given."""

    def __init__(self, path: Path | None, rate: int = 22_050) -> None:
        self.buffer = PlaybackBuffer(rate)
        self.path = path
        self._fault: Exception | None = None

    @asynccontextmanager
    async def playing(self) -> "AsyncIterator[FileLoudspeaker]":
        """Play for as long as the context lasts.

        Raises:
            DeviceError: the file cannot be written. Where that shows only on the way, it is played on without the file,
                and raised at the end.
        """
        file = self._open()
        task = asyncio.create_task(self._pull(file))
        try:
            yield self
        finally:
            await cancelled(task)
            if file:
                file.close()
        if self._fault:
            raise DeviceError(
                f"{self.path} ends before the conversation did: {self._fault} Is the disk full?"
            ) from self._fault

    async def _pull(self, file: "sf.SoundFile | None") -> None:
        loop, block = asyncio.get_running_loop(), round(BLOCK_S * self.buffer.rate)
        started, blocks = loop.time(), 0
        while True:
            samples = self.buffer.pull(block, loop.time())
            if file and not self._fault:
                self._write(file, samples)
            blocks += 1
            await asyncio.sleep(max(0.0, started + blocks * block / self.buffer.rate - loop.time()))

    def _write(self, file: "sf.SoundFile", samples: Samples) -> None:
        try:
            file.write(samples)
        except (OSError, sf.LibsndfileError) as error:
            logger.warning("%s takes no more: %s", self.path, error)
            self._fault = error

    def _open(self) -> "sf.SoundFile | None":
        if self.path is None:
            return None
        try:
            return sf.SoundFile(self.path, "w", self.buffer.rate, 1, "PCM_16", format="WAV")
        except (OSError, sf.LibsndfileError) as error:
            reason = str(error).rstrip(".")
            raise DeviceError(f"Cannot write {self.path}: {reason}. Choose another place with --output.") from error


def _cut(samples: Samples | None, size: int) -> tuple[Samples, Samples | None]:
    """The next `size` samples, zeros where there are none, and the rest; None stays None."""
    if samples is None:
        return np.zeros(size, np.float32), None
    head, rest = samples[:size], samples[size:]
    return np.pad(head, (0, size - len(head))), rest
