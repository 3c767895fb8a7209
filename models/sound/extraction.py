"""Sound extraction (Table 1): one sound of a mixture, without the others, or everything but it.

    what is said ──▶ a sound the network knows ──────────────────▶ its mask, and is it there at all?
    an example, where the sound is alone ──▶ its spectra ────────▶ their share of the mixture (and what it is like)
    a part in which it is heard, and not outside ─▶ the rest's ──▶ what they do not explain
                                                                         └▶ × the mixture's spectrum, its own phase

The mask is found at 16 kHz and laid over the sound at its own rate, in all its channels.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assistant.audio import Samples
from assistant.errors import EngineError
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.pieces import Writer
from models.sound.detection import Detector
from models.sound.extraction_network import CLASSES, MaskNetwork
from models.sound.extraction_span import Span, changed
from models.sound.extraction_ways import ByExample, ByName, ByPart, Way, Witnesses
from models.sound.spectra import Spectrum
from models.sound.target_words import Meant, meant
from models.speech.enhancement_masks import MaskNetwork as SpeechNetwork
from models.speech.rnnoise import found

BUT = re.compile(
    r"(all|everything|anything|the rest|whatever)( that is| else)?,? "
    r"(but|except|without|other than|apart from)( for)? ",
    re.IGNORECASE,
)
"""How words begin that mean all but a sound."""
APART = re.compile(r"\b(?:not|without|instead of|rather than|but not)\b", re.IGNORECASE)
"""What follows is named only to be left out."""


@dataclass(slots=True)
class _Tally:
    """Energy that went in and came out."""

    came: float = 0.0
    made: float = 0.0
    rate: int = 0
    channels: int = 0

    def add(self, before: Samples, after: Samples, rate: int) -> None:
        self.came += float(np.square(before, dtype=np.float64).sum())
        self.made += float(np.square(after, dtype=np.float64).sum())
        self.rate, self.channels = rate, before.shape[1]

    @property
    def share(self) -> float:
        return min(1.0, self.made / self.came) if self.came else 0.0


@dataclass(slots=True)
class _Progress:
    """Told how much is done, and asked now and then in between."""

    report: Report
    share: float = 0.0

    def __call__(self, share: float) -> None:
        self.share = share
        self.report(share)

    def beat(self) -> None:
        """Nothing new; raises JobCancelled."""
        self.report(self.share)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a job asks for."""

    target: str
    audio: Path
    example: Path | None
    part: Span
    """Of `audio`."""
    remove: bool
    seed: int
    sounds: tuple[Meant, ...] = field(default=())
    """Those of the known sounds that are meant."""

    @classmethod
    def of(cls, job: Job) -> "_Asked":
        given = job.arguments
        words, audio = str(given.get("target") or "").strip(), job.files["audio"]
        part = Span(audio, _number(given.get("start_s")) or 0.0, _number(given.get("end_s")))
        remove, wanted = read_target(words)
        sounds = tuple(one for one in meant(wanted) if one.label in CLASSES)
        return cls(wanted, audio, job.files.get("example"), part, remove, job.seed, sounds)


class Extraction:
    """An `Engine`."""

    def __init__(self, card: Card, folder: Path | None = None, **options: Json) -> None:
        """`folder` and `options` are not needed."""
        self.card = card
        self._loaded: Witnesses | None = None

    def load(self) -> None:
        """Load the network, and those that are heard besides: the detector of sounds, on whether and when a sound is
        there, and the network of speech enhancement and RNNoise, where that is here, on speech.

        Raises:
            EngineMissing: it is not there.
            EngineError: it cannot be read.
        """
        self._loaded = Witnesses(MaskNetwork(), Detector(), SpeechNetwork(), found())

    def drop(self) -> None:
        """Let them go."""
        self._loaded = None

    def run(self, job: Job, report: Report) -> Made:
        """Extract `target` from `audio`; of "everything but the dog", all the rest is kept.

        With `start_s` and `end_s` only that part is given back; of a sound that is not known by name, what is heard
        there and not around it. `example` is a recording in which the sound is alone; where that is `audio` itself,
        it is alone from `start_s` to `end_s`, and all of the recording is given back.

        Raises:
            EngineError: the sound is not there, or cannot be found by what was said.
            DataError: a file cannot be read or written.
            JobCancelled: it is no longer wanted.
        """
        asked, progress = _Asked.of(job), _Progress(report)
        way, part = self._way(asked, progress.beat)
        name = _name(asked)
        path, tally = job.folder / f"{name.replace(' ', '-')}.wav", _Tally()
        sounds = changed(part, _changing(way, asked.remove, tally), progress)
        first = next(sounds)
        with Writer(path, tally.rate, tally.channels) as writer:
            writer.write(first)
            for sound in sounds:
                writer.write(sound)
            way.check()
        facts: dict[str, Json] = {"rate": tally.rate, "channels": tally.channels, "share": round(tally.share, 4)}
        return Made(files=(MadeFile(path, name),), facts={**facts, "by": way.by, **way.facts}, notice=way.notice)

    def _way(self, asked: _Asked, beat: Callable[[], None]) -> tuple[Way, Span]:
        """How to find the sound, and where."""
        assert self._loaded is not None, "loaded before it is run"
        if asked.example is not None:
            same = asked.example.samefile(asked.audio) if asked.example.exists() else False
            if same and asked.part.whole:
                raise EngineError("Tell me from when to when the sound is alone in it.")
            example, part = (asked.part, Span(asked.audio)) if same else (Span(asked.example), asked.part)
            return ByExample(self._loaded, example, asked.seed, beat), part
        if asked.sounds:
            return ByName(self._loaded, asked.sounds), asked.part
        if not asked.part.whole:
            return ByPart(asked.part, asked.seed, beat), asked.part
        raise EngineError(unknown(asked.target))


def unknown(target: str) -> str:
    """What is said where the words name no sound that is known."""
    said = f"I do not know the sound of {target}" if target else "I do not know which sound is meant"
    known = f"{', '.join(CLASSES[:-1])} and {CLASSES[-1]}"
    return (
        f"{said}. By name I know {known}. Others I can find by an example: a recording in which the sound is alone, "
        "or the seconds in which it is heard."
    )


def _changing(way: Way, remove: bool, tally: _Tally) -> Callable[[Samples, int], Samples]:
    def change(samples: Samples, rate: int) -> Samples:
        mask = way.mask(samples, rate)
        made = Spectrum.of(samples, rate).masked(1 - mask if remove else mask).sound()
        tally.add(samples, made, rate)
        return made

    return change


def read_target(words: str) -> tuple[bool, str]:
    """Whether a sound is to be left out, and which sound is meant: "everything but the dog", "the dog, not the cat"."""
    found = BUT.match(words)
    named = words[found.end() :] if found else APART.split(words)[0]
    return bool(found), named.strip(" ,.")


def _name(asked: _Asked) -> str:
    """What comes of it, as it is called aloud."""
    own = " and ".join(one.label for one in asked.sounds) or _short(asked.target) or "sound"
    return f"sound without the {own}" if asked.remove else own


def _short(target: str) -> str:
    words: Sequence[str] = "".join(c if c.isalnum() or c == " " else " " for c in target.lower()).split()
    words = [word for word in words if word not in ("the", "a", "an", "some", "my")]
    return " ".join(words[:4])


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, (int, float)) and value > 0 else None
