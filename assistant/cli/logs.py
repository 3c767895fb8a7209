"""The log: a file of the user's, small, with nothing in it that was said unless debugging was asked for."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST = 2_000_000
"""Bytes; then a new file is begun."""
KEPT = 3
"""How many old ones are kept."""
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@contextmanager
def logging_to(path: Path, level: str) -> Iterator[Path | None]:
    """Keep the log in a file; at level "debug" also show it. Yields the file, or None if it cannot be written."""
    handlers: list[logging.Handler] = []
    file = _file_handler(path)
    if file:
        handlers.append(file)
    if level == "debug":
        handlers.append(logging.StreamHandler(sys.stderr))
    root = logging.getLogger()
    before = root.level
    root.setLevel(level.upper())
    for handler in handlers or [logging.NullHandler()]:
        handler.setFormatter(logging.Formatter(FORMAT))
        root.addHandler(handler)
    try:
        yield path if file else None
    finally:
        root.setLevel(before)
        for handler in list(root.handlers):
            if handler in handlers or isinstance(handler, logging.NullHandler):
                root.removeHandler(handler)
                handler.close()


def _file_handler(path: Path) -> logging.Handler | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
    except OSError:
        return None
