"""Files of one JSON object a line, with a clear word about the line that is none."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from assistant.errors import DataError

T = TypeVar("T")
Row: TypeAlias = Mapping[str, Any]


class Unfit(ValueError):
    """A line is not what it should be; the message says how."""


def read_lines(path: Path, read: Callable[[Row, int], T]) -> list[T]:
    """What `read` makes of every line and its number, empty lines left out.

    Raises:
        DataError: the file cannot be read or holds nothing, or a line does not fit; the sentence has its number.
    """
    found = [_line(path, number, text, read) for number, text in enumerate(_text(path), 1) if text.strip()]
    if not found:
        raise DataError(f"{path} is empty; --data takes a file with one JSON object a line.")
    return found


def taken(row: Row, names: set[str], needed: set[str]) -> Row:
    """The row itself, if it has no other fields than `names`, and all that are needed.

    Raises:
        Unfit: it has.
    """
    if unknown := sorted(set(row) - names):
        raise Unfit(f"there is no field {unknown[0]!r}; there is {', '.join(sorted(names))}")
    if missing := sorted(needed - set(row)):
        raise Unfit(f"the field {missing[0]!r} is missing")
    return row


def of_type(row: Row, name: str, kind: type[T], default: T) -> T:
    """A field of a type, or the default where it is not there.

    Raises:
        Unfit: it is of another.
    """
    value = row.get(name, default)
    if not isinstance(value, kind):
        raise Unfit(f"{name!r} is {json.dumps(value)}, which is no {NAMES[kind]}")
    return value


NAMES = {str: "text", list: "list", dict: "object", bool: "true or false"}


def words(row: Row, name: str) -> tuple[str, ...]:
    """A field that is a list of text, or one text; empty where it is not there.

    Raises:
        Unfit: it is neither.
    """
    value = row.get(name, [])
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise Unfit(f"{name!r} is {json.dumps(value)}, which is no list of text")
    return tuple(items)


def _text(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise DataError(f"Cannot read {path}: {reason}.") from error


def _line(path: Path, number: int, text: str, read: Callable[[Row, int], T]) -> T:
    try:
        row = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {number}: not JSON: {error.msg} at column {error.colno}.") from error
    if not isinstance(row, dict):
        raise DataError(f"{path}, line {number}: not a JSON object.")
    try:
        return read(row, number)
    except Unfit as error:
        raise DataError(f"{path}, line {number}: {error}.") from error
