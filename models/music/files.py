"""Scores in files: MusicXML, plain or packed, and MIDI with lyrics."""

import zipfile
from pathlib import Path

from assistant.errors import DataError
from models.music.score import Song

LARGEST = 20_000_000
"""Bytes of a score; a packed one that is larger unpacked is none."""
MIDI_ENDINGS = (".mid", ".midi", ".kar")
ENDINGS = (".musicxml", ".xml", ".mxl", *MIDI_ENDINGS)


def read_score(path: Path) -> Song:
    """The first part with words in a score.

    Raises:
        DataError: it cannot be read, is no score, or has no words.
    """
    data = _bytes(path)
    if data[:4] == b"MThd":
        from models.music.midi import read_midi

        return read_midi(data, path.name)
    from models.music.musicxml import read_musicxml

    return read_musicxml(_unpacked(path, data) if data[:2] == b"PK" else data, path.name)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(f"{path.name} is too large for a score.")
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"Cannot read {path.name}: {error.strerror}.") from error


def _unpacked(path: Path, data: bytes) -> bytes:
    """The first score in a packed MusicXML."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = [i for i in packed.infolist() if i.filename.endswith((".xml", ".musicxml"))]
            scores = [i for i in names if not i.filename.startswith("META-INF")]
            if not scores or scores[0].file_size > LARGEST:
                raise DataError(f"{path.name} holds no score that I can read.")
            with packed.open(scores[0]) as file:
                return file.read(LARGEST)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{path.name} cannot be unpacked; save it as MusicXML again.") from error
