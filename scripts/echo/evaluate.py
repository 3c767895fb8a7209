"""How well the suppressor does on sessions that no training heard.

Levels are sums over bands and frames: a session's echo after it, as against before it. Gains count as the same for all
of a band, which they nearly are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from asr.echo.suppressor import FLOOR, Network
from assistant.errors import DataError
from scripts.echo.simulate import Example, Powers

ABSENT, PRESENT = 0.1, 0.9
"""Likelihood of speech below which nobody speaks, and above which somebody does; in between no one can tell."""
HEARD_DB = -30.0
"""How far below a session's mean echo a frame may lie in which the echo still counts as heard."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Levels:
    """Decibels of one session, or their mean over many; NaN for what did not occur."""

    echo_filter_db: float
    """Echo that the linear filter leaves while nobody speaks, as against the echo in the microphone."""
    echo_suppressed_db: float
    """Echo that the filter and the suppressor leave then."""
    echo_filter_speech_db: float
    """The same while somebody speaks."""
    echo_suppressed_speech_db: float
    speech_db: float
    """Speech that the suppressor leaves, as against the speech before it, where there is no echo to be heard."""
    speech_in_echo_db: float
    """The same where there is."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The network's work on a session: frames of shape (frames,), and levels."""

    said: Flags
    """In which somebody is said to speak."""
    absent: Flags
    """In which nobody speaks."""
    present: Flags
    """In which somebody does."""
    echo: Flags
    """In which the echo is heard."""
    levels: Levels


def evaluated(network: Network, examples: Sequence[Example]) -> str:
    """A figure a line, for all sessions and for those in which the program's own voices are played.

    Raises:
        DataError: there are no examples.
    """
    if not examples:
        raise DataError("There are no sessions to evaluate on; simulate them first.")
    sessions = [judged(network, example) for example in examples]
    own = [session for session, example in zip(sessions, examples, strict=True) if example.own_voice]
    columns = [_column(some) for some in (sessions, own) if some]
    titles = f"{'':26} {'all':>10} {'own voice':>10}"
    return "\n".join([titles, *(f"{name:26} " + " ".join(f"{c[name]:>10}" for c in columns) for name in columns[0])])


def _column(sessions: Sequence[Judged]) -> dict[str, str]:
    """Shares of all frames there are, and levels averaged over sessions."""
    levels = mean([session.levels for session in sessions])
    return {
        "sessions": str(len(sessions)),
        **{name: f"{100 * share:.2f} %" for name, share in shares(sessions).items()},
        **{field.name: f"{getattr(levels, field.name):+.1f} dB" for field in fields(levels)},
    }


def shares(sessions: Sequence[Judged]) -> dict[str, float]:
    """Of the frames without speech, those in which it is said that somebody speaks; of those with it, the others."""
    names = ("said", "absent", "present", "echo")
    said, absent, present, echo = (np.concatenate([getattr(s, name) for s in sessions]) for name in names)
    return {
        "false_presence": _share(said, absent),
        "false_presence_in_echo": _share(said, absent & echo),
        "missed_presence": _share(~said, present),
        "missed_presence_in_echo": _share(~said, present & echo),
    }


def mean(levels: Sequence[Levels]) -> Levels:
    """Of each level, over those sessions in which it occurred."""
    columns = np.array([[getattr(one, field.name) for field in fields(Levels)] for one in levels]).T
    known = [column[~np.isnan(column)] for column in columns]
    return Levels(*(float(column.mean()) if len(column) else float("nan") for column in known))


def judged(network: Network, example: Example) -> Judged:
    """The network's work on a session, from its beginning to its end."""
    gains, presence = run(network, example)
    kept = np.square(gains)
    heard, residual, speech = (_powers(logs) for logs in (example.heard, example.residual, example.speech))
    echo = _loud(heard)
    absent, present = example.presence < ABSENT, example.presence > PRESENT
    alone, both = absent & echo, present & echo
    levels = Levels(
        _level(residual, heard, alone),
        _level(kept * residual, heard, alone),
        _level(residual, heard, both),
        _level(kept * residual, heard, both),
        _level(kept * speech, speech, present & ~echo),
        _level(kept * speech, speech, both),
    )
    return Judged(presence > 0.5, absent, present, echo, levels)


def run(network: Network, example: Example) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The gains, (frames, BANDS), and the presence, (frames,), that the network finds."""
    network.reset()
    seen = np.stack((example.rest, example.echo, example.reference, example.microphone), axis=1).astype(np.float32)
    steps = [network.step((0.5 * logs + 2).ravel()) for logs in seen]
    return np.stack([gains for gains, _ in steps]), np.array([presence for _, presence in steps], np.float32)


def _powers(logs: Powers) -> NDArray[np.float64]:
    return np.maximum(10 ** logs.astype(np.float64) - FLOOR, 0)


def _loud(powers: NDArray[np.float64]) -> Flags:
    whole = powers.sum(axis=1)
    return np.asarray(whole > whole.mean() * 10 ** (HEARD_DB / 10))


def _share(flags: Flags, among: Flags) -> float:
    return float(flags[among].mean()) if among.any() else float("nan")


def _level(after: NDArray[np.float64], before: NDArray[np.float64], among: Flags) -> float:
    whole = before[among].sum()
    return float(10 * np.log10((after[among].sum() + FLOOR) / whole)) if whole > 0 else float("nan")
