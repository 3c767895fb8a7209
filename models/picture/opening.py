"""Opening a picture of any kind: upright, its colours red, green and blue, on white where it is transparent."""

import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from assistant.errors import DataError
from assistant.media import refuse_heic

LARGEST = 2048
"""Points of the longer side that are kept: nothing finer is looked at."""


def opened(path: Path) -> Image.Image:
    """A picture, as RGB, its longer side 2048 points at most; of one that moves, how it begins. Its `info` holds
    `frames`: of how many pictures the file is.

    Raises:
        DataError: it cannot be read; the sentence says what to do.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as file:
                return _upright(file)
    except Image.DecompressionBombError as error:
        raise DataError(f"{path.name} has too many points for me. Save it smaller, and give me that.") from error
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, EOFError) as error:
        _refuse_heic(path)
        raise DataError(f"{path.name} cannot be read as a picture. Is it whole?") from error


def _upright(file: Image.Image) -> Image.Image:
    frames = int(getattr(file, "n_frames", 1))
    file.draft("RGB", (LARGEST, LARGEST))
    picture = _coloured(ImageOps.exif_transpose(_smaller(file)))
    picture.info["frames"] = frames
    return picture


def _smaller(file: Image.Image) -> Image.Image:
    """Before anything else is made of it, since a large one takes hundreds of megabytes each time."""
    if max(file.size) > LARGEST:
        file.thumbnail((LARGEST, LARGEST), Image.Resampling.BOX)
    return file


def _coloured(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith(("I", "F")):  # more than eight bits: as bright as it is within its own range
        values = np.asarray(picture, np.float64)
        low, span = float(np.nanmin(values)), float(np.nanmax(values) - np.nanmin(values))
        grey = np.nan_to_num((values - low) / (span or 1.0)) * 255
        return Image.fromarray(grey.astype(np.uint8)).convert("RGB")
    if "A" in picture.getbands() or "transparency" in picture.info:
        over = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", over.size, "white"), over).convert("RGB")
    return picture.convert("RGB")


def _refuse_heic(path: Path) -> None:
    with suppress(OSError), path.open("rb") as file:
        refuse_heic(file, path.name)
