"""How the recordings in `tests/figure3` were made: the requests of the paper's Figure 3, read by CMU's voice slt.

.venv/bin/python -m tests.figure3_voices

That takes flite and festival with `cmu_us_slt_arctic_hts`, two programs with the voice of the same person. They are
kept because neither is everywhere, and because of espeak, which is, the small recognizer understands no more than half.
Each is read by the program and at the tempo that the recognizer understands, as one speaks clearly to a machine; one
begins with a "please" that the paper has not.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf

from assistant.audio import RATE
from assistant.bench.synthesizers import named
from assistant.resample import resample
from models.sound.edit import stretch

FOLDER = Path(__file__).parent / "figure3"
FESTIVAL, FLITE = "festival:cmu_us_slt_arctic_hts", "flite:slt"


@dataclass(frozen=True, slots=True)
class Reading:
    """A request as it is read."""

    text: str
    """Written as it is pronounced best."""
    program: str = FESTIVAL
    tempo: float = 1.0


READINGS = (
    Reading("Hi, who are you?", FESTIVAL, 0.75),
    Reading("What can you do?"),
    Reading("I am tired today, can you generate a music for me?"),
    Reading(
        "I try to dub for a movie, can you help me generate a background sound that includes birds singing and people "
        "speaking?"
    ),
    Reading("Please write a caption based on the audio."),
    Reading("What events in this audio?"),
    Reading("Please synthesize a speech with text, my name is Audio GPT, I am happy to help you!"),
    Reading("Please transfer the synthesized audio into binaural audio.", FLITE, 0.8),
    Reading("Speak using the voice of this audio. The text is, here we go."),
    Reading("Generate an audio based on the picture."),
    Reading("I want to in-paint the audio."),
    Reading("The mask region is as follows: from one to two seconds.", FESTIVAL, 0.78),
)


def recording(number: int) -> Path:
    """The file of a round, from 1."""
    return FOLDER / f"round-{number}.ogg"


def make() -> None:
    """Read all of them."""
    for number, reading in enumerate(READINGS, 1):
        speaker = named(reading.program)
        spoken = speaker.clause(reading.text)
        speaker.close()
        samples = resample(spoken.samples, spoken.rate, RATE)
        slowed = stretch(samples, RATE, reading.tempo) if reading.tempo != 1 else samples
        sf.write(recording(number), 0.7 * slowed / np.abs(slowed).max(), RATE, format="OGG", subtype="VORBIS")


if __name__ == "__main__":
    make()
