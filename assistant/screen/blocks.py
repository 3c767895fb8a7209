"""Pictures made of letters: two points in a cell where there are colours, shades where there are none.

         ▂▅▇▄▁  ▃▆▃            a waveform: full or half blocks, in the terminal's own colours
         ▀▀▀▀▀▀▀▀▀▀            a map: the upper half is the letter's colour, the lower the background's
 dog        ░▓█▒               events: shades, a line each
         0 s   1 s   2 s

Plots are cut out of the picture by what it says of them, and their marks are written anew; of other pictures all is
shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.color import Color
from rich.style import Style
from rich.text import Text

from assistant.screen.wording import one_line
from models.drawing.axis import marks_s, time_text
from models.drawing.panel import Panel

LEAST_COLUMNS = 16
"""Narrower pictures show nothing."""
MOST_COLUMNS = 120
MOST_LABEL = 20
INK = 0.2
"""How dark a point of a waveform is that counts."""
FULL_INK = 0.85
"""How dark our darkest ink is."""
INK_STYLE = "cyan"
SHADES, ASCII_SHADES = " ░▒▓█", " .:*#"
HALVES, ASCII_HALVES = " ▀▄█", " '.|"
"""By whether the upper and the lower half are full."""
MARK_COLUMNS = 12
"""How far apart marks of time stand, or farther."""


@dataclass(frozen=True, slots=True)
class Letters:
    """What a picture may be made of."""

    colours: bool = True
    ascii: bool = False

    @property
    def shades(self) -> str:
        """From empty to full."""
        return ASCII_SHADES if self.ascii else SHADES

    @property
    def halves(self) -> str:
        """Empty, upper, lower, both."""
        return ASCII_HALVES if self.ascii else HALVES


def art(image: Image.Image, panels: Sequence[Panel], width: int, lines: int, letters: Letters) -> list[Text]:
    """An RGB picture as lines no wider than `width`; empty where there is no room.

    Of events there is a line for each label, even if these are more than `lines`.
    """
    gutter = max((min(len(label), MOST_LABEL) + 1 for panel in panels for label in panel.labels), default=0)
    columns = min(width, MOST_COLUMNS) - gutter
    if columns < LEAST_COLUMNS or lines < 2:
        return []
    if not panels:
        return _whole(image, columns, lines, letters)
    heights = _heights(panels, lines - 1)
    seconds = max(panel.seconds for panel in panels)
    plots = list[Text]()
    for panel, rows in zip(panels, heights, strict=True):
        across = max(1, round(columns * panel.seconds / seconds)) if seconds > 0 else columns
        plots += _labelled(_plot(image, panel, across, rows, letters), panel, gutter)
    return [*plots, _marks(seconds, columns, gutter)]


def _heights(panels: Sequence[Panel], lines: int) -> list[int]:
    """How many lines each plot takes: by their heights in the picture, but for events."""
    tall = [panel.box[3] - panel.box[1] for panel in panels]
    shared = [max(1, round(lines * height / sum(tall))) for height in tall]
    return [len(p.labels) if p.kind == "rows" else rows for p, rows in zip(panels, shared, strict=True)]


def _plot(image: Image.Image, panel: Panel, columns: int, rows: int, letters: Letters) -> list[Text]:
    part = image.crop(panel.box)
    match panel.kind:
        case "wave":
            return _wave(part, columns, rows, letters)
        case "rows":
            return _rows(part, columns, rows, letters)
        case "map":
            return _map(part, columns, rows, letters)


def _whole(image: Image.Image, columns: int, lines: int, letters: Letters) -> list[Text]:
    """All of a picture, in its proportions, two points of a cell being square."""
    scale = min(columns / image.width, 2 * lines / image.height)
    return _map(image, max(1, round(image.width * scale)), max(1, round(image.height * scale / 2)), letters)


def _wave(part: Image.Image, columns: int, rows: int, letters: Letters) -> list[Text]:
    """Full where there is any ink over the height of a half, and enough of it over the width of a column."""
    ink = _pooled(_darkness(part), 2 * rows, axis=0)
    narrow = _pooled((ink > INK).astype(np.float32), columns, axis=1, mean=True) > 0.3
    upper, lower = narrow[0::2], narrow[1::2]
    numbers = upper + 2 * lower
    style = INK_STYLE if letters.colours else ""
    return [Text("".join(letters.halves[k] for k in row), style) for row in numbers]


def _rows(part: Image.Image, columns: int, rows: int, letters: Letters) -> list[Text]:
    """The darkness in the middle of each row."""
    dark = _darkness(part)
    middles = [dark[round((k + 0.5) * len(dark) / rows)] for k in range(rows)]
    shares = _pooled(np.stack(middles), columns, axis=1)
    style = INK_STYLE if letters.colours else ""
    return [Text(_shaded(row / FULL_INK, letters), style) for row in shares]


def _map(part: Image.Image, columns: int, rows: int, letters: Letters) -> list[Text]:
    points = np.asarray(part.resize((columns, 2 * rows), Image.Resampling.BOX))
    if letters.colours and not letters.ascii:
        return [_halved(points[2 * k], points[2 * k + 1]) for k in range(rows)]
    bright = 1.0 - _darkness(part.resize((columns, rows), Image.Resampling.BOX))
    span = float(bright.max() - bright.min())
    even = (bright - bright.min()) / span if span > 0.05 else bright
    return [Text(_shaded(row, letters)) for row in even]


def _halved(upper: NDArray[np.uint8], lower: NDArray[np.uint8]) -> Text:
    """A line of two rows of points, shape (columns, 3) each; cells of the same colours are one stretch."""
    line = Text()
    cells = zip(map(tuple, upper.tolist()), map(tuple, lower.tolist()), strict=True)
    for (above, below), cells_alike in groupby(cells):
        style = Style(color=Color.from_rgb(*above), bgcolor=Color.from_rgb(*below))
        line.append("▀" * len(list(cells_alike)), style)
    return line


def _labelled(lines: list[Text], panel: Panel, gutter: int) -> list[Text]:
    """Lines with their labels before them, or with the one that all of them have."""
    labels = [*map(one_line, panel.labels), *[""] * len(lines)]
    cut = [label if len(label) < gutter else label[: gutter - 2] + "…" for label in labels]
    return [Text.assemble(f"{a:>{gutter - 1}} " if gutter else "", b) for a, b in zip(cut, lines, strict=False)]


def _marks(seconds: float, columns: int, gutter: int) -> Text:
    """Times below the plots, each beginning where it is."""
    line = " " * gutter
    for at in marks_s(seconds, max(2, columns // MARK_COLUMNS)):
        text = time_text(at, seconds)
        place = gutter + (round(at / seconds * columns) if seconds else 0)
        if len(line) <= place and place + len(text) <= gutter + columns:
            line = f"{line:<{place}}{text}"
    return Text(line, "dim")


def _shaded(shares: NDArray[np.float32], letters: Letters) -> str:
    numbers = np.rint(np.clip(shares, 0.0, 1.0) * (len(letters.shades) - 1)).astype(int)
    return "".join(letters.shades[k] for k in numbers)


def _darkness(image: Image.Image) -> NDArray[np.float32]:
    """How dark each point is, 0 to 1, shape (h, w)."""
    return np.asarray(1.0 - np.asarray(image.convert("L"), np.float32) / 255.0, np.float32)


def _pooled(values: NDArray[np.float32], count: int, axis: int, mean: bool = False) -> NDArray[np.float32]:
    """The greatest, or the mean, of each of `count` even parts along an axis."""
    edges = np.linspace(0, values.shape[axis], count + 1)
    first = np.minimum(edges[:-1].astype(int), values.shape[axis] - 1)
    last = np.maximum(np.ceil(edges[1:]).astype(int), first + 1)
    parts = [np.take(values, range(a, b), axis) for a, b in zip(first, last, strict=True)]
    return np.stack([part.mean(axis) if mean else part.max(axis) for part in parts], axis)
