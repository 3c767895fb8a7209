"""The mouth of a portrait: its lips and jaw are moved, and what opens between them is drawn.

        rest         open
upper   ─────       ──╱‾╲──     what lies above the upper lip gives way a little,
                      ▓▓▓▓      darkness, teeth and tongue between
lower   ─────       ──╲▁╱──     lower lip and chin go down together, the throat takes it up
"""

import numpy as np

from models.face.features import Features
from models.face.sampling import Colours, Field, eased, sampled
from models.face.visemes import OPEN, PRESS, TEETH, TONGUE, TUCK, WIDE, Shapes

FARTHEST = 0.2
"""How far the lips part, wide open, in parts of the face."""
ABOVE = 0.22
"""How much of that the upper lip gives."""
REACH = (2.1, 0.19, 0.52)
"""What is redrawn: so many halves of the mouth to each side, and so many parts of the face above and below it."""
FADES = 0.12
"""Below the upper end of what is redrawn a mouth that narrows takes the skin along more and more, over so many parts of
the face."""
CHIN = 0.27
"""How far below the mouth the chin is, in parts of the face."""


class PortraitMouth:
    """The part of a portrait that speaks."""

    def __init__(self, picture: Colours, features: Features) -> None:
        """`picture` is what the features were found in."""
        self._place, self._size = features.mouth, features.box.size
        m, size = self._place, self._size
        height, width = picture.shape[:2]
        self.left, self.right = max(0, round(m.x - REACH[0] * m.half)), min(width, round(m.x + REACH[0] * m.half))
        self.top, self.bottom = max(0, round(m.y - REACH[1] * size)), min(height, round(m.y + REACH[2] * size))
        across, down = np.meshgrid(np.arange(self.left, self.right), np.arange(self.top, self.bottom))
        self._x, self._y = across.astype(np.float32), down.astype(np.float32)
        self._u = ((self._x - m.x) / m.half).astype(np.float32)
        self._v = (self._y - self._seam(self._u)).astype(np.float32)
        self._picture = picture
        self._skin = _skin(picture, features)

    def _seam(self, u: Field) -> Field:
        """Where the lips meet at rest, in points of the picture."""
        m = self._place
        return np.asarray(m.y + m.tilt * m.half * u - m.curve * np.minimum(u * u, 1.5), np.float32)

    def drawn(self, mouth: Shapes) -> Colours:
        """The part with a mouth of shape (6,)."""
        opening = float(mouth[OPEN]) * FARTHEST * self._size
        wide = 1 + (0.1 if mouth[WIDE] > 0 else 0.28) * float(mouth[WIDE])
        near = np.exp(-((self._u / 1.5) ** 4) - (self._v / (0.22 * self._size)) ** 2)
        near *= 1 - eased((self._y - self.top) / (FADES * self._size))
        u = self._u * (1 + (1 / wide - 1) * near)
        upper, lower = self._edges(opening, mouth, u)
        source = self._moved(u, upper, lower)
        shown = sampled(self._picture, self._place.x + u * self._place.half, self._seam(u) + source)
        inside = np.clip(self._v - upper + 0.5, 0, 1) * np.clip(lower - self._v + 0.5, 0, 1) * (np.abs(u) < 1)
        inside *= np.clip(lower - upper - 0.4, 0, 1)
        if inside.any():
            shown += (self._inside(u, upper, lower, mouth) - shown) * inside[..., None]
        return shown

    def _edges(self, opening: float, mouth: Shapes, u: Field) -> tuple[Field, Field]:
        """Where the lips' inner edges are, below the seam at rest."""
        bow = np.maximum(0.0, 1 - u * u) ** (0.9 - 0.25 * max(0.0, -float(mouth[WIDE])))
        tucked = 0.25 * float(mouth[TUCK]) * self._place.lip * bow
        pressed = 0.15 * float(mouth[PRESS]) * self._place.lip * bow
        upper = -ABOVE * opening * bow + pressed
        lower = np.maximum(upper, (1 - ABOVE) * opening * bow - tucked)
        return upper.astype(np.float32), lower.astype(np.float32)

    def _moved(self, u: Field, upper: Field, lower: Field) -> Field:
        """Of each point of what is shown, how far below the seam it lies in the picture."""
        rest = 0.5 * self._place.gap * np.maximum(0.0, 1 - u * u)
        below = (self._v - lower) / (CHIN * self._size)
        broad = u / (1 + 0.9 * np.clip(below, 0, 1.2))
        jaw = float(np.interp(0.0, u[0], (lower - rest)[0]))
        drop = jaw * np.maximum(0.0, 1 - broad * broad)
        near_lip = eased(below / 0.25)
        drop = near_lip * (lower - rest) + (1 - near_lip) * drop
        lift = (upper + rest) * eased((upper - self._v) / (0.13 * self._size))
        lowered = self._v - drop * eased((below - 0.75) / 0.75)
        return np.asarray(np.where(self._v > (upper + lower) / 2, lowered, self._v - lift), np.float32)

    def _inside(self, u: Field, upper: Field, lower: Field, mouth: Shapes) -> Colours:
        """What is seen between the lips."""
        gap = np.maximum(lower - upper, 1e-3)
        deep = (self._v - upper) / gap
        shown = np.broadcast_to(self._skin * (0.3, 0.13, 0.13), (*u.shape, 3)) * (0.75 + 0.35 * deep[..., None])
        high = 0.42 + 0.35 * float(mouth[TONGUE])
        tongue = np.clip((deep - (1 - high) - 0.5 * u * u) * gap / 3.0, 0, 1) * np.clip(gap / 8.0 - 0.4, 0, 1)
        shown = shown + (self._skin * (0.66, 0.4, 0.4) - shown) * (0.85 * tongue)[..., None]
        long = (0.045 + 0.035 * float(mouth[TEETH])) * self._size * np.minimum(1.0, 0.25 + float(mouth[TEETH]))
        long = np.minimum(long, 0.62 * gap + 1.0) * np.sqrt(np.maximum(0.0, 1 - (u / 0.94) ** 2))
        teeth = np.clip((upper + long - self._v) / 1.5, 0, 1)
        return np.asarray(shown + (self._teeth(u, upper) - shown) * teeth[..., None], np.float32)

    def _teeth(self, u: Field, upper: Field) -> Colours:
        """The portrait's own where it shows them, else drawn: pale, darker to the sides and below the lip."""
        if self._place.gap > 2:
            inner = 0.5 * self._place.gap * np.maximum(0.0, 1 - u * u)
            down = np.clip(self._v - upper - inner, -inner, inner * 0.8)
            return sampled(self._picture, self._place.x + u * self._place.half, self._seam(u) + down)
        pale = 0.6 * min(236.0, 1.1 * float(self._skin.max())) * np.array((1.0, 0.95, 0.88)) + 0.36 * self._skin
        shade = (1 - 0.45 * u**2) * (0.72 + 0.28 * np.clip((self._v - upper) / (0.03 * self._size), 0, 1))
        return np.asarray(pale * shade[..., None], np.float32)


def _skin(picture: Colours, features: Features) -> Colours:
    """The colour of the cheeks, shape (3,)."""
    b = features.box
    rows = slice(round(b.top + 0.5 * b.size), round(b.top + 0.66 * b.size))
    columns = slice(max(0, round(b.left + 0.2 * b.size)), round(b.left + 0.8 * b.size))
    return np.asarray(np.median(picture[rows, columns].reshape(-1, 3), axis=0), np.float32)
