"""espeak-ng as a voice, and as the phonemizer.

It is the voice that always works: any machine, any language, a clause in milliseconds. It sounds like a machine.

espeak-ng is a separate program under the GPL, version 3, loaded at run time; see `tts.espeak_library`.
"""

import re
import unicodedata

import numpy as np

from assistant.audio import Samples, silence
from assistant.events import Manner, Spoken
from tts.espeak_library import Boundary, Delivery, EspeakLibrary, shared
from tts.level import amplified
from tts.options import EspeakOptions
from tts.timing import AUDIBLE, timed

SLOWEST, FASTEST = 80, 450
"""Words per minute that espeak can do."""
LEAD_S = 0.01
"""Seconds kept before the first audible sample, for the soft onset of an f or an h."""
TAIL_S = 0.02
"""Seconds kept after the last one."""
PAUSES_S = {",": 0.15, ";": 0.22, ":": 0.22, "—": 0.2, "–": 0.2, ".": 0.3, "!": 0.3, "?": 0.3, "…": 0.35}
"""Silence after a clause, by the mark that closes it."""
CLOSERS = "\"'”’»)]} \n"
"""What may stand behind the closing mark."""

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
        self.rate = self._library.rate
        self._library.synthesize("", self._delivery(1.0))  # refuses an unknown voice now and not in mid-conversation

    def speak(self, clause: str, manner: Manner) -> Spoken:
        """A clause as sound, beginning at once and ending with the pause that its closing mark asks for."""
        pcm, boundaries = self._library.synthesize(pronounced(clause), self._delivery(manner.speed))
        samples, skipped = _trimmed(pcm.astype(np.float32) / np.float32(32768), self.rate)
        if not len(samples):
            return Spoken(samples, self.rate)
        words = timed(clause, _shifted(boundaries, skipped), samples, self.rate)
        pause = silence(_pause_s(clause) / manner.speed, self.rate)
        return Spoken(np.concatenate((amplified(samples, manner.gain_db, self.rate), pause)), self.rate, words)

    def phonemize(self, text: str) -> str:
        """The text in IPA, words separated by spaces; punctuation is left out."""
        return " ".join(self._library.phonemes(pronounced(text), self._delivery(1.0)))

    def _delivery(self, speed: float) -> Delivery:
        o = self.options
        wpm = min(max(round(o.words_per_minute * speed), SLOWEST), FASTEST)
        return Delivery(o.voice, wpm, o.pitch, o.pitch_range, o.word_gap)


def pronounced(text: str) -> str:
    """The text with a space for every character that is not read aloud, so that positions stay as they are."""
    plain = _MARKUP.sub(lambda m: " " * len(m.group()), text)
    return "".join(" " if _is_mute(c) else c for c in plain)


def _is_mute(character: str) -> bool:
    return unicodedata.category(character) in _MUTE and character not in _JOINERS and character not in "\n\t°"


def _trimmed(samples: Samples, rate: int) -> tuple[Samples, int]:
    """The sound without the silence around it, and how many samples were taken from its front."""
    audible = np.flatnonzero(np.abs(samples) > AUDIBLE)
    if not len(audible):
        return samples[:0], 0
    first = max(0, int(audible[0]) - round(LEAD_S * rate))
    return samples[first : int(audible[-1]) + round(TAIL_S * rate)], first


def _shifted(boundaries: list[Boundary], skipped: int) -> list[tuple[int, int]]:
    return [(b.position, max(0, b.sample - skipped)) for b in boundaries]


def _pause_s(clause: str) -> float:
    """Seconds of silence that belong behind the clause."""
    return PAUSES_S.get(clause.rstrip(CLOSERS)[-1:], 0.05)
