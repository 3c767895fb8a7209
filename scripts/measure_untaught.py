"""Measures extraction and target detection with networks that were not taught the recordings they are measured on.

    python -m scripts.measure_untaught targets --data FOLDER --work FOLDER
    python -m scripts.measure_untaught extraction --data FOLDER --work FOLDER --picker FILE

    --work      where `scripts.train_detection --folds` keeps its networks, fold-1.onnx to fold-4.onnx
    --picker    the network of `scripts.train_extraction` without --everything, which has not heard fold 4
    --limit     how many scenes of each fold (12), or mixtures (96)

What is measured, and how, is that of `assistant eval capability`; the networks that are shipped were taught all folds.
"""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from assistant.evaluation.capability import detect_target_sound, extract_sound
from assistant.evaluation.capability.base import Bench, Contender, Row
from assistant.evaluation.recordings import HELD_OUT_FOLD, Recordings, required
from assistant.evaluation.recordings import Row as Recording
from models.base import Card, Engine
from models.sound.detection import Detector
from models.sound.extraction import Extraction
from models.sound.extraction_network import MaskNetwork
from models.sound.extraction_ways import Witnesses
from models.sound.target_detection import TargetSoundDetection
from models.speech.enhancement_masks import MaskNetwork as SpeechNetwork
from models.speech.rnnoise import found

FOLDS = (1, 2, 3, 4)
SCENES, MIXTURES = 12, 96


@dataclass(frozen=True, slots=True)
class Turned(Recordings):
    """Recordings of which another fold is the one that is held out."""

    fold: int

    def rows(self, kind: str) -> list[Recording]:
        """As they are, with the numbers of the two folds exchanged."""
        turned = {self.fold: HELD_OUT_FOLD, HELD_OUT_FOLD: self.fold}
        found = Recordings(self.folder).rows(kind)
        return [{**row, "fold": turned.get(row["fold"], row["fold"])} if "fold" in row else row for row in found]


class Listener(TargetSoundDetection):
    """Target detection by another network."""

    def __init__(self, network: Path) -> None:
        super().__init__(Card("untaught", "detect_target_sound", "model", "A network without a fold."))
        self._network = network

    def load(self) -> None:
        """Load it."""
        self._detector = Detector(self._network)


class Picker(Extraction):
    """Extraction by other networks."""

    def __init__(self, network: Path, detector: Path) -> None:
        super().__init__(Card("untaught", "extract_sound", "model", "A network without a fold."))
        self._networks = network, detector

    def load(self) -> None:
        """Load them."""
        network, detector = self._networks
        self._loaded = Witnesses(MaskNetwork(network), Detector(detector), SpeechNetwork(), found())


def main() -> None:
    """Measure, and print a figure a line."""
    asked = _arguments()
    recordings = required(asked.data)
    if asked.what == "targets":
        _print(_together([list(_targets(recordings, asked.work, fold, asked.limit or SCENES)) for fold in FOLDS]))
    else:
        picker = Picker(asked.picker, asked.work / f"fold-{HELD_OUT_FOLD}.onnx")
        with TemporaryDirectory() as folder:
            _print(extract_sound.measure(_loaded(picker), Bench(recordings, Path(folder), 0, asked.limit or MIXTURES)))


def _targets(recordings: Recordings, work: Path, fold: int, limit: int) -> Iterator[Row]:
    """Of the scenes of one fold, by the network that was not taught it."""
    with TemporaryDirectory() as folder:
        bench = Bench(Turned(recordings.folder, fold), Path(folder), fold, limit)
        yield from detect_target_sound.measure(_loaded(Listener(work / f"fold-{fold}.onnx")), bench)


def _together(folds: Iterable[list[Row]]) -> Iterator[Row]:
    """The mean of each figure over folds, each as heavy as what it was measured on."""
    for same in zip(*folds, strict=True):
        counts = [row.n for row in same]
        yield Row(
            same[0].engine, same[0].metric, float(np.average([row.value for row in same], weights=counts)), sum(counts)
        )


def _loaded(engine: Engine) -> list[Contender]:
    engine.load()
    return [Contender(engine.card.name, lambda job: engine.run(job, lambda share: None))]


def _print(rows: Iterable[Row]) -> None:
    for row in rows:
        print(f"{row.engine:26}{row.metric:36}{row.value:8.3f}{row.n:6d}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("targets", "extraction"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--picker", type=Path, default=Path("extraction-work/net.onnx"))
    parser.add_argument("--limit", type=int)
    return parser.parse_args()


if __name__ == "__main__":
    main()
