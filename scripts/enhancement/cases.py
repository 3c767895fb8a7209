"""Draws recordings from which the judgement of the enhancement is learned: noisy speech as it is measured with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.audio import RATE, Samples
from assistant.evaluation.capability.clips import BABBLE, SPEECH_S, speech
from assistant.evaluation.capability.levels import at_snr, headroom, levelled, sounding, stretch
from assistant.evaluation.recordings import Recordings, Row, held_out
from models.speech.enhancement_frames import HOP, spectrum
from models.speech.enhancement_survey import Survey, banded
from models.speech.enhancement_views import LOG_MMSE, NETWORK, Listening, Viewers
from scripts.enhancement import synthetic
from scripts.enhancement.judge import Case
from scripts.enhancement.material import kept

KINDS = (
    *("rain", "helicopter", "sea_waves", "chainsaw", "rain", "helicopter", "crackling_fire", "dog", "clock_tick"),
    *("crying_baby", "beds", "beds", "beds", "babble", "babble", "babble", "music", "white", "pink", "fan", "coloured"),
)
SNRS_DB = (-5.0, 0.0, 0.0, 5.0, 5.0, 10.0, 10.0, 15.0, 15.0, 25.0, 40.0)
BABBLERS = (2, 3, 4, 4, 4, 5, 6, 8)
HUM, HUM_SHARE = 0.07, 0.2
"""The share of a recording of speech below 125 Hz from which on it counts as one that hums, and how often one of
those is drawn besides: there the judgement errs most."""
NOISE_S = 6


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Who speaks, by name, and what sounds, by kind."""

    recordings: Recordings
    people: Mapping[str, Sequence[Row]]
    humming: Sequence[str]
    sounds: Mapping[str, Sequence[Row]]

    @classmethod
    def of(cls, recordings: Recordings) -> "Sources":
        """What is not held out.

        Raises:
            DataError: a recording cannot be read.
        """
        people: dict[str, list[Row]] = {}
        for row in (*recordings.rows("voices"), *recordings.rows("speech")):
            if float(row.get("dur", SPEECH_S[0])) >= SPEECH_S[0] and not held_out(row):
                people.setdefault(str(row.get("speaker") or row["path"]), []).append(row)
        sounds: dict[str, list[Row]] = {"beds": [row for row in recordings.rows("noise") if not kept(row)]}
        for row in recordings.rows("sounds"):
            if not kept(row):
                sounds.setdefault(str(row["labels"][0]), []).append(row)
        humming = [name for name, rows in sorted(people.items()) if _hums(recordings.sound(rows[0], RATE))]
        return cls(recordings, people, humming, sounds)


def cases(sources: Sources, viewers: Viewers, count: int, seed: int) -> Iterator[Case]:
    """Two of each recording: with RNNoise, and as it is where that is not here."""
    for number in range(count):
        draw = np.random.default_rng((seed, number))
        kind = KINDS[number % len(KINDS)]
        noise = _noise(sources, kind, draw)
        if len(noise):
            yield from _cases(viewers, *_mixed(_speech(sources, draw), noise, draw), kind == BABBLE)


def _cases(viewers: Viewers, mixture: Samples, clean: Samples, talk: bool) -> Iterator[Case]:
    listening = Listening(viewers, 1)
    parts = [*listening.push(mixture[:, None]), *listening.finish()]
    spectra, power = (np.concatenate([getattr(part, name) for part in parts]) for name in ("spectra", "power"))
    views = np.concatenate([part.views for part in parts], axis=1)
    wanted = spectrum(np.pad(clean, (HOP, (len(power) + 2) * HOP - len(clean))))[: len(power)]
    noise, energy = spectra[..., 0] - wanted, float(np.sum(np.square(np.abs(wanted)), dtype=np.float64))
    both = np.real(spectra[..., 0] * noise.conj())
    for seen in (views, views[[NETWORK, NETWORK, LOG_MMSE]]):
        survey = Survey()
        survey.add(power, seen)
        right = banded(np.sum((1 - seen) * both, axis=1, dtype=np.float64))
        found = banded(np.sum(np.square(np.abs(noise)), axis=0, dtype=np.float64))
        yield Case(survey, survey.removed / energy, right / energy, found / energy, talk)


def _speech(sources: Sources, draw: np.random.Generator) -> Samples:
    names = sources.humming if sources.humming and draw.random() < HUM_SHARE else sorted(sources.people)
    return speech(sources.recordings, sources.people[names[int(draw.integers(len(names)))]], draw)


def _noise(sources: Sources, kind: str, draw: np.random.Generator) -> Samples:
    size = NOISE_S * RATE
    if kind == BABBLE:
        return _babble(sources, size, draw)
    if kind in ("white", "pink", "fan", "coloured"):
        return _made(kind, size, draw)
    rows = sources.sounds[kind]
    return sounding(sources.recordings.sound(rows[int(draw.integers(len(rows)))], RATE), RATE)


def _babble(sources: Sources, size: int, draw: np.random.Generator) -> Samples:
    names, together = sorted(sources.people), np.zeros(size, np.float32)
    for _ in range(int(draw.choice(BABBLERS))):
        row = sources.people[names[draw.integers(len(names))]][0]
        voice = sounding(sources.recordings.sound(row, RATE), RATE)
        loud = np.float32(10 ** (draw.uniform(-4, 0) / 20))
        together += loud * synthetic.unit(np.resize(voice, size))
    return together


def _made(kind: str, size: int, draw: np.random.Generator) -> Samples:
    if kind == "coloured":
        return synthetic.coloured(size, draw)
    if kind == "fan":
        return synthetic.tones(size, draw, draw.uniform(80, 200), 0.002)
    white = np.fft.rfft(draw.standard_normal(size))
    tilt = np.sqrt(np.maximum(np.arange(len(white)), 1)) if kind == "pink" else 1.0
    return synthetic.unit(np.fft.irfft(white / tilt, size).astype(np.float32))


def _mixed(clean: Samples, noise: Samples, draw: np.random.Generator) -> tuple[Samples, Samples]:
    clean = levelled(clean)
    noisy = clean + at_snr(clean, stretch(noise, len(clean), draw), float(draw.choice(SNRS_DB)))
    scale = headroom(noisy)
    return noisy * scale, clean * scale


def _hums(sound: NDArray[np.float32]) -> bool:
    power = np.sum(np.square(np.abs(spectrum(sound))), axis=0)
    return float(power[:4].sum()) > HUM * float(power.sum())
