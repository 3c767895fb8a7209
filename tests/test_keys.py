"""Keys of a terminal, by a pseudo-terminal and a process of its own."""

import asyncio
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import aclosing
from io import StringIO
from pathlib import Path
from typing import TextIO

import pytest

from assistant.keys import keys, split

PROGRAM = """
import asyncio, os, signal, sys, termios, fcntl

def shell(run):
    # As a shell does: the program in the foreground, in a group of its own; SIGUSR1 means fg.
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    if (child := os.fork()) == 0:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        return run()
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            os.write(1, b"STOPPED")
            signal.sigwait([signal.SIGUSR1])
            os.kill(child, signal.SIGCONT)
        else:
            os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 99)

def run():
    from contextlib import aclosing
    from rich.console import Console
    from rich.live import Live
    from assistant.keys import keys

    async def main():
        console = Console(force_terminal=True, highlight=False, markup=False)
        with Live("waiting", console=console, refresh_per_second=20) as live:
            async with aclosing(keys(sys.stdin)) as pressed:
                live.update("READY")
                async for key in pressed:
                    live.update("GOT" + "".join(f"<{ord(letter):x}>" for letter in key))
                    if key == "q":
                        return
                    if key == "x":
                        raise RuntimeError("on purpose")

    asyncio.run(main())

shell(run)
"""


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """A terminal: our end, and the program's."""
    ours, theirs = pty.openpty()
    yield ours, theirs
    for end in (ours, theirs):
        try:
            os.close(end)
        except OSError:
            continue


class Program:
    """`PROGRAM` on a terminal that it controls."""

    def __init__(self, ours: int, theirs: int) -> None:
        self._ours = ours
        self.screen = ""
        self.before = termios.tcgetattr(theirs)
        self._theirs = theirs
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            cwd=Path(__file__).parents[1],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env=os.environ | {"TERM": "xterm"},
        )

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def wait_for(self, text: str, seconds: float = 20.0) -> None:
        """Until the screen has shown this since the last time it was asked."""
        deadline = time.monotonic() + seconds
        os.set_blocking(self._ours, False)
        while text not in self.screen:
            assert time.monotonic() < deadline, f"{text!r} did not appear: {self.screen!r}"
            try:
                self.screen += os.read(self._ours, 4096).decode(errors="replace")
            except BlockingIOError:
                time.sleep(0.02)
        self.screen = self.screen.split(text, 1)[1]

    def mode(self) -> tuple[bool, bool]:
        """Whether the terminal gathers lines, and whether it shows what is typed."""
        local = termios.tcgetattr(self._theirs)[3]
        return bool(local & termios.ICANON), bool(local & termios.ECHO)

    def ended(self) -> int:
        """Its exit code, with the terminal as it was before."""
        code = self.process.wait(20)
        assert termios.tcgetattr(self._theirs) == self.before
        return code


@pytest.fixture
def program(terminal: tuple[int, int]) -> Iterator[Program]:
    program = Program(*terminal)
    try:
        program.wait_for("READY")
        yield program
    finally:
        program.process.kill()
        program.process.wait()


def test_keys_arrive_one_by_one_unseen_and_the_terminal_is_left_as_it_was(program: Program) -> None:
    assert program.mode() == (False, False)
    program.type(" ")
    program.wait_for("GOT<20>")
    program.type("ü")
    program.wait_for("GOT<fc>")
    program.type("\x1b[A")
    program.wait_for("GOT<1b><5b><41>")
    program.type("q")
    assert program.ended() == 0


def test_an_exception_leaves_the_terminal_as_it_was(program: Program) -> None:
    program.type("x")
    assert program.ended() == 1


def test_ctrl_c_still_ends_the_program_and_the_terminal_is_left_as_it_was(program: Program) -> None:
    program.type("\x03")
    assert program.ended() != 0


def test_ctrl_z_gives_the_terminal_back_until_the_program_goes_on(program: Program) -> None:
    program.type("\x1a")
    program.wait_for("STOPPED")
    assert program.mode() == (True, True)
    program.process.send_signal(signal.SIGUSR1)
    program.type("a")
    program.wait_for("GOT<61>")
    assert program.mode() == (False, False)
    program.type("q")
    assert program.ended() == 0


@pytest.mark.parametrize("stream", [StringIO("abc")])
def test_what_is_no_terminal_has_no_keys(stream: TextIO) -> None:
    async def pressed() -> list[str]:
        async with aclosing(keys(stream)) as all_of_them:
            return [key async for key in all_of_them]

    with open(os.devnull) as nothing:
        assert asyncio.run(pressed()) == []
        stream = nothing
        assert asyncio.run(pressed()) == []


def test_an_escape_sequence_is_one_key() -> None:
    assert split("ab ") == ["a", "b", " "]
    assert split("\x1b[A") == ["\x1b[A"] and split("\x1b") == ["\x1b"]
