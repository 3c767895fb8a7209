"""How good a voice sounds, as DNSMOS P.835 judges it (Reddy et al. 2022, arXiv 2110.01763; library speechmos).

DNSMOS was trained on people's judgements of noisy and of cleaned speech. It ranks synthesizers by how clean and clear
they are, and says nothing of whether they speak naturally.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.audio import RATE, Samples, dbfs
from assistant.bench.voice_takes import Figures, Take
from assistant.resample import resample

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of libraries about libraries
    from speechmos import dnsmos

LEVEL_DBFS = -26.0
"""To which every sound is brought, or a louder voice might have an advantage; customary in tests of speech quality."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """Mean opinion scores, from 1, bad, to 5, excellent."""

    overall: float
    signal: float
    background: float


class Quality:
    """A `Measure`: the means of the three scores over all texts."""

    about = "quality"

    def figures(self, takes: Sequence[Take], _: Mapping[str, Take]) -> Figures:
        """`dnsmos_ovrl`, `dnsmos_sig` and `dnsmos_bak`."""
        opinions = [opinion(take.spoken.samples, take.spoken.rate) for take in takes if take.audible]
        return {
            "dnsmos_ovrl": _mean([o.overall for o in opinions]),
            "dnsmos_sig": _mean([o.signal for o in opinions]),
            "dnsmos_bak": _mean([o.background for o in opinions]),
        }


def opinion(samples: Samples, rate: int) -> Opinion:
    """The scores of one sound, shape (n,), n > 0; a short one is repeated until it fills the 9 s the model hears."""
    levelled = np.clip(resample(samples, rate, RATE) * 10 ** ((LEVEL_DBFS - dbfs(samples)) / 20), -1, 1)
    scores = dnsmos.run(levelled, RATE)
    return Opinion(*(float(scores[name]) for name in ("ovrl_mos", "sig_mos", "bak_mos")))


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 3) if values else None
