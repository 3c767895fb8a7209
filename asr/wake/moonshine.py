"""Any phrase, untrained: how likely Moonshine's decoder finds it at the beginning of a stretch of sound.

    missing  = sum over the phrase's tokens of  log P(likeliest token | sound, before) - log P(token | sound, before)
    surprise = the same sum of  - log P(token | noise, before)

    score    = 1 - missing / surprise

The likeliest token stands for every competitor, and the surprise for what hearing the phrase must explain; so one
threshold does for common and unusual words, long and short. The score is 1 where the phrase is just what would be
written, and about 0 where nothing speaks for it. The best of several spellings counts.

What the decoder makes of a word depends on how much of the room it hears first. So what scores well is heard again,
cut otherwise, and the mean counts; and the look before must have found the phrase too:

    look    ├──────────────────┤                 0.5 s of the room, and the phrase so far
                ├──────────────┤                 0.4 s
                      ├────────┤                 0.25 s
    next    ├─────────────────────┤              0.16 s later, or at the first quiet
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from asr.base import Candidate, Spotted
from asr.moonshine_network import BOS, Decoding, Network
from asr.wake.looks import Looks
from asr.wake.phrase import respellings, spellings
from assistant.audio import RATE, Samples
from assistant.errors import SettingsError

Row: TypeAlias = NDArray[np.float32]

SHORTEST = RATE // 4
"""Samples of sound that are worth a look."""
LETTER_S = 0.045
"""A letter of a phrase takes at least this long."""
SLOW_LETTER_S = 0.09
"""And at most this long, nearly always."""
MARGIN_S = 1.25
"""Longest stretch beyond the phrase."""
DOUBT = 0.05
"""What comes within this of the threshold is heard again: what was said stays, a slip does not."""
CERTAIN = 0.9
"""From here on it need not be."""
CUTS = (RATE // 10, RATE // 4)
"""Samples cut off the beginning for that; less than what stands before an onset."""
HOPELESS = 0.55
"""Score below which it need not be exact."""
PEAK = 0.3
"""Sound is brought to this level."""


@dataclass(frozen=True, slots=True)
class _Spelling:
    """A way to write a phrase."""

    tokens: list[int]
    surprise: float
    """How unlikely it is where nothing was heard: minus the log-probability, a sum over the tokens."""


class MoonshineSpotter:
    """A `Spotter`."""

    name = "moonshine"

    def __init__(self, phrases: tuple[str, ...], threshold: float, network: Network | None = None) -> None:
        """`phrases`: what to listen for; `threshold`: the score from which it was said; `network`: one to share.

        Raises:
            SettingsError: a phrase has no words.
            EngineMissing: the model is not here.
        """
        self.phrases = phrases
        self.threshold = threshold
        self.network = network or Network()
        self._nothing = self.network.begin(_noise())
        self._spelled = {phrase: self._spellings(phrase) for phrase in phrases}
        letters = [sum(c.isalnum() for c in phrase) for phrase in phrases]
        shortest = min(1.0, max(SHORTEST / RATE, LETTER_S * min(letters)))
        self._looks = Looks(shortest, MARGIN_S + SLOW_LETTER_S * max(letters))
        self._before = dict[str, float]()

    def reset(self) -> None:
        """Forget what was heard."""
        self._looks.reset()
        self._before = {}

    def push(self, window: Samples, speech: float) -> Candidate | None:
        """Take the next 512 samples and the voice detector's probability."""
        stretch = self._looks.push(window, speech)
        return None if stretch is None else Candidate(stretch)

    def verify(self, candidate: Candidate) -> Spotted | None:
        """Whether a phrase is heard in the candidate, and was in the one before."""
        sound, before = candidate.sound, self._before
        self._before = scores = self.scores(sound, candidate.phrases or self.phrases)
        phrase = max(scores, key=scores.__getitem__)
        if scores[phrase] < self.threshold - DOUBT or before.get(phrase, 0.0) < self.threshold:
            return None
        score = self._again(sound, phrase, scores[phrase])
        return Spotted(phrase, score, len(sound) / RATE) if score >= self.threshold else None

    def _again(self, sound: Samples, phrase: str, score: float) -> float:
        """The mean of a score and of those of the sound cut otherwise, unless it is certain."""
        cuts = CUTS if score < CERTAIN else ()
        again = [self.scores(sound[cut:], (phrase,))[phrase] for cut in cuts if len(sound) - cut >= SHORTEST]
        return float(np.mean([score, *again]))

    def scores(self, sound: Samples, phrases: tuple[str, ...]) -> dict[str, float]:
        """How well each phrase fits at the beginning of a sound, shape (n,): 1 or less."""
        following, decoding = self.network.begin(_level(sound)).after([BOS])
        return {
            phrase: _score(decoding, following[0], self._spelled.get(phrase) or self._spellings(phrase))
            for phrase in phrases
        }

    def _spellings(self, phrase: str) -> list[_Spelling]:
        if not any(c.isalpha() for c in phrase):
            raise SettingsError(f"{phrase!r} cannot be listened for; choose a phrase of words.")
        return [self._spelling(self.network.tokens(text)) for text in spellings(phrase) + respellings(phrase)]

    def _spelling(self, tokens: list[int]) -> _Spelling:
        following, _ = self._nothing.after([BOS, *tokens[:-1]])
        return _Spelling(tokens, -sum(float(row[token]) for row, token in zip(following, tokens, strict=True)))


def _score(decoding: Decoding, following: Row, spelled: list[_Spelling]) -> float:
    """The best spelling's, after a decoding that expects `following`: log P(next token), shape (vocabulary,)."""
    best = -math.inf
    for spelling in spelled:
        most = (1 - max(best, HOPELESS)) * spelling.surprise
        best = max(best, 1 - _missing(decoding, following, spelling.tokens, most) / spelling.surprise)
    return best


def _missing(decoding: Decoding, following: Row, tokens: list[int], most: float) -> float:
    """How much less likely tokens are than the likeliest ones, 0 or more; more than `most` need not be exact."""
    lacking = _lacking(following, tokens[0])
    if lacking > most or len(tokens) == 1:
        return lacking
    rows, _ = decoding.after(tokens[:-1])
    return lacking + sum(_lacking(row, token) for row, token in zip(rows, tokens[1:], strict=True))


def _lacking(following: Row, token: int) -> float:
    """log P(likeliest token) - log P(token)."""
    return float(following.max() - following[token])


def _noise() -> Samples:
    """A second and a half in which nothing is said."""
    return np.random.default_rng(0).normal(0, 0.05, RATE * 3 // 2).astype(np.float32)


def _level(sound: Samples) -> Samples:
    """The sound at the level that the model hears best."""
    peak = float(np.abs(sound).max(initial=0.0))
    return sound * np.float32(PEAK / peak) if peak > 0 else sound
