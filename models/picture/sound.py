"""Image to audio as a job: what a place that looks like a picture may sound like, made by rules.

picture ─▶ what it is said to show ─┐ known sounds
        └▶ Look ─▶ soundscape ──────┴▶ words ─▶ SoundGeneration ─▶ file
"""

from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import numpy as np
from PIL import Image

from models.base import Card, Job, Json, Made, Report
from models.picture.guess import Guess
from models.picture.look import Look, look
from models.picture.opening import opened
from models.picture.soundscape import soundscape
from models.sound.generation.engine import SoundGeneration
from models.sound.generation.reader import read

SEARCHED = 1024
"""Points of the longer side in which faces are looked for."""
GUESS = "It is a guess by colours and shapes; I recognize nothing in it."

MOVES = "It moves; I looked at how it begins."


class PictureSound:
    """An `Engine` around the one that makes sounds from words."""

    def __init__(self, card: Card, folder: Path | None = None) -> None:
        self.card = card
        self._generation = SoundGeneration(card)

    def load(self) -> None:
        """Make something, so that the first job is as quick as the others."""
        self._generation.load()

    def drop(self) -> None:
        """There is nothing to let go."""
        self._generation.drop()

    def run(self, job: Job, report: Report) -> Made:
        """Make `seconds` of sound for `image`; `shows` says what is in it, where somebody knows. The same for the same
        picture, unless a `seed` is given.

        Raises:
            EngineError: it is to be too long.
            DataError: the picture cannot be read, or the file cannot be written.
            JobCancelled: it is no longer wanted.
        """
        report(0.0)
        picture = opened(job.files["image"])
        said = str(job.arguments.get("shows") or "")
        guesses = list[Guess]() if read(said).steps else soundscape(seen(picture))
        text = ", ".join(guess.sound for guess in guesses) or said
        given: dict[str, Json] = {"text": text, "seconds": job.arguments.get("seconds"), "seed": seed_of(job, picture)}
        wanted = replace(job, arguments={name: value for name, value in given.items() if value is not None})
        made = self._generation.run(wanted, report)
        facts: dict[str, Json] = {"seen": [guess.seen for guess in guesses], "request": text}
        moves = MOVES if picture.info["frames"] > 1 else ""
        notice = " ".join(filter(None, (made.notice, GUESS if guesses else "", moves)))
        return replace(made, facts={**made.facts, **facts}, notice=notice)


def seen(picture: Image.Image) -> Look:
    """What is measured of a picture as `opened` gives it."""
    return look(picture, _faces(picture))


def _faces(picture: Image.Image) -> int:
    """How many there are, as far as what finds them is installed."""
    try:
        from models.face.finding import faces
    except ImportError:
        return 0
    small = picture.copy()
    small.thumbnail((SEARCHED, SEARCHED))
    return len(faces(np.asarray(small)))


def seed_of(job: Job, picture: Image.Image) -> int:
    """That of the job, or one that is the picture's."""
    given = job.arguments.get("seed") or job.seed
    if isinstance(given, int) and given:
        return given
    return 1 + int.from_bytes(blake2b(picture.tobytes(), digest_size=3).digest(), "big")
