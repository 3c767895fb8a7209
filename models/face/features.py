"""Where mouth and eyes are in a face that was found: by what is dark, and by what is redder than skin.

┌──────────┐
│  ◉    ◉  │   pupils: the darkest spots where eyes belong
│          │
│  ╭════╮  │   the mouth: red and dark across; teeth, if they are seen, are light between two red bands
└──────────┘
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from models.face.sampling import Picture

EYES = ((0.29, 0.38), (0.71, 0.38))
"""Where pupils are in a face, in parts of its size."""
MOUTH_Y, SPREAD_Y = 0.81, 0.06
"""Where the mouth is below its top, and how far that may be off."""
LIPS = 0.055
"""How thick a lip is."""
LIPS_SHADE = 1.45
"""The gap between lips is so much of what is seen of the teeth: what lies next to the lips is in their shade."""
MOUTH_HALF = 0.27
"""Half of a smiling mouth is not wider, in parts of the face."""
SHADED = 0.075
"""Between its teeth and its corners so much of the face is teeth in the shade, which look like skin."""
DARK = 0.6
"""So much of the light of skin is dark, as the corners of an open mouth are."""
TEETH = 0.03
"""Lips that are farther apart show teeth."""
PALE = 0.68
"""Teeth have so much of the colour of skin at most."""
COLOURED = 0.08
"""Skin that has less colour is that of a grey picture."""

Grey = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Box:
    """A face, from brows to chin, in points of the picture."""

    left: float
    top: float
    size: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle."""
        return self.left + self.size / 2, self.top + self.size / 2


@dataclass(frozen=True, slots=True)
class MouthPlace:
    """A mouth, in points of the picture."""

    x: float
    y: float
    """Where the lips meet, in the middle."""
    half: float
    """Half its width."""
    tilt: float
    """How much it sinks for each point to the right."""
    curve: float
    """How much its corners lie above its middle."""
    gap: float
    """How far the lips are apart in the middle; 0 where they are closed."""
    lip: float
    """About how thick a lip is."""


@dataclass(frozen=True, slots=True)
class EyePlace:
    """An eye, in points of the picture."""

    x: float
    y: float
    half: float
    """Half its width."""


@dataclass(frozen=True, slots=True)
class Features:
    """The parts of a face that move."""

    box: Box
    mouth: MouthPlace
    eyes: tuple[EyePlace, EyePlace]


def features(picture: Picture, box: Box) -> Features:
    """The mouth and the eyes of a face."""
    soft = Image.fromarray(picture).filter(ImageFilter.GaussianBlur(0.012 * box.size))
    colours = np.asarray(soft, np.float64)
    grey = colours.mean(axis=2)
    eyes = tuple(_eye(grey, box, *place) for place in EYES)
    return Features(box, _mouth(colours, grey, box, (eyes[0], eyes[1])), (eyes[0], eyes[1]))


def _eye(grey: Grey, box: Box, x: float, y: float) -> EyePlace:
    """The middle of what is darkest near a place."""
    reach = 0.11 * box.size
    left, top = round(box.left + x * box.size - reach), round(box.top + y * box.size - 0.75 * reach)
    part = _cut(grey, left, top, round(2 * reach), round(1.5 * reach))
    down, across = np.mgrid[: part.shape[0], : part.shape[1]]
    near = np.exp(-(((across - reach) / reach) ** 2) - ((down - 0.75 * reach) / (0.45 * reach)) ** 2)
    weight = np.maximum(0.0, np.percentile(part, 8) - part + 1e-3) * near
    total = weight.sum()
    return EyePlace(
        left + float((weight * across).sum() / total),
        top + float((weight * down).sum() / total),
        0.1 * box.size,
    )


def _mouth(colours: NDArray[np.float64], grey: Grey, box: Box, eyes: tuple[EyePlace, EyePlace]) -> MouthPlace:
    size = box.size
    tilt = (eyes[1].y - eyes[0].y) / max(1.0, eyes[1].x - eyes[0].x)
    middle = (eyes[0].x + eyes[1].x) / 2 - tilt * 0.45 * size
    left, top = round(middle - 0.34 * size), round(box.top + 0.64 * size)
    width, height = round(0.68 * size), round(0.36 * size)
    part = np.dstack([_sheared(_cut(colours[..., k], left, top, width, height), tilt) for k in range(3)])
    seen = part.mean(axis=2)
    smile = _smile(part, _cheeks(colours, box), box, top)
    if smile is not None:
        x, row, half, gap, curve = smile
    else:
        level = _normal(part[..., 0] / (part.sum(axis=2) + 1.0)) + _normal(_below_around(seen, 0.05 * size))
        found = _row(level, box, top)
        x, half = _extent(level, found, size)
        row, gap = _seam(seen, found, x, half, size), 0.0
        curve = _curve(seen, row, x, half, size)
    return MouthPlace(left + x, top + row + tilt * (x - width / 2), half, tilt, curve, gap, LIPS * size)


def _cheeks(colours: NDArray[np.float64], box: Box) -> NDArray[np.float64]:
    """The colour of the skin below the eyes."""
    side = round(0.16 * box.size)
    places = ((0.2, 0.52), (0.64, 0.52))
    cuts = [
        _cut(colours[..., k], round(box.left + x * box.size), round(box.top + y * box.size), side, side)
        for k in range(3)
        for x, y in places
    ]
    return np.array([np.median(np.concatenate(cuts[2 * k : 2 * k + 2])) for k in range(3)])


def _smile(
    part: NDArray[np.float64], skin: NDArray[np.float64], box: Box, top: int
) -> tuple[float, float, float, float, float] | None:
    """The middle of teeth that are seen, x and y, half the mouth's width, how far the lips are apart in its middle, and
    how far its corners lie above that; None where the lips are closed. Teeth are as light as skin and paler, in a band
    across the middle."""
    size = box.size
    light = part.mean(axis=2) / max(1.0, skin.mean())
    colour = _saturation(part) / max(0.02, float(_saturation(skin)))
    pale = (light > 0.78) & (colour < PALE) if _saturation(skin) > COLOURED else light > 1.18
    wide = part.shape[1]
    rows = pale[:, round(0.36 * wide) : round(0.64 * wide)].mean(axis=1)
    off = (top + np.arange(len(rows)) - box.top - MOUTH_Y * size) / (1.4 * SPREAD_Y * size)
    rows = rows * (np.abs(off) < 1)
    row = int(rows.argmax())
    if rows[row] < 0.6:
        return None
    first, last = row, row
    while first > 0 and rows[first - 1] > 0.4:
        first -= 1
    while last < len(rows) - 1 and rows[last + 1] > 0.4:
        last += 1
    columns = np.flatnonzero(pale[first : last + 1].mean(axis=0) > 0.3)
    gap, width = float(last - first + 1), float(np.ptp(columns))
    if not TEETH * size < gap < 0.2 * size or width < 2 * gap or width > 0.6 * size:
        return None
    inside = pale | (light < DARK)
    columns = _to_corners(inside[max(0, 2 * first - last) : last + 1], columns, size)
    return _crescent(inside, (first, last), columns)


def _to_corners(inside: NDArray[np.bool_], columns: NDArray[np.intp], size: float) -> NDArray[np.intp]:
    """The columns of teeth, and beside them those of the dark corners of the mouth; skin, which is neither, ends it."""
    first, last = int(columns[0]), int(columns[-1])
    seen = np.flatnonzero(inside.any(axis=0))
    seen = seen[np.abs(seen - (first + last) / 2) < MOUTH_HALF * size]
    for column in seen[seen > last]:
        last = int(column) if column - last <= SHADED * size else last
    for column in seen[seen < first][::-1]:
        first = int(column) if first - column <= SHADED * size else first
    return np.arange(first, last + 1)


def _crescent(
    inside: NDArray[np.bool_], rows: tuple[int, int], columns: NDArray[np.intp]
) -> tuple[float, float, float, float, float]:
    """A mouth of which the inside is seen: x and y of its middle, half its width, how far the lips are apart there, and
    how far the corners lie above that, by the parabola through the middle that fits its columns best."""
    x, half = float(columns[0] + columns[-1]) / 2, float(columns[-1] - columns[0] + 1) / 2
    band = rows[1] - rows[0] + 1
    top = max(0, rows[0] - band)
    seen = inside[top : rows[1] + band // 2 + 1, columns]
    used = seen.any(axis=0)
    u = (columns[used] - x) / half
    upper = top + seen[:, used].argmax(axis=0)
    lower = top + len(seen) - 1 - seen[::-1, used].argmax(axis=0)
    central = np.abs(u) <= np.quantile(np.abs(u), 1 / 3)
    middle = float(np.median((upper + lower)[central])) / 2
    gap = LIPS_SHADE * float(np.median((lower - upper)[central]) + 1)
    curve = float(u**2 @ (middle - (upper + lower) / 2) / max(1e-6, u**2 @ u**2))
    return x, middle, half, gap, curve


def _saturation(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """0, grey, to 1; shape (..., 3) → (...)."""
    return np.asarray((colours.max(axis=-1) - colours.min(axis=-1)) / (colours.max(axis=-1) + 1.0))


def _row(level: Grey, box: Box, top: int) -> int:
    """The row that is the most like a mouth, not far from where mouths are."""
    wide = level.shape[1]
    profile = _smoothed(level[:, round(0.32 * wide) : round(0.68 * wide)].mean(axis=1), 0.012 * box.size)
    off = (top + np.arange(len(profile)) - box.top - MOUTH_Y * box.size) / (SPREAD_Y * box.size)
    return int((profile - 0.5 * off**2).argmax())


def _extent(level: Grey, row: int, size: float) -> tuple[float, float]:
    """The middle of the mouth and half its width: how far its row stays red and dark."""
    reach = max(1, round(0.03 * size))
    across = _smoothed(level[max(0, row - reach) : row + reach + 1].max(axis=0), 0.015 * size)
    start = len(across) // 2
    limit = 0.35 * np.median(across[start - reach : start + reach + 1]) + 0.65 * np.percentile(across, 8)
    inside = across > limit
    left = start
    while left > 0 and inside[left - 1]:
        left -= 1
    right = start
    while right < len(across) - 1 and inside[right + 1]:
        right += 1
    half = float(np.clip((right - left) / 2, 0.17 * size, 0.27 * size))
    return float(np.clip((left + right) / 2, start - 0.06 * size, start + 0.06 * size)), half


def _seam(grey: Grey, row: int, centre: float, half: float, size: float) -> float:
    """The row of closed lips where they meet: the darkest one near that of the mouth."""
    columns = slice(max(0, round(centre - 0.45 * half)), round(centre + 0.45 * half))
    reach = round(0.06 * size)
    first = max(0, row - reach)
    light = _smoothed(grey[first : row + reach + 1, columns].mean(axis=1), 0.008 * size)
    off = (np.arange(len(light)) - reach) / reach
    return float(first + int((light + 0.06 * np.ptp(light) * off**2).argmin()))


def _curve(grey: Grey, row: float, centre: float, half: float, size: float) -> float:
    """How much the corners of closed lips lie above their middle, by the darkest line."""
    reach = round(0.05 * size)
    top = max(0, round(row) - reach)
    columns = np.arange(max(0, round(centre - 0.8 * half)), min(grey.shape[1], round(centre + 0.8 * half) + 1))
    band = grey[top : round(row) + reach + 1, columns]
    line = top + band.argmin(axis=0)
    places = ((columns - centre) / half) ** 2
    slope = np.polyfit(places, line, 1)[0] if len(columns) > 3 else 0.0
    return float(np.clip(-slope, -0.25 * half, 0.25 * half))


def _below_around(grey: Grey, reach: float) -> Grey:
    """How much darker each point is than those above and below."""
    steps = max(1, round(reach))
    padded = np.pad(grey, ((steps, steps), (0, 0)), mode="edge")
    around = (padded[2 * steps :] + padded[: -2 * steps]) / 2
    return np.maximum(0.0, around - grey)


def _sheared(part: Grey, tilt: float) -> Grey:
    """With a mouth that is tilted laid level about the middle."""
    middle = part.shape[1] / 2
    columns = [np.roll(part[:, k], -round(tilt * (k - middle))) for k in range(part.shape[1])]
    return np.stack(columns, axis=1)


def _normal(part: Grey) -> Grey:
    low, high = np.percentile(part, 20), np.percentile(part, 97)
    return np.clip((part - low) / max(high - low, 1e-6), 0.0, 1.2)


def _smoothed(curve: Grey, spread: float) -> Grey:
    reach = max(1, round(2 * spread))
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(spread, 0.5)) ** 2)
    return np.convolve(np.pad(curve, reach, mode="edge"), bell / bell.sum(), "valid")


def _cut(grey: Grey, left: int, top: int, width: int, height: int) -> Grey:
    """A part, its edge repeated where it goes beyond the picture."""
    rows = np.clip(np.arange(top, top + height), 0, grey.shape[0] - 1)
    columns = np.clip(np.arange(left, left + width), 0, grey.shape[1] - 1)
    return grey[np.ix_(rows, columns)]
