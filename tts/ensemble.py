"""All voices of a conversation, as one."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock

import numpy as np

from assistant.errors import EngineError
from assistant.events import Manner, Spoken, Word
from assistant.resample import resample
from tts.base import Monolingual, Restricted, Voice
from tts.loader import AUTO, FALLBACK, chosen, load_voice, voice_names
from tts.options import VoiceOptions
from tts.tongues import runs

logger = logging.getLogger(__name__)


class Ensemble:
    """A `Voice` that speaks with the voice that the manner names, or else with the first.

    A voice is loaded when it is first wanted and stays. All are given out at the rate of the first.

    Raises:
        SettingsError: there is no voice of the first's name.
        EngineMissing: the first cannot be loaded.
    """

    def __init__(self, first: str, others: Sequence[str], load: Callable[[str], Voice]) -> None:
        self.name = first
        self.names = (first, *(name for name in others if name != first))
        """All that can be asked for, the first one first."""
        self.stands_in = False
        """Whether the first is not the one that was wanted, because that could not be loaded."""
        self._load = load
        self._untold: list[str] = []
        self._loaded: dict[str, Voice] = {}
        self._lock = Lock()
        self.rate = self.load(first).rate

    @classmethod
    def open(cls, wanted: str, options: VoiceOptions | None = None) -> "Ensemble":
        """The voices there are, the wanted one first; "auto" is the best one that can be loaded.

        Raises:
            SettingsError: there is no voice of this name, or its options do not fit.
            EngineMissing: its package, data or weights are not here.
        """
        first, names = chosen(wanted, options), voice_names(options)
        try:
            return cls(first, names, lambda name: load_voice(name, options))
        except EngineError as error:
            if wanted != AUTO or first == FALLBACK:
                raise
            logger.warning("the voice %s cannot be loaded: %s", first, error)
            notice = f"{error} Until that is done, {FALLBACK} speaks."
        ensemble = cls(FALLBACK, [name for name in names if name != first], lambda name: load_voice(name, options))
        ensemble.stands_in = True
        ensemble._untold.insert(0, notice)
        return ensemble

    def load(self, name: str) -> Voice:
        """The voice of this name, "" for the first; the next call finds it loaded.

        Raises:
            SettingsError: there is no voice of this name, or its options do not fit.
            EngineMissing: its package, data or weights are not here.
        """
        name = name or self.name
        if voice := self._loaded.get(name):  # without the lock: the one that speaks waits for no other's loading
            return voice
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = voice = self._load(name)
                if isinstance(voice, Restricted) and voice.notice:
                    self._untold.append(f"{name}: {voice.notice}")
            return self._loaded[name]

    def untold(self) -> list[str]:
        """What is to be told of the voices loaded since this was asked last, a sentence each."""
        with self._lock:
            untold, self._untold = self._untold, []
        return untold

    def speak(self, clause: str, manner: Manner) -> Spoken:
        """A clause as sound at `rate`, by the voice that the manner names, or by one that speaks the manner's language.

        Where no language is named, words in another script than the Latin one are spoken in a language of theirs.

        Raises:
            EarshotError: that voice cannot be loaded, or fails.
        """
        stretches = [] if manner.language or clause.isascii() else runs(clause)
        if not any(language for _, language in stretches):
            return self._by(self._speaker(manner), clause, manner)
        return joined(
            [
                self._by(self.load(FALLBACK), text, replace(manner, language=language))
                if language
                else self._by(self._speaker(manner), text, manner)
                for text, language in stretches
            ],
            self.rate,
        )

    def _by(self, voice: Voice, clause: str, manner: Manner) -> Spoken:
        spoken = voice.speak(clause, manner)
        return replace(spoken, samples=resample(spoken.samples, spoken.rate, self.rate), rate=self.rate)

    def _speaker(self, manner: Manner) -> Voice:
        voice = self.load(manner.voice)
        if not manner.language or not isinstance(voice, Monolingual) or speaks(voice.language, manner.language):
            return voice
        return self.load(FALLBACK)


def joined(pieces: Sequence[Spoken], rate: int) -> Spoken:
    """Pieces of one clause as one, at a rate in hertz that is theirs."""
    words, phones, start = list[Word](), list[Word](), 0.0
    for piece in pieces:
        words += (replace(word, start_s=word.start_s + start, end_s=word.end_s + start) for word in piece.words)
        phones += (replace(phone, start_s=phone.start_s + start, end_s=phone.end_s + start) for phone in piece.phones)
        start += len(piece.samples) / rate
    samples = np.concatenate([piece.samples for piece in pieces])
    return Spoken(samples, rate, tuple(words), phones=tuple(phones))


def speaks(own: str, language: str) -> bool:
    """Whether a voice of the language `own`, such as "en-us", can speak another, such as "en"."""
    return own.lower().partition("-")[0] == language.lower().partition("-")[0]
