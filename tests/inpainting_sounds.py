"""Sounds to repair, and what became of them, for the tests of audio inpainting."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from models.base import Card, Job, Made
from models.sound.inpainting import Inpainting
from models.sound.inpainting_linear import Signal

DATA = Path(__file__).parents[2] / "shared" / "data"
SPEECH = DATA / "ljspeech" / "LJ001-0021.flac"
MUSIC = DATA / "singing" / "nnsvs-nitech_jp_song070_f001_004.flac"
RAIN = DATA / "sounds" / "esc-10-1-17367-A.ogg"
real = pytest.mark.skipif(not SPEECH.exists(), reason="the recordings are not here")

ENGINE = Inpainting(Card("repair", "inpaint_audio", "dsp", "Under test."))


def quietly(share: float) -> None:
    """A report that nobody reads."""


def hum(seconds: float, rate: int = 16_000, channels: int = 1) -> Signal:
    """A voice of sorts, without noise: harmonics that swell and sink, (n,) or (n, channels)."""
    t = np.arange(round(seconds * rate)) / rate
    tone = sum(np.sin(2 * np.pi * 150 * k * t + k) / k for k in range(1, 9)) * (0.6 + 0.3 * np.sin(5 * t)) * 0.2
    noise = 0.002 * np.random.default_rng(1).standard_normal((len(t), channels))
    many = tone[:, None] * np.linspace(1, 0.5, channels) + noise
    return many[:, 0] if channels == 1 else many


def repair(folder: Path, sound: Any, rate: int, subtype: str = "PCM_16", form: str = "WAV", **arguments: Any) -> Made:
    """What the engine makes of a sound."""
    path = folder / f"in.{form.lower()}"
    sf.write(path, sound, rate, subtype=subtype, format=form)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return ENGINE.run(Job("inpaint_audio", work, arguments, {"audio": path}), quietly)


def both(folder: Path, made: Made, kind: str = "int32", source: str = "in.wav") -> tuple[Any, Any]:
    """What went in and what came out, as it is stored: (n, channels)."""
    return tuple(sf.read(path, dtype=kind, always_2d=True)[0] for path in (folder / source, made.files[0].path))


def changed_s(before: Any, after: Any, rate: int) -> tuple[float, float]:
    """From where to where anything is different."""
    different = np.flatnonzero((before != after).any(axis=1))
    return float(different[0] / rate), float((different[-1] + 1) / rate)


def snr(there: Signal, made: Signal) -> float:
    return float(10 * np.log10(np.sum(there**2) / np.sum((there - made) ** 2)))
