"""Pictures between the lines of a conversation, as the terminal can show them.

    room for the rows: "\\n" × rows ─▶ up again ─▶ the image, the cursor where it may ─▶ back to where it was

So nothing depends on where a terminal leaves the cursor after an image, and a live region below stays whole.
"""

import io
import struct
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import ControlType, Segment
from rich.text import Text

from assistant.errors import DataError
from assistant.screen.blocks import LEAST_COLUMNS, Letters, art
from assistant.screen.inline import iterm, kitty, sixel
from assistant.screen.terminal import Terminal
from assistant.screen.wording import one_line
from models.drawing.panel import KEYWORD, Panel, read

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST = 25_000_000
"""Points of a picture that is shown."""
SENT_WIDTH = 1800
"""Points; wider and higher ones are made smaller before they are sent to the terminal."""
LINES_BESIDE = 8
"""Lines of the terminal that no picture takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture that was read."""

    image: Image.Image
    """RGB."""
    png: bytes
    """The file."""
    panels: tuple[Panel, ...] = ()

    @classmethod
    def load(cls, path: Path) -> "Picture":
        """Read a PNG.

        Raises:
            DataError: it is not there, broken, too large, or no PNG.
        """
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DataError(f"The picture {path} cannot be read: {error.strerror}.") from error
        if data[:8] != SIGNATURE or len(data) < 24:
            raise DataError(f"{path} is no PNG picture.")
        width, height = struct.unpack(">II", data[16:24])
        if width * height > LARGEST:
            raise DataError(f"The picture {path} is too large to be shown: {width} by {height} points.")
        try:
            with Image.open(io.BytesIO(data), formats=["PNG"]) as opened:
                image = opened.convert("RGB")
                notes = str(opened.info.get(KEYWORD, ""))
        except (OSError, SyntaxError, ValueError) as error:  # Pillow calls some broken files a syntax error
            raise DataError(f"The picture {path} is broken.") from error
        return cls(image, data, tuple(p for p in read(notes) if _within(p, image)))


def _within(panel: Panel, image: Image.Image) -> bool:
    left, top, right, bottom = panel.box
    return 0 <= left < right <= image.width and 0 <= top < bottom <= image.height


@dataclass(frozen=True, slots=True)
class Inline:
    """An image in a room of its own, for rich to print."""

    sequence: str
    columns: int
    rows: int
    indent: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from [Segment.line()] * self.rows
        across = f"\x1b[{self.indent}C" if self.indent else ""
        placed = f"\x1b7\x1b[{self.rows}A{across}{self.sequence}\x1b8"
        yield Segment(
            placed, None, [(ControlType.CURSOR_MOVE_TO_COLUMN, 0)]
        )  # a control: rich neither cuts nor counts it


def show_picture(console: Console, path: Path, terminal: Terminal, indent: int) -> None:
    """Print a picture, `indent` columns from the left; a sentence where it cannot be read, its path where not shown."""
    try:
        picture = Picture.load(path)
    except DataError as error:
        console.print(Text(" " * indent + one_line(str(error)), "yellow"), soft_wrap=True)
        return
    lines, room = min(terminal.lines, console.height - LINES_BESIDE), console.width - indent
    if terminal.images in ("kitty", "iterm", "sixel") and room > LEAST_COLUMNS and lines > 1:
        console.print(_inline(picture, terminal, (room - 1, lines), indent))
        return
    drawn = art(picture.image, picture.panels, room, lines, _letters(console)) if terminal.images != "none" else []
    for line in drawn:
        console.print(Text(" " * indent).append_text(line), no_wrap=True, overflow="crop")
    if not drawn:
        console.print(Text(" " * indent + one_line(str(path)), "dim"), soft_wrap=True)


def _letters(console: Console) -> Letters:
    """What the console can print; with sixteen colours there is no picture to be made."""
    colours = not console.no_color and console.color_system in ("256", "truecolor")
    return Letters(colours, console.options.ascii_only)


def _inline(picture: Picture, terminal: Terminal, room: tuple[int, int], indent: int) -> Inline:
    """The picture by the terminal's protocol, in so many columns and lines or fewer."""
    columns, rows = fit(picture.image.size, *room, terminal.cell)
    width, height = columns * terminal.cell[0], rows * terminal.cell[1]
    match terminal.images:
        case "kitty":
            sequence = kitty(_sent(picture), columns, rows, terminal.wrapped)
        case "iterm":
            sequence = iterm(_sent(picture), columns, rows, terminal.wrapped)
        case _:
            sequence = sixel(picture.image.resize((width, height), Image.Resampling.LANCZOS))
    return Inline(sequence, columns, rows, indent)


def fit(size: tuple[int, int], columns: int, lines: int, cell: tuple[int, int]) -> tuple[int, int]:
    """How many columns and lines a picture of so many points takes, in its proportions, at twice its size at most."""
    width, height = size[0] / cell[0], size[1] / cell[1]
    scale = min(2.0, columns / width, lines / height)
    return max(1, min(columns, round(width * scale))), max(1, min(lines, round(height * scale)))


def _sent(picture: Picture) -> bytes:
    """The file itself, unless it is large."""
    if max(picture.image.size) <= SENT_WIDTH:
        return picture.png
    small = picture.image.copy()
    small.thumbnail((SENT_WIDTH, SENT_WIDTH), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "PNG")
    return out.getvalue()
