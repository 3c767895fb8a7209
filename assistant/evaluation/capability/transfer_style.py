"""Style transfer: whether speech has the manner of a reference, and its words are still understood.

By means that the engine has no part in: pitch by WORLD's DIO and StoneMask, its mean and its standard deviation, and
syllables of the transcript or the text by the seconds of speech. Beside these the distance of two voices where
recordings are told apart by speaker, and word errors of the conversation's recognizer. Who does nothing speaks as ever.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import soundfile as sf

from assistant.audio import RATE, Samples
from assistant.errors import DataError
from assistant.evaluation.capability.base import NOTHING, Bench, Contender
from assistant.evaluation.capability.base import Row as Figure
from assistant.evaluation.capability.metrics import lacking
from assistant.evaluation.capability.trials import Tally, first_sound, job, tried
from assistant.evaluation.capability.words import word_errors
from assistant.evaluation.recordings import Row
from assistant.parts import Parts
from assistant.resident import speech_in, syllables
from config.settings import Settings
from models.base import Job, Made, MadeFile
from models.speech.diarization_voice import discriminant, frames
from models.speech.pauses import SPEECH, WINDOW

TASK = "transfer_style"
TEXTS = (
    "The old man stood by the river and waited for the boat that would not come before the evening.",
    "When the lights went out, everybody laughed, and nobody could find the way to the door.",
)
SHORTEST_S = 3.0
"""Of a reference."""
SPEAKERS = 20
"""How many people are imitated, unless it is limited."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is measured of somebody's speech."""

    octaves: float
    """The mean pitch above 1 Hz."""
    spread: float
    """The pitch's standard deviation, in octaves."""
    tempo: float
    """Syllables in a second of speech."""
    voice: np.ndarray[tuple[int], np.dtype[np.float64]]
    """Where the voice lies among all voices."""


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Figure]:
    """The figures of each.

    Raises:
        DataError: there are no recordings with transcripts by known people.
        EngineMissing: a library that measures is not here.
    """
    parts = Parts(Settings())
    everybody = (Contender(NOTHING, partial(_as_always, parts)), *contenders)
    tally, told, errors = Tally(), dict[str, list[tuple[str, str]]](), dict[tuple[str, str], list[float]]()
    for row, text in zip(_references(bench), TEXTS * SPEAKERS, strict=False):
        reference = _heard(bench.recordings.sound(row, RATE), str(row["text"]))
        for contender in everybody:
            began = time.process_time()
            wanted = job(bench, TASK, {"reference": bench.recordings.path(row)}, text=text, consent=True, voice=True)
            made = tried(contender, wanted)
            tally.add(contender.name, "refused %", 100.0 * (made is None))
            if made is None:
                continue
            sound = first_sound(made, RATE)
            tally.add(contender.name, "processor seconds a second", (time.process_time() - began) * RATE / len(sound))
            ours = _heard(sound, text)
            tally.add(contender.name, "distance of voices", float(np.linalg.norm(ours.voice - reference.voice)))
            for what, error in _errors(ours, reference).items():
                errors.setdefault((contender.name, what), []).append(error)
            told.setdefault(contender.name, []).append((parts.recognizer.transcribe(sound).text, text))
    yield from tally.rows()
    for (name, what), values in errors.items():
        yield Figure(name, f"{what} error %, median", float(np.median(values)), len(values))
    for name, pairs in told.items():
        said, true = zip(*pairs, strict=True)
        yield Figure(name, "wer %", 100 * word_errors(said, true), len(pairs))


def _references(bench: Bench) -> list[Row]:
    """A recording of each person, of known words, in English."""
    rows = [row for row in bench.recordings.rows("speech") if row.get("lang", "en") == "en" and row.get("speaker")]
    found = {str(row["speaker"]): row for row in reversed(rows) if float(row["dur"]) >= SHORTEST_S and row.get("text")}
    if not found:
        raise DataError("There are no recordings with transcripts by known speakers in that folder.")
    return [found[name] for name in sorted(found)][: bench.count(SPEAKERS)]


def _heard(sound: Samples, text: str) -> Heard:
    try:
        from assistant.bench.voice_pitch import pitch, voiced
    except ImportError as error:
        raise lacking("Pitch", "pyworld") from error
    octaves = np.log2(voiced(pitch(sound, RATE)))
    spoken_s = float(np.sum(speech_in(sound) >= SPEECH)) * WINDOW / RATE
    numbers = frames(sound).numbers(0, len(sound))
    voice = discriminant()(numbers[None])[0] if numbers is not None else np.full(1, np.nan)
    return Heard(float(octaves.mean()), float(octaves.std()), syllables(text) / max(spoken_s, 1e-3), voice)


def _errors(ours: Heard, theirs: Heard) -> dict[str, float]:
    """How far off each is, of a hundred."""
    apart = {
        "pitch": 2 ** (ours.octaves - theirs.octaves),
        "range": ours.spread / theirs.spread,
        "tempo": ours.tempo / theirs.tempo,
    }
    return {what: 100 * abs(ratio - 1) for what, ratio in apart.items()}


def _as_always(parts: Parts, wanted: Job) -> Made:
    """The text in the conversation's own manner."""
    from assistant.events import Manner

    spoken = parts.voice.speak(str(wanted.arguments["text"]), Manner())
    path = wanted.folder / "speech.wav"
    sf.write(path, spoken.samples, spoken.rate)
    return Made(files=(MadeFile(path, "speech"),))
