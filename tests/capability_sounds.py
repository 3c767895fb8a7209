"""Small recordings of which everything is known, for the tests of `assistant eval capability`."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.evaluation.recordings import Recordings


def tone(hertz: float, seconds: float = 3.0, rate: int = RATE, level: float = 0.1) -> Samples:
    return np.asarray(level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate), np.float32)


def hiss(seconds: float = 3.0, seed: int = 0, level: float = 0.1) -> Samples:
    return np.random.default_rng(seed).normal(0, level, round(seconds * RATE)).astype(np.float32)


def talk(hertz: float, seconds: float = 3.0) -> Samples:
    """Syllables of a buzz, four a second: to PESQ and STOI that is speech."""
    at = np.arange(round(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * hertz * n * at) / n for n in range(1, 12))
    return np.asarray(0.1 * buzz * np.clip(np.sin(2 * np.pi * 2 * at), 0, 1), np.float32)


def made_in(folder: Path) -> Recordings:
    """Two people that are held out and one that is not, three kinds of sound in two folds, and a noise."""
    folder.mkdir()
    people = [("libri-39", 110), ("libri-125", 170), ("somebody", 240)]
    keep(folder, "speech", [({"speaker": who, "dur": 3.0}, talk(hertz)) for who, hertz in people])
    kinds = [("dog", 500.0), ("rain", 900.0), ("sea_waves", 1300.0)]
    clips = [({"labels": [kind], "fold": fold}, tone(hertz + fold)) for kind, hertz in kinds for fold in (1, 4)]
    keep(folder, "sounds", clips)
    keep(folder, "noise", [({"label": "fan"}, hiss())])
    return Recordings(folder)


def keep(folder: Path, kind: str, rows: Sequence[tuple[dict[str, object], Samples]]) -> None:
    lines = []
    for number, (row, samples) in enumerate(rows):
        sf.write(folder / f"{kind}-{number}.wav", samples, RATE, subtype="FLOAT")
        lines.append(json.dumps({"path": f"{kind}-{number}.wav", **row}))
    (folder / f"{kind}.jsonl").write_text("\n".join(lines) + "\n")
