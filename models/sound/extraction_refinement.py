"""What else is known of a sound that the network picks: when the detector hears it, and what a voice looks like."""

import numpy as np
from numpy.typing import NDArray

from models.sound.detection import HOP_S as ANSWER_S
from models.sound.detection_classes import CLASSES
from models.sound.detection_events import smoothed
from models.sound.spectra import HOP_S, Mask

PASSING = frozenset(one.label for one in CLASSES if not one.steady) - {"speech"}
"""Sounds that come and go: the mask of such a sound is the better for knowing when. What goes on is heard as such only
where nothing covers it."""
TRUST = 0.6
"""How much the detector counts beside the network."""
CHANCE = 0.05
"""What its answers are worth where it hears neither."""
SMOOTH = 5
"""Answers that are averaged, 0.2 s."""
VOICE_COUNTS = 0.75
"""How much of the mask of speech, in its logarithm, is what RNNoise hears of it."""
BESIDE_VOICE, PASSING_BESIDE_VOICE = 0.75, 0.5
"""How much of the mask of a sound beside speech is what RNNoise takes for no voice: of what comes and goes less, since
a bark or a cry may be a voice to it."""
IN_SPEECH = {"dog": 0.33, "sneezing": 0.33}
"""How likely these must be where somebody speaks to count as there: now and then a syllable is like them."""
SPEAKS = 0.5
"""How likely speech must be for that."""
LIKE_A_VOICE = frozenset(("crying baby",))
"""What RNNoise takes for a voice more often than not."""
NOISE = frozenset(("rain", "sea waves", "helicopter", "chainsaw"))
"""What holds no tone."""
LEAST = 1e-3
"""A mask lets through no less, and no more than one less this, before it is weighed."""

Answers = NDArray[np.float32]
"""How likely a sound is every 40 ms, shape (n,)."""


def timed(mask: Mask, own: Answers, rival: Answers) -> Mask:
    """A mask (t, 257) for a sound that comes and goes: where that is likelier than the likeliest other sound it lets
    more through, elsewhere less. The log-odds are moved by `TRUST` of the logarithm of how much likelier it is."""
    at = np.arange(len(mask)) * HOP_S / ANSWER_S
    heard, other = (np.interp(at, np.arange(len(one)) + 0.5, smoothed(one, SMOOTH)) for one in (own, rival))
    moved = TRUST * np.log((heard + CHANCE) / (other + CHANCE))
    kept = np.clip(mask, LEAST, 1 - LEAST)
    odds = np.log(kept / (1 - kept)) + moved[:, None]
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def agreed(one: Mask, other: Mask) -> Mask:
    """What two masks of the same sound let through together: their geometric mean."""
    return np.asarray(np.sqrt(one * other), np.float32)


def spoken(mask: Mask, voice: Mask) -> Mask:
    """A mask for speech, after what RNNoise hears of it."""
    return np.asarray(voice**VOICE_COUNTS * mask ** (1 - VOICE_COUNTS), np.float32)


def beside_speech(mask: Mask, voice: Mask, likely: float, *, passing: bool) -> Mask:
    """A mask for a sound beside speech that is so likely: what is no voice is mostly that sound."""
    share = likely * (PASSING_BESIDE_VOICE if passing else BESIDE_VOICE)
    return np.asarray((1 - share) * mask + share * (1 - voice), np.float32)
