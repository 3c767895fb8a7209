"""Frames of a video, evenly spread over its time.

│ ▒ │ ▒ │ ▒ │ ▒ │     of so many parts, each part's middle
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from PIL import Image

from assistant.containers import SOUND_DEMUXERS
from assistant.errors import DataError
from models.drawing.canvas import WIDTH

LARGEST = 400
"""Points; frames are made this small as they are read, width and height."""


def read_frames(path: Path, count: int) -> list[tuple[float, Image.Image]]:
    """So many frames, or as many as there are, each with its second.

    Raises:
        DataError: it cannot be read, or is no video.
    """
    options = {"format_whitelist": SOUND_DEMUXERS, "protocol_whitelist": "file"}
    try:
        with path.open("rb") as file, av.open(file, options=options) as video:
            if not video.streams.video:
                raise DataError(f"{path.name} is no video.")
            found = list(_frames(video, video.streams.video[0], count))
    except (FileNotFoundError, PermissionError) as error:
        raise DataError(f"The file {path} cannot be read: {error.strerror}.") from error
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise DataError(f"{path.name} is broken and cannot be read as a video.") from error
    if not found:
        raise DataError(f"{path.name} holds no frame that can be read.")
    return found


def _frames(video: Any, stream: Any, count: int) -> Iterator[tuple[float, Image.Image]]:
    first, last = _span(video, stream)
    shown = None
    for k in range(count):
        wanted = first + (k + 0.5) / count * (last - first)
        video.seek(int(wanted / stream.time_base), stream=stream)
        frame = _reached(video, stream, wanted)
        if frame is not None and frame.pts != shown:
            shown = frame.pts
            yield max(0.0, float(frame.time) - first), _small(frame)


def _reached(video: Any, stream: Any, wanted: float) -> Any:
    """The frame that is seen at a time: the last that does not begin after it."""
    seen = None
    for frame in video.decode(stream):
        if frame.time is None:
            continue
        if seen is not None and frame.time > wanted:
            return seen
        seen = frame
    return seen


def _span(video: Any, stream: Any) -> tuple[float, float]:
    """When the first frame begins and when the last one ends, in seconds; found by counting where it is not told."""
    first = float((stream.start_time or 0) * stream.time_base)
    if stream.duration:
        return first, first + float(stream.duration * stream.time_base)
    times = [float(p.pts * p.time_base) for p in video.demux(stream) if p.pts is not None]
    return (min(times), max(times)) if times else (first, first)


def _small(frame: Any) -> Image.Image:
    image: Image.Image = frame.to_image(width=frame.width, height=frame.height)
    image = image.rotate(frame.rotation, expand=True) if frame.rotation else image
    image.thumbnail((min(LARGEST, WIDTH), LARGEST))
    return image
