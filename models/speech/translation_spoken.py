"""Speech translation by a network that hears one language and writes another, with no words of the first in between.

    audio ─▶ stretches between pauses ─▶ network ─▶ text

Each such engine writes one language, which its card names; what it cannot do it refuses by naming it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from assistant.audio import RATE, Samples
from assistant.errors import EngineError
from models.attended import attended
from models.base import Card, Job, Json, Made, Report
from models.borrowed import SpeechIn
from models.speech.recognized import Recognized
from models.speech.transcription import Transcription
from models.speech.translation_languages import ENGLISH, Language, language_called, language_of


class Interpreter(Protocol):
    """Translates stretches of speech. Another thread may stop it."""

    def __call__(self, sounds: Sequence[Samples]) -> Sequence[Recognized]:
        """Mono float32 of shape (n,) at 16 kHz each → their translations, with the language that was spoken."""

    def stop(self) -> None:
        """End the call that runs, where it can be ended."""


class SpokenTranslation:
    """An `Engine` around such a network."""

    def __init__(
        self, card: Card, interpreter: Callable[[], Interpreter], speech_in: SpeechIn, at_once: int = 1
    ) -> None:
        """`card.languages` has the one that it writes; `at_once` stretches go through the network together."""
        self.card = card
        self._make = interpreter
        self._speech_in = speech_in
        self._at_once = at_once
        self._interpreter: Interpreter | None = None

    def load(self) -> None:
        """Load the network, and call it once, so that the first job is as quick as the others.

        Raises:
            EngineMissing: a package or weights are not here.
            EngineError: it cannot be loaded.
        """
        self._interpreter = self._make()
        self._interpreter([0.01 * np.random.default_rng(0).standard_normal(RATE, np.float32)])

    def drop(self) -> None:
        """Let go of it."""
        self._interpreter = None

    def run(self, job: Job, report: Report) -> Made:
        """Translate what is said in `audio` into `language`. The facts have the codes of both languages.

        Raises:
            EngineError: it cannot write this language, or is given a text.
            DataError: the file cannot be read.
            JobCancelled: it is no longer wanted.
        """
        target = self._target(job)
        heard = self._heard(replace(job, arguments={}), report)
        source = language_of(str(heard.facts.get("language") or "")) or ENGLISH
        facts: dict[str, Json] = {"language": target.code, "source_language": source.code}
        same = f"That is in {target.name} already." if heard.text and source == target else ""
        return Made(heard.text, facts=facts, notice=same or heard.notice)

    def _target(self, job: Job) -> Language:
        (code,) = self.card.languages
        target = language_of(code)
        assert target is not None, "a card names languages that there are"
        wanted = str(job.arguments.get("language") or "").strip()
        if wanted and language_called(wanted) != target:
            raise EngineError(
                f"I cannot translate into {_titled(wanted)} with {self.card.name}; it translates speech into "
                f"{target.name}, and into nothing else."
            )
        if "audio" not in job.files:
            raise EngineError(f"{self.card.name} translates recordings of speech, and no written words. Record them.")
        return target

    def _heard(self, job: Job, report: Report) -> Made:
        interpreter, share = self._interpreter, 0.0
        assert interpreter is not None, "loaded before it is run"

        def told(done: float) -> None:
            nonlocal share
            share = done
            report(done)

        def hear(sounds: Sequence[Samples], timed: bool) -> Sequence[Recognized]:
            return attended(lambda: interpreter(sounds), lambda: report(share), interpreter.stop)

        whole = Transcription(self.card, lambda sound: "", self._speech_in, hear, self._at_once)
        return whole.run(job, told)


def _titled(name: str) -> str:
    found = language_called(name)
    return found.name if found else name[:1].upper() + name[1:]
