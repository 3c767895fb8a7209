"""The built-in face: drawn by code, a person of nobody's likeness.

room, shoulders ─ still        head ─ tilts, nods; its eyes, brows and mouth are drawn anew in each frame
"""

from collections.abc import Sequence
from math import cos, radians, sin

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from models.face.curves import closed, mirrored
from models.face.drawn_mouth import draw_mouth
from models.face.motion import Pose
from models.face.sampling import Picture
from models.face.visemes import OPEN

SIZE = 512
FINE = 3
"""Points drawn for each that is shown."""
MIDDLE = 256.0
PIVOT = (256.0, 440.0)
"""What the head turns about."""
FEATURES = (146, 190, 366, 416)
"""The part of the head that is drawn anew."""
JAW = 330
"""Below this line the face grows longer as the mouth opens."""
REACHED, HIGHEST, LOWEST = (114, 398), 64, 470
"""Where the head may be, however it is turned."""
EYE, BROW, MOUTH = (50.0, 268.0), (51.0, 232.0), (256.0, 366.0)
"""Of eyes and brows the distance from the middle, and the height."""
SKIN, SKIN_SHADE, SKIN_LIGHT = (226, 174, 142), (204, 146, 116), (236, 190, 160)
HAIR, HAIR_LIGHT = (74, 56, 50), (94, 72, 62)
SHIRT, SHIRT_SHADE = (74, 124, 132), (58, 102, 112)
ROOM_TOP, ROOM_BOTTOM = (226, 233, 238), (188, 202, 212)
IRIS, PUPIL, WHITE, LASH = (92, 112, 84), (34, 28, 28), (250, 249, 246), (66, 46, 42)

FACE = mirrored(
    [(256, 122), (310, 132), (346, 172), (360, 232), (357, 290), (343, 350), (312, 402), (280, 426), (256, 431)], MIDDLE
)
FACE_CORE = mirrored([(256, 140), (304, 150), (334, 200), (338, 280), (322, 350), (286, 400), (256, 408)], MIDDLE)
HAIR_BACK = mirrored([(256, 84), (312, 94), (356, 134), (374, 196), (372, 256), (362, 290), (330, 300)], MIDDLE)
FRINGE = [
    (146, 252), (144, 196), (160, 142), (204, 100), (256, 86), (312, 94), (354, 132), (370, 194), (366, 252),
    (354, 222), (344, 190), (318, 176), (270, 178), (226, 166), (206, 158), (188, 178), (168, 196), (156, 222),
]  # fmt: skip


class DrawnFace:
    """A `Face` that needs no picture."""

    size = (SIZE, SIZE)

    def __init__(self) -> None:
        self._room = _reduced(_room())
        fine = _head()
        left, top, right, bottom = (FINE * edge for edge in FEATURES)
        features = fine.crop((left, top, right, bottom))
        self._features, self._outline = features.convert("RGB"), features.getchannel("A").reduce(FINE)
        self._head = _reduced(fine)

    def frame(self, pose: Pose) -> Picture:
        """The face in a pose, RGB of shape (512, 512, 3)."""
        head = self._head.copy()
        head.paste(self._drawn(pose), FEATURES[:2])
        moved = head.transform(self.size, Image.Transform.MESH, _quads(pose), Image.Resampling.BILINEAR)
        shown = self._room.copy()
        shown.paste(moved, (0, 0), moved)
        return np.asarray(shown)

    def _drawn(self, pose: Pose) -> Image.Image:
        fine = self._features.copy()
        turned = (5.0 * pose.yaw - FEATURES[0], 4.5 * pose.nod - FEATURES[1])
        for side in (-1, 1):
            _draw_eye(fine, (MIDDLE + side * EYE[0] + turned[0], EYE[1] + turned[1]), pose, side)
            _draw_brow(fine, (MIDDLE + side * BROW[0] + turned[0], BROW[1] + turned[1]), pose.brows, side)
        _draw_nose(fine, (MIDDLE + 1.35 * turned[0] + 0.35 * FEATURES[0], 318.0 + turned[1]))
        draw_mouth(fine, (MOUTH[0] + turned[0], MOUTH[1] + turned[1]), pose.mouth, FINE)
        drawn = fine.reduce(FINE)
        drawn.putalpha(self._outline)
        return drawn


def _quads(pose: Pose) -> list[tuple[tuple[int, int, int, int], tuple[float, ...]]]:
    """Where the parts of the picture are taken from: the head turned about the neck, its jaw drawn down."""
    angle = radians(1.5 * pose.roll)
    shift = (3.0 * pose.yaw, 2.5 * pose.nod)
    longer = 1 + 0.11 * float(pose.mouth[OPEN])

    def source(x: float, y: float) -> tuple[float, float]:
        x, y = x - shift[0] - PIVOT[0], y - shift[1] - PIVOT[1]
        back = (cos(angle) * x + sin(angle) * y + PIVOT[0], cos(angle) * y - sin(angle) * x + PIVOT[1])
        return back if back[1] <= JAW else (back[0], JAW + (back[1] - JAW) / longer)

    quads = []
    left, right = REACHED
    for top, bottom in ((HIGHEST, JAW), (JAW, JAW + 24), (JAW + 24, LOWEST)):
        corners = (source(left, top), source(left, bottom), source(right, bottom), source(right, top))
        quads.append(((left, top, right, bottom), tuple(value for corner in corners for value in corner)))
    return quads


# ------------------------------------------------------------------- what stays as it is


def _room() -> Image.Image:
    """The background, and shoulders before it."""
    side = SIZE * FINE
    down = np.linspace(0, 1, side)[:, None, None]
    shade = np.array(ROOM_TOP) * (1 - down) + np.array(ROOM_BOTTOM) * down
    picture = Image.fromarray(np.broadcast_to(shade, (side, side, 3)).astype(np.uint8))
    body = mirrored([(256, 452), (300, 448), (340, 462), (404, 486), (444, 530), (450, 560)], MIDDLE)
    neck = mirrored([(256, 380), (296, 384), (300, 430), (310, 458), (256, 480)], MIDDLE)
    collar = mirrored([(256, 484), (290, 472), (312, 450), (318, 458), (298, 484), (256, 498)], MIDDLE)
    _fill(picture, body, SHIRT)
    _fill(picture, neck, SKIN_SHADE)
    _fill(picture, collar, SHIRT_SHADE)
    return picture


def _head() -> Image.Image:
    """Hair, ears and an empty face on nothing."""
    picture = Image.new("RGBA", (SIZE * FINE, SIZE * FINE))
    _fill(picture, HAIR_BACK, HAIR)
    for side in (-1, 1):
        ear = [(MIDDLE + side * x, y) for x, y in ((102, 262), (118, 258), (124, 280), (116, 306), (102, 312))]
        _fill(picture, ear, SKIN_SHADE)
        _fill(
            picture,
            [(MIDDLE + side * x, y) for x, y in ((104, 270), (114, 268), (117, 282), (106, 300))],
            (190, 130, 102),
        )
    picture.alpha_composite(_shaded_face())
    _fill(picture, FRINGE, HAIR)
    strand = [(206, 128), (262, 106), (318, 118), (270, 116)]
    _fill(picture, strand, HAIR_LIGHT)
    return picture


def _shaded_face() -> Image.Image:
    """The skin, lighter in the middle, with a breath of red on the cheeks."""
    side = SIZE * FINE
    mask = Image.new("L", (side, side))
    _fill(mask, FACE, 255)
    skin = Image.new("RGB", (side, side), SKIN_SHADE)
    for outline, colour, blur in (
        (FACE_CORE, SKIN, 22),
        ([(226, 190), (256, 180), (286, 190), (280, 240), (256, 250), (232, 240)], SKIN_LIGHT, 26),
        ([(166, 312), (186, 296), (206, 312), (188, 330)], (232, 160, 134), 12),
        ([(306, 312), (326, 296), (346, 312), (324, 330)], (232, 160, 134), 12),
    ):
        spot = Image.new("L", (side // 4, side // 4))
        ImageDraw.Draw(spot).polygon([(x, y) for x, y in closed(outline) * FINE / 4], fill=255)
        soft = spot.filter(ImageFilter.GaussianBlur(blur * FINE / 4)).resize((side, side))
        skin.paste(colour, (0, 0), soft)
    skin.putalpha(mask)
    return skin


def _fill(picture: Image.Image, outline: Sequence[tuple[float, float]], colour: tuple[int, ...] | int) -> None:
    ImageDraw.Draw(picture).polygon([(x, y) for x, y in closed(outline) * FINE], fill=colour)


def _reduced(fine: Image.Image) -> Image.Image:
    return fine.reduce(FINE)


# --------------------------------------------------------------------------- what moves


def _draw_eye(fine: Image.Image, at: tuple[float, float], pose: Pose, side: int) -> None:
    """Around a point of the features."""
    draw = ImageDraw.Draw(fine)
    x, y = at
    across = np.linspace(-1, 1, 25)
    bow = 1 - across**2
    lower = y + 8.5 * bow**0.8
    upper = y - 13.0 * bow**0.7
    upper = upper + (lower + 0.5 - upper) * min(1.0, pose.lids) * 0.98
    places = x + 24.0 * across
    outline = [*zip(places, upper, strict=True), *zip(places[::-1], lower[::-1], strict=True)]
    if pose.lids < 0.9:
        _draw_ball(fine, outline, (x + 2.0 * pose.yaw, y - 1.5 + 1.5 * pose.nod))
    lid = [(FINE * px, FINE * py) for px, py in zip(places, upper, strict=True)]
    draw.line(lid, fill=LASH, width=round(3.2 * FINE), joint="curve")
    crease = [(FINE * px, FINE * (py - 5.5)) for px, py in zip(places[3:-3], (y - 13.0 * bow**0.7)[3:-3], strict=True)]
    draw.line(crease, fill=SKIN_SHADE, width=round(1.6 * FINE), joint="curve")
    end = (FINE * (x + 24.0 * side), FINE * float(upper[-1 if side > 0 else 0]))
    draw.line(
        [end, (end[0] + side * 4 * FINE, end[1] - 2.5 * FINE * (1 - pose.lids))], fill=LASH, width=round(2.4 * FINE)
    )


def _draw_ball(fine: Image.Image, outline: list[tuple[float, float]], iris: tuple[float, float]) -> None:
    mask = Image.new("L", fine.size)
    ImageDraw.Draw(mask).polygon([(FINE * px, FINE * py) for px, py in outline], fill=255)
    ball = Image.new("RGB", fine.size, WHITE)
    draw = ImageDraw.Draw(ball)
    for radius, colour in ((12.6, (62, 78, 58)), (11.2, IRIS), (5.6, PUPIL)):
        draw.ellipse(_around(iris, radius), fill=colour)
    draw.ellipse(_around((iris[0] + 4.0, iris[1] - 4.2), 2.9), fill=(255, 255, 255))
    box = mask.getbbox()
    if box:
        fine.paste(ball.crop(box), box[:2], mask.crop(box))


def _draw_brow(fine: Image.Image, at: tuple[float, float], raised: float, side: int) -> None:
    x, y = at[0], at[1] - 7.0 * raised
    across = np.linspace(-1, 1, 15)
    arch = y - 7.0 * (1 - across**2) - 2.5 * raised * (1 - across**2) + 1.6 * across * side
    thick = 3.4 * (1 - 0.55 * np.clip(across * side, 0, 1)) * np.sqrt(np.clip(1.08 - across**4, 0, 1))
    above, below = arch - thick, arch + thick
    places = x + 31.0 * across
    ring = [*zip(places, above, strict=True), *zip(places[::-1], below[::-1], strict=True)]
    ImageDraw.Draw(fine).polygon([(FINE * px, FINE * py) for px, py in ring], fill=HAIR)


def _draw_nose(fine: Image.Image, at: tuple[float, float]) -> None:
    x, y = at
    draw = ImageDraw.Draw(fine)
    across = np.linspace(-1, 1, 21)
    under = [(FINE * (x + 17 * u), FINE * (y + 7.5 * (1 - u * u) - 5 * u**4)) for u in across]
    draw.line(under, fill=(190, 128, 100), width=round(3.0 * FINE), joint="curve")
    draw.ellipse(_around((x - 1, y - 11), 6.0), fill=(231, 182, 150))
    bridge = [(FINE * (x + 12 - 3 * t * (1 - t)), FINE * (y - 50 + 36 * t)) for t in np.linspace(0, 1, 9)]
    draw.line(bridge, fill=(214, 160, 130), width=round(2.4 * FINE), joint="curve")


def _around(at: tuple[float, float], radius: float) -> tuple[float, float, float, float]:
    x, y = at
    return FINE * (x - radius), FINE * (y - radius), FINE * (x + radius), FINE * (y + radius)
