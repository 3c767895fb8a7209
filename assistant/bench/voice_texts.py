"""What a voice is given to read, and what is to be heard of it.

A file has a line a text: as written, and after a tab as a person reads it aloud, where that differs. Empty lines and
those that begin with # are passed over.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from assistant.errors import DataError
from assistant.events import Manner, Say
from tts.phrasing import Clause, Phrasing

OWN_LISTS = ("harvard", "replies")
"""Harvard sentences, and realistic replies with numbers, names, dates and units. No voice is trained on either."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text of the benchmark."""

    written: str
    spoken: str
    """What is to be heard, in words, punctuated."""
    group: str = ""
    """The list it comes from."""


def own_sentences() -> list[Sentence]:
    """The texts that come with the program."""
    return [sentence for name in OWN_LISTS for sentence in _parsed(_own(name), f"{name}.txt", name)]


def ten_words() -> list[str]:
    """Replies of ten words, for the time to the first sound."""
    return [sentence.written for sentence in _parsed(_own("ten_words"), "ten_words.txt", "")]


def read_sentences(path: Path) -> list[Sentence]:
    """The texts of a file.

    Raises:
        DataError: it cannot be read, a line is not of that form, or it holds no text.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise DataError(f"Cannot read the texts {path}: {reason}.") from error
    return _parsed(lines, str(path), path.stem)


def clauses(text: str) -> list[str]:
    """A whole reply, cut as the conversation cuts it."""
    phrasing = Phrasing()
    return [item.text for item in (*phrasing.push(Say(text, Manner())), *phrasing.flush()) if isinstance(item, Clause)]


def plain_words(text: str) -> list[str]:
    """Words in lower case without punctuation, hyphenated ones apart: "It's twenty-five." → it's, twenty, five."""
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.lower().replace("’", "'"))


def _own(name: str) -> list[str]:
    return files("assistant.bench").joinpath("texts", f"{name}.txt").read_text(encoding="utf-8").splitlines()


def _parsed(lines: Iterable[str], place: str, group: str) -> list[Sentence]:
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not numbered:
        raise DataError(f"{place} holds no texts; it takes a line each: as written, a tab, as spoken.")
    return [_sentence(line, f"{place}, line {number}", group) for number, line in numbered]


def _sentence(line: str, place: str, group: str) -> Sentence:
    columns = [column.strip() for column in line.split("\t")]
    if len(columns) > 2 or not all(plain_words(column) for column in columns):
        raise DataError(f"{place}: not a text with words, or two with a tab between, as written and as spoken.")
    return Sentence(columns[0], columns[-1], group)
