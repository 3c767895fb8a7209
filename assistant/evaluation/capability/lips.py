"""How far a mouth in a film is open, seen by somebody who knows nothing of how it was made, and how well that fits the
sounds that are heard.

film ─▶ the place that changes the most ─▶ what is dark or pale in it ─▶ opening, frame by frame ─┐
labels ─▶ closed at p, b, m; open at open vowels ──────────────────────────────────────────────────┴▶ errors in time
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from assistant.events import Word

FPS = 25
CLOSED = frozenset("pbm")
WIDE = ("ɑ", "æ", "aɪ", "aʊ", "ɔ", "ɐ", "a")
"""How the vowels begin that open the mouth the most."""
NEAR_S = 0.16
"""A closure or an opening is looked for so far around where it is heard."""
SHORTEST_S = 0.05
"""Vowels that are shorter need not open the mouth."""
LAGS = 8
"""Frames by which the whole film is moved to see where it fits best."""

Film = NDArray[np.uint8]
"""Frames in RGB, shape (n, h, w, 3)."""
Curve = NDArray[np.float64]


def frames(path: Path) -> Film:
    """All frames of a film."""
    with av.open(str(path)) as film:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)])


def opening(film: Film) -> Curve:
    """How much of the mouth's place is darker than lips or as pale as teeth, in each frame."""
    light = film.astype(np.float32).mean(axis=3)
    place = _mouth_place(light)
    part, colours = light[(slice(None), *place)], film[(slice(None), *place)].astype(np.float32)
    skin = float(np.median(part))
    spread = (colours.max(axis=3) - colours.min(axis=3)) / (colours.max(axis=3) + 1)
    dark = part < 0.5 * skin
    pale = (part > 0.95 * skin) & (spread < 0.55 * float(np.median(spread)))
    return np.asarray((dark | pale).mean(axis=(1, 2)), np.float64)


def _mouth_place(light: NDArray[np.float32]) -> tuple[slice, slice]:
    """Around the middle of what changes in the lower half, where a mouth would be."""
    height, width = light.shape[1:]
    change = np.abs(np.diff(light, axis=0)).mean(axis=0) if len(light) > 1 else np.zeros((height, width))
    change[: round(0.35 * height)] = 0.0
    total = change.sum()
    if total < 1e-6:
        return slice(round(0.6 * height), round(0.9 * height)), slice(round(0.35 * width), round(0.65 * width))
    strong = change * (change > np.percentile(change, 98))
    y = float((strong.sum(axis=1) * np.arange(height)).sum() / strong.sum())
    x = float((strong.sum(axis=0) * np.arange(width)).sum() / strong.sum())
    tall, broad = 0.11 * height, 0.12 * width
    return (
        slice(max(0, round(y - tall)), round(y + tall)),
        slice(max(0, round(x - broad)), round(x + broad)),
    )


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a mouth goes with sounds."""

    errors_s: tuple[float, ...]
    """From the middle of each p, b or m to where the mouth is the most closed, and of each open vowel to where it is
    the most open."""
    lag_s: float
    """By which the whole film should be moved to fit best; above 0 where it is late."""
    correlation: float
    """Of the opening and what the sounds ask for, as it is."""


def fit(curve: Curve, phones: Sequence[Word]) -> Fit:
    """Compare an opening with labelled phones."""
    errors = [_error(curve, phone, 1.0 if _plain(phone) not in CLOSED else -1.0) for phone in phones if _tells(phone)]
    wanted = _wanted(phones, len(curve))
    lags = np.arange(-LAGS, LAGS + 1)
    fits = [_correlation(np.roll(curve, -lag)[LAGS:-LAGS], wanted[LAGS:-LAGS]) for lag in lags]
    return Fit(tuple(errors), float(lags[int(np.argmax(fits))] / FPS), fits[LAGS])


def _plain(phone: Word) -> str:
    return phone.text.lstrip("ˈˌ")


def _tells(phone: Word) -> bool:
    """Whether a phone says how the mouth must be: closed, or wide open."""
    name = _plain(phone)
    return name in CLOSED or (name.startswith(WIDE) and phone.end_s - phone.start_s >= SHORTEST_S)


def _error(curve: Curve, phone: Word, sign: float) -> float:
    """Seconds from the middle of a phone to the most open frame near it, or with sign -1 the most closed one."""
    middle = (phone.start_s + phone.end_s) / 2
    first, last = max(0, int((middle - NEAR_S) * FPS)), min(len(curve), int((middle + NEAR_S) * FPS) + 1)
    part = sign * curve[first:last]
    if not len(part):
        return NEAR_S
    if np.ptp(part) < 1e-9:
        return NEAR_S  # nothing moves
    best = np.flatnonzero(part >= part.max() - 1e-9) + first
    return float(min(((k + 0.5) / FPS - middle for k in best), key=abs))


def _wanted(phones: Sequence[Word], count: int) -> Curve:
    """1 where an open vowel is heard, 0 where lips must be closed or nobody speaks, else between."""
    wanted = np.zeros(count)
    for phone in phones:
        name = _plain(phone)
        vowel = name[:1] in "aeiouæɐɑɒɔəɚɛɜɝɪʊʌᵻ"
        level = 0.0 if name in CLOSED else 1.0 if name.startswith(WIDE) else 0.6 if vowel else 0.3
        wanted[int(phone.start_s * FPS) : int(np.ceil(phone.end_s * FPS))] = level
    return wanted


def _correlation(one: Curve, other: Curve) -> float:
    if len(one) < 3 or np.ptp(one) < 1e-9 or np.ptp(other) < 1e-9:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
