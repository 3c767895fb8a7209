"""A portrait as a face: of a photograph, mouth and lids are moved and the head a little with them; all else stays.

picture ─▶ the largest face ─▶ the part around it ─▶ features ─▶ mouth, lids ─▶ the head moved, the edge held ─▶ frame
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assistant.errors import EngineError, EngineMissing
from assistant.media import read_image
from models.face.base import Face
from models.face.features import Box, Features, features
from models.face.motion import Pose
from models.face.portrait_lids import Lids
from models.face.portrait_mouth import PortraitMouth
from models.face.sampling import Colours, Picture

LONGEST = 512
"""The longer side of the film, in points."""
SMALL = 0.3
"""A face that takes less of the picture's shorter side is shown with what is around it, and the rest is left out."""
AROUND = 3.2
"""How much of that is shown, in parts of the face."""
CELL = 32
"""Points between the nodes of the net by which the head moves."""
FACELESS = (
    "I can find no face in this picture; it takes a photograph of somebody who looks at the camera. "
    'Say "with your own face", and mine speaks.'
)
LACKING = (
    "To let a picture speak I need one more package, scikit-image. Install Earshot with its extra face. "
    'Say "with your own face", and mine speaks.'
)


Find: TypeAlias = Callable[[Picture], Sequence[Box]]
"""The faces in a picture, the largest first."""


def portray(path: Path, finder: Callable[[], Find] | None = None) -> tuple[Face, str]:
    """The largest face of a picture, and what must be told of it; `finder` loads what finds faces.

    Raises:
        EngineMissing: the package that finds faces is not installed.
        EngineError: there is no face in it.
        DataError: it cannot be read.
    """
    try:
        faces = (finder or _finder)()
    except ImportError as error:
        raise EngineMissing(LACKING) from error
    picture = read_image(path)
    found = faces(picture)
    if not found:
        raise EngineError(FACELESS)
    shown, left, top = _framed(picture, found[0].left, found[0].top, found[0].size)
    scale = _scale(shown)
    made = _scaled(shown, scale)
    box = Box((found[0].left - left) * scale, (found[0].top - top) * scale, found[0].size * scale)
    return Portrait(made, features(made, box)), _told(len(found), shown.shape != picture.shape)


def _finder() -> Find:
    from models.face.finding import faces

    return faces


class Portrait:
    """A `Face` made of a picture and what was found in it."""

    def __init__(self, picture: Picture, found: Features) -> None:
        """The picture's sides are even."""
        self.size = (picture.shape[1], picture.shape[0])
        colours: Colours = picture.astype(np.float32)
        self.picture = picture
        self.features = found
        self._mouth = PortraitMouth(colours, found)
        self._lids = [Lids(colours, eye) for eye in found.eyes]
        self._net = _Net(self.size, found)

    def frame(self, pose: Pose) -> Picture:
        """The face in a pose, RGB of shape (height, width, 3)."""
        shown = self.picture.copy()
        mouth = self._mouth
        shown[mouth.top : mouth.bottom, mouth.left : mouth.right] = _whole(mouth.drawn(pose.mouth))
        for eye in self._lids if pose.lids > 0 and all(eye.clear for eye in self._lids) else ():
            shown[eye.top : eye.bottom, eye.left : eye.right] = _whole(eye.drawn(pose.lids))
        if not (pose.yaw or pose.nod or pose.roll):
            return shown
        quads = self._net.quads(pose)
        moved = Image.fromarray(shown).transform(self.size, Image.Transform.MESH, quads, Image.Resampling.BILINEAR)
        return np.asarray(moved)

    def moving(self) -> NDArray[np.bool_]:
        """Where mouth, jaw and lids move, shape (height, width)."""
        found = np.zeros(self.picture.shape[:2], bool)
        parts: list[PortraitMouth | Lids] = [self._mouth, *self._lids]
        for part in parts:
            found[part.top : part.bottom, part.left : part.right] = True
        return found


class _Net:
    """How a picture is drawn along by a head that moves: wholly where the head is, and not at all at the edge."""

    def __init__(self, size: tuple[int, int], found: Features) -> None:
        width, height = size
        xs, ys = (np.unique(np.append(np.arange(0, side, CELL), side)).astype(np.float64) for side in size)
        self._x, self._y = np.meshgrid(xs, ys)
        box = found.box
        middle, self._neck = box.middle, (box.middle[0], box.top + 1.25 * box.size)
        far = ((self._x - middle[0]) / (1.25 * box.size)) ** 2 + ((self._y - middle[1]) / (1.35 * box.size)) ** 2
        edge = np.minimum.reduce((self._x, width - self._x, self._y, height - self._y)) / (0.3 * box.size)
        self._weight = np.exp(-(far**2)) * np.clip(edge, 0, 1)
        self._unit = box.size
        inner = np.stack(np.meshgrid(np.arange(len(xs) - 1), np.arange(len(ys) - 1)), axis=-1).reshape(-1, 2)
        self._cells = inner
        self._boxes = [(int(xs[i]), int(ys[j]), int(xs[i + 1]), int(ys[j + 1])) for i, j in inner]

    def quads(self, pose: Pose) -> list[tuple[tuple[int, int, int, int], tuple[float, ...]]]:
        """Where each cell of the net is taken from."""
        angle = np.radians(1.3 * pose.roll)
        dx, dy = self._x - self._neck[0], self._y - self._neck[1]
        x = self._x + self._weight * (angle * dy - 0.02 * self._unit * pose.yaw)
        y = self._y + self._weight * (-angle * dx - 0.016 * self._unit * pose.nod)
        i, j = self._cells.T
        corners = np.stack(
            [x[j, i], y[j, i], x[j + 1, i], y[j + 1, i], x[j + 1, i + 1], y[j + 1, i + 1], x[j, i + 1], y[j, i + 1]]
        )
        return list(zip(self._boxes, map(tuple, corners.T.tolist()), strict=True))


def _framed(picture: Picture, left: float, top: float, size: float) -> tuple[Picture, int, int]:
    """The part of a picture that is shown, and where it begins."""
    height, width = picture.shape[:2]
    if size >= SMALL * min(height, width):
        return picture, 0, 0
    wide, high = min(width, round(AROUND * size)), min(height, round(AROUND * size))
    x = int(np.clip(left + size / 2 - wide / 2, 0, width - wide))
    y = int(np.clip(top + 0.55 * size - 0.45 * high, 0, height - high))
    return picture[y : y + high, x : x + wide], x, y


def _scale(picture: Picture) -> float:
    return LONGEST / float(max(picture.shape[:2]))


def _scaled(picture: Picture, scale: float) -> Picture:
    """At another size, its sides even."""
    height, width = (max(16, 2 * round(side * scale / 2)) for side in picture.shape[:2])
    return np.asarray(Image.fromarray(np.ascontiguousarray(picture)).resize((width, height), Image.Resampling.LANCZOS))


def _told(count: int, cut: bool) -> str:
    if count > 1:
        return f"I found {count} faces, and took the largest."
    return "I show the face and what is around it." if cut else ""


def _whole(colours: Colours) -> Picture:
    return np.asarray(np.clip(colours + 0.5, 0, 255), np.uint8)
