"""The mouth of the built-in face: lips, and between them darkness, teeth and tongue."""

import numpy as np
from PIL import Image, ImageDraw

from models.face.curves import Points
from models.face.visemes import OPEN, PRESS, TEETH, TONGUE, TUCK, WIDE, Shapes

HALF = 45.0
"""Half its width at rest, in points of the face, which has 512."""
DROP, RAISE = 34.0, 7.0
"""How far the lower lip goes down and the upper one up, wide open."""
UPPER, LOWER = 8.5, 11.5
"""How thick the lips are."""
ACROSS = np.linspace(-1.0, 1.0, 41)
LIP, LIP_SHADE, LIP_LIGHT = (186, 92, 88), (158, 72, 72), (206, 118, 112)
INSIDE, DEEP = (92, 30, 36), (58, 18, 24)
TOOTH, TOOTH_BELOW, TONGUE_COLOUR = (246, 243, 236), (226, 220, 212), (196, 96, 100)
NEAR = 14.0
"""Below this gap the lower teeth are seen too."""
SEAM = (118, 52, 54)


def draw_mouth(canvas: Image.Image, at: tuple[float, float], mouth: Shapes, scale: float) -> None:
    """Draw a mouth, shape (6,), around a point of the canvas, which has `scale` points for each of the face."""
    edges = _Edges(mouth)
    draw = ImageDraw.Draw(canvas)
    place = _placer(at, scale)
    draw.polygon(place(edges.shadow), fill=(214, 160, 132))
    draw.polygon(place(edges.outer_upper), fill=LIP)
    draw.polygon(place(edges.outer_lower), fill=LIP)
    draw.polygon(place(edges.light), fill=LIP_LIGHT)
    if edges.gap > 0.6:
        _draw_inside(canvas, place, edges, mouth)
    else:
        draw.line(place(edges.seam), fill=SEAM, width=round(1.8 * scale), joint="curve")
    if mouth[TUCK] > 0.3:
        draw.polygon(place(edges.tucked_teeth(float(mouth[TUCK]))), fill=TOOTH)


def _draw_inside(canvas: Image.Image, place: "_Place", edges: "_Edges", mouth: Shapes) -> None:
    mask = Image.new("L", canvas.size)
    ImageDraw.Draw(mask).polygon(place(edges.inner), fill=255)
    box = mask.getbbox()
    if box is None:
        return
    inside = Image.new("RGB", canvas.size, INSIDE)
    draw = ImageDraw.Draw(inside)
    draw.polygon(place(edges.deep), fill=DEEP)
    draw.polygon(place(edges.tongue(float(mouth[TONGUE]))), fill=TONGUE_COLOUR)
    if edges.gap < NEAR and mouth[TEETH] > 0.55:
        draw.polygon(place(edges.lower_teeth(float(mouth[TEETH]))), fill=TOOTH_BELOW)
    draw.polygon(place(edges.upper_teeth(float(mouth[TEETH]))), fill=TOOTH)
    canvas.paste(inside.crop(box), box[:2], mask.crop(box))


class _Edges:
    """The outlines of a mouth around (0, 0), in points of the face."""

    def __init__(self, mouth: Shapes) -> None:
        opening, wide, press = float(mouth[OPEN]), float(mouth[WIDE]), float(mouth[PRESS])
        self.half = HALF * (1 + (0.24 * wide if wide > 0 else 0.42 * wide)) * (1 - 0.1 * opening)
        self.round = max(0.0, -wide)
        self.bow = 1 - ACROSS**2
        full = self.bow ** (0.85 - 0.3 * self.round)
        smile = 6.5 * (1 + 0.5 * max(0.0, wide)) * (ACROSS**2 - 0.45) * (1 - 0.7 * opening) * (1 - self.round)
        self.upper = -RAISE * opening * full - smile
        self.lower = DROP * opening * full - smile
        self.gap = float((self.lower - self.upper).max())
        thick = (1 + 0.3 * self.round) * (1 - 0.28 * press)
        notch = 1 - 0.2 * np.exp(-((ACROSS / 0.16) ** 2)) * (1 - 0.4 * self.round)
        tuck = 1 - 0.75 * float(mouth[TUCK])
        self.top = self.upper - UPPER * thick * self.bow**0.62 * notch
        self.bottom = self.lower + LOWER * thick * tuck * self.bow**0.6
        self.thick = thick * tuck

    def _curve(self, y: "np.ndarray[tuple[int], np.dtype[np.float64]]", narrower: float = 1.0) -> Points:
        return np.column_stack((ACROSS * self.half * narrower, y))

    def _ring(self, above: Points, below: Points) -> Points:
        return np.concatenate((above, below[::-1]))

    @property
    def inner(self) -> Points:
        """What lies between the lips."""
        return self._ring(self._curve(self.upper), self._curve(self.lower))

    @property
    def outer_upper(self) -> Points:
        """The upper lip."""
        return self._ring(self._curve(self.top), self._curve(np.maximum(self.upper, self.top) + 0.6))

    @property
    def outer_lower(self) -> Points:
        """The lower lip."""
        return self._ring(self._curve(self.lower - 0.6), self._curve(self.bottom))

    @property
    def light(self) -> Points:
        """Where light falls on the lower lip."""
        middle = self.lower + LOWER * self.thick * self.bow**0.6 * 0.42
        high = LOWER * self.thick * 0.16 * self.bow
        return self._ring(self._curve(middle - high, 0.55), self._curve(middle + high, 0.55))

    @property
    def shadow(self) -> Points:
        """Below the lower lip."""
        low = self.bottom + 5.0 * self.bow**2
        return self._ring(self._curve(self.bottom - 1.0, 0.6), self._curve(low, 0.6))

    @property
    def seam(self) -> Points:
        """Where closed lips meet."""
        return self._curve((self.upper + self.lower) / 2)

    @property
    def deep(self) -> Points:
        """The throat."""
        middle, high = 0.35 * self.upper + 0.65 * self.lower, 0.3 * (self.lower - self.upper)
        return self._ring(self._curve(middle - high, 0.7), self._curve(middle + high, 0.7))

    def upper_teeth(self, share: float) -> Points:
        """Hanging from behind the upper lip."""
        long = min(9.5, 0.5 * self.gap + 1.5) * (0.35 + 0.65 * share) if share > 0.05 else 0.0
        low = self.upper + long * self.bow**0.25
        return self._ring(self._curve(self.upper - 2, 0.9), self._curve(low, 0.9))

    def lower_teeth(self, share: float) -> Points:
        """Standing behind the lower lip; seen where the jaws are nearly closed."""
        near = max(0.0, share - 0.55) * max(0.0, 1 - self.gap / NEAR)
        return self._ring(self._curve(self.lower - 9 * near, 0.8), self._curve(self.lower + 2, 0.8))

    def tongue(self, raised: float) -> Points:
        """Lying below, or its tip raised to the teeth."""
        high = (0.34 + 0.42 * raised) * self.gap
        top = self.lower - high * np.clip(1 - (ACROSS / 0.72) ** 2, 0, 1) ** 0.6
        return self._ring(self._curve(top, 0.85), self._curve(self.lower + 2, 0.85))

    def tucked_teeth(self, share: float) -> Points:
        """The upper teeth, which stand on the lower lip."""
        low = self.upper + 5.5 * share * self.bow**0.3
        return self._ring(self._curve(self.upper, 0.62), self._curve(low, 0.62))


class _Place:
    """Puts outlines on a canvas."""

    def __init__(self, at: tuple[float, float], scale: float) -> None:
        self._at, self._scale = np.array(at), scale

    def __call__(self, points: Points) -> list[tuple[float, float]]:
        return [tuple(p) for p in (self._at + points) * self._scale]


def _placer(at: tuple[float, float], scale: float) -> _Place:
    return _Place(at, scale)
