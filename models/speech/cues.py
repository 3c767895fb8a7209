"""A transcript with its times: subtitles of readable length, as SubRip (.srt) and WebVTT (.vtt) files.

speech   ▁▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▁▁▇▇▇▇▇▇▇▇▇▇▇▁
cues      It was the best | of times.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.events import Word
from models.speech.pauses import SPEECH, WINDOW_S
from models.speech.recognized import making, spelled

LINE = 42
"""Characters of a line; what broadcasters hold to be readable."""
LONGEST = 2 * LINE - 12
"""Characters of a cue: two lines, the first one seldom full."""

SNAP_S = 0.7
"""How far from where the letters put it a cut may lie in a pause."""

_CLAUSE = re.compile(r"(?<=[.?!,;:…])\s+")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that are shown for a while."""

    start_s: float
    end_s: float
    text: str
    speaker: str = ""
    """Who says them, such as "First speaker", where that is known."""


def cues(text: str, speech: Samples, start_s: float) -> Iterator[Cue]:
    """The words of a stretch, cut at the ends of sentences and clauses.

    The letters are spread over the moments in which somebody speaks, and a cut that falls near a pause is in it.

    Args:
        speech: the probability of speech in each window of the stretch, shape (n,).
        start_s: where the stretch begins in the recording.
    """
    parts = list(_parts(text))
    letters = np.cumsum([0, *(len(part) for part in parts)])
    edges = [_moment(share, speech) for share in letters / max(1, letters[-1])]
    for part, start, end in zip(parts, edges, edges[1:], strict=False):
        yield Cue(start_s + start * WINDOW_S, start_s + end * WINDOW_S, part)


def worded(words: Sequence[Word]) -> Iterator[Cue]:
    """The same where the time of every word is known."""
    rest = list(words)
    for part in _parts(spelled(words)):
        count = making(rest, part)
        mine, rest = rest[:count], rest[count:]
        if mine:
            yield Cue(mine[0].start_s, mine[-1].end_s, part)


def srt(shown: Sequence[Cue]) -> str:
    """SubRip: a number, the times with a comma, who speaks, the words."""
    blocks = (
        f"{n}\n{_clock(c.start_s, ',')} --> {_clock(c.end_s, ',')}\n{_wrapped(_told(c))}\n"
        for n, c in enumerate(shown, 1)
    )
    return "\n".join(blocks)


def vtt(shown: Sequence[Cue]) -> str:
    """WebVTT (W3C): a heading, the times with a full stop, who speaks, the words with their marks escaped."""
    blocks = (
        f"{_clock(c.start_s, '.')} --> {_clock(c.end_s, '.')}\n{_voice(c)}{_escaped(_wrapped(c.text))}\n" for c in shown
    )
    return "WEBVTT\n\n" + "\n".join(blocks)


def _told(cue: Cue) -> str:
    return f"{cue.speaker}: {cue.text}" if cue.speaker else cue.text


def _voice(cue: Cue) -> str:
    """The tag that says who speaks."""
    return f"<v {_escaped(cue.speaker)}>" if cue.speaker else ""


def _moment(share: float, speech: Samples) -> float:
    """The window at which so much of the speech is over, or the middle of a pause next to it."""
    spoken = np.cumsum(speech >= SPEECH)
    if share <= 0 or share >= 1 or not spoken[-1]:
        return len(speech) * share
    at, reach = int(np.searchsorted(spoken, share * spoken[-1])), round(SNAP_S / WINDOW_S)
    first = max(0, at - reach)
    quiet = first + np.flatnonzero(speech[first : at + reach] < SPEECH)
    return float(_middle(quiet, at)) if len(quiet) else float(at)


def _middle(quiet: NDArray[np.int64], at: int) -> int:
    """The middle of the longest run of windows; of equal ones that nearest to `at`."""
    runs = np.split(quiet, np.flatnonzero(np.diff(quiet) > 1) + 1)
    return int(min(runs, key=lambda run: (-len(run), abs(int(run.mean()) - at))).mean())


def _parts(text: str) -> Iterator[str]:
    """Pieces of at most `LONGEST` characters; clauses that fit together stay together."""
    held = ""
    for clause in _CLAUSE.split(text.strip()):
        together = f"{held} {clause}".strip()
        if len(together) <= LONGEST:
            held = together
            continue
        if held:
            yield held
        *whole, held = textwrap.wrap(clause, LONGEST, break_on_hyphens=False) or [""]
        yield from whole
    if held:
        yield held


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, LINE, break_on_hyphens=False))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float, mark: str) -> str:
    """00:01:02,345."""
    whole, thousandths = divmod(round(max(0.0, seconds) * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{mark}{thousandths:03}"
