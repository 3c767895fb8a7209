"""Paths within words: typed, pasted, or dragged into the terminal.

    transcribe '/home/me/My file.wav' and ~/rain.ogg, please
               └──── Written ───────┘     └Written─┘

Quoted, with backslashes before spaces, as a file:// URL, bare, even with bare spaces: whatever names a file that is
there. Words of which no file is called so are left alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

MOST_WORDS = 16
"""How many words a path with bare spaces may have."""
PUNCTUATION = ".,;:!?)]}\"'"
"""What may follow a path and is none of it."""

_WORD = re.compile(r"\S+")
_BEGINS = re.compile(r"[\"']?(?:/|~|\./|\.\./|file:)", re.IGNORECASE)
_SUFFIX = re.compile(r"\.\w{1,5}\W*$")
_URL = re.compile(r"file:(?://(?:localhost)?)?(?=/)", re.IGNORECASE)
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’"}


@dataclass(frozen=True, slots=True)
class Written:
    """A file that a text names, and where."""

    path: Path
    start: int
    end: int
    """Characters of the text."""


def paths_in(text: str, folder: Path = Path()) -> list[Path]:
    """The files that a text names by their paths, each once, in its order; relative ones lie in `folder`."""
    return list(dict.fromkeys(written.path for written in written_paths(text, folder)))


def written_paths(text: str, folder: Path = Path()) -> list[Written]:
    """The files that a text names by their paths, and where it does."""
    found: list[Written] = []
    for word in _WORD.finditer(text):
        if found and word.start() < found[-1].end:
            continue
        if written := _written(text, word.start(), folder):
            found.append(written)
    return found


def as_path(name: str, folder: Path = Path()) -> Path | None:
    """The path that a name is, whether or not there is such a file; None for a name that is no path."""
    name = name.strip()
    if not name:
        return None
    written = _written(name, 0, folder)
    if written and not name[written.end :].strip(PUNCTUATION + " "):
        return written.path
    if "." in name and _is_file(folder / name):
        return folder / name
    said, end = _unquoted(name, 0)
    return _path(said if end == len(name) else name, folder) if _BEGINS.match(name) else None


def _written(text: str, start: int, folder: Path) -> Written | None:
    """The file whose path begins here: one shell word, or as many bare words as make one."""
    shell, end = _unquoted(text, start)
    if not (_BEGINS.match(text, start) or text[start] in _QUOTES or _SUFFIX.search(shell)):
        return None
    for said, stop in ((shell, end), *(_shortened(shell, end)), *_longer(text, start)):
        path = _path(said, folder)
        if path and _is_file(path):
            return Written(path, start, stop)
    return None


def _shortened(said: str, end: int) -> Iterator[tuple[str, int]]:
    """The same without the punctuation behind it, a mark at a time."""
    while said and said[-1] in PUNCTUATION:
        said, end = said[:-1], end - 1
        yield said, end


def _longer(text: str, start: int) -> Iterator[tuple[str, int]]:
    """From here to the end of each of the following words, the longest first, each with and without punctuation."""
    if not _BEGINS.match(text, start):
        return
    ends = [word.end() for word, _ in zip(_WORD.finditer(text, start), range(MOST_WORDS), strict=False)]
    for end in reversed(ends):
        yield text[start:end], end
        yield from _shortened(text[start:end], end)


def _unquoted(text: str, start: int) -> tuple[str, int]:
    """A word as a shell reads it, quotation marks and backslashes resolved, and where it ends.

    A quotation mark within a word that does not begin with one is an apostrophe, and so is one that is never closed.
    """
    said, at = "", start
    quoting = text[start : start + 1] in _QUOTES
    while at < len(text) and not text[at].isspace():
        sign = text[at]
        closed = text.find(_QUOTES[sign], at + 1) if quoting and sign in _QUOTES else -1
        if closed > 0:
            said, at = said + text[at + 1 : closed], closed + 1
        elif sign == "\\" and at + 1 < len(text):
            said, at = said + text[at + 1], at + 2
        else:
            said, at = said + sign, at + 1
    return said, at


def _path(said: str, folder: Path) -> Path | None:
    """Words as a path: a URL's escapes resolved, ~ the home folder, what is relative in `folder`."""
    if url := _URL.match(said):
        said = unquote(said[url.end() :])
    try:
        return folder / Path(said).expanduser() if said.strip() else None
    except (RuntimeError, ValueError):  # the home of somebody who is not known here
        return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long for a name, in a folder that may not be looked into, or with a zero in it
        return False
