"""Where a clause begins and ends: at once, without a click, and with the pause that its closing mark asks for.

synthesized:  ▁▁▁▁▂▆█▇▃▅▂▁▁▁▁▁▁▁
given out:       ▁▂▆█▇▃▅▂▁ + pause
"""

import numpy as np

from assistant.audio import Samples
from tts.timing import AUDIBLE

LEAD_S = 0.008
"""Seconds kept before the first audible sample, for the soft onset of an f or an h."""
TAIL_S = 0.02
"""Seconds kept after the last one."""
FADE_S = 0.004
"""Seconds over which a piece comes up from silence at its beginning, and goes down to it at its end."""
PAUSES_S = {",": 0.15, ";": 0.22, ":": 0.22, "—": 0.2, "–": 0.2, ".": 0.3, "!": 0.3, "?": 0.3, "…": 0.35}
"""Silence after a clause, by the mark that closes it."""
UNMARKED_S = 0.05
"""The same where no mark does."""
CLOSERS = "\"'”’»)]} \n"
"""What may stand behind the closing mark."""


def closing_mark(clause: str) -> str:
    """The character that closes a clause, what may stand behind a mark left out; empty for an empty clause."""
    return clause.rstrip(CLOSERS)[-1:]


def pause_s(clause: str) -> float:
    """Seconds of silence that belong behind the clause."""
    return PAUSES_S.get(closing_mark(clause), UNMARKED_S)


def trimmed(samples: Samples, rate: int) -> tuple[Samples, int]:
    """The sound without the silence around it, and how many samples were taken from its front. Shape (n,) → (m,)."""
    audible = np.flatnonzero(np.abs(samples) > AUDIBLE)
    if not len(audible):
        return samples[:0], 0
    first = max(0, int(audible[0]) - round(LEAD_S * rate))
    return samples[first : int(audible[-1]) + round(TAIL_S * rate)], first


def faded(samples: Samples, rate: int) -> Samples:
    """The sound, rising from zero over `FADE_S` and falling to zero over as much. Shape (n,) → (n,)."""
    length = min(round(FADE_S * rate), len(samples) // 2)
    if not length:
        return samples
    ramp = np.linspace(0, 1, length, dtype=np.float32)
    soft = samples.copy()
    soft[:length] *= ramp
    soft[-length:] *= ramp[::-1]
    return soft
