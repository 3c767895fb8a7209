"""Sounds for the tests of speech enhancement."""

from pathlib import Path

import numpy as np
import pytest

from assistant.audio import RATE, Samples
from assistant.evaluation.capability.materials import noisy_speech
from assistant.evaluation.recordings import Recordings
from models.speech.enhancement_frames import BINS
from models.speech.enhancement_views import VIEWS

DATA = Path(__file__).parents[2] / "shared" / "data"

EQUALLY = np.full((VIEWS, BINS), 1 / VIEWS, np.float32)
"""A third of what each view removes."""

real = pytest.mark.skipif(not DATA.is_dir(), reason="needs the recordings in ../shared/data")


def hiss(seconds: float, channels: int = 1, rate: int = RATE, level: float = 0.05, seed: int = 0) -> Samples:
    noise = np.random.default_rng(seed).standard_normal((round(seconds * rate), channels))
    return (level * noise).astype(np.float32)


def spoken(kind: str, snr_db: float, seed: int = 3) -> tuple[Samples, Samples]:
    """Somebody in noise, and without it, shape (n,)."""
    case = next(noisy_speech(Recordings(DATA), snr_db, (kind,), 1, seed))
    return case.mixture, case.clean
