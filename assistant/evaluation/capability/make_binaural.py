"""Mono to binaural: whether a sound comes from where it was to come from.

* At azimuths around the head: delay and level between the ears beside those of KEMAR, and where two ears that know
  KEMAR hear it (`assistant.evaluation.capability.hearing`), for noise and for speech.
* On its way around: the same, moment by moment, so that a way that is too short or too long is noticed.
* Clicks: how much sharper the sharpest bend of a tone is while it moves than where it stands still.

Who leaves the sound as it is gives the same to both ears. The ears that judge are judged by KEMAR's own responses.
"""

import time
from collections.abc import Iterator, Sequence

import numpy as np

from assistant import media
from assistant.audio import Samples
from assistant.errors import DataError
from assistant.evaluation.capability.base import Bench, Contender, Row
from assistant.evaluation.capability.hearing import Manikin, cues, manikin, turn
from assistant.evaluation.capability.trials import UNTOUCHED, Tally, attempt
from assistant.evaluation.recordings import Recordings, split
from models.base import Made

TASK = "make_binaural"
MEASURED = "(KEMAR)"
"""The measured responses themselves: what the ears that judge make of the best there can be."""
NOISE_S, WAY_S, TONE_S = 0.6, 6.0, 3.0
LEVEL = 0.1
SPEECH = 24
"""How many people are placed, unless it is limited."""
PARTS = 12
"""Of a way around, each of which is located."""
TONES_HZ = (220.0, 330.0, 550.0)


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The figures of each.

    Raises:
        DataError: there is no manikin among the recordings, or no speech.
        EngineMissing: a library that measures is not here.
    """
    tally, head = Tally(), _manikin(bench.recordings)
    random = np.random.default_rng(bench.seed)
    everybody = (UNTOUCHED, *contenders)
    step = 1 if bench.limit is None else max(1, len(head.azimuths) // bench.limit)
    azimuths = head.azimuths[step // 3 :: step]  # of a few, none straight ahead, where both ears hear the same
    noise = _noise(random, NOISE_S, head.rate)
    for azimuth in azimuths:
        for contender in everybody:
            _judge_noise(tally, contender, bench, head, noise, float(azimuth))
    for sound, azimuth in _speech(bench, head.rate, random):
        _located(tally, MEASURED, "speech", head.locates(head.hears(sound, azimuth), sound), azimuth)
        for contender in everybody:
            _judge_speech(tally, contender, bench, head, sound, azimuth)
    for contender in everybody:
        _judge_way(tally, contender, bench, head, _noise(random, WAY_S, head.rate))
        _judge_clicks(tally, contender, bench, head.rate)
    yield from tally.rows()


def said(azimuth: float) -> str:
    """A direction as somebody may say it."""
    return f"{abs(azimuth):g} degrees to the {'left' if azimuth < 0 else 'right'}"


def _manikin(recordings: Recordings) -> Manikin:
    rows = recordings.rows("hrtf")
    if not rows:
        raise DataError("Binaural sound is measured by the responses of KEMAR; the recordings have no hrtf.jsonl.")
    return manikin(recordings.path(rows[0]))


def _speech(bench: Bench, rate: int, random: np.random.Generator) -> Iterator[tuple[Samples, int]]:
    """People of the recordings, and where each is to be: anywhere, not only where KEMAR was measured."""
    _, rows = split(bench.recordings.rows("voices"))
    rows = rows or bench.recordings.rows("voices")
    count = SPEECH if bench.limit is None else bench.limit
    for k in range(count if rows else 0):
        yield bench.recordings.sound(rows[k % len(rows)], rate)[: 3 * rate], int(random.integers(-179, 181))


def _judge_noise(tally: Tally, contender: Contender, bench: Bench, head: Manikin, noise: Samples, at: float) -> None:
    began = time.process_time()
    heard = _heard(attempt(contender, bench, TASK, noise, head.rate, position=said(at)), head.rate)
    if heard is None:
        return
    tally.add(contender.name, "processor seconds a second", (time.process_time() - began) / NOISE_S)
    meant, found = cues(head.hears(noise, at), head.rate), cues(heard, head.rate)
    tally.add(contender.name, "itd_error_us", 1e6 * abs(found.lead_s - meant.lead_s))
    tally.add(contender.name, "ild_error_db", float(np.nanmean(np.abs(found.louder_db - meant.louder_db))))
    _located(tally, contender.name, "noise", head.locates(heard, noise), at)


def _judge_speech(tally: Tally, contender: Contender, bench: Bench, head: Manikin, sound: Samples, at: float) -> None:
    heard = _heard(attempt(contender, bench, TASK, sound, head.rate, position=said(at)), head.rate)
    if heard is not None:
        _located(tally, contender.name, "speech", head.locates(heard, sound), at)
        gained = 10 * np.log10(np.mean(np.square(heard)) / np.mean(np.square(sound)))
        tally.add(contender.name, "louder_db, speech", float(gained))


def _located(tally: Tally, name: str, what: str, found: float, meant: float) -> None:
    """Note how far off it is heard, and whether what is in front is heard behind or the other way round."""
    off = float(np.abs(turn(np.array(found - meant))))
    swapped = float(np.cos(np.radians(found)) * np.cos(np.radians(meant)) < -1e-9 and off > 15)
    tally.add(name, f"angle_error_deg, {what}", off)
    tally.add(name, f"front_and_back_swapped, {what}", swapped)


def _judge_way(tally: Tally, contender: Contender, bench: Bench, head: Manikin, noise: Samples) -> None:
    """Once around: in the middle of each part of the sound it must be where it should be by then."""
    heard = _heard(attempt(contender, bench, TASK, noise, head.rate, position="circling me once"), head.rate)
    if heard is None:
        return
    size = len(heard) // PARTS
    for k in range(PARTS):
        middle = heard[k * size + size // 4 : (k + 1) * size - size // 4]
        meant = 360 * (k + 0.5) / PARTS
        off = float(np.abs(turn(np.array(head.locates(middle, noise) - meant))))
        tally.add(contender.name, "angle_error_deg, on its way", off)


def _judge_clicks(tally: Tally, contender: Contender, bench: Bench, rate: int) -> None:
    seconds = np.arange(round(TONE_S * rate)) / rate
    tone = np.asarray(LEVEL * sum(np.sin(2 * np.pi * f * seconds) for f in TONES_HZ), np.float32)
    tone *= np.minimum(1.0, np.minimum(seconds, seconds[::-1]) / 0.05).astype(np.float32)
    still = [_bend(_heard(attempt(contender, bench, TASK, tone, rate, position=said(a)), rate)) for a in (-90, 0, 90)]
    for way in ("circling me three times", "passes by from left to right", "back and forth between my ears"):
        moving = _bend(_heard(attempt(contender, bench, TASK, tone, rate, position=way), rate))
        tally.add(contender.name, "sharpest_bend_db, moving over still", 20 * np.log10(moving / max(still)))


def _bend(heard: Samples | None) -> float:
    """The largest second difference; not a number where there is nothing."""
    return float("nan") if heard is None else float(np.abs(np.diff(heard, 2, axis=0)).max())


def _heard(made: Made | None, rate: int) -> Samples | None:
    """What was made, at both ears, shape (n, 2); None where it was refused.

    Raises:
        DataError: it is at another rate than what it was made of.
    """
    file = next((file for file in made.files if file.kind == "audio"), None) if made else None
    if file is None:
        return None
    samples, found = media.read_audio(file.path, mono=False)
    if found != rate:
        raise DataError(f"Measured at {rate} hertz, and {file.path.name} has {found}.")
    samples = samples.reshape(len(samples), -1)
    return samples if samples.shape[1] == 2 else np.repeat(samples[:, :1], 2, axis=1)


def _noise(random: np.random.Generator, seconds: float, rate: int) -> Samples:
    return np.asarray(LEVEL * random.standard_normal(round(seconds * rate)), np.float32)
