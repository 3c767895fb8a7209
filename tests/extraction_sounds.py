"""Sounds for the tests of extraction."""

from pathlib import Path

import numpy as np
import soundfile as sf

from assistant.audio import Samples


def hiss(seconds: float, rate: int, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).normal(0, 0.1, round(seconds * rate)).astype(np.float32)


def written(path: Path, sound: Samples, rate: int) -> Path:
    sf.write(path, sound, rate, subtype="FLOAT")
    return path


def whistle(seconds: float, rate: int) -> Samples:
    """A bird of a kind: a tone with a wobble, on and off."""
    time = np.arange(round(seconds * rate)) / rate
    tone = np.sin(2 * np.pi * 1800 * time + 3 * np.sin(2 * np.pi * 5 * time)) * (np.sin(2 * np.pi * 1.5 * time) > 0)
    return np.asarray(0.3 * tone, np.float32)


def quietly(share: float) -> None:
    """A report that nobody reads."""
    assert 0 <= share <= 1
