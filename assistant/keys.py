"""Keys pressed in a terminal, one by one, beside a screen that moves.

    async with aclosing(keys(sys.stdin)) as pressed:
        async for key in pressed: ...

The terminal hands over each key at once and does not show it; Ctrl-C still ends the program and Ctrl-Z still suspends
it. Whatever happens, the terminal is left as it was: at the end of the stream, while the program is suspended, and when
it is ended by a signal that Python sees. POSIX only; elsewhere, and where the input is no terminal, there are no keys.
"""

import asyncio
import codecs
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from assistant.stream import Stream

MANY = 64
"""Bytes read at once; keys pressed faster than they are fetched wait."""

if sys.platform != "win32":
    import termios


def terminal(stream: TextIO) -> int | None:
    """File descriptor of the terminal behind a stream that can give keys now; None if there is none."""
    if sys.platform == "win32":
        return None
    try:
        number = stream.fileno()
        return number if os.isatty(number) and _in_front(number) else None
    except (OSError, ValueError):
        return None


def _in_front(number: int) -> bool:
    """Whether the terminal is ours; in the background, reading or changing it would stop the program."""
    return os.tcgetpgrp(number) == os.getpgrp()


async def keys(stream: TextIO) -> Stream[str]:
    """Yield each key as the characters it sends: " " for the space bar, "\\x1b[A" for the arrow up.

    Ends at once where there is no terminal, and when the terminal is closed.
    """
    number = terminal(stream)
    if number is None:
        return
    pressed: asyncio.Queue[bytes] = asyncio.Queue()
    decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
    with one_by_one(number), _watched(number, pressed.put_nowait):
        while data := await pressed.get():
            for key in split(decoder.decode(data)):
                yield key


def split(text: str) -> list[str]:
    """Characters read at once, as keys: an escape sequence is one, everything else a character each."""
    if text.startswith("\x1b") and len(text) > 1:
        return [text]
    return list(text)


@contextmanager
def one_by_one(number: int) -> Iterator[None]:
    """Have a terminal hand over each key at once and unseen, also again after the program was suspended."""
    if sys.platform == "win32":
        yield
        return
    before = termios.tcgetattr(number)

    def enter() -> None:
        if _in_front(number):
            _set(number, _unbuffered(before))

    with _around_suspension(lambda: _set(number, before), enter):
        enter()
        try:
            yield
        finally:
            _set(number, before)


def _unbuffered(mode: list[Any]) -> list[Any]:
    """Output and signals stay as they are: a screen writes to the same terminal."""
    controls = [*mode[6]]
    controls[termios.VMIN], controls[termios.VTIME] = 1, 0
    return [*mode[:3], mode[3] & ~(termios.ICANON | termios.ECHO), *mode[4:6], controls]


def _set(number: int, mode: list[Any]) -> None:
    with suppress(termios.error, OSError):  # it may be closed, and then there is nothing to restore
        termios.tcsetattr(number, termios.TCSADRAIN, mode)


@contextmanager
def _around_suspension(leave: Callable[[], None], enter: Callable[[], None]) -> Iterator[None]:
    """Call `leave` before the program is suspended, and `enter` when it goes on."""
    loop = asyncio.get_running_loop()

    def suspend() -> None:
        leave()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)  # stands still here until it is continued
        loop.add_signal_handler(signal.SIGTSTP, suspend)
        enter()

    try:
        loop.add_signal_handler(signal.SIGTSTP, suspend)
    except (ValueError, RuntimeError, NotImplementedError):  # only the main thread's loop gets signals
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTSTP)


@contextmanager
def _watched(number: int, take: Callable[[bytes], None]) -> Iterator[None]:
    """Hand over what can be read; nothing at the end of it."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        try:
            data = os.read(number, MANY)
        except OSError:  # a terminal that was closed
            data = b""
        if not data:
            loop.remove_reader(number)
        take(data)

    loop.add_reader(number, read)
    try:
        yield
    finally:
        loop.remove_reader(number)
