"""A text of any length in pieces that a voice model speaks at once, and how its pieces are joined."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assistant.audio import Samples
from models.speech.translation_sentences import sentences

SHORTEST = 12
"""Letters; models garble what is shorter, so it goes with what comes next."""
PAUSE_S, BREATH_S = 0.3, 0.12
"""After a sentence, and where one was cut."""
EDGE_S = 0.05
"""What is kept of the quiet at either end of a piece."""
FRAME_S = 0.01
QUIET_DB = 40.0
"""So far below the loudest frame there is nothing."""
SILENT_DBFS = -60.0
LEVEL_DBFS = -20.0
"""What speech is brought to."""
MOST_DB = 20.0
"""It is made louder or softer by this at most."""
_CLAUSE = re.compile(r"(?<=[,;:—–])\s+|\s+(?=[—–]\s)")
_FULL = re.compile(r"(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text."""

    text: str
    pause_s: float
    """Of quiet after it."""


def parted(text: str, longest: int) -> list[Piece]:
    """The pieces of a text, `longest` letters at most; none of them is without a letter or a digit."""
    whole = [part for found in sentences(text) for part in _FULL.split(found) if re.search(r"\w", part)]
    made = list[Piece]()
    for sentence in _merged(whole):
        cut = list(_cut(sentence, longest))
        made += [Piece(part, BREATH_S) for part in cut[:-1]] + [Piece(cut[-1], PAUSE_S)]
    return made


def trimmed(sound: Samples, rate: int) -> Samples:
    """A sound (n,) without the quiet at its ends; empty where it is silent all through."""
    size = max(1, round(FRAME_S * rate))
    frames = np.pad(sound, (0, -len(sound) % size)).reshape(-1, size)
    powers = np.square(frames, dtype=np.float64).mean(1)
    floor = max(float(powers.max(initial=0.0)) * 10 ** (-QUIET_DB / 10), 10 ** (SILENT_DBFS / 10))
    heard = np.flatnonzero(powers > floor)
    if not len(heard):
        return sound[:0]
    edge = round(EDGE_S * rate)
    return sound[max(0, int(heard[0]) * size - edge) : (int(heard[-1]) + 1) * size + edge]


def gain_for(sound: Samples) -> float:
    """What brings speech (n,), not silent, to `LEVEL_DBFS`: its louder half counts, so that pauses do not."""
    squares = np.square(sound[: len(sound) // 160 * 160].reshape(-1, 160), dtype=np.float64).mean(1)
    loud = squares[squares >= np.median(squares)].mean() if len(squares) else 1.0
    wanted = LEVEL_DBFS - 10 * float(np.log10(loud + 1e-12))
    return float(10 ** (np.clip(wanted, -MOST_DB, MOST_DB) / 20))


def _merged(found: list[str]) -> list[str]:
    """Short ones go with the next one, or the last with the one before."""
    made, held = list[str](), ""
    for sentence in found:
        held = f"{held} {sentence}".strip()
        if len(held) >= SHORTEST:
            made, held = [*made, held], ""
    if held and made:
        made[-1] += f" {held}"
    return made or [held] * bool(held)


def _cut(sentence: str, longest: int) -> Iterator[str]:
    """At clauses, else at words, else anywhere."""
    held = ""
    for part in _parts(sentence, longest):
        if held and len(held) + 1 + len(part) > longest:
            yield held
            held = ""
        held = f"{held} {part}".strip()
    yield held


def _parts(sentence: str, longest: int) -> Iterator[str]:
    if len(sentence) <= longest:
        yield sentence
        return
    for clause in _CLAUSE.split(sentence):
        for word in [clause] if len(clause) <= longest else clause.split():
            yield from (word[at : at + longest] for at in range(0, len(word), longest))
