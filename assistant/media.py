"""Files of sound, pictures and video: what is in them, and reading it.

    read_audio ─▶ all of it, or from one second to another        blocks ─▶ piece by piece, whatever its length
         └──────────────────────┬────────────────────────────────────────────┘
    by its first bytes: soundfile (WAV, FLAC, OGG, AIFF …, to the sample) or PyAV (MP3, AAC, MP4, WebM …)

Sound, pictures and video are told by their content, never by their names.
"""

import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from assistant.audio import AudioChunk, Samples
from assistant.audio import mono as averaged
from assistant.errors import DataError
from assistant.texts import refuse_text, wide_encoding

LARGEST_SOUND = 2**31
"""Bytes of float32 that `read_audio` gives at most: three hours in mono at 48 kHz. `blocks` has no limit."""
TEXTS = (".txt", ".md", ".text", ".markdown", ".rst", ".html", ".htm", ".xhtml", ".srt", ".vtt", ".epub", ".docx")
"""How the names of files end that are taken for text."""
SCORES = (".musicxml", ".mxl", ".mid", ".midi", ".kar", ".xml")
"""How the names of files end that are taken for scores, which are a kind of text."""
LARGEST_TEXT = 2**22
"""Bytes."""
PACKED_TEXTS = (".epub", ".docx")
"""Texts that are packed, with pictures at times."""
PIECE_S = 1.0
"""How much is read at once."""
MISSING_S = 0.5
"""A file that ends this much before its own header says, and a twentieth of its length, is cut off."""

_EXACT = (b"RIFF", b"RIFX", b"RF64", b"fLaC", b"OggS", b"FORM", b"caff", b".snd")
"""How files begin that soundfile reads best."""
_HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
"""Brands of the pictures that telephones save."""
_LENGTH = re.compile(r"^\s*(?:data|SSND)\s*: (\d+) \(should be (\d+)\)", re.MULTILINE)
_UNKNOWN = 0x7FFF_0000
"""From here on, a length in a header stands for one that was not known when it was written."""


@dataclass(frozen=True, slots=True)
class Media:
    """What is in a file."""

    kind: Literal["audio", "image", "video", "text"]
    seconds: float = 0.0
    """Duration, as far as the file says; 0 for pictures and text."""
    rate: int = 0
    """Hertz; 0 where there is no sound."""
    channels: int = 0
    """Of its sound."""


def probe(path: Path) -> Media:
    """What is in a file, without reading all of it.

    Raises:
        DataError: it cannot be read, or holds nothing of the kind.
    """
    try:
        with _opened(path) as reader:
            return Media(reader.kind or "audio", reader.seconds, reader.rate, reader.channels)  # type: ignore[arg-type]
    except DataError:
        if _is_text(path) or is_score(path):
            return Media("text")
        raise


def is_score(path: Path) -> bool:
    """Whether a file is called a score and begins like one: MIDI, MusicXML, or that packed."""
    if path.suffix.lower() not in SCORES:
        return False
    try:
        with path.open("rb") as file:
            head = file.read(2048)
    except OSError:
        return False
    return head.startswith((b"MThd", b"PK")) or b"<score-partwise" in head


def read_audio(
    path: Path, *, start_s: float = 0.0, end_s: float | None = None, mono: bool = True
) -> tuple[Samples, int]:
    """The sound of a file and its rate in hertz, from one second to another: float32, shape (n,), its channels
    averaged, or (n, channels) with `mono=False`.

    Raises:
        DataError: it cannot be read, holds no sound, is cut off, or is too long to be read at once.
    """
    pieces: list[Samples] = []
    with _opened(path) as reader:
        width = 4 * (1 if mono else reader.channels) * reader.rate
        told = reader.seconds if end_s is None else min(end_s, reader.seconds)
        size = (told - start_s) * width
        for chunk in _cut(reader, path.name, PIECE_S, (start_s, end_s), mono):
            size = max(size, (chunk.ends_at - start_s) * width)
            if size > LARGEST_SOUND:
                most = LARGEST_SOUND / width / 60
                raise DataError(f"{path.name} is too long to work on at once; cut it to {most:.0f} minutes or less.")
            pieces.append(chunk.samples)
        return np.concatenate(pieces), reader.rate


def blocks(
    path: Path, seconds: float = 10.0, *, start_s: float = 0.0, end_s: float | None = None, mono: bool = True
) -> Iterator[AudioChunk]:
    """The sound of a file in blocks of `seconds`, the last one shorter; memory does not grow with its length.

    Samples are float32 of shape (n,), or (n, channels) with `mono=False`; `start` counts from the file's beginning.

    Raises:
        DataError: as `read_audio`, but at no length; what comes before a fault is yielded first.
    """
    with _opened(path) as reader:
        yield from _cut(reader, path.name, seconds, (start_s, end_s), mono)


def read_image(path: Path) -> NDArray[np.uint8]:
    """A picture, upright, on white where it is transparent; of a moving one the first. uint8, shape (h, w, 3).

    Raises:
        DataError: it cannot be read, is no picture, or is larger than 100 million points.
    """
    from assistant.containers import Container

    with Container(_file(path), path.name) as container:
        if container.kind != "image":
            raise DataError(f"{path.name} is no picture.")
        return container.picture()


# ------------------------------------------------------------------------------ readers


class _Reader(Protocol):
    """An open file with sound in it."""

    @property
    def kind(self) -> str: ...
    @property
    def rate(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def told_s(self) -> float: ...
    def pieces(self, start_s: float, end_s: float | None) -> Iterator[NDArray[np.float32]]: ...
    def close(self) -> None: ...


class _Exact:
    """A file that soundfile reads, to the sample."""

    kind = "audio"

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._raw, self._name = file, name
        self._file = sf.SoundFile(file)
        self.rate = int(self._file.samplerate)
        self.channels = int(self._file.channels)
        self.seconds = self._file.frames / self.rate
        self.told_s = self.seconds * _promised(self._file.extra_info)

    def pieces(self, start_s: float, end_s: float | None) -> Iterator[NDArray[np.float32]]:
        """Yield float32 of shape (n, channels)."""
        end = self._file.frames if end_s is None else min(self._file.frames, round(end_s * self.rate))
        first = min(end, round(start_s * self.rate))
        position = 0 if self._file.format == "OGG" else first  # libsndfile enters an OGG a little beside the place
        try:
            self._file.seek(position)
            while position < end:
                piece = self._file.read(min(end - position, round(PIECE_S * self.rate)), "float32", always_2d=True)
                if not len(piece):
                    return
                if position + len(piece) > first:
                    yield piece[max(0, first - position) :]
                position += len(piece)
        except (OSError, sf.LibsndfileError) as error:
            at = position / self.rate
            raise DataError(
                f"{self._name} is cut off or broken after {at:.1f} of its {self.seconds:.1f} seconds."
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._raw.close()


@contextmanager
def _opened(path: Path) -> Iterator[_Reader]:
    file = _file(path)
    reader = _reader(file, path.name)
    try:
        yield reader
    finally:
        reader.close()


def _reader(file: BinaryIO, name: str) -> _Reader:
    """Who reads this file best."""
    try:
        if file.read(4) in _EXACT and (reader := _exact(file, name)):
            return reader
        refuse_heic(file, name)
        refuse_text(file, name, (*TEXTS, *PACKED_TEXTS), LARGEST_TEXT)
        from assistant.containers import Container

        return Container(file, name)
    except BaseException:
        file.close()
        raise


def refuse_heic(file: BinaryIO, name: str) -> None:
    """Leaves the file at its beginning.

    Raises:
        DataError: it is a picture of a kind that cannot be read.
    """
    file.seek(0)
    head = file.read(12)
    file.seek(0)
    if head[4:8] == b"ftyp" and head[8:] in _HEIC:
        raise DataError(f"{name} is a HEIC picture, which I cannot read. Save it as JPEG or PNG.")


def _exact(file: BinaryIO, name: str) -> _Exact | None:
    """None for what soundfile does not read after all, such as a picture or a film that begins like a WAV."""
    file.seek(0)
    try:
        return _Exact(file, name)
    except (sf.LibsndfileError, OSError):
        return None


def _file(path: Path) -> BinaryIO:
    """The file, opened.

    Raises:
        DataError: it is not there, is no file, is empty, or may not be read.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise DataError(f"{path.name or path} is a folder, not a file.")
        if not stat.S_ISREG(status.st_mode):
            raise DataError(f"{path.name} is not an ordinary file.")
        if not status.st_size:
            raise DataError(f"{path.name} is empty.")
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError(f"There is no file {path}.") from error
    except PermissionError as error:
        raise DataError(f"I am not allowed to read {path.name}.") from error
    except OSError as error:
        raise DataError(f"{path.name[:60]} cannot be opened: {error.strerror or error}.") from error
    except ValueError as error:  # a zero character in its name
        raise DataError("There is no file of that name.") from error


def _cut(
    reader: _Reader, name: str, seconds: float, span: tuple[float, float | None], mono: bool
) -> Iterator[AudioChunk]:
    """What a reader gives, in blocks."""
    if not reader.rate:
        raise DataError(f"{name} holds no sound.")
    came = round(span[0] * reader.rate)
    for block in _regrouped(reader.pieces(*span), max(1, round(seconds * reader.rate))):
        sound = np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)
        yield AudioChunk(averaged(sound) if mono else sound, reader.rate, came)
        came += len(block)
    _check_length(name, reader, came / reader.rate, *span)


def _promised(log: str) -> float:
    """How many times as long the file is by its header, going by what libsndfile noted on opening it."""
    found = _LENGTH.search(log)
    if not found:
        return 1.0
    told, there = int(found[1]), int(found[2])
    return told / there if there and told < _UNKNOWN else 1.0


def _check_length(name: str, reader: _Reader, came_s: float, start_s: float, end_s: float | None) -> None:
    """Whether all that was asked for came.

    Raises:
        DataError: the file is cut off, or shorter than the part that was asked for, or holds nothing.
    """
    wanted = reader.told_s if end_s is None else min(end_s, reader.told_s)
    if wanted - came_s > max(MISSING_S, reader.told_s / 20):
        raise DataError(f"{name} is cut off: {came_s:.1f} of its {reader.told_s:.1f} seconds are there.")
    if came_s <= start_s and start_s > 0:
        length = f"it is {reader.seconds:.1f} seconds long" if reader.seconds else "it is shorter"
        raise DataError(f"There is nothing in {name} after {start_s:.1f} seconds; {length}.")
    if came_s <= start_s:
        raise DataError(f"{name} holds no sound.")


def _regrouped(pieces: Iterator[NDArray[np.float32]], size: int) -> Iterator[NDArray[np.float32]]:
    """Pieces of any length as blocks of exactly `size` samples, the last one shorter; shape (n, channels)."""
    waiting: list[NDArray[np.float32]] = []
    count = 0
    for piece in pieces:
        waiting.append(piece)
        count += len(piece)
        while count >= size:
            joined = np.concatenate(waiting)
            yield joined[:size]
            waiting, count = [joined[size:]], count - size
    if count:
        yield np.concatenate(waiting)


def _is_text(path: Path) -> bool:
    """Whether a file is a text of moderate length, and called one."""
    if path.suffix.lower() not in TEXTS:
        return False
    try:
        with path.open("rb") as file:
            if path.suffix.lower() in PACKED_TEXTS:
                return file.read(4) == b"PK\3\4"
            data = file.read(LARGEST_TEXT + 1)
    except OSError:
        return False
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return len(data) % 2 == 0 and len(data) <= LARGEST_TEXT
    return bool(data.strip()) and len(data) <= LARGEST_TEXT and (b"\0" not in data or bool(wide_encoding(data)))
