"""The plots that pictures are made of, each drawn into a box of a canvas."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.drawing.axis import hertz_text, marks_hz, scale_for
from models.drawing.canvas import FAINT, GREY, INK, PAPER, TICK, Box, Canvas
from models.drawing.colours import loudness_map, ramp
from models.drawing.sound import Swing, shares, to_mel

LOUDNESS = loudness_map()
DARKNESS = ramp(PAPER, INK)
SWING, BODY = (142, 160, 222), (62, 80, 168)
"""How far it swings; how loud that is, as the root mean square."""


def draw_wave(canvas: Canvas, box: Box, swing: Swing, scale: float | None = None) -> None:
    """A waveform in (left, top, right, bottom), a lane for each channel; `scale` is what the height of half a lane
    stands for."""
    left, top, right, bottom = box
    scale = scale or scale_for(swing.peak)
    channels = swing.least.shape[1]
    edges = [top + round(k * (bottom - top) / channels) for k in range(channels + 1)]
    for k in range(channels):
        lane = (left, edges[k], right, edges[k + 1])
        canvas.paste(_wave(lane, swing, k, scale), left, lane[1])
        middle = (lane[1] + lane[3] - 1) // 2
        canvas.write((left - TICK - 4, lane[1] + 7), f"{scale:g}", "rm")
        canvas.line((left - TICK, lane[1]), (left - 1, lane[1]), GREY)
        if channels == 2:
            canvas.write((left - TICK - 4, middle), ("left", "right")[k], "rm")


def _wave(lane: Box, swing: Swing, channel: int, scale: float) -> NDArray[np.uint8]:
    """The points of a lane, shape (h, w, 3)."""
    height, width = lane[3] - lane[1], lane[2] - lane[0]
    rows = np.arange(height)[:, None]
    middle = height // 2  # a whole row, so that silence is a thin line

    def between(most: NDArray[np.float32], least: NDArray[np.float32]) -> NDArray[np.bool_]:
        high, low = (np.rint(middle - np.clip(x / scale, -1, 1) * (height - middle - 1)) for x in (most, least))
        return np.asarray((rows >= high) & (rows <= low))

    body = np.sqrt(swing.power[:, channel])
    most, least = swing.most[:, channel], swing.least[:, channel]
    points = np.full((height, width, 3), PAPER, np.uint8)
    points[middle] = FAINT
    points[between(most, least)] = SWING
    points[between(np.minimum(body, most), np.maximum(-body, least))] = BODY
    return points


def draw_mel(canvas: Canvas, box: Box, decibels: NDArray[np.float32], rate: int, loudest: float | None = None) -> None:
    """Log-mel of shape (bands, width of the box), the lowest band below; `loudest`: what is shown brightest."""
    left, top, right, bottom = box
    strong = shares(decibels, float(decibels.max()) if loudest is None else loudest)
    smooth = Image.fromarray(strong[::-1]).resize((right - left, bottom - top), Image.Resampling.BICUBIC)
    points = LOUDNESS[np.rint(np.clip(np.asarray(smooth), 0.0, 1.0) * (len(LOUDNESS) - 1)).astype(int)]
    canvas.paste(points, left, top)
    for hertz in marks_hz(rate / 2):
        y = bottom - 1 - round(float(to_mel(hertz) / to_mel(rate / 2)) * (bottom - top - 1))
        if hertz >= 500:  # below, they would stand too close
            canvas.line((left - TICK, y), (left - 1, y), GREY)
            canvas.write((left - TICK - 4, y), hertz_text(hertz), "rm")


def draw_rows(canvas: Canvas, box: Box, strong: NDArray[np.float32], labels: tuple[str, ...]) -> None:
    """Probabilities of shape (labels, width of the box), a row each, the darker the likelier."""
    left, top, right, bottom = box
    height = (bottom - top) // len(labels)
    points = DARKNESS[np.rint(np.clip(strong, 0.0, 1.0) * (len(DARKNESS) - 1)).astype(int)]
    canvas.paste(np.repeat(points, height, axis=0), left, top)
    for k in range(len(labels) + 1):
        canvas.line((left, top + k * height), (right - 1, top + k * height))
    for k, label in enumerate(labels):
        canvas.write((left - 8, top + (k + 0.5) * height), label, "rm", INK)
