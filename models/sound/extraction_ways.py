"""How the sound that is wanted is told from the rest: by name, by an example, or by the part in which it is heard."""

import ctypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.errors import EngineError
from assistant.media import probe
from models.base import Json
from models.sound.detection import Detector
from models.sound.extraction_network import CLASSES, MaskNetwork
from models.sound.extraction_refinement import (
    IN_SPEECH,
    LIKE_A_VOICE,
    NOISE,
    PASSING,
    SPEAKS,
    agreed,
    beside_speech,
    spoken,
    timed,
)
from models.sound.extraction_span import Span
from models.sound.extraction_voice import held, voiced
from models.sound.spectra import Mask, magnitudes
from models.sound.spectral_bases import Matrix, bases, share
from models.sound.target_words import Meant
from models.speech.enhancement_masks import MaskNetwork as SpeechNetwork

PRESENT, SURE = 0.24, 0.42
"""How likely a sound must be somewhere in a recording for it to be there, and to be there for sure."""
PRESENT_AGAIN = 0.1
"""The same for the sound of an example, of which whoever gives it is rather sure."""
QUIET, HEARD = 0.05, 0.15
"""In a window in which a sound is less likely than the first, nothing is let through; from the second on, all of it."""
MOMENTS = 10
"""How many of the detector's likeliest answers, 40 ms each, count for a window."""
SILENT = 1.6e-3
"""The root mean square of magnitudes below which nothing is to be heard: that of noise at -80 dB of full scale."""
LEAST = 1e-4
"""Nobody is surer than this, either way."""
LEARNED_S = 30.0
"""How much of an example, or around a part, is learned from."""
SHORTEST_S = 0.1
OF_EXAMPLE, BESIDE_IT, SHARPNESS = 32, 10, 1.5
"""Bases of an example, of the rest of a mixture, and how sharply they are told apart."""
SPEECH, MUSIC = "speech", "music"
LIKE = 0.4
"""How likely one of the known sounds must be in an example for the network to be asked for it too."""
OF_PART, AROUND_IT = 20, 20
"""Bases of what is heard in a part only, and of what is around it."""
ABSENT: Mapping[str, str] = {
    "dog": "a dog",
    "rain": "any rain",
    "sea waves": "the sea",
    "crying baby": "a baby crying",
    "clock ticking": "a clock",
    "sneezing": "anybody sneeze",
    "helicopter": "a helicopter",
    "chainsaw": "a chainsaw",
    "rooster": "a rooster",
    "crackling fire": "a fire",
    "speech": "anybody speak",
    "music": "any music",
}
"""What stands after "I do not hear"."""

Likely: TypeAlias = NDArray[np.float32]
"""How likely each of `CLASSES` is, 0 to 1."""
Beat: TypeAlias = Callable[[], None]
"""Called often; raises JobCancelled."""


class Way(Protocol):
    """Finds a sound in a recording, window by window."""

    by: str

    @property
    def notice(self) -> str:
        """What must be told of it, in the end."""

    @property
    def facts(self) -> Mapping[str, Json]:
        """What else is known of it in the end."""

    def mask(self, samples: Samples, rate: int) -> Mask:
        """For a window of float32, shape (n, channels)."""

    def check(self) -> None:
        """When all was seen.

        Raises:
            EngineError: the sound is not there.
        """


@dataclass(frozen=True, slots=True, eq=False)
class Witnesses:
    """The networks that are heard on a sound with a name."""

    network: MaskNetwork
    detector: Detector
    """When it is heard, and whether at all."""
    speech: SpeechNetwork
    """What of a mixture is speech."""
    rnnoise: ctypes.CDLL | None = None
    """Another on that, where it is here."""

    def answers(self, samples: Samples, rate: int) -> Matrix:
        """How likely the detector takes each of `CLASSES` to be, every 40 ms, shape (n, classes)."""
        columns = [self.detector.labels.index(label) for label in CLASSES]
        return self.detector.posteriors(samples, rate)[:, columns]


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """A window of a recording, and what is heard in it."""

    mixture: Matrix
    answers: Matrix
    voice: Mask | None


class ByName:
    """One or several sounds that the network knows, where it and the detector of sounds hear them."""

    by = "name"

    def __init__(self, witnesses: "Witnesses", sounds: Sequence[Meant]) -> None:
        self._witnesses, self._network = witnesses, witnesses.network
        self._sounds, self._labels = sounds, [one.label for one in sounds]
        self._surest = dict.fromkeys(self._labels, 0.0)

    @property
    def notice(self) -> str:
        """Of what cannot be told, and of what is not sure to be there."""
        unsure = [ABSENT[label] for label, likely in self._surest.items() if likely < SURE]
        doubt = f"I am not sure that I hear {' or '.join(unsure)} in it." if unsure else ""
        return " ".join(filter(None, (*(one.notice for one in self._sounds), doubt)))

    @property
    def surest(self) -> float:
        """How likely the likeliest of them is there."""
        return max(self._surest.values())

    @property
    def facts(self) -> Mapping[str, Json]:
        """How likely each of them is there."""
        return {"likely": {label: round(likely, 3) for label, likely in self._surest.items()}}

    def mask(self, samples: Samples, rate: int) -> Mask:
        """Of all of them together; nothing where none is likely."""
        mixture = magnitudes(samples, rate)
        if _silent(mixture):
            return np.zeros_like(mixture)
        answers = self._witnesses.answers(samples, rate)
        voice = None if self._witnesses.rnnoise is None else voiced(self._witnesses.rnnoise, samples, rate)
        window = _Window(mixture, answers, voice)
        found = [self._one(window, CLASSES.index(label)) for label in self._labels]
        return np.asarray(np.sum(found, axis=0).clip(0, 1), np.float32)

    def _one(self, window: "_Window", wanted: int) -> Mask:
        """Its mask, where it is likely; the likeliest other sound claims its share of what both masks take."""
        picked = self._network.pick(window.mixture, wanted)
        likely = together(picked.likely, at_its_surest(window.answers))
        self._surest[CLASSES[wanted]] = max(self._surest[CLASSES[wanted]], told(likely, wanted))
        opened = np.clip((likely[wanted] - QUIET) / (HEARD - QUIET), 0, 1)
        others = [k for k, label in enumerate(CLASSES) if label not in self._labels]
        if not others or not opened:
            return np.asarray(picked.mask * opened, np.float32)
        rival = max(others, key=lambda k: likely[k])
        claimed = picked.mask / (picked.mask + self._network.pick(window.mixture, rival).mask + LEAST)
        made = np.asarray((1 - likely[rival]) * picked.mask + likely[rival] * claimed, np.float32)
        made = self._refined(made, window, (wanted, rival), float(likely[rival]))
        return np.asarray(made * opened, np.float32)

    def _refined(self, mask: Mask, window: "_Window", pair: tuple[int, int], rivals: float) -> Mask:
        """A mask of the first of two sounds, by what else is known of both; the other is so likely."""
        wanted, rival = (CLASSES[one] for one in pair)
        if wanted == SPEECH:
            mask = agreed(mask, self._witnesses.speech.masks(np.square(window.mixture)))
            return mask if window.voice is None or rival in LIKE_A_VOICE else spoken(mask, window.voice)
        if wanted in PASSING:
            mask = timed(mask, *window.answers[:, pair].T)
        if wanted == MUSIC and rival in NOISE:
            mask = agreed(mask, held(window.mixture))
        elif rival == SPEECH and window.voice is not None and wanted != MUSIC:
            mask = beside_speech(mask, window.voice, rivals, passing=wanted in PASSING)
        return mask

    def check(self) -> None:
        """Whether any of them is there.

        Raises:
            EngineError: none is.
        """
        if self.surest < PRESENT:
            absent = " or ".join(ABSENT[label] for label in self._labels)
            raise EngineError(f"I do not hear {absent} in it, so there is nothing to take out.")


class ByExample:
    """A sound like one that is heard alone."""

    by = "example"
    notice = ""
    facts: Mapping[str, Json] = {}

    def __init__(self, witnesses: Witnesses, example: Span, seed: int, beat: Beat) -> None:
        """Learn it, and whether it is like a sound that the networks know.

        Raises:
            EngineError: there is nothing to learn from.
            DataError: it cannot be read.
        """
        self._seed, self._beat = seed, beat
        samples, rate = example.sound(LEARNED_S)
        heard = _learnable(samples, rate)
        self._own = bases(heard, OF_EXAMPLE, seed, beat)
        likely = together(witnesses.network.pick(heard, 0).likely, at_its_surest(witnesses.answers(samples, rate)))
        kind = CLASSES[int(likely.argmax())]
        self._named = ByName(witnesses, (Meant(kind),)) if likely.max() >= LIKE else None

    def mask(self, samples: Samples, rate: int) -> Mask:
        """What of it is made of the example's spectra, and, where the networks know the sound, what they take for it:
        the mean of both masks."""
        made = share(magnitudes(samples, rate), self._own, BESIDE_IT, self._seed, self._beat, SHARPNESS)
        if self._named is None:
            return made
        return np.asarray((made + self._named.mask(samples, rate)) / 2, np.float32)

    def check(self) -> None:
        """Whether a sound that the networks know is there; of others, an example does not tell how sure one can be.

        Raises:
            EngineError: it is not there.
        """
        if self._named is not None and self._named.surest < PRESENT_AGAIN:
            raise EngineError("I do not hear the sound of that example in it, so there is nothing to take out.")


class ByPart:
    """What is heard in a part of a recording, and not around it."""

    by = "part"
    facts: Mapping[str, Json] = {}

    def __init__(self, part: Span, seed: int, beat: Beat) -> None:
        """Learn what is around it.

        Raises:
            DataError: it cannot be read.
        """
        self._seed, self._beat = seed, beat
        around = _around(part)
        self._rest = None if around is None else bases(around, AROUND_IT, seed, beat)
        self.notice = "" if around is not None else "I do not know this sound by name, so this is all of that part."

    def mask(self, samples: Samples, rate: int) -> Mask:
        """What of it the sounds around do not explain."""
        mixture = magnitudes(samples, rate)
        if self._rest is None:
            return np.ones_like(mixture)
        return 1 - share(mixture, self._rest, OF_PART, self._seed, self._beat)

    def check(self) -> None:
        """What is in a part is there."""


def at_its_surest(answers: Matrix) -> Likely:
    """How likely each sound is in a window, from answers of shape (n, classes)."""
    return np.asarray(np.sort(answers, axis=0)[-MOMENTS:].mean(axis=0), np.float32)


def together(one: Likely, other: Likely) -> Likely:
    """How likely two witnesses make something: the mean of their log-odds."""
    odds = [np.log(np.clip(p, LEAST, 1) / np.clip(1 - p, LEAST, 1)) for p in (one, other)]
    return np.asarray(1 / (1 + np.exp(-np.mean(odds, axis=0))), np.float32)


def told(likely: Likely, wanted: int) -> float:
    """How likely a sound is there, in the end: what only a syllable may be counts as less than `PRESENT`."""
    found, least = float(likely[wanted]), IN_SPEECH.get(CLASSES[wanted], 0.0)
    doubtful = likely[CLASSES.index(SPEECH)] >= SPEAKS and found < least
    return found * PRESENT / least if doubtful else found


def _around(part: Span) -> Matrix | None:
    """What is heard before and after a part; None where there is too little of it."""
    spans = list[Span]()
    if part.start_s >= SHORTEST_S:
        spans.append(Span(part.path, max(0.0, part.start_s - LEARNED_S / 2), part.start_s))
    if part.end_s is not None and probe(part.path).seconds - part.end_s >= SHORTEST_S:
        spans.append(Span(part.path, part.end_s, part.end_s + LEARNED_S / 2))
    found = [seen for span in spans if not _silent(seen := magnitudes(*span.sound(LEARNED_S)))]
    return np.concatenate(found) if found else None


def _learnable(samples: Samples, rate: int) -> Matrix:
    seen = magnitudes(samples, rate)
    if len(samples) < SHORTEST_S * rate or _silent(seen):
        raise EngineError("There is nothing to be heard in that example. Please name another one.")
    return np.asarray(seen[seen.max(axis=1) > 1e-3 * seen.max()], np.float32)


def _silent(seen: Matrix) -> bool:
    return bool(np.sqrt(np.square(seen).mean()) < SILENT)
