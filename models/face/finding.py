"""Where faces are in a picture: a cascade of local binary patterns (Liao et al. 2007), which the package scikit-image
carries with its data."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data
from skimage.feature import Cascade

from models.face.features import Box
from models.face.sampling import Picture

SEARCHED = 560
"""The longer side of the picture that is searched, in points."""
SMALLEST = 36
"""The smallest face in it."""
NEIGHBOURS = 4
"""So many windows side by side must hold a face."""
SHADE = 0.02
"""How much darker eyes and mouth are than what is around them, at least, of the span from black to white."""

ALIKE = 0.35
"""Correlation of a face with its mirror image, at least."""
COLOURLESS = 0.03
"""Below this spread of the three colours a picture is grey."""


def faces(picture: Picture) -> list[Box]:
    """The faces that look at us, the largest first; `picture` is RGB of shape (h, w, 3)."""
    height, width = picture.shape[:2]
    scale = min(1.0, SEARCHED / max(height, width))
    small = Image.fromarray(picture).resize((max(1, round(width * scale)), max(1, round(height * scale))))
    if min(small.size) < SMALLEST:
        return []
    searched = np.asarray(small)
    found = _cascade().detect_multi_scale(
        img=searched,
        scale_factor=1.12,
        step_ratio=1.0,
        min_size=(SMALLEST, SMALLEST),
        max_size=small.size[::-1],
        min_neighbor_number=NEIGHBOURS,
    )
    boxes = [Box(float(one["c"]), float(one["r"]), float(one["width"])) for one in found]
    kept = [Box(b.left / scale, b.top / scale, b.size / scale) for b in boxes if _like_a_face(searched, b)]
    return sorted(kept, key=lambda box: -box.size)


def _like_a_face(picture: Picture, box: Box) -> bool:
    """Whether it is of the colour of skin, alike on both sides, and eyes are darker than what is between and below."""
    grey = picture.mean(axis=2) / 255
    left, right = _mean(grey, box, (0.14, 0.3, 0.42, 0.46)), _mean(grey, box, (0.58, 0.3, 0.86, 0.46))
    cheeks = _mean(grey, box, (0.14, 0.52, 0.36, 0.66)), _mean(grey, box, (0.64, 0.52, 0.86, 0.66))
    between = _mean(grey, box, (0.44, 0.34, 0.56, 0.5))
    shaded = min(cheeks[0] - left, cheeks[1] - right, between - left, between - right) > SHADE
    return shaded and _symmetry(grey, box) > ALIKE and _skin(picture, box)


def _symmetry(grey: NDArray[np.floating], box: Box) -> float:
    """How much a face is like itself in a mirror, -1 to 1."""
    left, top, right, bottom = (round(edge) for edge in (box.left, box.top, box.left + box.size, box.top + box.size))
    cut = grey[max(0, top) : bottom, max(0, left) : right]
    patch = np.asarray(Image.fromarray((255 * cut).astype(np.uint8)).resize((24, 24)), np.float64)
    parts = [patch[:, max(0, k) : 24 + min(0, k)] for k in (-4, -3, -2, -1, 0, 1, 2, 3, 4)]  # the middle may be off
    return max(float(np.corrcoef(part.ravel(), part[:, ::-1].ravel())[0, 1]) for part in parts)


def _skin(picture: Picture, box: Box) -> bool:
    """Whether the cheeks are red rather than green, and green rather than blue, as all skin is; or without colour."""
    red, green, blue = (_mean(picture[..., k] / 255, box, (0.2, 0.5, 0.8, 0.66)) for k in range(3))
    grey = max(red, green, blue) - min(red, green, blue) < COLOURLESS
    return grey or red > green > 0.9 * blue


def _mean(grey: NDArray[np.floating], box: Box, part: tuple[float, float, float, float]) -> float:
    left, top, right, bottom = (
        round(edge + share * box.size) for edge, share in zip((box.left, box.top) * 2, part, strict=True)
    )
    return float(grey[max(0, top) : bottom, max(0, left) : right].mean())


@cache
def _cascade() -> Any:
    return Cascade(data.lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]
