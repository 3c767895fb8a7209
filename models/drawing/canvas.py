"""The paper of all pictures: what is drawn on it, what is written, and the file that comes of it.

The letters are those that Pillow brings along, so that a picture is the same on every machine.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from assistant.errors import DataError
from models.drawing.axis import marks_s, time_text
from models.drawing.panel import KEYWORD, Panel, written

Colour: TypeAlias = tuple[int, int, int]
Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom; right and bottom are outside."""
Anchor: TypeAlias = Literal["lm", "rm", "mt", "ls"]
"""Which place of a text is meant, as Pillow writes it: left, right or middle; middle, top or base line."""

WIDTH = 900
"""Points, of every picture."""
PAPER, INK, GREY, FAINT = (255, 255, 255), (34, 34, 46), (104, 104, 118), (222, 222, 230)
TEXT_SIZE, TITLE_SIZE = 14.0, 16.0
TICK = 4
AXIS_HEIGHT = 24
"""Of the marks of time and what is written at them."""
MARK_ROOM = 95
"""How far apart marks of time stand, or farther."""


class Canvas:
    """A picture while it is drawn."""

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (WIDTH, height), PAPER)
        self.panels: list[Panel] = []
        self._pen = ImageDraw.Draw(self.image)

    def write(self, at: tuple[float, float], text: str, anchor: Anchor = "lm", colour: Colour = GREY) -> None:
        """Write a line; letters that the font lacks are written in Latin ones."""
        self._pen.text(at, _set(text), fill=colour, font=_font(TEXT_SIZE), anchor=anchor)

    def title(self, text: str) -> None:
        """Write it over everything, as much of it as fits."""
        line = _set(fitted(text, WIDTH - 16, TITLE_SIZE))
        self._pen.text((8, 20), line, fill=INK, font=_font(TITLE_SIZE), anchor="ls")

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: Colour = FAINT) -> None:
        """Draw a line, a point thick, both ends included."""
        self._pen.line((*start, *end), fill=colour)

    def paste(self, points: NDArray[np.uint8], left: int, top: int) -> None:
        """Put down points of shape (h, w, 3)."""
        self.image.paste(Image.fromarray(points), (left, top))

    def time_axis(self, box: Box, seconds: float) -> None:
        """Marks of time below a box."""
        left, _, right, bottom = box
        for at in marks_s(seconds, (right - left) // MARK_ROOM):
            x = min(right - 1, left + round(at / seconds * (right - left))) if seconds else left
            self.line((x, bottom), (x, bottom + TICK), GREY)
            text = time_text(at, seconds)
            half = width_of(text) / 2
            self.write((min(x, WIDTH - half - 2), bottom + TICK + 3), text, "mt")

    def save(self, path: Path) -> None:
        """Write it as a PNG, with a note of its panels; the same picture is the same bytes.

        Raises:
            DataError: it cannot be written.
        """
        notes = PngInfo()
        notes.add_text(KEYWORD, written(self.panels))
        save_png(self.image, path, notes)


def save_png(image: Image.Image, path: Path, notes: PngInfo | None = None) -> None:
    """Write a picture as a PNG.

    Raises:
        DataError: it cannot be written.
    """
    try:
        image.save(path, "PNG", pnginfo=notes)
    except OSError as error:
        raise DataError(f"Cannot write {path}: {error.strerror or error}. Is the disk full?") from error


def width_of(text: str, size: float = TEXT_SIZE) -> float:
    """How wide a line is, in points."""
    return _font(size).getlength(_set(text))


def fitted(text: str, room: float, size: float = TEXT_SIZE) -> str:
    """A line in Latin letters, cut where it would be wider than there is room."""
    text = anyascii(" ".join(text.split()))
    if width_of(text, size) <= room:
        return text
    return next((cut for k in range(len(text), 0, -1) if width_of(cut := text[:k].rstrip() + "...", size) <= room), "")


def widest(texts: Sequence[str]) -> float:
    """How wide the widest of some lines is, in points."""
    return max((width_of(text) for text in texts), default=0.0)


def _set(text: str) -> str:
    """A line in letters of the font. Its spaces are too narrow to be seen between small words, so they are doubled."""
    return anyascii(text).replace(" ", "  ")


_FONTS: dict[float, ImageFont.FreeTypeFont] = {}


def _font(size: float) -> ImageFont.FreeTypeFont:
    if size not in _FONTS:
        font = ImageFont.load_default(size)
        if not isinstance(font, ImageFont.FreeTypeFont):
            raise DataError("Pillow was built without FreeType here; install it from a wheel to have pictures.")
        _FONTS[size] = font
    return _FONTS[size]
