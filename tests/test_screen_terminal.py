"""The moving screen in a real terminal, as far as the kernel has one: a pty, with `TinyTerminal` behind it."""

import os
import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest

from models.pictures import sound
from tests.tiny_terminal import TinyTerminal

if sys.platform == "win32":
    pytest.skip("needs a pty", allow_module_level=True)

import fcntl
import pty
import select
import struct
import termios

CONVERSATION = """
import sys
from pathlib import Path
from assistant.events import *
from assistant.screen.loader import open_screen

path = Path(sys.argv[1])
with open_screen("auto", sys.stdout) as screen:
    screen.show(Heard("Make a tone."))
    screen.show(Show(artifact=Artifact("tone", path.with_suffix(".wav"), id=1), pictures=(path,)))
    screen.show(Said("Here it is.", False))
"""


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "a.png"
    sound((0.5 * np.sin(np.arange(16_000))).astype(np.float32), 16_000, path)
    return path


def conversation(picture: Path, environment: dict[str, str], size: tuple[int, int] = (80, 24)) -> TinyTerminal:
    """The terminal after a program that shows a picture; its cells are 10 by 20 points."""
    control, terminal = pty.openpty()
    columns, rows = size
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, columns * 10, rows * 20))
    basics = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    command = [sys.executable, "-c", CONVERSATION, str(picture)]
    environment = {**basics, "PYTHONUTF8": "1", **environment}
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, env=environment, close_fds=True) as program:
        os.close(terminal)
        written = _everything(control)
    os.close(control)
    assert program.returncode == 0
    tiny = TinyTerminal(columns, rows)
    tiny.feed(written.decode())
    return tiny


def _everything(control: int) -> bytes:
    """What is written until the other side is closed."""
    pieces = []
    while select.select([control], [], [], 60)[0]:
        try:
            piece = os.read(control, 65_536)
        except OSError:  # Linux tells the end so
            break
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)


def around_the_picture(tiny: TinyTerminal) -> tuple[list[str], list[str]]:
    """The lines up to the artifact's, and those from the next words on."""
    lines = tiny.text()
    made = next(k for k, line in enumerate(lines) if "✎ 1 tone" in line)
    said = next(k for k, line in enumerate(lines) if line.startswith("earshot"))
    return lines[: made + 1], lines[said:]


def test_kitty_is_given_the_file_and_is_asked_nothing(picture: Path) -> None:
    tiny = conversation(picture, {"TERM": "xterm-kitty", "COLORTERM": "truecolor"})
    data = "".join(re.sub(r"^\x1b_G[^;]*;|\x1b\\$", "", sequence) for _, _, sequence in tiny.images)
    assert b64decode(data) == picture.read_bytes()
    before, after = around_the_picture(tiny)
    assert before[0] == "you      Make a tone." and after[0] == "earshot  Here it is."
    assert tiny.links == [picture.with_suffix(".wav").as_uri(), ""]
    row = tiny.images[0][0]
    assert "c=70,r=11" in tiny.images[0][2] and tiny.text()[row : row + 11] == [""] * 11


@pytest.mark.parametrize(
    ("environment", "start"),
    [
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "\x1b]1337;File=inline=1;"),
        ({"TERM": "foot"}, '\x1bP0;1q"1;1;700;220#'),
    ],
)
def test_other_protocols_are_used_where_they_are_spoken(picture: Path, environment: dict[str, str], start: str) -> None:
    tiny = conversation(picture, environment)
    (image,) = tiny.images
    assert image[2].startswith(start)
    assert around_the_picture(tiny)[1][0] == "earshot  Here it is."


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "xterm-256color"},
        {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0", "KITTY_WINDOW_ID": "1"},
        {"TERM": "xterm-256color", "NO_COLOR": "1"},
        {"TERM": "xterm-256color", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii:replace"},
    ],
)
def test_elsewhere_the_picture_is_made_of_letters(picture: Path, environment: dict[str, str]) -> None:
    tiny = conversation(picture, environment)
    assert tiny.images == []
    lines = tiny.text()
    made = next(k for k, line in enumerate(lines) if "1 tone" in line)
    drawn = [line for line in lines[made + 1 :] if line.startswith(" " * 9)][-12:]
    assert len(drawn) == 12 and "0 s" in drawn[-1]
    assert all(len(line) > 40 for line in drawn[2:-1])


def test_a_narrow_terminal_shows_the_path(picture: Path) -> None:
    tiny = conversation(picture, {"TERM": "xterm-kitty"}, (20, 24))
    assert tiny.images == []
    assert str(picture) in "".join(line.ljust(20) for line in tiny.text()).replace(" ", "")
