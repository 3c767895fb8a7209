"""What a picture looks like, measured: how much of it is sky, water, leaves, fire, snow, how dark and how built it is.

picture ─ 160 points ─┬─ hue, saturation, brightness of each point ─▶ shares of kinds of ground
                      ├─ what reaches down from the upper edge, smooth ─▶ sky
                      └─ slopes of brightness ─▶ straight edges, streaks, roughness

No network looks at it, so that nothing in it is recognized: a lawn and a green wall look alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIZE = 160
"""Points of the longer side that are looked at."""
SMOOTH = 0.045
"""A point whose brightness changes by less to its neighbours is of one piece with them."""
WIDE = 0.6
"""A row that is blue by more than this share may be water."""
FINE = 640
"""Points of the longer side at which fine things are looked for."""
EDGE = 0.08
"""A point whose brightness changes by more lies on an edge."""
STRAIGHT_DEG = 6.0
"""How far from upright or level an edge may be that is straight."""

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Look:
    """Shares of a picture, 0 to 1."""

    sky: float
    """What reaches down from the upper edge and is blue, bright and smooth, or glows."""
    glow: float
    """Of the sky, what is orange or red."""
    sky_bright: float
    """The mean brightness of the sky; 1 where there is none."""
    water: float
    """Of the rows, those below that are blue for the most part: water reaches from side to side."""
    leaves: float
    """Green and rough."""
    grass: float
    """Green and even."""
    fire: float
    """Glaring orange next to the dark."""
    snow: float
    """White below."""
    sand: float
    """Pale yellow below."""
    earth: float
    """Orange, yellow or brown, not of the sky: dry ground, rock, wood."""
    red: float
    """Red, as few things outdoors are."""
    green: float
    cool: float
    """Blue, wherever it is."""
    dark: float
    lights: float
    """Bright specks where it is dim, of a hundred points."""
    low_stars: float
    """Bright specks in the dark of the lowest fifth, of a hundred points there: no ground covers them."""
    stars: float
    """Bright specks in the dark, of a hundred points."""
    straight: float
    """Of the edges, those that are upright or level: what people built."""
    streaks: float
    """How much all edges run one way, level: what passes by."""
    rough: float
    """How much of it lies on an edge."""
    colours: float
    """How colourful it is."""
    bright: float
    """The mean of its brightness."""
    blank: float
    """The share of its commonest shade: a page, a drawing."""
    flat: float
    """The share of points that are like the next one: no camera's noise, nothing rough."""
    sharp: float
    """The share of points that differ much from the next one: writing, twigs."""
    faces: int = 0


def look(picture: Image.Image, faces: int = 0) -> Look:
    """Measure a picture of any size and mode."""
    small = picture.convert("RGB")
    small.thumbnail((SIZE, SIZE), Image.Resampling.BOX)
    rgb = np.asarray(small, np.float64) / 255
    hue, saturation, value = _hsv(rgb)
    down, across = _slopes(rgb.mean(axis=2))
    steep = np.hypot(down, across)
    low = np.linspace(0, 1, len(rgb))[:, None] * np.ones(value.shape) > 0.4
    sky = _sky(hue, saturation, value, steep)
    rest = ~sky
    green = _between(hue, 62, 170) & (saturation > 0.16) & (value > 0.1) & rest
    bluish = _between(hue, 165, 255) & (saturation > 0.12) & (value > 0.12)
    edges = steep > EDGE
    specks = (value - _mean(value) > 0.25) & (_mean(value) < 0.25)
    lights = (value - _mean(value) > 0.18) & (_mean(value) < 0.5) & (value > 0.55)
    flat, sharp = _texture(picture)
    return Look(
        sky=_share(sky),
        glow=_share(sky & (_between(hue, 0, 48) | (hue > 330)) & (saturation > 0.3)) / max(_share(sky), 1e-9),
        sky_bright=float(value[sky].mean()) if sky.any() else 1.0,
        water=float(((bluish & rest).mean(axis=1) > WIDE)[low[:, 0]].sum() / len(low)),
        leaves=_share(green & (_mean(steep) > 0.035)),
        grass=_share(green & (_mean(steep) <= 0.035)),
        fire=_share(_between(hue, 8, 52) & (saturation > 0.55) & (value > 0.8) & ~sky)
        * float((value < 0.3).mean() > 0.2),
        snow=_share((value > 0.78) & (saturation < 0.14) & rest & low),
        sand=_share(_between(hue, 24, 52) & _between(saturation, 0.12, 0.5) & (value > 0.5) & rest & low),
        earth=_share(_between(hue, 16, 52) & _between(saturation, 0.12, 0.9) & (value > 0.25) & rest),
        red=_share(((hue < 16) | (hue > 335)) & (saturation > 0.35) & (value > 0.2)),
        green=_share(_between(hue, 62, 165) & (saturation > 0.14) & (value > 0.08)),
        cool=_share(_between(hue, 165, 270) & (saturation > 0.12)),
        dark=_share(value < 0.2),
        lights=100 * _share(lights),
        low_stars=100 * _share(specks[-max(1, len(specks) // 5) :]),
        stars=100 * _share(specks),
        straight=_straight(down, across, edges),
        streaks=_streaks(down, across),
        rough=_share(edges),
        colours=float(saturation.mean()),
        bright=float(value.mean()),
        blank=_blank(rgb),
        flat=flat,
        sharp=sharp,
        faces=faces,
    )


def _sky(hue: Floats, saturation: Floats, value: Floats, steep: Floats) -> Marks:
    """What is like the sky from the upper edge of each column down to where it ends."""
    blue = _between(hue, 180, 260) & (saturation > 0.08) & (value > 0.08)
    pale = (saturation < 0.12) & (value > 0.6)
    glowing = (_between(hue, 0, 50) | (hue > 320)) & (saturation > 0.25) & (value > 0.45)
    like = (blue | pale | glowing) & (_mean(steep) < SMOOTH)
    return np.logical_and.accumulate(like | (np.arange(len(like)) < 2)[:, None], axis=0) & like


def _hsv(rgb: Floats) -> tuple[Floats, Floats, Floats]:
    """Hue in degrees, saturation, and value, each of shape (h, w)."""
    most, least = rgb.max(axis=2), rgb.min(axis=2)
    span = np.maximum(most - least, 1e-9)
    red, green, blue = np.moveaxis(rgb, 2, 0)
    sector = np.select(
        [most == red, most == green], [(green - blue) / span % 6, (blue - red) / span + 2], (red - green) / span + 4
    )
    return 60 * sector, (most - least) / np.maximum(most, 1e-9), most


def _slopes(grey: Floats) -> tuple[Floats, Floats]:
    """How brightness changes downwards and across, each of the picture's shape."""
    if min(grey.shape) < 2:
        return np.zeros(grey.shape), np.zeros(grey.shape)
    return np.asarray(np.gradient(grey, axis=0)), np.asarray(np.gradient(grey, axis=1))


def _straight(down: Floats, across: Floats, edges: Marks) -> float:
    angles = np.degrees(np.arctan2(down, across))[edges] % 90
    return float(np.mean(np.minimum(angles, 90 - angles) < STRAIGHT_DEG)) if edges.sum() > 50 else 0.0


def _streaks(down: Floats, across: Floats) -> float:
    """Coherence of the structure tensor where edges are level (Bigun and Granlund 1987)."""
    yy, xx, xy = float((down**2).mean()), float((across**2).mean()), float((down * across).mean())
    total = yy + xx
    return float(np.hypot(yy - xx, 2 * xy) / total) * float(yy > xx) if total > 1e-5 else 0.0


def _texture(picture: Image.Image) -> tuple[float, float]:
    """The shares of points that are like the next one, and that differ much from it."""
    fine = picture.convert("RGB")
    fine.thumbnail((FINE, FINE), Image.Resampling.BOX)
    steps = np.abs(np.diff(np.asarray(fine, np.int16), axis=1)).max(axis=2)
    return (_share(steps <= 1), _share(steps > 38)) if steps.size else (1.0, 0.0)


def _blank(rgb: Floats) -> float:
    shades = (rgb * 15.99).astype(int) @ np.array([256, 16, 1])
    return float(np.bincount(shades.ravel()).max() / shades.size)


def _between(values: Floats, low: float, high: float) -> Marks:
    return (values >= low) & (values <= high)


def _mean(values: Floats) -> Floats:
    """Over 5 by 5 points."""
    padded = np.pad(values, 2, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, (5, 5)).mean(axis=(2, 3)))


def _share(marks: Marks) -> float:
    return float(marks.mean())
