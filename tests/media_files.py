"""Files of sound, pictures and video in many formats, made by PyAV for the tests."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from assistant.audio import Samples

CODECS = {
    ".m4a": ("aac", "ipod"),
    ".aac": ("aac", "adts"),
    ".mp3": ("libmp3lame", "mp3"),
    ".webm": ("libopus", "webm"),
    ".opus": ("libopus", "ogg"),
    ".mkv": ("pcm_s16le", "matroska"),
    ".mp4": ("aac", "mp4"),
}
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def tones(seconds: float, rate: int, channels: int) -> Samples:
    """A tone of its own in each channel, shape (n, channels): 300 Hz, 400 Hz …"""
    at = np.arange(round(seconds * rate))[:, None] / rate
    hertz = 300 + 100 * np.arange(channels)[None]
    return np.asarray(0.3 * np.sin(2 * np.pi * hertz * at), np.float32)


def write_sound(path: Path, samples: Samples, rate: int, pictures: int = 0) -> Path:
    """Write sound of shape (n, channels) in the format of the file's ending, with some pictures beside it."""
    codec, form = CODECS[path.suffix]
    layout = LAYOUTS[samples.shape[1]]
    with av.open(str(path), "w", format=form) as container:
        sound = container.add_stream(codec, rate=rate)
        sound.layout = layout
        video = _video(container) if pictures else None
        for _ in range(pictures):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, np.uint8), format="rgb24")
            container.mux(video.encode(frame))
        for start in range(0, len(samples), 960):
            piece = np.ascontiguousarray(samples[start : start + 960]).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(piece, format="flt", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
        if video:
            container.mux(video.encode(None))
    return path


def write_picture(path: Path, pixels: "np.ndarray", codec: str, form: str = "rgb24") -> Path:
    """Write pixels of shape (h, w, channels) as a picture of a codec of PyAV's."""
    with av.open(str(path), "w", format="gif" if codec == "gif" else "image2") as container:
        stream = container.add_stream(codec, rate=1)
        stream.height, stream.width = pixels.shape[:2]
        frame = av.VideoFrame.from_ndarray(pixels, format=form)
        stream.pix_fmt = {"png": form, "mjpeg": "yuvj444p", "gif": "rgb8", "libwebp": "bgra"}[codec]
        container.mux(stream.encode(frame.reformat(format=stream.pix_fmt)))
        container.mux(stream.encode(None))
    return path


def _video(container):
    stream = container.add_stream("mpeg4", rate=10)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    return stream
