"""Talking heads: whether lips move when the sounds are heard, whether the person stays who it is, and how fast.

The opening of the mouth is measured in the frames of the film (`lips.py`) and compared with when voices say each phone,
which they know exactly: our own voice, the same one higher and faster, in noise, and espeak's. Beside the engines there
are a picture that stays still, and a mouth that goes by the sound alone. The likeness is the structural similarity
(Wang et al. 2004) of a portrait and its film, the head held still, outside of mouth and lids.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.audio import Samples
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.lips import Film, Fit, fit, frames, opening
from assistant.evaluation.capability.trials import Tally, job, tried, written
from assistant.events import Manner, Spoken
from assistant.resident import HEAD, speech_in
from models.base import Made
from models.face.talking_head import TalkingHead
from tts.loader import load_voice
from tts.options import VoiceOptions

TASK = "make_talking_head"
BY_SOUND = "(by sound)"
USUAL = 8
ENOUGH_S = 0.06
"""Lips that are off by more are seen to be."""
NOISE_DB = 15.0
SENTENCES = (
    "Bob and Pam bought a map of Alabama, and they moved to Montana in May.",
    "The farmer put a basket of apples by the barn before breakfast.",
    "Please remember to buy some bread, butter, and a bottle of milk.",
    "My mother may never have been to Mumbai, but her brother has.",
    "A big black bear sat on a bank above the bay.",
    "We followed the path up the mountain until the moon came up.",
    "People who paint often begin with a map of light and shadow.",
    "I am happy to help you, so tell me what the problem may be.",
)
"""With many lips to close."""


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """Speech, and when its phones are heard."""

    condition: str
    spoken: Spoken


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The figures of each."""
    tally = Tally()
    voices = (_by_sound(), *contenders)
    for case in _cases(bench):
        still = fit(np.zeros(max(20, round(25 * len(case.spoken.samples) / case.spoken.rate))), case.spoken.phones)
        _note(tally, NOTHING, case.condition, still)
        for contender in voices:
            _measure_lips(tally, contender, bench, case)
    for contender in contenders:
        for path in _portraits(bench):
            _measure_likeness(tally, contender, bench, path)
    yield from tally.rows()


def _measure_lips(tally: Tally, contender: Contender, bench: Bench, case: _Case) -> None:
    path = written(bench, case.spoken.samples, case.spoken.rate)
    began = time.process_time()
    made = tried(contender, job(bench, TASK, {"audio": path}, still=True))
    spent = time.process_time() - began
    tally.add(contender.name, "refused", float(made is None))
    if made is not None:
        _note(tally, contender.name, case.condition, fit(opening(_film(made)), case.spoken.phones))
        seconds = len(case.spoken.samples) / case.spoken.rate
        tally.add(contender.name, "times real time, one core, 512 by 512", seconds / max(spent, 1e-9))


def _note(tally: Tally, name: str, condition: str, found: Fit) -> None:
    errors = np.abs(found.errors_s)
    tally.add(name, f"lip_error_ms median, {condition}", 1000 * float(np.median(errors)) if len(errors) else np.nan)
    tally.add(name, f"within 60 ms, {condition}", float((errors <= ENOUGH_S).mean()) if len(errors) else np.nan)
    tally.add(name, f"lag_ms, {condition}", 1000 * abs(found.lag_s))
    tally.add(name, f"correlation, {condition}", found.correlation)


def _measure_likeness(tally: Tally, contender: Contender, bench: Bench, path: Path) -> None:
    case = next(_cases(bench))
    sound = written(bench, case.spoken.samples, case.spoken.rate)
    made = tried(contender, job(bench, TASK, {"audio": sound, "image": path}, still=True))
    if made is not None:
        tally.add(contender.name, "ssim outside mouth and lids", likeness(path, _film(made)))


def likeness(path: Path, film: Film) -> float:
    """The mean structural similarity of a portrait and its film where neither mouth nor lids move."""
    from skimage.metrics import structural_similarity

    from models.face.portrait import Portrait, portray

    face, _ = portray(path)
    if not isinstance(face, Portrait) or film.shape[1:] != face.picture.shape:
        return float("nan")
    kept = ~face.moving()
    values = list[float]()
    for frame in film[:: max(1, len(film) // 12)]:
        seen = structural_similarity(face.picture, frame, channel_axis=2, full=True)  # type: ignore[no-untyped-call]
        values.append(float(seen[1].mean(axis=2)[kept].mean()))
    return float(np.mean(values))


def _film(made: Made) -> Film:
    return frames(made.files[0].path)


def _portraits(bench: Bench) -> Iterator[Path]:
    for row in bench.recordings.rows("images"):
        if row.get("face"):
            yield bench.recordings.path(row)


def _cases(bench: Bench) -> Iterator[_Case]:
    own, other = load_voice("lj", VoiceOptions()), load_voice("espeak", VoiceOptions())
    chance = np.random.default_rng(bench.seed)
    for text in SENTENCES[: bench.count(USUAL)]:
        spoken = own.speak(text, Manner())
        yield _Case("own voice", spoken)
        yield _Case("own voice, higher and faster", own.speak(text, Manner(speed=1.25, pitch=4.0)))
        yield _Case("own voice in noise", replace(spoken, samples=_noisy(spoken.samples, chance)))
        yield _Case("espeak", other.speak(text, Manner()))


def _noisy(samples: Samples, chance: np.random.Generator) -> Samples:
    noise: NDArray[np.float64] = chance.standard_normal(len(samples))
    level = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) * 10 ** (-NOISE_DB / 20)
    return (samples + level * noise).astype(np.float32)


def _by_sound() -> Contender:
    engine = TalkingHead(HEAD, None, speech_in, lambda text: ())
    return Contender(BY_SOUND, lambda wanted: engine.run(wanted, lambda share: None))
