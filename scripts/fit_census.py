"""Find how much each sign counts by which one person is told from two, once the network that parts voices is trained.

    python -m scripts.fit_census --data FOLDER              finds them anew
    python -m scripts.fit_census --data FOLDER --measure    how well those of models/speech/census.py do

WEIGHTS and BIAS are found with people the network was trained on; they go into models/speech/census.py. Its limits,
SURE and UNSURE, are chosen by hand, with a look at the quantiles that are printed: two at once must not be taken for
one. All is measured with other people too: one alone, two at once, two of whom one comes in late, and two who take
turns, in noise of 15 to 45 dB.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.evaluation.recordings import Recordings, Row, split
from models.speech.census import BIAS, SURE, UNSURE, WEIGHTS, Census
from models.speech.separation import HOP_S
from models.speech.separation_network import RATE, Network, Separate
from models.speech.separation_network import WEIGHTS as NETWORK
from models.speech.separation_speeds import AtSpeeds
from models.speech.stitching import Stitcher
from models.speech.voice_print import prints_of

SECONDS = (3.0, 5.0, 6.0, 12.0)
LEVELS_DB = 5.0
NOISE_DB = (15.0, 45.0)
TURN_S = (1.0, 2.5)
"""How long somebody speaks before it is the other's turn."""
KINDS = {"one": 0.4, "two": 0.25, "late": 0.15, "turns": 0.2}
QUANTILES = (0.02, 0.05, 0.12, 0.2, 0.5)
"""Of the scores of each kind that are printed."""
STEPS, LEARNING, SHRINKAGE = 4000, 0.3, 1e-2

Matrix = NDArray[np.float64]


def main() -> None:
    """Fit, or take what is shipped, and tell how well it does."""
    asked = _arguments()
    recordings, network = Recordings(asked.data), AtSpeeds(lambda: Network(asked.network))
    rows = [row for kind in ("voices", "speech") for row in recordings.rows(kind) if row.get("speaker")]
    known, unknown = split(rows)
    weights, bias = np.array(WEIGHTS), BIAS
    if not asked.measure:
        signs, kinds = gathered(recordings, known, network, asked.count, asked.seed)
        weights, bias = fitted(signs, kinds != "one")
        print(f"WEIGHTS = {_written(weights)}\nBIAS = {bias:.3g}", flush=True)
        _tell("known", signs @ weights + bias, kinds)
    signs, kinds = gathered(recordings, unknown, network, asked.count // 2, asked.seed + 1)
    _tell("unknown", signs @ weights + bias, kinds)


def gathered(
    recordings: Recordings, rows: Sequence[Row], separate: Separate, count: int, seed: int
) -> tuple[Matrix, NDArray[np.str_]]:
    """The signs of so many sounds, shape (count, signs), and of which kind each is."""
    made = list(sounds(recordings, rows, count, np.random.default_rng(seed)))
    return np.stack([_signs(sound, separate) for _, sound in made]), np.array([kind for kind, _ in made])


def sounds(
    recordings: Recordings, rows: Sequence[Row], count: int, random: np.random.Generator
) -> Iterator[tuple[str, Samples]]:
    """Sounds at `RATE` by kind."""
    everybody: dict[str, list[Row]] = {}
    for row in rows:
        everybody.setdefault(str(row["speaker"]), []).append(row)
    for _ in range(count):
        kind = str(random.choice(list(KINDS), p=list(KINDS.values())))
        size = round(float(random.choice(SECONDS)) * RATE)
        first, second = (
            _said(recordings, everybody[str(name)], size, random)
            for name in random.choice(sorted(everybody), 2, replace=False)
        )
        size = min(len(first), len(second))
        gain = 10 ** (random.uniform(-LEVELS_DB, LEVELS_DB) / 20)
        alone, other = _heard(kind, size, random)
        noise = random.standard_normal(size) * 10 ** (-random.uniform(*NOISE_DB) / 20)
        yield kind, (first[:size] * alone + second[:size] * other * gain + noise).astype(np.float32)


def _heard(kind: str, size: int, random: np.random.Generator) -> tuple[Samples, Samples]:
    """When each of two is heard, 0 or 1, shape (size,) each."""
    turns = (np.arange(size) // round(random.uniform(*TURN_S) * RATE) % 2).astype(np.float32)
    late = (np.arange(size) >= size // 2).astype(np.float32)
    always = np.ones(size, np.float32)
    return {"one": (always, 0 * always), "two": (always, always), "late": (always, late), "turns": (1 - turns, turns)}[
        kind
    ]


def fitted(signs: Matrix, two: NDArray[np.bool_]) -> tuple[Matrix, float]:
    """Weights and bias of a logistic regression; every kind of sign is shrunk alike."""
    mean, spread = signs.mean(0), signs.std(0) + 1e-9
    given = np.column_stack(((signs - mean) / spread, np.ones(len(signs))))
    weights = np.zeros(given.shape[1])
    for _ in range(STEPS):
        error = 1 / (1 + np.exp(-given @ weights)) - two
        weights -= LEARNING * (given.T @ error / len(two) + SHRINKAGE * weights)
    found = weights[:-1] / spread
    return found, float(weights[-1] - found @ mean)


def _said(recordings: Recordings, rows: Sequence[Row], size: int, random: np.random.Generator) -> Samples:
    """A part of what somebody says, at a level of 1."""
    sound = np.zeros(0, np.float32)
    for place in random.permutation(len(rows)):
        sound = np.concatenate((sound, recordings.sound(rows[int(place)], RATE)))
        if len(sound) >= size:
            break
    start = int(random.integers(max(1, len(sound) - size + 1)))
    part = sound[start : start + size]
    return part / max(1e-4, float(np.sqrt(np.mean(np.square(part)))))


def _signs(sound: Samples, separate: Separate) -> Matrix:
    """Of a sound that is parted as the engine does it."""
    hop = round(HOP_S * RATE)
    stitcher, census = Stitcher(hop), Census(lambda samples: samples)
    for start in range(0, max(1, len(sound) - hop), hop):
        voices = separate(sound[start : start + 2 * hop])
        census.push(stitcher.push(voices, prints_of(voices)), RATE)
    census.push(stitcher.finish(), RATE)
    return census.signs(stitcher.prints)


def _tell(who: str, scores: Matrix, kinds: NDArray[np.str_]) -> None:
    """How many are taken for one voice at a time by the limits as they are, and the quantiles of their scores."""
    for kind in KINDS:
        of_it = scores[kinds == kind]
        if not len(of_it):
            continue
        sure, doubt = (float(np.mean(of_it < limit)) for limit in (SURE, UNSURE))
        print(f"{who}, {kind}: {sure:.2f} taken for one, {doubt - sure:.2f} more in doubt, of {len(of_it)}", flush=True)
        told = (
            f"{share:.0%} below {limit:.3g}"
            for share, limit in zip(QUANTILES, np.quantile(of_it, QUANTILES), strict=True)
        )
        print(f"    {', '.join(told)}", flush=True)


def _written(numbers: Matrix) -> str:
    return f"({', '.join(f'{number:.3g}' for number in numbers)})"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of recordings")
    parser.add_argument("--network", type=Path, default=NETWORK, help="the ONNX file")
    parser.add_argument("--measure", action="store_true", help="fit nothing: take the weights that are shipped")
    parser.add_argument("--count", type=int, default=300, help="how many sounds to fit with, and half to measure (300)")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
