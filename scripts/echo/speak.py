"""What the loudspeaker plays in the training: sentences in the voices that come with the program."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile as sf

from assistant.audio import RATE
from assistant.errors import DataError
from assistant.events import Manner
from assistant.resample import resample
from tts.base import Voice
from tts.loader import EMBEDDED, FALLBACK, load_voice

SENTENCES = 500
OF_THE_SECOND = 8
"""One sentence in so many is the second voice's."""
WORDS = (4, 30)
SPEEDS = (0.85, 1.25)
SEMITONES = (-2.0, 2.0)


def texts(data: Path) -> list[str]:
    """Sentences to read, a line each.

    Raises:
        DataError: there are none.
    """
    try:
        lines = (data / "lj_texts.txt").read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{data} has no lj_texts.txt; a sentence a line, to be read by the loudspeaker.") from error
    return [line.strip() for line in lines if line.strip()]


def voices() -> tuple[Voice, Voice]:
    """The voice that speaks as a rule, and the one that always works."""
    return load_voice(EMBEDDED), load_voice(FALLBACK)


def speak(lines: Sequence[str], speakers: tuple[Voice, Voice], folder: Path, count: int = SENTENCES) -> None:
    """Writes NNNNN.wav at `RATE` for each of `count` sentences drawn from the lines, unless it is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path = folder / f"{number:05d}.wav"
        if not path.exists():
            _speak(lines, speakers[number % OF_THE_SECOND == OF_THE_SECOND - 1], number, path)


def _speak(lines: Sequence[str], voice: Voice, number: int, path: Path) -> None:
    draw = np.random.default_rng((1, number))
    words = lines[int(draw.integers(len(lines)))].split()[: int(draw.integers(*WORDS))]
    manner = Manner(speed=float(draw.uniform(*SPEEDS)), pitch=float(draw.uniform(*SEMITONES)))
    spoken = voice.speak(" ".join(words), manner)
    unfinished = path.with_suffix(".new")
    sf.write(unfinished, resample(spoken.samples, spoken.rate, RATE), RATE, format="WAV")
    unfinished.replace(path)
