"""Images as terminals take them: escape sequences around a PNG, or around points as sixels. None of them is answered.

* kitty   https://sw.kovidgoyal.net/kitty/graphics-protocol
* iterm   https://iterm2.com/documentation-images.html
* sixel   DEC STD 070, chapter 9; https://vt100.net/docs/vt3xx-gp/chapter14.html
"""

from base64 import standard_b64encode
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

KITTY_CHUNK = 4096
"""Letters of one sequence, at most."""
SIXEL_COLOURS = 64
BAND = 6
"""Rows of points in a row of sixels."""


def kitty(png: bytes, columns: int, rows: int, wrapped: bool = False) -> str:
    """Show a PNG in so many cells from the cursor on, which stays; the terminal sends nothing back."""
    data = standard_b64encode(png).decode()
    chunks = [data[at : at + KITTY_CHUNK] for at in range(0, len(data), KITTY_CHUNK)]
    keys = f"a=T,f=100,q=2,C=1,c={columns},r={rows},"
    sequences = []
    for k, chunk in enumerate(chunks):
        more = int(k < len(chunks) - 1)
        sequences.append(f"\x1b_G{keys if k == 0 else ''}{'' if k == 0 else 'q=2,'}m={more};{chunk}\x1b\\")
    return "".join(through_tmux(s) if wrapped else s for s in sequences)


def iterm(png: bytes, columns: int, rows: int, wrapped: bool = False) -> str:
    """Show a PNG in so many cells from the cursor on, which moves."""
    data = standard_b64encode(png).decode()
    shape = f"size={len(png)};width={columns};height={rows};preserveAspectRatio=1"
    sequence = f"\x1b]1337;File=inline=1;{shape}:{data}\x07"
    return through_tmux(sequence) if wrapped else sequence


def sixel(image: Image.Image) -> str:
    """Show an RGB image, a point for a point, from the cursor on, which moves."""
    flat = image.quantize(SIXEL_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = np.asarray(flat.getpalette(), np.int64).reshape(-1, 3)
    colours = "".join(f"#{k};2;{r};{g};{b}" for k, (r, g, b) in enumerate((palette * 100 + 127) // 255))
    bands = "-".join(_bands(np.asarray(flat)))
    return f'\x1bP0;1q"1;1;{image.width};{image.height}{colours}{bands}\x1b\\'


def _bands(points: NDArray[np.uint8]) -> Iterator[str]:
    """Rows of sixels from numbers of colours, shape (h, w); in each, one colour is laid over another."""
    for top in range(0, len(points), BAND):
        band = points[top : top + BAND]
        bits = 1 << np.arange(len(band))[:, None]
        yield "$".join(f"#{k}{_runs(((band == k) * bits).sum(axis=0) + 63)}" for k in np.unique(band))


def _runs(letters: NDArray[np.int64]) -> str:
    """Letters by their codes, those that repeat with their number before them; what is empty at the end is left out."""
    inked = np.flatnonzero(letters != 63)
    letters = letters[: inked[-1] + 1]
    starts = np.flatnonzero(np.diff(letters, prepend=-1))
    lengths = np.diff(starts, append=len(letters))
    pairs = zip(letters[starts].tolist(), lengths.tolist(), strict=True)
    return "".join(f"!{n}{chr(letter)}" if n > 3 else chr(letter) * n for letter, n in pairs)


def through_tmux(sequence: str) -> str:
    """A sequence that tmux hands on to the terminal around it, where `allow-passthrough` is on."""
    return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}\x1b\\"
