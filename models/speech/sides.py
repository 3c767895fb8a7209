"""Whether two people were recorded on a channel each, as interviews and calls often are: they are parted already."""

from itertools import islice
from pathlib import Path

import numpy as np

from assistant.audio import RATE, Samples
from models.borrowed import SpeechIn
from models.pieces import pieces
from models.speech.pauses import SPEECH

LOOKED_S = 120.0
"""Seconds of a recording that are looked at."""
PIECE_S = 20.0
FRAME = RATE // 50  # 20 ms
LOUD_DB, ALONE_DB = 25.0, 12.0
"""Below the loudest, what counts as sound; above the other channel, what is on one alone."""
LEAST = 0.1
"""Of what sounds, how much each channel must have alone."""
LEAST_SPEECH = 0.05
"""Of its length, how much each channel must have of speech."""


def on_sides(path: Path, speech_in: SpeechIn) -> bool:
    """Whether each of two channels has speech, and much of it alone.

    Raises:
        DataError: it cannot be read.
    """
    powers, speech = list[Samples](), list[Samples]()
    for piece in islice(pieces(path, PIECE_S, RATE), round(LOOKED_S / PIECE_S)):
        if piece.samples.shape[1] != 2:
            return False
        if len(piece.samples) >= FRAME:
            powers.append(_powers(piece.samples))
            speech.append(np.stack([speech_in(np.ascontiguousarray(side)) >= SPEECH for side in piece.samples.T]))
    return bool(powers) and _apart(np.concatenate(powers)) and bool(_spoken(speech) >= LEAST_SPEECH)


def _powers(samples: Samples) -> Samples:
    """Of each frame, (n, 2) → (frames, 2)."""
    whole = samples[: len(samples) // FRAME * FRAME]
    return np.asarray(np.square(whole).reshape(-1, FRAME, 2).mean(1), np.float32)


def _apart(powers: Samples) -> bool:
    loud = powers.max(1) > powers.max() * 10 ** (-LOUD_DB / 10)
    sounding = powers[loud]
    if not len(sounding):
        return False
    alone = sounding > sounding[:, ::-1] * 10 ** (ALONE_DB / 10)
    return bool(alone.mean(0).min() >= LEAST)


def _spoken(speech: list[Samples]) -> float:
    """The share of speech of the channel that has less."""
    return float(np.concatenate(speech, axis=1).mean(1).min())
