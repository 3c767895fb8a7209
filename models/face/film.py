"""A film that grows: frames and the sound of a file, as H.264 and AAC in an MP4 that says what it is.

frames ─▶ x264 ─┐
file ─▶ AAC ────┴▶ MP4, sound never behind the pictures by more than a frame
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np

from assistant import media
from assistant.errors import DataError
from models.face.sampling import Picture
from models.face.timeline import FPS

AAC_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000)
OTHERWISE = 48_000
"""Hertz of the sound whose own rate AAC has not."""
BITS = 96_000
"""A second of each channel, at most: half of that is enough for a low rate."""
QUALITY = "18"
"""The constant rate factor of x264."""
PIECE_S = 0.5


class Film:
    """An MP4 while it is made; left with an exception, it leaves no file."""

    def __init__(self, path: Path, size: tuple[int, int], sound: Path, tags: Mapping[str, str]) -> None:
        """Frames are of `size`, width and height, both even; all of `sound` is put beside them.

        Raises:
            DataError: the file cannot be made, or the sound cannot be read.
        """
        self.path = path
        self._draft = path.with_name(f"{path.stem}.draft.mp4")
        found = media.probe(sound)
        self.channels = min(2, found.channels)
        self.rate = found.rate if found.rate in AAC_RATES else OTHERWISE
        try:
            self._container: Any = av.open(str(self._draft), "w", format="mp4")
            self._container.metadata.update(tags)
            self._video = self._picture_stream(size)
            self._audio = self._sound_stream()
        except (av.error.FFmpegError, OSError, ValueError) as error:
            self._discard()
            raise DataError(f"Cannot write {path.name}: {error}. Is the disk full?") from error
        self._sound = self._packets(sound)
        self._sound_s, self._count = 0.0, 0

    def write(self, picture: Picture) -> None:
        """Add a frame, and the sound up to its end.

        Raises:
            DataError: the disk is full, or the sound is broken.
        """
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = self._count, Fraction(1, FPS)
        self._count += 1
        self._put(self._video.encode(frame))
        while self._sound_s < self._count / FPS and (packets := next(self._sound, None)) is not None:
            self._put(packets)

    def __enter__(self) -> "Film":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        try:
            if kind is None:
                self._finish()
        except BaseException:
            self._discard()
            raise
        if kind is not None:
            self._discard()

    # ---------------------------------------------------------------------- streams

    def _picture_stream(self, size: tuple[int, int]) -> Any:
        options = {"preset": "veryfast", "crf": QUALITY, "tune": "animation"}
        stream = self._container.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1  # the same to the byte, whatever the machine
        return stream

    def _sound_stream(self) -> Any:
        stream = self._container.add_stream("aac", rate=self.rate)
        stream.layout = "stereo" if self.channels == 2 else "mono"
        stream.bit_rate = self.channels * (BITS if self.rate > 24_000 else BITS // 2)
        return stream

    def _packets(self, sound: Path) -> Iterator[list[Any]]:
        """The sound, encoded piece by piece; `_sound_s` tells how far it has come."""
        layout = "stereo" if self.channels == 2 else "mono"
        resampler = av.AudioResampler("fltp", layout, self.rate, frame_size=1024)
        for chunk in media.blocks(sound, PIECE_S, mono=self.channels == 1):
            samples = chunk.samples.reshape(len(chunk.samples), -1)[:, : self.channels]
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.reshape(1, -1)), "flt", layout)
            frame.rate, frame.pts, frame.time_base = chunk.rate, chunk.start, Fraction(1, chunk.rate)
            yield [packet for part in resampler.resample(frame) for packet in self._audio.encode(part)]
            self._sound_s = chunk.ends_at
        rest = [packet for part in resampler.resample(None) for packet in self._audio.encode(part)]
        yield [*rest, *self._audio.encode(None)]

    def _put(self, packets: list[Any]) -> None:
        try:
            for packet in packets:
                self._container.mux(packet)
        except (av.error.FFmpegError, OSError) as error:
            raise DataError(f"Cannot write {self.path.name}: {error}. Is the disk full?") from error

    def _finish(self) -> None:
        for packets in self._sound:
            self._put(packets)
        try:
            self._put(self._video.encode(None))
            self._container.close()
            os.replace(self._draft, self.path)
        except (av.error.FFmpegError, OSError) as error:
            raise DataError(f"Cannot write {self.path.name}: {error}. Is the disk full?") from error

    def _discard(self) -> None:
        with suppress(av.error.FFmpegError, OSError, AttributeError):
            self._container.close()
        self._draft.unlink(missing_ok=True)


def tagged(source: Path, path: Path, tags: Mapping[str, str]) -> None:
    """Put the streams of a film that another program made into an MP4 with tags, as they are.

    Raises:
        DataError: it cannot be read, holds no pictures, or the file cannot be written.
    """
    draft = path.with_name(f"{path.stem}.draft.mp4")
    try:
        with av.open(str(source)) as given, av.open(str(draft), "w", format="mp4") as made:
            if not given.streams.video:
                raise DataError(f"{source.name} holds no pictures.")
            made.metadata.update(tags)
            kept = [*given.streams.video[:1], *given.streams.audio[:1]]
            streams = {stream.index: made.add_stream_from_template(stream) for stream in kept}
            for packet in given.demux(*kept):
                if packet.dts is not None:
                    packet.stream = streams[packet.stream.index]
                    made.mux(packet)
        os.replace(draft, path)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise DataError(f"The film {source.name} cannot be read or written: {error}.") from error
    finally:
        draft.unlink(missing_ok=True)
