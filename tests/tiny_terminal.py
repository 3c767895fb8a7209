"""A terminal small enough to be trusted: it keeps lines, and notes where images were put.

It understands what the moving screen writes and nothing more; what it does not know fails the test.
"""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"\x1b\[(?P<csi>[?0-9;]*)(?P<final>[A-Za-z])"
    r"|\x1b(?P<string>[\]_P])(?P<body>.*?)(?:\x1b\\|\x07)"
    r"|\x1b(?P<single>[78])"
    r"|(?P<plain>[^\x1b])",
    re.DOTALL,
)


@dataclass
class TinyTerminal:
    """A screen of `width` by `height`, and what scrolled out of it."""

    width: int = 80
    height: int = 24
    lines: list[list[str]] = field(default_factory=lambda: [[]])
    top: int = 0
    """Index in `lines` of the first line that is on the screen."""
    row: int = 0
    """Counted from the first line ever."""
    column: int = 0
    images: list[tuple[int, int, str]] = field(default_factory=list)
    """Row and column of the cursor when an image came, and its sequence."""
    links: list[str] = field(default_factory=list)
    _saved: tuple[int, int] = (0, 0)

    def feed(self, text: str) -> None:
        """Take what a program writes."""
        at = 0
        while at < len(text):
            token = TOKEN.match(text, at)
            assert token, f"unknown: {text[at : at + 20]!r}"
            self._take(token)
            at = token.end()

    def text(self) -> list[str]:
        """All lines, without spaces at their ends."""
        return ["".join(line).rstrip() for line in self.lines]

    def _take(self, token: re.Match[str]) -> None:
        if token["plain"]:
            self._plain(token["plain"])
        elif token["single"] == "7":
            self._saved = self.row - self.top, self.column
        elif token["single"] == "8":
            self.row, self.column = self.top + self._saved[0], self._saved[1]
        elif token["string"] == "]" and token["body"].startswith("8;"):
            self.links.append(token["body"].split(";", 2)[2])
        elif token["string"]:
            self.images.append((self.row, self.column, token[0]))
        else:
            self._control(token["final"], token["csi"])

    def _plain(self, letter: str) -> None:
        if letter == "\r":
            self.column = 0
        elif letter == "\n":
            self.row, self.column = self.row + 1, 0
            while len(self.lines) <= self.row:
                self.lines.append([])
            self.top = max(self.top, self.row - self.height + 1)
        else:
            if self.column == self.width:
                self._plain("\n")
            line = self.lines[self.row]
            line.extend(" " * (self.column + 1 - len(line)))
            line[self.column] = letter
            self.column += 1

    def _control(self, final: str, given: str) -> None:
        number = int(given) if given.isdecimal() else 1
        match final:
            case "A":
                self.row = max(self.top, self.row - number)
            case "C":
                self.column = min(self.width - 1, self.column + number)
            case "K":
                assert given == "2"
                self.lines[self.row] = []
            case "m" | "h" | "l":
                pass
            case _:
                raise AssertionError(f"unknown: {given}{final}")
