"""Measures whether the speech enhancement tells right where anybody speaks: it leaves alone what holds no speech.

    python -m scripts.measure_speech_heard --data FOLDER [--work FOLDER] [--count N] [--seed N]

    --work      where `scripts.train_detection --folds` keeps its networks, fold-1.onnx to fold-4.onnx: each sound is
                then heard by the one that was not taught it; without it by the network that is shipped
    --count     how many mixtures of each kind of noise at each ratio (60)

Speech is of people nobody trained on, in noise of the held-out sounds.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.evaluation.capability.clips import SPEECH
from assistant.evaluation.capability.enhance_speech import KINDS
from assistant.evaluation.capability.materials import noisy_speech
from assistant.evaluation.recordings import HELD_OUT_FOLD, Recordings, held_out, labelled, required
from models.sound.detection import Detector
from models.speech.enhancement import surveyed
from models.speech.enhancement_judgement import NO_SPEECH, Judge
from models.speech.enhancement_views import Viewers
from scripts.detection.material import fold_of

SNRS_DB = (0.0, -5.0)
Told = Iterable[tuple[str, Samples, int]]
"""What it is, its sound at `RATE`, and the fold it is in."""


class Listener:
    """Tells of a sound whether anybody speaks in it, as the engine does."""

    def __init__(self, folder: Path, work: Path | None) -> None:
        self._path, self._work = folder / "sound.wav", work
        self._viewers, self._judge = Viewers.loaded(), Judge()
        self._detector = cache(self._made)

    def speaks(self, sound: Samples, fold: int) -> bool:
        """Whether it would be cleaned."""
        sf.write(self._path, sound, RATE, subtype="FLOAT")
        survey = surveyed(self._viewers, self._detector(fold), self._path, lambda share: None)
        return self._judge.judged(survey).notice != NO_SPEECH

    def _made(self, fold: int) -> Detector:
        return Detector(self._work / f"fold-{fold}.onnx") if self._work else Detector()


def silent(recordings: Recordings) -> Told:
    """Recordings in which nobody speaks."""
    for row, label in labelled(recordings.rows("sounds")):
        if label != SPEECH:
            yield label, recordings.sound(row, RATE), fold_of(row)
    for row in recordings.rows("noise"):
        yield "beds", recordings.sound(row, RATE), fold_of(row)


def spoken(recordings: Recordings) -> Told:
    """Recordings of people nobody trained on, as they are."""
    for kind in ("voices", "speech"):
        for row in recordings.rows(kind):
            if held_out(row):
                yield "clean", recordings.sound(row, RATE), fold_of(row)


def mixed(recordings: Recordings, count: int, seed: int) -> Told:
    """Such people in noise."""
    for snr_db in SNRS_DB:
        for case in noisy_speech(recordings, snr_db, KINDS, count, seed):
            yield f"{case.label} at {snr_db:g} dB", case.mixture, HELD_OUT_FOLD


def counted(listener: Listener, sounds: Told, cleaned: bool) -> Iterator[tuple[str, int, int]]:
    """Of each kind, how often it was told wrongly, of how many; `cleaned` is what is right."""
    wrong: dict[str, list[bool]] = {}
    for name, sound, fold in sounds:
        wrong.setdefault(name, []).append(listener.speaks(sound, fold) != cleaned)
    yield from ((name, sum(found), len(found)) for name, found in wrong.items())


def main() -> None:
    """Measure, and print a figure a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1000)
    asked = parser.parse_args()
    recordings = required(asked.data)
    with TemporaryDirectory() as folder:
        listener = Listener(Path(folder), asked.work)
        told: Mapping[str, tuple[Told, bool]] = {
            "speech left alone": (spoken(recordings), True),
            "speech in noise left alone": (mixed(recordings, asked.count, asked.seed), True),
            "cleaned though nobody speaks": (silent(recordings), False),
        }
        for title, (sounds, cleaned) in told.items():
            _print(title, list(counted(listener, sounds, cleaned)))


def _print(title: str, rows: list[tuple[str, int, int]]) -> None:
    for name, wrong, count in (*rows, ("all", sum(row[1] for row in rows), sum(row[2] for row in rows))):
        print(f"{title:30}{name:24}{wrong:5d} of {count:4d}{100 * wrong / max(1, count):8.1f} %", flush=True)


if __name__ == "__main__":
    main()
