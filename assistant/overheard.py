"""What somebody says while the assistant speaks: a turn, a sign of listening, or the assistant's own voice come back.

No list decides alone: "okay" is a turn where a question was asked, and the assistant's words are a turn where its
echo is known to be cancelled.
"""

import re
from collections.abc import Sequence
from enum import Enum

from rapidfuzz import fuzz

from assistant.events import Heard

# fmt: off
SIGNS = frozenset((
    "mm", "mhm", "mmhm", "mm-hmm", "mmhmm", "hm", "hmm", "hmmm", "uh-huh", "uhhuh", "uh", "huh", "aha", "ah", "oh",
    "okay", "ok", "right", "yeah", "yep", "yes", "sure", "cool", "nice", "wow", "really", "great", "good", "alright",
    "exactly", "true", "interesting",
))
"""Words that keep a speaker going (Yngve 1970, "On getting a word in edgewise")."""
SIGN_PHRASES = frozenset(("i see", "got it", "all right", "of course", "oh really", "i know", "go on", "makes sense"))
NOISES = frozenset((
    "uh", "um", "er", "erm", "huh", "ha", "haha", "hahaha", "heh", "ahem", "tsk", "pff", "phew", "ugh", "shh",
    "achoo", "cough", "coughs", "laughs",
))
# fmt: on
"""What recognizers write for what are no words."""
MOST_SIGNS = 3
"""More words than this are a turn, whatever they are."""

STOPS = frozenset(
    (
        "stop",
        "stop it",
        "stop that",
        "stop talking",
        "stop playing",
        "quiet",
        "be quiet",
        "silence",
        "shut up",
        "enough",
    )
    + ("cancel", "cancel that", "cancel it", "never mind", "hush", "pause", "okay stop", "please stop", "stop please")
    + ("that's enough", "stop stop", "hey stop", "no stop", "stop now", "stop the music", "stop the sound")
)

ALIKE = 80.0
"""From here on words are taken for those being spoken (rapidfuzz, 0 to 100), where the echo may be heard."""
VERBATIM = 93.0
"""The same where it is cancelled: only what repeats several words to the letter."""
SEVERAL = 4


MURMUR_S, MURMUR_WORDS, MURMUR_CONFIDENCE = 0.55, 2, 0.8
"""What is as short as this, and recognized no better, is rather a sign of listening that was misunderstood."""


class Meaning(Enum):
    """What was said over a reply; the value is what is told of it."""

    TURN = "a turn"
    STOP = "stop"
    SIGN = "backchannel"
    OWN = "its own words"
    MURMUR = "too short to be sure of"


def meaning(text: str, spoken: Sequence[str], asking: bool, cancelled: bool) -> Meaning:
    """What words said over a reply mean.

    Args:
        text: what was recognized.
        spoken: the words of the reply that sounded meanwhile.
        asking: whether the reply has just asked something.
        cancelled: whether the echo of the reply is known to be cancelled.
    """
    words = plain(text)
    phrase = " ".join(words)
    own = plain(" ".join(spoken))
    if phrase in STOPS and not (set(words) <= set(own) and not cancelled):
        return Meaning.STOP
    if _is_own(words, own, cancelled):
        return Meaning.OWN
    if not asking and is_sign(words):
        return Meaning.SIGN
    return Meaning.TURN


def is_murmur(heard: Heard) -> bool:
    """Whether so little was said, and was understood so badly, that it interrupts nobody."""
    brief = heard.ended - heard.started <= MURMUR_S and len(plain(heard.text)) <= MURMUR_WORDS
    return brief and heard.confidence <= MURMUR_CONFIDENCE


def is_sign(words: Sequence[str]) -> bool:
    """Whether words only tell that somebody listens, or are none."""
    if not 0 < len(words) <= MOST_SIGNS:
        return not words
    return " ".join(words) in SIGN_PHRASES or all(word in SIGNS or word in NOISES for word in words)


def plain(text: str) -> list[str]:
    """The words of a text in lower case, without marks."""
    return re.findall(r"[^\W_]+(?:['’\-][^\W_]+)*", text.lower())


def _is_own(words: Sequence[str], own: Sequence[str], cancelled: bool) -> bool:
    if not words or not own:
        return False
    if cancelled:
        return len(words) >= SEVERAL and fuzz.partial_ratio(" ".join(words), " ".join(own)) >= VERBATIM
    if len(words) == 1:
        return any(fuzz.ratio(words[0], word) >= ALIKE for word in own)
    return fuzz.partial_ratio(" ".join(words), " ".join(own)) >= ALIKE
