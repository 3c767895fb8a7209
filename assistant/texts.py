"""Texts in files, as far as it matters that they are no sound and no picture: which are read, and why one is not.

letter.txt      a text           notes.pdf    "I cannot read PDF files; save notes.pdf as a text file. …"
zeros.txt       "zeros.txt is no text that I can read. …"
"""

from pathlib import PurePath
from typing import BinaryIO

from assistant.errors import DataError

REFUSED = (".pdf", ".doc", ".rtf", ".odt", ".pages", ".mobi", ".azw", ".azw3", ".ppt", ".pptx", ".djvu")
"""How the names of texts end that cannot be read here."""
READ = "I read plain text, Markdown, web pages, subtitles, EPUB and Word files."
BINARY = f"{{}} is no text that I can read. {READ}"
NO_WORDS = "There are no words in {}."
TOO_LONG = "{} is too long to be read aloud; give me four megabytes of text at most."
SAMPLE = 2000
"""Bytes that tell an encoding."""


def refuse_kind(name: str) -> None:
    """Leave a file alone whose name says that it is a text of a kind that cannot be read.

    Raises:
        DataError: it is such a text.
    """
    ending = PurePath(name).suffix.lower()
    if ending in REFUSED:
        raise DataError(f"I cannot read {ending[1:].upper()} files; save {name} as a text file. {READ}")


def refuse_text(file: BinaryIO, name: str, endings: tuple[str, ...], largest: int) -> None:
    """Say what is wrong with a file that is called a text, and is none; leaves the file at its beginning.

    Raises:
        DataError: it is called so.
    """
    refuse_kind(name)
    if PurePath(name).suffix.lower() not in endings:
        return
    file.seek(0)
    data = file.read(largest + 1)
    file.seek(0)
    if len(data) > largest:
        raise DataError(TOO_LONG.format(name))
    raise DataError((BINARY if data.strip() else NO_WORDS).format(name))


def wide_encoding(data: bytes) -> str:
    """The encoding of text that has two bytes for each letter and does not say so; empty for all other."""
    begin = data[: min(len(data), SAMPLE) // 2 * 2]
    half = len(begin) // 2
    odd, even = begin[1::2].count(0), begin[::2].count(0)
    if half and min(odd, even) == 0 and max(odd, even) > 0.7 * half:
        return "utf-16-le" if odd else "utf-16-be"
    return ""
