"""Finds the weights of the cues to the end of a turn, and says how well they do on recordings they were not found on.

usage: train_turns.py commands.jsonl speech.jsonl … [--smart] [--folds 10]

Each manifest is heard once, as `assistant bench turns` does. A pause after which nothing came is an end, every other
one that lasted at least `ASKED_S` is not: a shorter one is over before anybody could answer. The weights go into
`asr/turns.py`. Recordings of one speaker, where a row has a "speaker", are in one fold.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asr.base import Pause
from asr.turns import Cues, Listening, TurnOptions, Weights
from assistant.app import Engines
from assistant.audio import Samples
from assistant.bench.manifest import Row, read_manifests
from assistant.bench.turns import Figures, Traced, figures, trace
from config.settings import load

ASKED_S = 0.22
"""Pauses shorter than this are not asked about."""
PENALTY = 1.0
"""On the squares of the weights of cues of variance 1, as in ridge regression."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A recording as it was heard."""

    kind: str
    speaker: str
    heard: Traced

    def asked(self) -> Iterator[tuple[Pause, bool]]:
        """Its pauses that a decision may fall in, each with whether it is the end."""
        for i, looks in enumerate(self.heard.pauses):
            last = i + 1 == len(self.heard.pauses)
            if last or self.heard.pauses[i + 1][0].pause.earlier_s[i] >= ASKED_S:
                yield looks[0].pause, last


class Once:
    """Smart Turn, asked once about each sound."""

    def __init__(self) -> None:
        from asr.smart_turn import SmartTurn

        self._model = SmartTurn()
        self._known: dict[int, float] = {}

    def probability(self, sound: Samples) -> float:
        """What the model says."""
        if id(sound) not in self._known:
            self._known[id(sound)] = self._model.probability(sound)
        return self._known[id(sound)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", nargs="+", type=Path)
    parser.add_argument("--smart", action="store_true", help="with Smart Turn as one more cue")
    parser.add_argument("--folds", type=int, default=10)
    arguments = parser.parse_args()
    model = Once() if arguments.smart else None
    spoken = [s for path in arguments.manifests for s in hear(path)]
    print("weights", fit(spoken, model))
    for kind, found in out_of_fold(spoken, model, arguments.folds).items():
        print(kind, found)


def hear(manifest: Path) -> Iterator[Spoken]:
    """The English recordings of a manifest, with their speakers."""
    engines = Engines.load(load())
    lines = [json.loads(line) for line in manifest.read_text().splitlines() if line.strip()]
    for row, fields in zip(read_manifests(manifest), lines, strict=True):
        if row.language == "en":
            yield from heard_of(row, manifest.stem, fields.get("speaker") or str(row.path), engines)


def heard_of(row: Row, kind: str, speaker: str, engines: Engines) -> Iterator[Spoken]:
    """One recording, if there is speech in it."""
    for heard in trace([row], engines.ears):
        yield Spoken(kind, speaker, heard)


def fit(spoken: Sequence[Spoken], model: Listening | None) -> Weights:
    """Logistic regression by Newton's method, on cues brought to mean 0 and variance 1."""
    detector = Cues(TurnOptions(), model)
    asked = [(detector.cues(pause), end) for one in spoken for pause, end in one.asked()]
    cues, ends = np.array([c for c, _ in asked]), np.array([end for _, end in asked], float)
    mean, spread = cues.mean(0), np.maximum(cues.std(0), 1e-6)
    found = newton(np.column_stack((np.ones(len(cues)), (cues - mean) / spread)), ends)
    weights = np.where(cues.std(0) > 0, found[1:] / spread, 0.0)
    return Weights(float(found[0] - weights @ mean), *(float(w) for w in weights))


def newton(cues: NDArray[np.float64], ends: NDArray[np.float64], steps: int = 30) -> NDArray[np.float64]:
    """Weights of the columns of `cues`, shape (n, k); the first column is ones, and its weight is free."""
    penalty = np.diag([1e-9] + [PENALTY] * (cues.shape[1] - 1))
    found = np.zeros(cues.shape[1])
    for _ in range(steps):
        likely = 1 / (1 + np.exp(-cues @ found))
        slope = cues.T @ (likely - ends) + penalty @ found
        found -= np.linalg.solve((cues * (likely * (1 - likely))[:, None]).T @ cues + penalty, slope)
    return found


def out_of_fold(spoken: Sequence[Spoken], model: Listening | None, folds: int) -> dict[str, Figures]:
    """The figures of each kind, every recording decided by weights that its speaker had no part in."""
    speakers = sorted({one.speaker for one in spoken})
    np.random.default_rng(0).shuffle(speakers)
    delays: dict[str, list[float]] = {}
    for fold in range(folds):
        own = set(speakers[fold::folds])
        detector = Cues(TurnOptions(), model, fit([one for one in spoken if one.speaker not in own], model))
        for one in spoken:
            if one.speaker in own and (delay := one.heard.delay(detector)) is not None:
                delays.setdefault(one.kind, []).append(delay)
    return {kind: figures(found) for kind, found in delays.items()}


if __name__ == "__main__":
    main()
