"""What work takes of the processor, told so that neither a slow machine nor a busy one changes it much.

The time is that of this thread alone, the least of several rounds; between them a piece of work that is always the same
is timed, and what it takes here, against what it took where the limits were set, is the pace of this machine.
"""

import time
from collections.abc import Callable

REFERENCE_S = 0.00085
"""What `_reference` takes where the limits were set."""
ROUNDS = 12


def least(work: Callable[[], object], below: float) -> float:
    """The seconds that work takes, at the pace at which `_reference` takes `REFERENCE_S`; no more rounds are run once
    they are less than `below`."""
    paces, spent = list[float](), list[float]()
    for _ in range(ROUNDS):
        paces.append(_timed(_reference))
        spent.append(_timed(work))
        if at_pace(min(spent), min(paces)) < below:
            break
    return at_pace(min(spent), min(paces))


def at_pace(spent_s: float, reference_s: float) -> float:
    """Seconds of this machine as those of the one where the limits were set; a faster one gets no stricter limit."""
    return spent_s / max(1.0, reference_s / REFERENCE_S)


def _timed(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


def _reference() -> int:
    """Words and numbers, as most of what is timed deals with."""
    found: dict[str, int] = {}
    for k in range(5000):
        found[f"{k % 700}"] = found.get(f"{k % 700}", 0) + k
    return sum(found.values())
