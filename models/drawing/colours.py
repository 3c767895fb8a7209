"""Colours at even steps to the eye, computed in OKLab (Ottosson 2020, "A perceptual color space for image processing").

Distances in OKLab are about those that people see. A map is a path through it that is walked at even speed.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Colours: TypeAlias = NDArray[np.uint8]
"""sRGB, shape (n, 3)."""

STEPS = 256

_TO_LMS = np.linalg.inv(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_TO_LINEAR = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def to_linear(lab: Floats) -> Floats:
    """OKLab, shape (n, 3), as linear light of sRGB; beyond 0 to 1 where a screen cannot show it."""
    light: Floats = (lab @ _TO_LMS.T) ** 3 @ _TO_LINEAR.T
    return light


def to_srgb(lab: Floats) -> Colours:
    """OKLab, shape (n, 3), as sRGB."""
    linear = np.clip(to_linear(lab), 0.0, 1.0)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.rint(255.0 * curved).astype(np.uint8)


def to_lab(srgb: Colours) -> Floats:
    """sRGB, shape (n, 3), as OKLab."""
    curved = np.asarray(srgb, np.float64) / 255.0
    linear = np.where(curved <= 0.04045, curved / 12.92, ((curved + 0.055) / 1.055) ** 2.4)
    lab: Floats = np.cbrt(linear @ np.linalg.inv(_TO_LINEAR).T) @ np.linalg.inv(_TO_LMS).T
    return lab


def loudness_map() -> Colours:
    """From near black over violet and orange to pale yellow, shape (256, 3): ever lighter, at even steps."""
    along = np.linspace(0.0, 1.0, 4 * STEPS)
    lightness = 0.17 + 0.80 * along
    hue = np.radians(285.0 + 180.0 * along)  # blue violet, red, orange, yellow
    chroma = _shown(lightness, hue, 0.05 + 0.17 * np.sin(np.pi * along**0.9))
    return to_srgb(_evenly(np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=1)))


def ramp(paper: tuple[int, int, int], ink: tuple[int, int, int]) -> Colours:
    """From paper to ink, shape (256, 3), at even steps."""
    ends = to_lab(np.array([paper, ink], np.uint8))
    share = np.linspace(0.0, 1.0, STEPS)[:, None]
    return to_srgb(ends[0] * (1 - share) + ends[1] * share)


def _shown(lightness: Floats, hue: Floats, chroma: Floats) -> Floats:
    """Chroma, made less where a screen could not show it."""
    for _ in range(60):
        lab = np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=1)
        light = to_linear(lab)
        beyond = (light < 0.0).any(axis=1) | (light > 1.0).any(axis=1)
        chroma = np.where(beyond, 0.95 * chroma, chroma)
    kernel = np.hanning(161)[1:-1]  # the edge of what can be shown has corners, which would show as bands
    padded = np.pad(chroma, len(kernel) // 2, mode="edge")
    return np.minimum(chroma, np.convolve(padded, kernel / kernel.sum(), "valid"))


def _evenly(path: Floats) -> Floats:
    """`STEPS` points on a path through OKLab, equally far from one to the next."""
    walked = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    at = np.linspace(0.0, walked[-1], STEPS)
    return np.stack([np.interp(at, walked, path[:, axis]) for axis in range(3)], axis=1)
