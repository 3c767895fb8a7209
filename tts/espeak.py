"""espeak-ng as a voice, and as the phonemizer.

It is the voice that always works: any machine, any language, a clause in milliseconds. It sounds like a machine.

espeak-ng is a separate program under the GPL, version 3, loaded at run time; see `tts.espeak_library`.
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from assistant.audio import silence
from assistant.events import Manner, Spoken, Word
from tts.espeak_library import Boundary, Delivery, EspeakLibrary, PhoneBegin, shared
from tts.level import amplified
from tts.options import EspeakOptions
from tts.script import Script, script_of
from tts.seams import pause_s, trimmed
from tts.timing import timed

SLOWEST, FASTEST = 80, 450
"""Words per minute that espeak can do."""
PITCH_STEP = 8.0
"""Steps of espeak's pitch in a semitone: 11 in its Klatt voices, as the default is one, and 5.5 in the others."""

STOPS = "pbtdkɡg"
LONGEST_STOP_S = 0.12

NEAREST = {"gl": "pt", "ast": "es", "oc": "ca", "sc": "it", "sh": "hr"}
"""For languages that espeak has no voice of, the one whose voice comes nearest."""

_MARKUP = re.compile(r"(?m)^\s*[*#>-]+\s|[*_`]+(?=\S)|(?<=\S)[*_`]+")
"""Signs of Markdown that a reader passes over: bullets, headings, emphasis; not an asterisk that stands alone."""
_MUTE = {"Cc", "Cf", "Cn", "Co", "Cs", "So"}
"""Unicode categories that nobody reads aloud: controls, the unassigned, emoji and other pictures."""
_JOINERS = "\u200c\u200d"
"""Format characters that change how the letters around them are read."""


class Espeak:
    """The `Voice` and phonemizer over espeak-ng.

    Raises:
        EngineMissing: the library cannot be loaded.
        SettingsError: there is no such voice.
    """

    name = "espeak"

    def __init__(self, options: EspeakOptions | None = None) -> None:
        self.options = options or EspeakOptions()
        self._library: EspeakLibrary = shared()
        self._voices: dict[str, str] = {}
        """The name of the voice for each other language that was wanted."""
        self.rate = self._library.rate
        self._library.synthesize(
            "", self._delivery(Manner())
        )  # refuses an unknown voice now and not in mid-conversation

    def speak(self, clause: str, manner: Manner) -> Spoken:
        """A clause as sound, beginning at once and ending with the pause that its closing mark asks for."""
        delivery = self._delivery(manner)
        script = self._script(clause, delivery.voice)
        pcm, boundaries, begun = self._library.synthesize(script.text, delivery)
        samples, skipped = trimmed(pcm.astype(np.float32) / np.float32(32768), self.rate)
        if not len(samples):
            return Spoken(samples, self.rate)
        words = timed(clause, _shifted(boundaries, skipped, script), samples, self.rate)
        pause = silence(pause_s(clause) / manner.speed, self.rate)
        phones = _phones(begun, skipped, len(samples), self.rate)
        return Spoken(
            np.concatenate((amplified(samples, manner.gain_db, self.rate), pause)), self.rate, words, "", phones
        )

    def _script(self, clause: str, voice: str) -> Script:
        """What espeak is given: English as every voice reads it, other languages as they are written."""
        is_english = voice.lower().startswith("en")
        return script_of(clause) if is_english else Script(pronounced(clause))

    def phonemize(self, text: str) -> str:
        """The text in IPA, words separated by spaces; punctuation is left out."""
        return " ".join(self._library.phonemes(pronounced(text), self._delivery(Manner())))

    def _delivery(self, manner: Manner) -> Delivery:
        o = self.options
        wpm = min(max(round(o.words_per_minute * manner.speed), SLOWEST), FASTEST)
        pitch = min(max(round(o.pitch + manner.pitch * PITCH_STEP), 0), 100)
        pitch_range = min(max(round(o.pitch_range * manner.pitch_range), 0), 99)
        return Delivery(self._voice(manner.language), wpm, pitch, pitch_range, o.word_gap)

    def _voice(self, language: str) -> str:
        """The voice that is set, in a language: "en-us+rob" in Spanish is "es+rob". Itself where espeak knows none."""
        own, plus, variant = self.options.voice.partition("+")
        if not language or own.partition("-")[0] == language:
            return self.options.voice
        if language not in self._voices:
            found = next((one for one in (language, NEAREST.get(language)) if one and self._library.has(one)), None)
            self._voices[language] = f"{found}{plus}{variant}" if found else self.options.voice
        return self._voices[language]


def pronounced(text: str) -> str:
    """The text with a space for every character that is not read aloud, so that positions stay as they are."""
    plain = _MARKUP.sub(lambda m: " " * len(m.group()), text)
    return "".join(" " if _is_mute(c) else c for c in plain)


def _is_mute(character: str) -> bool:
    return unicodedata.category(character) in _MUTE and character not in _JOINERS and character not in "\n\t°"


def _shifted(boundaries: list[Boundary], skipped: int, script: Script) -> list[tuple[int, int]]:
    """Where words begin, in the clause and in the sound without its front."""
    return [(script.origin(b.position), max(0, b.sample - skipped)) for b in boundaries]


def _phones(begun: Sequence[PhoneBegin], skipped: int, length: int, rate: int) -> tuple[Word, ...]:
    """The sounds with their seconds, each up to where the next or a pause begins; `skipped` samples were taken from the
    front, and `length` are left. The short silence before a stop belongs to it: it is what is stopped."""
    edges = [min(max(0, phone.sample - skipped), length) / rate for phone in begun] + [length / rate]
    found = list[Word]()
    paused_at: float | None = None
    for phone, start, end in zip(begun, edges, edges[1:], strict=False):
        if not (symbol := phone.symbol.strip("_: ")):
            paused_at = start if paused_at is None else paused_at
            continue
        stopped = symbol[0] in STOPS and paused_at is not None and start - paused_at <= LONGEST_STOP_S
        if end > start:
            found.append(Word(phone.symbol, paused_at if stopped and paused_at is not None else start, end))
        paused_at = None
    return tuple(found)
