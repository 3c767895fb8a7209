"""Image to audio by a model that sees and was pulled: what it says of the picture is made to sound.

picture ─▶ Seer ─▶ "a dog on a beach" ─▶ sounds that are known ─▶ engine that makes sound from words ─▶ file
                                      └▶ none: colours and shapes, as without it
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from PIL import Image

from assistant.errors import EngineMissing
from models.attended import attended
from models.base import Card, Engine, Job, Json, Made, Report
from models.picture.opening import opened
from models.picture.sound import GUESS, MOVES, seed_of, seen
from models.picture.soundscape import soundscape
from models.sound.generation.engine import SoundGeneration
from models.sound.generation.reader import read

SEEING = 0.3
"""Of the work."""


class Seer(Protocol):
    """A model that says what a picture shows. Another thread may stop it."""

    def __call__(self, picture: Image.Image, /) -> str:
        """An RGB picture → a few words."""

    def stop(self) -> None:
        """End the call that runs."""


class DescribedSound:
    """An `Engine` around such a model and one that makes sound from words."""

    def __init__(self, card: Card, seer: Callable[[], Seer], sounds: Engine, reads: bool) -> None:
        """`reads`: whether what makes sound goes by the sounds that it knows, so that other words are of no use."""
        self.card = card
        self._make, self._sounds, self._reads = seer, sounds, reads
        self._seer: Seer | None = None

    def load(self) -> None:
        """Load both, and let the one see grey, so that the first job is as quick as the others.

        Raises:
            EngineMissing: a package or weights are not here.
            EngineError: one cannot be loaded.
        """
        self._seer = self._make()
        self._seer(Image.new("RGB", (64, 64), "grey"))
        self._sounds.load()

    def drop(self) -> None:
        """Let go of both."""
        self._seer = None
        self._sounds.drop()

    def run(self, job: Job, report: Report) -> Made:
        """Make `seconds` of sound for `image`; what it `shows` is believed where that names a sound that is known.

        Raises:
            EngineError: it is to be too long.
            DataError: the picture cannot be read, or the file cannot be written.
            JobCancelled: it is no longer wanted.
        """
        report(0.0)
        picture = opened(job.files["image"])
        said = str(job.arguments.get("shows") or "")
        caption = "" if read(said).steps else self._caption(picture, report)
        useful = caption if caption and (not self._reads or read(caption).steps) else ""
        guesses = [] if useful or read(said).steps else soundscape(seen(picture))
        text = useful or ", ".join(guess.sound for guess in guesses) or said
        seed = seed_of(job, picture)
        given: dict[str, Json] = {"text": text, "seconds": job.arguments.get("seconds"), "seed": seed}
        wanted = replace(job, arguments={name: value for name, value in given.items() if value is not None})
        made = self._sounds.run(replace(wanted, seed=seed), lambda share: report(_later(share)))
        facts: dict[str, Json] = {"caption": caption, "seen": [one.seen for one in guesses], "request": text}
        # what of the words is no sound, such as a place or a colour, is no fault of the request
        notice = " ".join(filter(None, (GUESS if guesses else "", MOVES if picture.info["frames"] > 1 else "")))
        return replace(made, facts={**made.facts, **facts}, notice=notice)

    def _caption(self, picture: Image.Image, report: Report) -> str:
        seer = self._seer
        assert seer is not None, "loaded before it is run"
        words = attended(lambda: seer(picture), lambda: report(0.0), seer.stop).split()
        return " ".join(words).strip(" .!?#*\"'")


def blip(card: Card, folder: Path | None, sounds: str = "") -> Engine:
    """What BLIP says of a picture, made by rules; with `sounds`, by the diffusion model of that name."""
    folder = folder or Path()

    def load() -> Seer:
        try:
            from models.picture.blip import Blip
        except ImportError as error:
            raise EngineMissing(
                f"The engine {card.name} needs torch and transformers. Install Earshot with its extra audio."
            ) from error
        return Blip(folder)

    if not sounds:
        return DescribedSound(card, load, SoundGeneration(card), reads=True)
    from models.sound.diffusion_generation import DiffusionGeneration

    return DescribedSound(card, load, DiffusionGeneration(card, folder.parent / sounds), reads=False)


def _later(share: float) -> float:
    return SEEING + (1 - SEEING) * share
