"""Pictures of what was made, as PNG: so that it can be seen in a terminal, and kept beside the file.

    sound ─▶ waveform over log-mel        events ─▶ posteriorgram        video ─▶ strip of frames

All are 900 points wide and the same, to the byte, for the same sound. Sound is drawn as it is read: files may be hours
long. Each picture notes where its plots lie (`models/drawing/panel.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assistant.errors import DataError
from assistant.media import blocks, probe, read_image
from models.base import Posteriors
from models.drawing.axis import scale_for, time_text
from models.drawing.canvas import AXIS_HEIGHT, INK, WIDTH, Canvas, fitted, save_png, widest
from models.drawing.panel import Panel
from models.drawing.plots import draw_mel, draw_rows, draw_wave
from models.drawing.sound import Envelope, Mel

PIECE_S = 5.0
"""How much sound is looked at at once."""
LEFT, RIGHT = 62, 16
"""Margins, the left one for what is written at the marks."""
PLOT = WIDTH - LEFT - RIGHT
GAP = 6
TOP, TITLE_TOP = 8, 30
"""The upper margin, without and with a title."""
WAVE, MEL = 96, 150
"""Heights of the plots of one sound."""
PAIR_TEXT, PAIR_WAVE, PAIR_MEL = 22, 52, 110
"""The same where there are two, and what they are called above each."""
ROW = 24
MOST_LABELS = 12
"""More are not shown; the likeliest are."""
LABEL_ROOM = 200
STRIP_GAP, STRIP_TEXT = 4, 20


def waveform(samples: NDArray[np.float32], rate: int, path: Path) -> None:
    """Draw how far a sound swings over time: float32 of shape (n,) or (n, channels), a lane a channel.

    Raises:
        DataError: it holds no sound, or the picture cannot be written.
    """
    seen = _look_through(samples, rate)
    box = (LEFT, TOP, LEFT + PLOT, TOP + 2 * WAVE)
    canvas = Canvas(box[3] + AXIS_HEIGHT)
    draw_wave(canvas, box, seen.envelope.swing(PLOT))
    canvas.panels.append(Panel("wave", box, seen.seconds))
    canvas.time_axis(box, seen.seconds)
    canvas.save(path)


def mel(samples: NDArray[np.float32], rate: int, path: Path) -> None:
    """Draw how loud a sound is at each pitch over time, on the mel scale and in decibels; shapes as of `waveform`.

    Raises:
        DataError: it holds no sound, or the picture cannot be written.
    """
    seen = _look_through(samples, rate)
    box = (LEFT, TOP, LEFT + PLOT, TOP + MEL + WAVE // 2)
    canvas = Canvas(box[3] + AXIS_HEIGHT)
    draw_mel(canvas, box, seen.spectrum.decibels(PLOT), rate)
    canvas.panels.append(Panel("map", box, seen.seconds))
    canvas.time_axis(box, seen.seconds)
    canvas.save(path)


def sound(samples: NDArray[np.float32], rate: int, path: Path, title: str = "") -> None:
    """Draw the waveform, and the mel below it; shapes as of `waveform`.

    Raises:
        DataError: it holds no sound, or the picture cannot be written.
    """
    _draw_sound(_look_through(samples, rate), path, title)


def before_after(before: NDArray[np.float32], after: NDArray[np.float32], rate: int, path: Path) -> None:
    """Draw two sounds below each other, on the same scales; shapes as of `waveform`.

    Raises:
        DataError: one holds no sound, or the picture cannot be written.
    """
    _draw_pair(_look_through(before, rate), _look_through(after, rate), path)


def posteriorgram(posteriors: Posteriors, path: Path) -> None:
    """Draw how likely each sound is over time, a row a label, the darker the likelier; of many labels the likeliest.

    Raises:
        DataError: there is nothing in them, or the picture cannot be written.
    """
    rows = np.nan_to_num(np.asarray(posteriors.rows, np.float32))
    if not rows.size or rows.shape[1:] != (len(posteriors.labels),):
        raise DataError("There is nothing to draw: no labels, or no moments.")
    chosen = sorted(np.argsort(-rows.max(axis=0), kind="stable")[:MOST_LABELS])
    labels = tuple(fitted(posteriors.labels[k], LABEL_ROOM) for k in chosen)
    left = max(LEFT, round(widest(labels)) + 18)
    box = (left, TOP, WIDTH - RIGHT, TOP + ROW * len(labels))
    canvas = Canvas(box[3] + 1 + AXIS_HEIGHT)
    seconds = len(rows) * posteriors.hop_s
    draw_rows(canvas, box, _stretched(rows[:, chosen], box[2] - box[0]), labels)
    canvas.panels.append(Panel("rows", box, seconds, labels))
    canvas.time_axis((box[0], box[1], box[2], box[3] + 1), seconds)
    canvas.save(path)


def frames(video: Path, path: Path, count: int = 8) -> None:
    """Draw frames of a video with their times, evenly spread: in one row, or in two where they are broad.

    Raises:
        DataError: it cannot be read, is no video, or the picture cannot be written.
    """
    from models.drawing.strip import read_frames  # PyAV takes longer to import than all of the rest

    found = read_frames(video, max(1, count))
    width, height = found[0][1].size
    across = (len(found) + 1) // 2 if width > 1.2 * height and len(found) > 4 else len(found)
    room = min((WIDTH - STRIP_GAP * (across + 1)) // across, 2 * width)
    tall = max(1, round(room * height / width))
    canvas = Canvas(-(-len(found) // across) * (tall + STRIP_TEXT) + 2 * STRIP_GAP)
    for k, (at, image) in enumerate(found):
        x = STRIP_GAP + k % across * (room + STRIP_GAP)
        y = STRIP_GAP + k // across * (tall + STRIP_TEXT)
        canvas.image.paste(image.resize((room, tall), Image.Resampling.LANCZOS), (x, y))
        canvas.write((x + room / 2, y + tall + 3), time_text(round(at, 1), found[-1][0]), "mt")
    canvas.save(path)


def pictures_of(
    kind: str, path: Path, folder: Path, posteriors: Posteriors | None = None, before: Path | None = None
) -> tuple[Path, ...]:
    """Draw what can be seen of a file, into a folder: `<stem>.png`, and `<stem>-events.png` where there are posteriors.

    A sound that was made of another is drawn below it where that one is given as `before`. Of text there is no picture.

    Raises:
        DataError: the file cannot be read, or the pictures cannot be written.
    """
    picture = _beside(path, folder)
    match kind:
        case "audio" if before is not None:
            _draw_pair(_look_at(before), _look_at(path), picture)
        case "audio":
            _draw_sound(_look_at(path), picture)
        case "video":
            frames(path, picture)
        case "image":
            _copy(path, picture)
        case _:
            return ()
    if posteriors is None or not posteriors.rows or not posteriors.labels:
        return (picture,)
    events = folder / f"{path.stem}-events.png"
    posteriorgram(posteriors, events)
    return picture, events


def _beside(path: Path, folder: Path) -> Path:
    """`<stem>.png`, unless the file itself is called so."""
    picture = folder / f"{path.stem}.png"
    return folder / f"{path.stem}-small.png" if picture.resolve() == path.resolve() else picture


def _copy(path: Path, picture: Path) -> None:
    """A picture as a PNG that is no wider and no higher than ours.

    Raises:
        DataError: it cannot be read, or not be written.
    """
    image = Image.fromarray(read_image(path))
    image.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
    save_png(image, picture)


# ----------------------------------------------------------------------------- sound


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A sound that was looked at."""

    envelope: Envelope
    spectrum: Mel
    rate: int
    seconds: float


def _look_at(path: Path) -> _Seen:
    """Look at the sound of a file."""
    found = probe(path)
    pieces = (chunk.samples for chunk in blocks(path, PIECE_S, mono=False))
    return _look(pieces, found.rate, found.seconds or PIECE_S)


def _look_through(samples: NDArray[np.float32], rate: int) -> _Seen:
    """Look at a sound of shape (n,) or (n, channels)."""
    size = max(1, round(PIECE_S * rate))
    sound = samples[:, None] if samples.ndim == 1 else samples
    return _look((sound[k : k + size] for k in range(0, len(sound), size)), rate, len(sound) / rate)


def _look(pieces: Iterable[NDArray[np.float32]], rate: int, about_s: float) -> _Seen:
    """Look at a sound that comes in pieces of shape (n, channels); `about_s`: how long it is, as far as is known.

    Raises:
        DataError: it holds nothing.
    """
    envelope, spectrum, length = Envelope(rate, about_s, PLOT), Mel(rate, about_s, PLOT), 0
    for piece in pieces:
        finite = np.nan_to_num(np.asarray(piece, np.float32), nan=0.0, posinf=1.0, neginf=-1.0)
        envelope.push(finite)
        spectrum.push(finite)
        length += len(finite)
    if not length:
        raise DataError("There is nothing to draw: it holds no sound.")
    return _Seen(envelope, spectrum, rate, length / rate)


def _draw_sound(seen: _Seen, path: Path, title: str = "") -> None:
    top = TITLE_TOP if title else TOP
    wave = (LEFT, top, LEFT + PLOT, top + WAVE)
    below = (LEFT, wave[3] + GAP, LEFT + PLOT, wave[3] + GAP + MEL)
    canvas = Canvas(below[3] + AXIS_HEIGHT)
    if title:
        canvas.title(title)
    draw_wave(canvas, wave, seen.envelope.swing(PLOT))
    draw_mel(canvas, below, seen.spectrum.decibels(PLOT), seen.rate)
    canvas.panels += [Panel("wave", wave, seen.seconds), Panel("map", below, seen.seconds)]
    canvas.time_axis(below, seen.seconds)
    canvas.save(path)


def _draw_pair(before: _Seen, after: _Seen, path: Path) -> None:
    """Two sounds, the shorter one as much narrower."""
    seconds = max(before.seconds, after.seconds)
    pair = [(seen, max(1, round(PLOT * seen.seconds / seconds))) for seen in (before, after)]
    swings = [seen.envelope.swing(width) for seen, width in pair]
    loudness = [seen.spectrum.decibels(width) for seen, width in pair]
    scale = scale_for(max(swing.peak for swing in swings))
    loudest = max(float(decibels.max()) for decibels in loudness)
    tall = PAIR_TEXT + PAIR_WAVE + GAP + PAIR_MEL
    canvas = Canvas(2 * tall + GAP + AXIS_HEIGHT)
    for k, (name, (seen, width)) in enumerate(zip(("before", "after"), pair, strict=True)):
        top = PAIR_TEXT + k * (tall + GAP)
        wave = (LEFT, top, LEFT + width, top + PAIR_WAVE)
        below = (LEFT, wave[3] + GAP, LEFT + width, wave[3] + GAP + PAIR_MEL)
        canvas.write((LEFT, top - PAIR_TEXT // 2), name, "lm", INK)
        draw_wave(canvas, wave, swings[k], scale)
        draw_mel(canvas, below, loudness[k], seen.rate, loudest)
        canvas.panels.append(Panel("map", below, seen.seconds, (name,)))
    canvas.time_axis((LEFT, 0, LEFT + PLOT, 2 * tall + GAP), seconds)
    canvas.save(path)


def _stretched(rows: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Probabilities of shape (moments, labels) as (labels, width): of several moments in a column the likeliest."""
    edges = np.linspace(0.0, len(rows), width + 1)
    first = np.minimum(edges[:-1].astype(int), len(rows) - 1)
    last = np.maximum(np.ceil(edges[1:]).astype(int), first + 1)
    return np.stack([rows[a:b].max(axis=0) for a, b in zip(first, last, strict=True)], axis=1)
