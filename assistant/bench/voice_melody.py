"""How lively a voice speaks, and how near it is to the teacher in melody and timbre."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.audio import RATE
from assistant.bench.voice_pitch import Pitch, correlation, frame_errors, in_register, pitch, semitones, voiced
from assistant.bench.voice_spectrum import Cepstra, cepstra, distortion, path, without_ends
from assistant.bench.voice_takes import Figures, Take
from assistant.resample import resample


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """A take, frame by frame, without the silence around it."""

    pitch: Pitch
    cepstra: Cepstra


@dataclass(frozen=True, slots=True)
class Nearness:
    """Two takes of one text, side by side."""

    correlation: float | None
    distortion: float
    """Decibels."""
    wrong: int
    """Of the frames of F0, those that are wrong."""
    frames: int


class Melody:
    """A `Measure`: the pitch of a voice, and its distance from the teacher on the same texts.

    A voice is compared in the teacher's register: its melody counts, and not how high somebody speaks. The distortion
    of the spectrum does contain the difference between two speakers.
    """

    about = "melody and timbre"

    def __init__(self) -> None:
        self._teacher: dict[str, Analysis] = {}

    def figures(self, takes: Sequence[Take], teacher: Mapping[str, Take]) -> Figures:
        """`f0_mean_hz` and `f0_range_st` of all; `f0_correlation`, `mcd_db` and `ffe` where there is a teacher."""
        ours = {take.sentence.spoken: analysed(take) for take in takes if take.audible}
        theirs = {text: self._learned(take) for text, take in teacher.items() if text in ours and take.audible}
        return register([a.pitch for a in ours.values()]) | nearness([(ours[text], theirs[text]) for text in theirs])

    def _learned(self, take: Take) -> Analysis:
        """The analysis of a take of the teacher's, which every voice is compared with."""
        if take.sentence.spoken not in self._teacher:
            self._teacher[take.sentence.spoken] = analysed(take)
        return self._teacher[take.sentence.spoken]


def analysed(take: Take) -> Analysis:
    """Pitch and timbre at 16 kHz, so that nobody's are judged by what others do not have."""
    samples = without_ends(resample(take.spoken.samples, take.spoken.rate, RATE), RATE)
    found = pitch(samples, RATE)
    return Analysis(found, cepstra(samples, found, RATE))


def register(pitches: Sequence[Pitch]) -> Figures:
    """Mean and range of the pitch in all texts together."""
    every = voiced(np.concatenate(pitches)) if pitches else np.zeros(0)
    mean = round(float(every.mean()), 1) if len(every) else None
    return {"f0_mean_hz": mean, "f0_range_st": _rounded(semitones(every), 2)}


def nearness(pairs: Sequence[tuple[Analysis, Analysis]]) -> Figures:
    """The means over texts of correlation and distortion, and the share of wrong frames in all of them."""
    if not pairs:
        return {"f0_correlation": None, "mcd_db": None, "ffe": None}
    medians = [_median([side.pitch for side in sides]) for sides in zip(*pairs, strict=True)]
    found = [_near(ours, theirs, medians[0], medians[1]) for ours, theirs in pairs]
    correlations = [n.correlation for n in found if n.correlation is not None]
    return {
        "f0_correlation": _rounded(float(np.mean(correlations)), 3) if correlations else None,
        "mcd_db": _rounded(float(np.mean([n.distortion for n in found])), 2),
        "ffe": _rounded(sum(n.wrong for n in found) / sum(n.frames for n in found), 4),
    }


def _near(ours: Analysis, theirs: Analysis, median: float, wanted: float) -> Nearness:
    together = path(ours.cepstra, theirs.cepstra)
    moved = in_register(ours.pitch, median, wanted)
    wrong, frames = frame_errors(moved, theirs.pitch, together)
    return Nearness(
        correlation(ours.pitch, theirs.pitch, together),
        distortion(ours.cepstra, theirs.cepstra, together),
        wrong,
        frames,
    )


def _median(pitches: Sequence[Pitch]) -> float:
    """Of all voiced frames, in hertz; 1 where there are none."""
    every = voiced(np.concatenate(pitches))
    return float(np.median(every)) if len(every) else 1.0


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
