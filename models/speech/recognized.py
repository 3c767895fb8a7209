"""What a recognizer makes of a stretch of a recording, and whether it can be trusted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from assistant.audio import Samples
from assistant.events import Word

LOOP = 8
"""So many words in a row that say the same over and over are no speech any more."""
LOOP_SHARE = 0.5
"""And so much of all the words."""
LONGEST_UNIT = 6
"""Words that are repeated together."""
UNSURE = -0.6
"""Mean logarithm of a token's probability below which the words are guesses. Of the recordings with transcripts, all
that are in another language than the recognizer's lie below it, and all in its own above."""


@dataclass(frozen=True, slots=True)
class Recognized:
    """The words of a stretch."""

    text: str
    language: str = ""
    """Its code; empty where that is not known."""
    words: tuple[Word, ...] = ()
    """With their times from the stretch's beginning, each with the space before it where the language has spaces; empty
    where they are not known."""
    log_prob: float = 0.0
    """Mean natural logarithm of the probabilities of its tokens; 0 where that is not known."""


Hear: TypeAlias = Callable[[Sequence[Samples], bool], Sequence[Recognized]]
"""Recognizes stretches, mono float32 of shape (n,) at `assistant.audio.RATE`; with the times of words where asked."""


def spelled(words: Sequence[Word]) -> str:
    """What words say together."""
    return "".join(word.text for word in words).strip()


def making(words: Sequence[Word], text: str) -> int:
    """How many of the first words make up a text."""
    letters, count = len("".join(text.split())), 0
    for word in words:
        if letters <= 0:
            break
        letters -= len(word.text.strip())
        count += 1
    return count


def looping(text: str) -> bool:
    """Whether a recognizer got stuck: "Oh, oh, oh, oh …", as happens with sounds that it does not understand."""
    words = ["".join(c for c in word if c.isalnum()) for word in text.lower().split()]
    longest = max((_repeated(words, unit) for unit in range(1, LONGEST_UNIT + 1)), default=0)
    return longest >= max(LOOP, LOOP_SHARE * len(words))


def _repeated(words: Sequence[str], unit: int) -> int:
    """The longest run of words each of which is the one `unit` words before it, the first `unit` counted too."""
    longest = run = 0
    for before, word in zip(words, words[unit:], strict=False):
        run = run + 1 if before == word else 0
        longest = max(longest, run + unit if run else 0)
    return longest if longest >= 3 * unit else 0
