"""Small real files to talk about: sounds, a picture, a video, and some that are broken."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from assistant.errors import DataError
from assistant.events import Manner
from assistant.resample import resample
from tts.espeak import Espeak
from tts.options import EspeakOptions

KINDS = ("audio", "image", "video", "text")
OF_KIND = {"audio": "recording.wav", "image": "picture.png", "video": "clip.mp4", "text": "letter.txt"}
"""The file that stands for a kind."""
SENTENCES = ("The rehearsal is on Thursday at eight.", "We had rain all week, and the river is high.")
VOICES = ("en-us+f2", "en-us+m3")
"""Of espeak: any machine has them, and they are nobody's."""
SECONDS = 6.0
FRAMES_A_SECOND = 10
SIDE = 64
"""Points."""


def material(folder: Path, name: str) -> Path:
    """The file of this name, made now unless it is there; numbers behind the stem make more of the same.

    `recording-2.wav` is a second `recording.wav`.

    Raises:
        DataError: there is none of this name.
    """
    path = folder / name
    stem, _, number = path.stem.rpartition("-")
    kind = f"{stem}{path.suffix}" if stem and number.isdecimal() else name
    if kind not in MAKERS:
        raise DataError(f"There is no file {name!r} to be given; there is {', '.join(MAKERS)}.")
    if not path.exists():
        MAKERS[kind](path)
    return path


def of_kinds(folder: Path, kinds: tuple[str, ...]) -> list[Path]:
    """A file for each kind, each its own."""
    made: list[Path] = []
    for place, kind in enumerate(kinds):
        first, again = OF_KIND[kind], kinds[:place].count(kind) + 1
        path = Path(first)
        made.append(material(folder, first if again == 1 else f"{path.stem}-{again}{path.suffix}"))
    return made


def tone(hertz: float = 220.0, seconds: float = SECONDS) -> Samples:
    """A tone that swells twice a second, shape (round(seconds * RATE),)."""
    at = np.arange(round(seconds * RATE)) / RATE
    swell = 0.6 - 0.4 * np.cos(2 * np.pi * 2 * at)
    return (0.3 * swell * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def _voices(path: Path) -> None:
    """One person after a moment of silence."""
    _write(path, _spoken(SENTENCES[0], VOICES[0]))


def _noisy(path: Path) -> None:
    """The same with hiss."""
    speech = _spoken(SENTENCES[0], VOICES[0])
    _write(path, speech + _hiss(len(speech), 0.02))


def _interview(path: Path) -> None:
    """Two people at once."""
    first, second = (_spoken(text, voice) for text, voice in zip(SENTENCES, VOICES, strict=True))
    size = max(len(first), len(second))
    _write(path, sum((np.pad(one, (0, size - len(one))) for one in (first, second)), np.zeros(size, np.float32)))


def _spoken(text: str, voice: str) -> Samples:
    spoken = Espeak(EspeakOptions(voice=voice, words_per_minute=140)).speak(text, Manner())
    return np.pad(resample(spoken.samples, spoken.rate, RATE), RATE // 2) * np.float32(0.5)


def _hiss(size: int, level: float) -> Samples:
    return np.random.default_rng(0).normal(0, level, size).astype(np.float32)


def _rain(path: Path) -> None:
    _write(path, _hiss(round(SECONDS * RATE), 0.05))


def _music(path: Path) -> None:
    _write(path, np.concatenate([tone(hertz, SECONDS / 4) for hertz in (220.0, 277.0, 330.0, 440.0)]))


def _write(path: Path, samples: Samples) -> None:
    sf.write(path, np.clip(samples, -1, 1), RATE, subtype="PCM_16")


def _stereo(path: Path) -> None:
    sf.write(path, np.stack([tone(), tone(330.0)], 1), RATE, subtype="PCM_16")


def _silence(path: Path) -> None:
    sf.write(path, np.zeros(2 * RATE, np.float32), RATE, subtype="PCM_16")


def _empty(path: Path) -> None:
    sf.write(path, np.zeros(0, np.float32), RATE, subtype="PCM_16")


def _broken(path: Path) -> None:
    path.write_bytes(b"This is not what its name says.\n" * 20)


def _text(path: Path) -> None:
    path.write_text("Dear all,\nthe rehearsal is on Thursday.\n", encoding="utf-8")


def _picture(path: Path) -> None:
    _encoded(path, "png", "rgb24", [_frame(0)])


def _video(path: Path) -> None:
    _encoded(path, "mpeg4", "yuv420p", [_frame(place) for place in range(FRAMES_A_SECOND)])


def _frame(place: int) -> NDArray[np.uint8]:
    """A sky above a meadow, and a sun that moves; uint8, shape (SIDE, SIDE, 3)."""
    frame = np.full((SIDE, SIDE, 3), (110, 170, 230), np.uint8)
    frame[SIDE // 2 :] = (70, 140, 60)
    frame[8:20, 4 * place + 4 : 4 * place + 16] = (250, 220, 90)
    return frame


def _encoded(path: Path, codec: str, pixels: str, frames: list[NDArray[np.uint8]]) -> None:
    with av.open(str(path), "w", format="image2" if codec == "png" else None) as container:
        stream = container.add_stream(codec, rate=FRAMES_A_SECOND)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = SIDE, SIDE, pixels
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


MAKERS: dict[str, Callable[[Path], None]] = {
    "recording.wav": _noisy,
    "voicemail.wav": _voices,
    "interview.wav": _interview,
    "music.wav": _music,
    "rain.wav": _rain,
    "stereo.flac": _stereo,
    "silence.wav": _silence,
    "picture.png": _picture,
    "face.png": _picture,
    "clip.mp4": _video,
    "letter.txt": _text,
    "empty.wav": _empty,
    "broken.wav": _broken,
}
