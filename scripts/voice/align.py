"""When each phone sounds: by the labels of the synthesizer that spoke, or by a forced alignment of a recording."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pocketsphinx
import soxr

from scripts.voice.features import HOP, RATE, Floats
from tts.arpabet import from_ipa
from tts.phonemes import PAUSES, Phone

SILENCE = "pau"
LEAST_PAUSE_S = 0.06
"""A shorter silence that no mark asks for is part of the phone before it, as in a stop."""
SPHINX_RATE = 16_000
_SPHINX_FRAME_S = 0.01
_PAUSE = "said_pause"

_VOWELS = frozenset(
    ["aa", "ae", "ah", "ao", "aw", "ax", "axr", "ay", "eh", "er", "ey", "ih", "iy", "ow", "oy", "uh", "uw"]
)
_ALIKE = (
    frozenset(["ax", "ah", "ih", "uh", "eh", "er", "axr"]),
    frozenset(["aa", "ao", "ah", "ow"]),
    frozenset(["t", "d", "dh", "th"]),
    frozenset(["er", "r", "axr"]),
    frozenset(["s", "z", "sh", "zh"]),
    frozenset(["iy", "ih", "y"]),
)
"""Phones that two dictionaries may give for one sound."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A phone of an aligner's, and its seconds."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Aligned:
    """Our phones with the frames that each lasts, from the first frame that belongs to one."""

    phones: tuple[str, ...]
    durations: tuple[int, ...]
    words: tuple[int, ...]
    """The word of each phone."""
    first: int
    """Frame of the recording at which the first phone begins."""


def read_segments(path: Path) -> list[Segment]:
    """Labels as Festival writes them: the end of each segment, a number, its name."""
    segments: list[Segment] = []
    for line in path.read_text().splitlines():
        if found := re.fullmatch(r"\s*([\d.]+)\s+\d+\s+(\S+)\s*", line):
            start = segments[-1].end_s if segments else 0.0
            segments.append(Segment(found[2], start, float(found[1])))
    return segments


class Aligner:
    """Forced alignment by PocketSphinx and the acoustic model in its package."""

    def __init__(self) -> None:
        wide = {name: 1e-100 for name in ("beam", "wbeam", "pbeam")}
        self._decoder = pocketsphinx.Decoder(lm=None, loglevel="FATAL", bestpath=False, **wide)
        self._decoder.add_word(_PAUSE, "SIL", True)
        self._known: set[str] = set()

    def segments(self, audio: Floats, phones: Sequence[Phone]) -> list[Segment]:
        """Where the phones lie in a sound at `RATE`; empty where they cannot be found in it."""
        words = [w for w in (self._word(phones, index) for index in sorted({p.word for p in phones})) if w]
        pcm = soxr.resample(audio, RATE, SPHINX_RATE)
        raw = (np.clip(pcm, -1, 1) * 32767).astype(np.int16).tobytes()
        decoder = self._decoder
        decoder.set_align_text(" ".join(self._with_pauses(words, raw)))
        self._decode(raw)
        if decoder.hyp() is None:
            return []
        decoder.set_alignment()
        self._decode(raw)
        return [
            Segment(
                SILENCE if phone.name in ("SIL", "+NSN+", "+SPN+") else phone.name.lower(),
                phone.start * _SPHINX_FRAME_S,
                (phone.start + phone.duration) * _SPHINX_FRAME_S,
            )
            for word in decoder.get_alignment()
            for phone in word
        ]

    def _with_pauses(self, words: list[str], raw: bytes) -> list[str]:
        """The words as they were said, pauses among them: alignment of a text hears none, a grammar does."""
        grammar = f"#JSGF V1.0; grammar said; public <said> = {f' [{_PAUSE}] '.join(words)};"
        self._decoder.add_jsgf_string("said", grammar)
        self._decoder.activate_search("said")
        self._decode(raw)
        heard = [s.word for s in self._decoder.seg() or () if s.word.startswith("said_")]
        return heard if [w for w in heard if w != _PAUSE] == words else words

    def _decode(self, raw: bytes) -> None:
        self._decoder.start_utt()
        self._decoder.process_raw(raw, full_utt=True)
        self._decoder.end_utt()

    def _word(self, phones: Sequence[Phone], index: int) -> str:
        """An entry of the decoder's dictionary that is said as these phones; empty where there are none."""
        names = [a for p in phones if p.word == index and p.symbol not in PAUSES for a in _arpabet(p.symbol)]
        word = "_".join(["said", *names])  # no word of the decoder's own dictionary begins so
        if names and word not in self._known:
            self._decoder.add_word(word, " ".join("ah" if n == "ax" else n for n in names).upper(), True)
            self._known.add(word)
        return word if names else ""


def aligned(phones: Sequence[Phone], segments: Sequence[Segment]) -> Aligned:
    """Our phones with the times of the aligner's.

    A silence without a mark becomes a pause of its own; a mark without a silence lasts no frame; a phone that the other
    dictionary lacks lasts one frame, taken from the one behind it.

    Raises:
        ValueError: too little of the two agrees to be one sentence.
    """
    speech = _without_ends(segments)
    names = [(name, i) for i, p in enumerate(phones) for name in _arpabet(p.symbol)]
    path, cost = _matched([name for name, _ in names], [s.name for s in speech])
    if cost > 0.3 * len(names):
        raise ValueError(f"The phones do not agree with the labels: {cost:.1f} of {len(names)}.")
    return _timed(phones, [(names[i][1] if i is not None else None, j) for i, j in path], speech, segments[-1].end_s)


def _arpabet(symbol: str) -> list[str]:
    """A phone of ours in the aligners' phones, of which it may be two; they write an unstressed AH as ax."""
    if symbol in PAUSES:
        return [SILENCE]
    codes = from_ipa(symbol)
    if not codes:
        raise ValueError(f'The aligner knows no phone like "{symbol}".')
    return ["ax" if code == "AH0" else code.rstrip("012").lower() for code in codes]


def _without_ends(segments: Sequence[Segment]) -> list[Segment]:
    """The segments from the first sound to the last."""
    sounds = [i for i, s in enumerate(segments) if s.name != SILENCE]
    return list(segments[sounds[0] : sounds[-1] + 1])


def _difference(a: str, b: str) -> float:
    """0 for the same phone, 2 and more for what cannot be the same."""
    if a == b:
        return 0.0
    if SILENCE in (a, b):
        return 5.0
    if any(a in like and b in like for like in _ALIKE):
        return 0.3
    return 0.8 if (a in _VOWELS) == (b in _VOWELS) else 2.0


def _matched(ours: list[str], theirs: list[str]) -> tuple[list[tuple[int | None, int | None]], float]:
    """The cheapest way from one row of phones to the other: pairs of indices, None where one has nothing."""
    skip_ours = np.array([0.05 if a == SILENCE else 1.0 for a in ours])
    skip_theirs = np.array([0.05 if b == SILENCE else 1.0 for b in theirs])
    cost = np.zeros((len(ours) + 1, len(theirs) + 1))
    cost[1:, 0], cost[0, 1:] = np.cumsum(skip_ours), np.cumsum(skip_theirs)
    for i, a in enumerate(ours):
        for j, b in enumerate(theirs):
            cost[i + 1, j + 1] = min(
                cost[i, j] + _difference(a, b), cost[i, j + 1] + skip_ours[i], cost[i + 1, j] + skip_theirs[j]
            )
    path: list[tuple[int | None, int | None]] = []
    i, j = len(ours), len(theirs)
    while i or j:
        if i and j and np.isclose(cost[i, j], cost[i - 1, j - 1] + _difference(ours[i - 1], theirs[j - 1])):
            i, j = i - 1, j - 1
            path.append((i, j))
        elif i and np.isclose(cost[i, j], cost[i - 1, j] + skip_ours[i - 1]):
            i -= 1
            path.append((i, None))
        else:
            j -= 1
            path.append((None, j))
    return path[::-1], float(cost[-1, -1])


def _timed(
    phones: Sequence[Phone], path: list[tuple[int | None, int | None]], speech: list[Segment], end_s: float
) -> Aligned:
    """Boundaries in seconds for every phone, then in frames."""
    symbols: list[str] = []
    words: list[int] = []
    ends: list[float] = []
    last = -1
    for ours, theirs in path:
        if theirs is not None and ours is None:
            _insert(speech[theirs], symbols, words, ends)
        elif ours is not None:
            end = speech[theirs].end_s if theirs is not None else (ends[-1] if ends else speech[0].start_s)
            if ours == last:
                ends[-1] = max(ends[-1], end)
                continue
            symbols.append(phones[ours].symbol)
            words.append(phones[ours].word)
            ends.append(end)
            last = ours
    if symbols[-1] in PAUSES:
        ends[-1] = end_s
    return _framed(symbols, words, ends, speech[0].start_s)


def _insert(segment: Segment, symbols: list[str], words: list[int], ends: list[float]) -> None:
    """A segment of theirs that we have nothing for."""
    if segment.name == SILENCE and segment.end_s - segment.start_s >= LEAST_PAUSE_S and symbols:
        symbols.append(",")
        words.append(words[-1])
        ends.append(segment.end_s)
    elif ends:
        ends[-1] = max(ends[-1], segment.end_s)


def _framed(symbols: list[str], words: list[int], ends: list[float], start_s: float) -> Aligned:
    """Whole frames; every phone but a pause lasts one at least, taken from its right neighbour."""
    per_second = RATE / HOP
    first = at = round(start_s * per_second)
    durations = []
    for symbol, end_s in zip(symbols, ends, strict=True):
        end = max(round(end_s * per_second), at + (symbol not in PAUSES))
        durations.append(end - at)
        at = end
    return Aligned(tuple(symbols), tuple(durations), tuple(words), first)
