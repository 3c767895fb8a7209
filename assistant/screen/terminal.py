"""What the terminal can show, told by its environment alone: nothing is asked of it, since its answer would come among
the keys.

    TERM of its own ─▶ TERM_PROGRAM ─▶ variables that may be left over from the terminal in which this one was begun
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TextIO, TypeAlias

from assistant.screen.options import ScreenOptions

if sys.platform != "win32":
    import fcntl
    import struct
    import termios

Images: TypeAlias = Literal["kitty", "iterm", "sixel", "blocks", "none"]

BY_TERM: Mapping[str, Images] = {
    "xterm-kitty": "kitty",
    "xterm-ghostty": "kitty",
    "wezterm": "iterm",
    "foot": "sixel",
    "foot-extra": "sixel",
    "mlterm": "sixel",
    "mlterm-256color": "sixel",
    "contour": "sixel",
}
BY_PROGRAM: Mapping[str, Images] = {
    "ghostty": "kitty",
    "iTerm.app": "iterm",
    "WezTerm": "iterm",
    "rio": "iterm",
    "mintty": "sixel",
}
KONSOLE_WITH_SIXEL = 220400
"""Konsole's version, as it writes it."""
LINKLESS = ("linux", "dumb", "eterm", "eterm-color", "cons25")
"""Terminals that would write a hyperlink out."""
CELL = (8, 16)
"""Points of a cell, width and height, where the terminal does not tell; most are larger, so that pictures fit."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a terminal can show."""

    images: Images = "blocks"
    wrapped: bool = False
    """Whether what is meant for the terminal must be handed through tmux."""
    links: bool = False
    """Whether it understands hyperlinks."""
    cell: tuple[int, int] = CELL
    """Points of a cell, width and height."""
    lines: int = 12
    """How many a picture may take."""


def look_at(out: TextIO, options: ScreenOptions, environment: Mapping[str, str] = os.environ) -> Terminal:
    """The terminal that a stream leads to."""
    images = _found(environment) if options.images == "auto" else options.images
    wrapped = _within_tmux(environment) and images in ("kitty", "iterm")
    links = environment.get("TERM", "dumb") not in LINKLESS
    return Terminal(images, wrapped, links, cell_size(out), options.picture_lines)


def _found(environment: Mapping[str, str]) -> Images:
    """How the terminal shows images, as far as that is certain."""
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if _within_another(environment):
        return "blocks"
    if term in BY_TERM:
        return BY_TERM[term]
    if program:
        return BY_PROGRAM.get(program, "blocks")
    return _left_over(environment)


def _left_over(environment: Mapping[str, str]) -> Images:
    if "KITTY_WINDOW_ID" in environment:
        return "kitty"
    if "WEZTERM_PANE" in environment or environment.get("LC_TERMINAL") == "iTerm2":
        return "iterm"
    version = environment.get("KONSOLE_VERSION", "")
    return "sixel" if version.isdecimal() and int(version) >= KONSOLE_WITH_SIXEL else "blocks"


def _within_tmux(environment: Mapping[str, str]) -> bool:
    return "TMUX" in environment or environment.get("TERM", "").startswith("tmux")


def _within_another(environment: Mapping[str, str]) -> bool:
    """Whether a multiplexer stands between us and the terminal."""
    screen = "STY" in environment or environment.get("TERM", "").startswith("screen")
    return _within_tmux(environment) or screen or "ZELLIJ" in environment


def cell_size(out: TextIO) -> tuple[int, int]:
    """Points of a cell, width and height, if the kernel knows them."""
    if sys.platform == "win32":
        return CELL
    try:
        rows, columns, width, height = struct.unpack("HHHH", fcntl.ioctl(out.fileno(), termios.TIOCGWINSZ, bytes(8)))
    except (OSError, ValueError):  # no file, or no terminal
        return CELL
    return (width // columns, height // rows) if columns and rows and width >= columns and height >= rows else CELL
