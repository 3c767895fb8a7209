"""Whether what the recognizer wrote was said: layers against hallucination on silence, noise and music.

No list of phrases: "thank you" is a real answer. Each layer asks for evidence that is independent of the words, and
confidence alone never decides.
"""

import zlib
from dataclasses import dataclass

import numpy as np

from asr.base import Transcript


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """How much evidence a turn needs."""

    min_speech_s: float = 0.09
    """Speech in all."""
    doubtful_voice: float = 0.58
    """Where the voice detector was at its surest no surer than this, no words are believed."""
    likely_voice: float = 0.78
    """From here on words down to `doubtful_log_prob` are believed, below it fewer and fewer."""
    certain_voice: float = 0.9
    """From here on words down to `hopeless_log_prob` are."""
    doubtful_log_prob: float = -1.1
    """Mean log-probability of the tokens below which words are doubtful."""
    hopeless_log_prob: float = -2.2
    """Below this they are never believed."""
    no_speech: float = 0.6
    """The recognizer's own probability of no speech above which words are dropped if they or the voice are doubtful."""
    repetitive: float = 2.4
    """Text that compresses better than this is a loop (Whisper's own figure)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a turn besides its words."""

    speech_s: float
    """Seconds of speech."""
    voice: float
    """The voice detector's mean probability over the `SUREST` windows, 0 to 1."""


SUREST = 3
"""Windows in which the voice detector was surest; single blips reach high, but not three together."""


def reason_to_ignore(transcript: Transcript, evidence: Evidence, options: FilterOptions) -> str | None:
    """Why this is no turn, or None if it is one."""
    if evidence.speech_s < options.min_speech_s:
        return "too short"
    if not any(c.isalnum() for c in transcript.text):
        return "no words"
    if _repetition(transcript.text) > options.repetitive:
        return "a loop"
    if transcript.language == "en" and not _is_latin(transcript.text):
        return "not the language's script"
    doubtful = transcript.log_prob < options.doubtful_log_prob or evidence.voice < options.certain_voice
    if transcript.no_speech > options.no_speech and doubtful:
        return "probably no speech"
    if transcript.log_prob < _needed(evidence.voice, options):
        return "doubtful speech and doubtful words"
    return None


def _needed(voice: float, options: FilterOptions) -> float:
    """The log-probability that words must have: the surer the voice, the less sure the words may be."""
    if voice >= options.certain_voice:
        return options.hopeless_log_prob
    rise = (options.doubtful_voice, options.likely_voice)
    return float(np.interp(voice, rise, (0.0, options.doubtful_log_prob)))


def _is_latin(text: str) -> bool:
    """Whether most of the letters are."""
    letters = [c for c in text if c.isalpha()]
    return sum(c < "\u0250" for c in letters) * 2 >= len(letters)


def _repetition(text: str) -> float:
    """How many times smaller the text becomes by compression; 0 for text too short to tell."""
    data = text.lower().encode()
    return len(data) / len(zlib.compress(data)) if len(data) > 40 else 0.0
