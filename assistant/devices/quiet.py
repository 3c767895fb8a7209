"""The chatter of the C libraries, kept off the terminal.

PortAudio and ALSA write to standard error whenever a device is tried and does not open, which is part of looking for
devices. It goes to the log at DEBUG instead.
"""

import ctypes
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

logger = logging.getLogger(__name__)

STDERR = 2
CHATTER = (
    "ALSA lib",
    "Expression ",
    "Cannot connect to server",
    "jack server",
    "JackShm",
    "connect(2) call",
    "attempt to",
)
"""How lines of PortAudio, ALSA and JACK begin."""

_lock = Lock()


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back what is written to standard error meanwhile; afterwards all that is not chatter is written there."""
    silence_alsa()
    with _lock, tempfile.TemporaryFile() as caught:
        saved = os.dup(STDERR)
        os.dup2(caught.fileno(), STDERR)
        try:
            yield
        finally:
            os.dup2(saved, STDERR)
            os.close(saved)
            caught.seek(0)
            _sort(caught.read())


def _sort(written: bytes) -> None:
    for line in written.splitlines(keepends=True):
        if line.startswith(tuple(start.encode() for start in CHATTER)):
            logger.debug("%s", line.decode(errors="replace").rstrip())
        elif line.strip():
            os.write(STDERR, line)


@cache
def silence_alsa() -> Any:
    """Tell ALSA to keep its messages to itself, also those of streams that run.

    Returns what must stay alive for that; None where there is no ALSA.
    """
    try:
        alsa = ctypes.CDLL("libasound.so.2")
    except OSError:
        return None
    handler = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)(
        _ignore
    )
    alsa.snd_lib_error_set_handler(handler)
    return handler


def _ignore(file: bytes, line: int, function: bytes, code: int, form: bytes) -> None:
    """ALSA calls this with a format and arguments that only C can put together."""
