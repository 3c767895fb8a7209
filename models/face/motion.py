"""How a head moves that speaks: it sways, nods with what is stressed, raises its brows with its voice, and blinks.

All of it is drawn from a seed, so that the same recording gives the same film.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.face.listening import Performance
from models.face.spectrum import Curve
from models.face.timeline import FPS
from models.face.visemes import Shapes

BLINK = (0.45, 1.0, 0.9, 0.4)
"""How far the lids are closed in the frames of a blink: 160 ms."""
BLINKS_S = (2.2, 5.5)
"""Between two blinks; Bentivoglio et al. (1997) counted 17 to 26 a minute."""
SWAYS_HZ = (0.07, 0.16, 0.31)
QUIET = 0.35
"""How much of its sway a head keeps that does not speak."""


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """A face in one frame."""

    mouth: Shapes
    """Shape (6,), as `models.face.visemes.Mouth` has it."""
    lids: float = 0.0
    """0, open, to 1, closed."""
    brows: float = 0.0
    """Raised, up to 1."""
    yaw: float = 0.0
    """Turned to its left, -1 to 1; 1 is about four degrees."""
    nod: float = 0.0
    """Lowered, -1 to 1."""
    roll: float = 0.0
    """Tilted to its left, -1 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """What a face does besides speaking, a number each frame."""

    lids: Curve
    brows: Curve
    yaw: Curve
    nod: Curve
    roll: Curve

    def pose(self, frame: int, mouth: Shapes) -> Pose:
        """The face in a frame."""
        curves = (self.lids, self.brows, self.yaw, self.nod, self.roll)
        return Pose(mouth, *(float(curve[frame]) for curve in curves))


def motion(performance: Performance, seed: int, *, still: bool = False) -> Motion:
    """How the head moves for what is heard; one that is `still` only blinks."""
    chance = np.random.default_rng((seed, 25))
    frames = performance.frames
    if still:
        rest = np.zeros(frames, np.float32)
        return Motion(_blinks(frames, chance), rest, rest, rest, rest)
    life = QUIET + (1 - QUIET) * _smooth(performance.speaks.astype(np.float32), 0.6)
    stress = _smooth(performance.loudness, 0.12) - _smooth(performance.loudness, 0.9)
    melody = _melody(performance.pitch)
    return Motion(
        _blinks(frames, chance),
        np.clip(1.1 * np.maximum(0.0, melody) * life, 0.0, 1.0),
        _sway(frames, chance) * life,
        np.clip(0.5 * _sway(frames, chance) * life + 1.6 * _smooth(stress, 0.08) - 0.2 * melody, -1.0, 1.0),
        0.8 * _sway(frames, chance) * life,
    )


def _sway(frames: int, chance: np.random.Generator) -> Curve:
    """Slow waves, -1 to 1, beginning in the middle."""
    at = np.arange(frames) / FPS
    waves = [
        np.sin(2 * np.pi * hertz * float(chance.uniform(0.85, 1.15)) * at + float(chance.uniform(0, 2 * np.pi)))
        for hertz in SWAYS_HZ
    ]
    mixed = (waves[0] + 0.8 * waves[1] + 0.45 * waves[2]) / 2.25
    return np.asarray((mixed - mixed[0]) * np.minimum(1.0, at / 1.5) / 1.3, np.float32)


def _blinks(frames: int, chance: np.random.Generator) -> Curve:
    lids = np.zeros(frames, np.float32)
    at = float(chance.uniform(0.8, 2.5))
    while (first := round(at * FPS)) + len(BLINK) <= frames:
        lids[first : first + len(BLINK)] = BLINK
        at += float(chance.uniform(*BLINKS_S))
    return lids


def _melody(pitch: Curve) -> Curve:
    """How far the voice is above its middle, in parts of its range, -1 to 1; 0 where there is no pitch."""
    voiced = pitch > 0
    if voiced.sum() < FPS / 2:
        return np.zeros(len(pitch), np.float32)
    tone = np.zeros(len(pitch), np.float32)
    tone[voiced] = np.log2(pitch[voiced])
    middle, spread = np.median(tone[voiced]), np.percentile(np.abs(tone[voiced] - np.median(tone[voiced])), 80) + 0.05
    tone[voiced] = np.clip((tone[voiced] - middle) / spread, -1.0, 1.0)
    return _smooth(tone, 0.2)


def _smooth(curve: NDArray[np.float32], seconds: float) -> Curve:
    """Averaged over a bell of this standard deviation."""
    reach = max(1, round(3 * seconds * FPS))
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (seconds * FPS)) ** 2)
    padded = np.pad(curve, reach, mode="edge")
    return np.asarray(np.convolve(padded, bell / bell.sum(), "valid"), np.float32)
