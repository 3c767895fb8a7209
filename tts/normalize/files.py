"""Names of files and paths. A path is said briefly: its last part. "~/Music/my_song.wav" is "my song dot wav"."""

import re

from tts.normalize.clause import Clause, Said, said
from tts.normalize.dates import calendar
from tts.normalize.letters import spelled
from tts.normalize.tables import pairs, words_of
from tts.normalize.words import spoken

_WORDS = words_of(
    "wav zip bin log ini doc bat jar tar iso opus tiff bash rust toml yaml lock conf env gif java swift go"
)
_LETTERS = words_of(
    "md pdf csv tsv html htm css js ts jsx tsx xml svg png sh rs rb gz xz cpp hpp cc dll exe so avi mkv mov srt vtt "
    "ppt pptx xls xlsx sql ps db pb pt pth php cfg deb rpm aac aiff npz"
)
EXTENSIONS = {
    **{end: end for end in _WORDS},
    **{end: spelled(end) for end in _LETTERS},
    **pairs(
        "py pie | ipynb I pie N B | txt text | json jason | jsonl jason L | jpg jay peg | jpeg jay peg | mp3 M P three"
    ),
    **pairs(
        "mp4 M P four | m4a M four A | flac flack | ogg og | onnx onyx | yml yaml | docx dock X | bak back | tmp temp"
    ),
    **pairs("webm web M | webp web P | npy num pie | epub E pub | ckpt checkpoint | 7z seven Z | h5 H five"),
}
"""How the ends of file names are said."""
_UNSAID = frozenset({"go", "so", "to"})
"""Ends that are also words, so that "well.so" is two words with the space forgotten."""
_NAME = re.compile(r"[\w()+ -]+(?:\.[\w()+-]+)*")
_PATH_START = re.compile(r"(?:~|\.{1,2}|[A-Za-z]:)?[/\\](?=.)")


def is_file(text: str) -> bool:
    """Whether a text without slashes ends as files do."""
    name, dot, end = text.rpartition(".")
    if not dot or end.lower() not in EXTENSIONS or not _NAME.fullmatch(name or "x"):
        return False
    return not (end in _UNSAID and name.isalpha()) and not end.istitle()


def file_name(text: str) -> str:
    """A file's name, its end said as people do, signs in it left out."""
    name, dot, end = text.rpartition(".")
    extension = EXTENSIONS.get(end.lower(), "") if dot else ""
    if not extension:
        return _stem(text)
    return f"{file_name(name) if is_file(name) else _stem(name)} dot {extension}".strip()


def _stem(text: str) -> str:
    return " ".join(filter(None, (calendar(p) or spoken(p.replace("-", " ")) for p in re.split(r"[_\s()]+", text))))


def file(clause: Clause, index: int) -> Said | None:
    """A file's name, or a path: one that begins as paths do, or that ends in a file or a slash."""
    body = clause.body(index)
    parts = [p for p in re.split(r"[/\\]", body) if p not in ("", ".", "..", "~")]
    if not parts or body.startswith("//") or "://" in body:
        return None
    last = parts[-1]
    if body == last:
        return said(file_name(last)) if is_file(last) else None
    is_path = _PATH_START.match(body) or is_file(last) or body.endswith(("/", "\\")) or "\\" in body
    return said(file_name(last)) if is_path else None
