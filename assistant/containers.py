"""Containers that PyAV reads: m4a, mp4, webm, mkv, aac, mp3 …, their sound and their pictures.

    file ─▶ demuxer ─▶ packets ─▶ decoder ─▶ frames ─┬▶ sound: (n, channels) at the file's own rate
             └ only those listed in DEMUXERS         └▶ picture: (h, w, 3)

Only demuxers that read nothing but the file itself are let at it: a playlist in disguise opens no other file.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

import av
import numpy as np
from numpy.typing import NDArray

from assistant.errors import DataError

SOUND_DEMUXERS = (
    "aac,ac3,eac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,flac,flv,gsm,iff,loas,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,"
    "mpeg,mpegts,nistsphere,ogg,rm,tak,tta,voc,w64,wav,wv"
)
PICTURE_DEMUXERS = (
    "gif,apng,png_pipe,jpeg_pipe,jpegxl_pipe,webp_pipe,bmp_pipe,tiff_pipe,ppm_pipe,pgm_pipe,pgmyuv_pipe,pbm_pipe,"
    "pam_pipe,qoi_pipe,sgi_pipe,sunrast_pipe,dpx_pipe,exr_pipe,hdr_pipe,j2k_pipe,psd_pipe,pcx_pipe,ico,image2"
)
INDEXED = ("mov", "matroska")
"""Containers that say how long they are, and in which one may begin in the middle."""
PREROLL_S = 0.5
"""How much is decoded and thrown away before a place in the middle, until the decoder has settled."""
LARGEST_PICTURE = 100_000_000
"""Points."""


class Container:
    """An open file; close it, or use it in a `with`.

    Raises:
        DataError: it is none of the containers.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self._file = file
        options = {"format_whitelist": f"{SOUND_DEMUXERS},{PICTURE_DEMUXERS}", "protocol_whitelist": "file"}
        try:
            self._container: Any = av.open(file, options=options)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            file.close()
            raise DataError(f"{name} cannot be read as sound, picture or video.") from error

    def __enter__(self) -> "Container":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the container and the file."""
        self._container.close()
        self._file.close()

    # ---------------------------------------------------------------- what is in it

    @property
    def kind(self) -> str:
        """audio | image | video, or nothing where there is neither sound nor picture."""
        pictures = [s for s in self._container.streams.video if not _is_cover(s)]
        if pictures:
            return "image" if self._of(PICTURE_DEMUXERS) else "video"
        return "audio" if self._container.streams.audio else ""

    @property
    def seconds(self) -> float:
        """How long it says it is; 0 for pictures and where it does not say."""
        if self.kind == "image" or self._container.duration is None:
            return 0.0
        return float(self._container.duration / av.time_base)

    @property
    def told_s(self) -> float:
        """How long it must be, going by its own index; 0 where there is none."""
        return self.seconds if self._of(",".join(INDEXED)) else 0.0

    @property
    def rate(self) -> int:
        """Hertz of its sound; 0 where there is none."""
        return int(self._sound.rate or 0) if self._sound else 0

    @property
    def channels(self) -> int:
        """Of its sound; 0 where there is none."""
        return int(self._sound.layout.nb_channels) if self._sound else 0

    @property
    def _sound(self) -> Any:
        return next(iter(self._container.streams.audio), None)

    def _of(self, demuxers: str) -> bool:
        return not set(self._container.format.name.split(",")).isdisjoint(demuxers.split(","))

    # ------------------------------------------------------------------------ sound

    def pieces(self, start_s: float = 0.0, end_s: float | None = None) -> Iterator[NDArray[np.float32]]:
        """The sound from one second to another, as it is decoded: float32 of shape (n, channels).

        Raises:
            DataError: it is broken.
        """
        first = round(start_s * self.rate)
        last = None if end_s is None else round(end_s * self.rate)
        for position, samples in self._positioned(start_s):
            if last is not None and position >= last:
                return
            piece = samples[max(0, first - position) : None if last is None else last - position]
            if len(piece):
                yield piece

    def _positioned(self, start_s: float) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Decoded pieces, each with the position of its first sample, from some place before `start_s` on.

        Positions are counted from the first piece; only where the beginning is skipped they are the container's own,
        to a millisecond in WebM.
        """
        skipped = start_s > 2 * PREROLL_S and self._of(",".join(INDEXED))
        if skipped:
            self._container.seek(int((start_s - PREROLL_S) * av.time_base))
        position: int | None = None if skipped else 0
        for frame in self._frames():
            if position is None:
                begins = (self._sound.start_time or 0) * self._sound.time_base
                position = max(0, round(float((frame.pts or 0) * frame.time_base - begins) * self.rate))
            samples = frame.to_ndarray().reshape(-1, self.channels)
            yield position, samples
            position += len(samples)

    def _frames(self) -> Iterator[Any]:
        """Frames of its sound as interleaved floats; packets that are torn are passed over as long as others follow."""
        resampler = av.AudioResampler(format="flt", layout=self._sound.layout, rate=self.rate)
        try:
            for packet in self._container.demux(self._sound):
                with suppress(av.error.InvalidDataError):
                    for frame in packet.decode():
                        yield from resampler.resample(frame)
            yield from resampler.resample(None)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise DataError(f"{self.name} is broken and cannot be read to its end.") from error

    # --------------------------------------------------------------------- pictures

    def picture(self) -> NDArray[np.uint8]:
        """The picture, or the first of several, upright, on white where it is transparent: uint8 of shape (h, w, 3).

        Raises:
            DataError: it is broken, or too large.
        """
        stream = self._container.streams.video[0]
        if stream.width * stream.height > LARGEST_PICTURE:
            size = f"{stream.width} by {stream.height} points"
            raise DataError(f"{self.name} is too large: {size}, and I take {LARGEST_PICTURE // 10**6} million at most.")
        try:
            frame = next(self._container.decode(stream))
            shown = frame.to_ndarray(format="rgba").astype(np.float32)
        except (av.error.FFmpegError, OSError, ValueError, StopIteration) as error:
            raise DataError(f"{self.name} is broken or too large, and cannot be read as a picture.") from error
        opaque = shown[..., 3:] / 255.0
        flat = np.rint(shown[..., :3] * opaque + 255.0 * (1.0 - opaque)).astype(np.uint8)
        return np.ascontiguousarray(np.rot90(flat, round(frame.rotation / 90)))


def _is_cover(stream: Any) -> bool:
    """Whether a stream of pictures is the cover of a record."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)
