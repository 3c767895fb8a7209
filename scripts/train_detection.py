"""Trains the network of sound detection: python -m scripts.train_detection --data FOLDER --output FILE

    --output    the network; the program's own is models/sound/detection.onnx
    --folds     trains four more, each without a quarter of the recordings, and says how well it tells that quarter
    --work      where the recordings as they are learned from, and checkpoints, are kept; a run goes on from there

What it learns from, and the figures, stand in docs/models/detection.md.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assistant.evaluation.recordings import required
from scripts.detection.export import export
from scripts.detection.material import Source, loaded, saved, sources
from scripts.detection.measuring import figures, heard
from scripts.detection.network import Net
from scripts.detection.training import AGAIN_STEPS, CLIP_LABELS, Course, accuracy, taught_again

FOLDS = (1, 2, 3, 4)


def main() -> None:
    """Train, measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("detection-work"))
    parser.add_argument("--steps", type=int, default=Course().steps)
    parser.add_argument("--fold-steps", type=int, default=Course().steps)
    parser.add_argument("--again", type=int, default=AGAIN_STEPS, help="steps of a second course; 0: none")
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--seeds", type=int, default=1, help="how many networks answer together")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    bank = banked(given.data, given.work)
    if given.folds:
        for fold in FOLDS:
            measured(bank, fold, Course(given.fold_steps), given.again, given.work)
        folds = [heard(required(given.data), given.work / f"fold-{fold}.onnx", fold) for fold in FOLDS]
        print(*figures(folds), sep="\n", flush=True)
    course = Course(given.steps)
    nets = [whole(bank, replace(course, seed=seed), given.again, given.work) for seed in range(given.seeds)]
    export(nets, given.output)


def banked(data: Path, work: Path) -> list[Source]:
    """The recordings as they are learned from."""
    path = work / "bank.npz"
    if not path.exists():
        saved(list(sources(required(data))), path)
    return loaded(path)


def measured(bank: Sequence[Source], fold: int, course: Course, again: int, work: Path) -> float:
    """Teach a network without a fold, and tell that one's recordings; it is kept as `fold-N.onnx`."""
    net = taught_again(without(bank, fold), course, again, work / f"fold-{fold}.pt")
    share = accuracy(net, [one for one in bank if one.fold == fold and one.label in CLIP_LABELS])
    print(f"fold {fold}: {share:.1%}", flush=True)
    export([net], work / f"fold-{fold}.onnx")
    return share


def without(bank: Sequence[Source], fold: int) -> list[Source]:
    """What is learned from where a fold is to be measured with."""
    return [one for one in bank if one.fold != fold and not one.held]


def whole(bank: Sequence[Source], course: Course, again: int, work: Path) -> Net:
    """The network that is used: taught all but the speakers who are kept apart."""
    return taught_again([one for one in bank if not one.held], course, again, work / f"whole-{course.seed}.pt")


if __name__ == "__main__":
    main()
