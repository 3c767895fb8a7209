"""A text in the voice of somebody in a recording, by a model that was pulled and imitates voices it never heard.

recording ─ best stretch ─▶ Speaker.hear ─┐
text ─ language, pieces ──────────────────┴▶ Speaker.say, one after the other ─▶ trimmed, joined ─▶ file

The embedded engine takes on a manner and stays itself; what these make is taken for the person. So they want more than
that somebody agrees to it: `voice` says that who asked knows it is the voice that is imitated. The file says so too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import numpy as np

from assistant.audio import Samples, silence
from assistant.errors import EngineError
from models.attended import attended
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.borrowed import SpeechIn
from models.pieces import Writer
from models.speech.translation_languages import language_called, language_of
from models.speech.voice_language import language_in
from models.speech.voice_pieces import Piece, gain_for, parted, trimmed
from models.speech.voice_reference import Reference, reference

FOUND, HEARD = 0.1, 0.2
"""How much of the work is done when a stretch was found, and when the model has heard it."""
FEW_S = 4.0
"""With fewer seconds of speech than these a voice comes out as somebody else's."""
SEEDS = 2**31
UNASKED = "I imitate somebody's voice only with their consent."
FEW = "There was little speech to go by; with ten seconds of it, it would sound more like them."


class Speaker(Protocol):
    """A model that speaks in voices it hears. Another thread may stop it."""

    rate: int
    """Hertz, of what it hears and what it says."""
    prompt_s: float
    """What it hears of a voice, at most."""
    longest: int
    """Letters that it says at once, at most."""
    languages: Sequence[str]
    """The codes of those that it can speak with what is here, the usual one first."""

    def hear(self, voice: Samples, language: str, /) -> None:
        """Speak in the voice of mono float32 (n,) at its rate, in a language, from here on.

        Raises:
            EngineMissing: what it takes for that language is not here.
        """

    def say(self, text: str, seed: int, /) -> Samples:
        """Words as mono float32 (n,) at its rate; the same for the same seed."""

    def stop(self) -> None:
        """End the call that runs."""


class VoiceImitation:
    """An `Engine` around such a model."""

    def __init__(self, card: Card, speaker: Callable[[], Speaker], speech_in: SpeechIn) -> None:
        self.card = card
        self._make = speaker
        self._speech_in = speech_in
        self._speaker: Speaker | None = None

    def load(self) -> None:
        """Load the model.

        Raises:
            EngineMissing: a package or weights are not here.
            EngineError: it cannot be loaded.
        """
        self._speaker = self._make()

    def drop(self) -> None:
        """Let go of it."""
        self._speaker = None

    def run(self, job: Job, report: Report) -> Made:
        """Speak `text` in the voice of `reference`; `consent` says that whose voice it is agreed, and `voice` that they
        were asked about their voice; `language` is told from the text where it is left out.

        Raises:
            EngineError: nobody agreed, nobody speaks in the recording, the language is none of the model's, there is
                nothing to speak, or it said nothing.
            DataError: the recording cannot be read, or the file cannot be written.
            JobCancelled: it is no longer wanted.
        """
        if job.arguments.get("consent") is not True or job.arguments.get("voice") is not True:
            raise EngineError(UNASKED)
        speaker = self._speaker
        assert speaker is not None, "loaded before it is run"
        text = str(job.arguments.get("text") or "")
        pieces = parted(text, speaker.longest)
        if not pieces:
            raise EngineError("There is nothing in that text that I can speak.")
        language = _language(str(job.arguments.get("language") or ""), text, speaker.languages)
        heard = self._heard(speaker, job.files["reference"], language, report)
        file = MadeFile(job.folder / "voice.wav", "speech in that voice")
        seconds = self._written(file.path, speaker, pieces, job.seed, report)
        notice = FEW if heard.spoken_s < FEW_S else ""
        return Made(files=(file,), facts=_facts(speaker, heard, language, seconds, job.seed), notice=notice)

    def _heard(self, speaker: Speaker, path: Path, language: str, report: Report) -> Reference:
        report(0.0)
        found = reference(path, speaker.rate, speaker.prompt_s, self._speech_in, lambda: report(0.0))
        attended(lambda: speaker.hear(found.samples, language), lambda: report(FOUND), speaker.stop)
        report(HEARD)
        return found

    def _written(self, path: Path, speaker: Speaker, pieces: Sequence[Piece], seed: int, report: Report) -> float:
        """Seconds of sound in the file.

        Raises:
            EngineError: the model said nothing.
        """
        seconds, gain = 0.0, 0.0
        with ExitStack() as stack:
            writer: Writer | None = None
            for sound, pause_s in self._said(speaker, pieces, seed, report):
                gain = gain or gain_for(sound)
                writer = writer or stack.enter_context(Writer(path, speaker.rate, 1, self._tags))
                writer.write(np.concatenate((sound * np.float32(gain), silence(pause_s, speaker.rate))))
                seconds += len(sound) / speaker.rate + pause_s
        if not seconds:
            raise EngineError(f"The model {self.card.name} said nothing. Another recording of that voice may help.")
        report(1.0)
        return seconds

    def _said(
        self, speaker: Speaker, pieces: Sequence[Piece], seed: int, report: Report
    ) -> Iterator[tuple[Samples, float]]:
        """The sound of each piece (n,), never empty, and the seconds of quiet after it."""
        letters, done = sum(len(piece.text) for piece in pieces), 0
        for number, piece in enumerate(pieces):
            share = HEARD + (1 - HEARD) * done / letters
            report(share)
            given = (seed + number) % SEEDS
            said = attended(_saying(speaker, piece.text, given), _reporting(report, share), speaker.stop)
            sound = trimmed(np.nan_to_num(said, posinf=0.0, neginf=0.0), speaker.rate)
            done += len(piece.text)
            if len(sound):
                yield sound, piece.pause_s if number + 1 < len(pieces) else 0.0

    @property
    def _tags(self) -> Mapping[str, str]:
        """What the file says of itself."""
        told = "synthetic: a voice imitated from a recording, with the consent that was stated"
        return {"software": "Earshot", "comment": f"{told}; by {self.card.name}, {self.card.licence}"}


def _saying(speaker: Speaker, text: str, seed: int) -> Callable[[], Samples]:
    return lambda: speaker.say(text, seed)


def _reporting(report: Report, share: float) -> Callable[[], None]:
    return lambda: report(share)


def _language(asked: str, text: str, spoken: Sequence[str]) -> str:
    """The code of the language to speak.

    Raises:
        EngineError: the model does not speak it.
    """
    called = language_called(asked) if asked else None
    code = called.code if called else language_in(text)
    if code in spoken:
        return code
    known = [found.name for one in spoken if (found := language_of(one))]
    seems = language_of(code)
    raise EngineError(
        f"That is {seems.name if seems else 'in a script that I do not know'}, and this model speaks "
        f"{' and '.join(filter(None, (', '.join(known[:-1]), known[-1])))} only."
    )


def _facts(speaker: Speaker, heard: Reference, language: str, seconds: float, seed: int) -> dict[str, Json]:
    return {
        "seconds": round(seconds, 2),
        "rate": speaker.rate,
        "channels": 1,
        "language": language,
        "heard_s": round(len(heard.samples) / speaker.rate, 2),
        "imitated": True,
        "seed": seed,
    }
