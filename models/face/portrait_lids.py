"""The lids of a portrait: the skin above an eye is drawn down over it."""

import numpy as np

from models.face.features import EyePlace
from models.face.sampling import Colours, sampled

ABOVE, BELOW = 0.34, 0.3
"""How far an open eye reaches above and below its middle, in halves of its width."""
FOLD = 0.85
"""From where the skin is drawn down."""
DARK = 0.55
"""A fold that is darker than so much of the skin is a brow in the way, or glasses."""


class Lids:
    """One eye of a portrait."""

    def __init__(self, picture: Colours, eye: EyePlace) -> None:
        height, width = picture.shape[:2]
        self.left, self.right = max(0, round(eye.x - 1.15 * eye.half)), min(width, round(eye.x + 1.15 * eye.half))
        self.top, self.bottom = max(0, round(eye.y - eye.half)), min(height, round(eye.y + 0.7 * eye.half))
        across, down = np.meshgrid(np.arange(self.left, self.right), np.arange(self.top, self.bottom))
        self._x, self._v = across.astype(np.float32), (down - eye.y).astype(np.float32)
        self._bow = np.maximum(0.0, 1 - ((self._x - eye.x) / (1.1 * eye.half)) ** 2).astype(np.float32)
        self._eye, self._picture = eye, picture
        self._own = picture[self.top : self.bottom, self.left : self.right]
        self.clear = self._is_clear()

    def drawn(self, closed: float) -> Colours:
        """The part with the lid so far closed, 0 to 1."""
        half = self._eye.half
        open_at, shut_at, fold = -ABOVE * half * self._bow, BELOW * half * self._bow, -FOLD * half
        edge = open_at + closed * (shut_at - open_at)
        share = np.clip((self._v - fold) / np.maximum(1.0, edge - fold), 0, 1)
        source = np.where(self._v < fold, self._v, fold + share * (open_at - 0.1 * half - fold))
        skin = sampled(self._picture, self._x, self._eye.y + source)
        covered = np.clip(edge - self._v + 0.5, 0, 1) * np.clip(4 * self._bow, 0, 1)
        shown = self._own + (skin - self._own) * covered[..., None]
        lash = np.exp(-(((self._v - edge) / max(0.8, 0.05 * half)) ** 2)) * np.clip(3 * self._bow, 0, 1) * 0.45 * closed
        return np.asarray(shown * (1 - lash[..., None]), np.float32)

    def _is_clear(self) -> bool:
        """Whether the skin above the eye is free to be drawn down."""
        grey = self._own.mean(axis=2)
        zone = grey[(self._v > -FOLD * self._eye.half) & (self._v < -(ABOVE + 0.15) * self._eye.half)]
        return bool(len(zone)) and float(np.percentile(zone, 20)) > DARK * float(np.percentile(grey, 75))
