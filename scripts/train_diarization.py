"""Learns what tells voices apart, for who speaks when.

    python -m scripts.train_diarization --data FOLDER --output models/speech/diarization.npz

Linear discriminant analysis of windows of a second and a half, of everybody who is not kept apart for measuring. It
takes a minute and no other library than numpy; the result is the same every time.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from assistant.audio import RATE, Samples
from assistant.evaluation.recordings import Recordings, required, split
from assistant.resident import speech_in
from models.speech.diarization_voice import NUMBERS, Matrix, frames
from models.speech.pauses import SPEECH

STEP = 75
"""Frames from one window to the next."""
LENGTH = 150
KEPT = 16
"""Directions."""
SHRUNK = 0.1
"""How far the covariance within a voice is drawn to that of noise, as there are few voices."""


def main() -> None:
    """Train, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a folder of recordings with voices.jsonl")
    parser.add_argument("--output", type=Path, required=True)
    asked = parser.parse_args()
    voices = [np.array(list(numbers)) for numbers in _voices(required(asked.data))]
    np.savez_compressed(asked.output, **learned(voices))  # type: ignore[arg-type]
    print(f"{len(voices)} voices, {sum(map(len, voices))} windows")


def learned(voices: list[Matrix]) -> dict[str, Matrix]:
    """The discriminant of voices, shape (n, NUMBERS) each, as `Discriminant` has it."""
    together = np.concatenate(voices)
    mean = np.nanmean(together, axis=0)
    known = [np.where(np.isnan(voice), mean, voice) for voice in voices]
    scale = np.concatenate(known).std(0)
    scaled = [(voice - mean) / scale for voice in known]
    within = np.mean([np.cov(voice.T) for voice in scaled], axis=0)
    within = (1 - SHRUNK) * within + SHRUNK * np.eye(NUMBERS) * np.trace(within) / NUMBERS
    between = np.cov(np.array([voice.mean(0) for voice in scaled]).T)
    white = np.linalg.inv(np.linalg.cholesky(within))
    spread, directions = np.linalg.eigh(white @ between @ white.T)
    kept = np.argsort(spread)[::-1][:KEPT]
    signs = np.sign(directions[0, kept])
    return {
        "mean": mean,
        "scale": scale,
        "directions": white.T @ (directions[:, kept] * signs),
        "between": spread[kept],
    }


def _voices(recordings: Recordings) -> Iterator[Iterator[Matrix]]:
    for row in split(recordings.rows("voices"))[0]:
        yield _windows(recordings.sound(row, RATE))


def _windows(samples: Samples) -> Iterator[Matrix]:
    """What is known of a voice in each window of which most is speech."""
    heard, speech = frames(samples), np.repeat(speech_in(samples) >= SPEECH, 512)
    for start in range(0, len(heard.levels) - LENGTH + 1, STEP):
        spoken = speech[start * RATE // 100 : (start + LENGTH) * RATE // 100].mean()
        numbers = heard.numbers(start, start + LENGTH)
        if spoken > 0.5 and numbers is not None:
            yield numbers


if __name__ == "__main__":
    main()
