"""Small copies of what was made: OGG Opus, PNG and MP4, with the tags of the original, the same to the byte each time.

Long sounds are cut to their beginning.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from assistant.audio import Samples
from assistant.media import read_audio
from assistant.resample import resample

LONGEST_S = 6.0
RATE = 48_000
"""Hertz; that of Opus."""
BITS = 32_000
"""A second of each channel."""
FADE_S = 0.3
PICTURE_WIDTH = 640
COLOURS = 48
FILM_SIDE = 256
FILM_QUALITY = "30"
EXACT = {"fflags": "+bitexact"}


def small(source: Path, kind: str, target: Path) -> Path:
    """A small copy of a sound, a picture or a film; the suffix is put to `target`.

    Raises:
        DataError: it cannot be read.
    """
    match kind:
        case "audio":
            return _sound(source, target.with_suffix(".ogg"))
        case "video":
            return _film(source, target.with_suffix(".mp4"))
        case _:
            return _picture(source, target.with_suffix(".png"))


def _sound(source: Path, target: Path) -> Path:
    samples, rate = read_audio(source, mono=False)
    frames = samples.reshape(len(samples), -1)
    short = _shortened(np.stack([resample(channel, rate, RATE) for channel in frames.T], axis=1))
    with av.open(str(source)) as given:
        tags = {**given.metadata}
    with av.open(str(target), "w", format="ogg", container_options=EXACT) as made:
        made.metadata.update(tags)
        layout = "mono" if short.shape[1] == 1 else "stereo"
        stream: Any = made.add_stream("libopus", rate=RATE)
        stream.layout, stream.bit_rate = layout, BITS * short.shape[1]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(short.reshape(1, -1)), "flt", layout)
        frame.rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        resampler = av.AudioResampler("flt", layout, RATE, frame_size=960)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            made.mux(stream.encode(part))
        made.mux(stream.encode(None))
    return target


def _shortened(frames: Samples) -> Samples:
    """The first seconds, float32 of shape (n, channels); what is cut fades out."""
    size, fade = round(LONGEST_S * RATE), round(FADE_S * RATE)
    if len(frames) <= size:
        return frames
    cut = frames[:size].copy()
    cut[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
    return cut


def _picture(source: Path, target: Path) -> Path:
    with Image.open(source) as picture:
        whole = picture.convert("RGB")
    if whole.width > PICTURE_WIDTH:
        whole = whole.resize(
            (PICTURE_WIDTH, round(whole.height * PICTURE_WIDTH / whole.width)), Image.Resampling.LANCZOS
        )
    whole.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    return target


def _film(source: Path, target: Path) -> Path:
    with av.open(str(source)) as given, av.open(str(target), "w", format="mp4", container_options=EXACT) as made:
        made.metadata.update(given.metadata)
        frames = given.streams.video[0]
        video: Any = made.add_stream(
            "libx264", rate=frames.average_rate, options={"crf": FILM_QUALITY, "preset": "slow"}
        )
        video.width = video.height = FILM_SIDE
        video.pix_fmt, video.codec_context.thread_count = "yuv420p", 1
        audio = made.add_stream_from_template(given.streams.audio[0])
        for packet in given.demux(frames, given.streams.audio[0]):
            if packet.stream.type == "video":
                for picture in packet.decode():
                    shrunk: Any = picture
                    made.mux(video.encode(shrunk.reformat(FILM_SIDE, FILM_SIDE, "yuv420p")))
            elif packet.dts is not None:
                packet.stream = audio
                made.mux(packet)
        made.mux(video.encode(None))
    return target
