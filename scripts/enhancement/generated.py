"""Noise to train on out of `models.sound.generation`: rain, wind, water, engines and whatever else goes on.

No two of it are alike, and there is as much of it as is wanted, which real rain is not.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE
from assistant.resample import resample
from models.sound.generation.grain import RATE as MADE_RATE
from models.sound.generation.grain import Style
from models.sound.generation.mixer import pieces
from models.sound.generation.scene import Layer, Scene
from scripts.enhancement.synthetic import unit

NAMES = (
    *("rain", "rain", "rain", "rain", "drizzle", "hail", "wind", "wind", "surf", "surf", "waterfall", "brook"),
    *("boiling", "tap", "underwater", "fire", "fire", "frying", "sand", "crickets", "cicadas", "applause", "cheering"),
    *("keyboard", "typewriter", "clock", "footsteps", "helicopter", "helicopter", "chainsaw", "engine", "motorcycle"),
    *("truck", "boat", "mower", "propeller", "jet", "vacuum", "fan", "air conditioner", "dryer", "press", "train"),
    *("traffic", "saw"),
)
"""What is made, one after the other; what comes several times is made as often."""
FORCE, PACE, PITCH, FAR = (-1.0, 1.0), (0.7, 1.4), (0.75, 1.3), (0.0, 0.7)
MUFFLED = 0.2
"""How often something is muffled."""
LOUDNESS = 0.1
"""The root mean square of each."""


def generated(count: int, seconds: float, draw: np.random.Generator) -> list[NDArray[np.float16]]:
    """So many sounds at `assistant.audio.RATE`, shape (n,) each."""
    return [_one(NAMES[number % len(NAMES)], seconds, draw) for number in range(count)]


def _one(name: str, seconds: float, draw: np.random.Generator) -> NDArray[np.float16]:
    style = replace(Style(), force=draw.uniform(*FORCE), pace=draw.uniform(*PACE), pitch=draw.uniform(*PITCH))
    far, muffled = float(draw.uniform(*FAR)), bool(draw.random() < MUFFLED)
    layer = Layer(name, style, far=far, muffled=muffled, seconds=seconds)
    scene = Scene((layer,), seconds, int(draw.integers(2**31)))
    sound = np.concatenate(list(pieces(scene))).mean(axis=1)
    return (LOUDNESS * unit(resample(sound.astype(np.float32), MADE_RATE, RATE))).astype(np.float16)
