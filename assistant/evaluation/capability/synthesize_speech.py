"""Speech synthesis: sentences that people read aloud, spoken by each engine.

* words_recognized: one less the word error rate of Moonshine, who hears it.
* dnsmos_ovrl, dnsmos_sig: how clean and clear it sounds, 1 to 5 (DNSMOS P.835), where the package speechmos is here.
* speed_error, pitch_error_st: how far tempo and pitch are from what was asked for, against the same sentence as it is
  usually spoken: a share of the tempo, and semitones.

Who does nothing says nothing; people who read the same sentences are measured beside the engines.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from assistant.audio import RATE, Samples
from assistant.errors import DataError
from assistant.evaluation.capability.base import NOTHING, Bench, Contender, Row
from assistant.evaluation.capability.trials import Tally, first_sound, job, tried
from assistant.evaluation.capability.words import word_errors
from assistant.evaluation.recordings import Row as Recording
from models.speech.pitch_track import pitch_track

TASK = "synthesize_speech"
READERS = "(people who read)"
OF_VOICE = "LJSpeech"
"""The embedded voice learned to speak by recordings of these sentences, so they are left out."""
SPEEDS = (0.7, 1.5)
PITCHES = (-4.0, 4.0)
"""Semitones."""
VARIED = 4
"""Sentences that are spoken in other manners too."""
WORDS = 6
"""A sentence has as many at least."""


def measure(contenders: Sequence[Contender], bench: Bench) -> Iterator[Row]:
    """The figures of each.

    Raises:
        DataError: the recordings are not here.
        EngineMissing: a library that measures, or the recognizer, is not here.
    """
    read = _sentences(bench)
    texts = [str(row["text"]) for row in read]
    hear, tally = _recognizer(), Tally()
    yield Row(NOTHING, "words_recognized", 1 - word_errors([""] * len(texts), texts), len(texts))
    yield from _judged(READERS, [bench.recordings.sound(row, RATE) for row in read], texts, hear)
    for contender in contenders:
        sounds = [_said(contender, bench, text) for text in texts]
        yield from _judged(contender.name, sounds, texts, hear)
        for text, usual in zip(texts[:VARIED], sounds, strict=False):
            _varied(tally, contender, bench, text, usual)
    yield from tally.rows()


def _sentences(bench: Bench) -> Sequence[Recording]:
    """Recordings of English sentences with their words, from all over."""
    rows = [row for row in bench.recordings.rows("speech") if row.get("lang") == "en" and row.get("text")]
    rows = [row for row in rows if row.get("dataset") != OF_VOICE and len(str(row["text"]).split()) >= WORDS]
    if not rows:
        raise DataError("There are no recordings with their words here.")
    count = bench.count(20)
    return rows[:: max(1, len(rows) // count)][:count]


def _said(contender: Contender, bench: Bench, text: str, **manner: float) -> Samples:
    """A sentence as an engine says it; nothing where it refuses."""
    made = tried(contender, job(bench, TASK, {}, text=_cased(text), **manner))
    return first_sound(made, RATE) if made else np.zeros(0, np.float32)


def _cased(text: str) -> str:
    """A transcript in capitals as it would be written."""
    return f"{text.capitalize()}." if text.isupper() else text


def _judged(
    name: str, sounds: Sequence[Samples], texts: Sequence[str], hear: Callable[[Samples], str]
) -> Iterator[Row]:
    heard = [hear(sound) if sound.any() else "" for sound in sounds]
    yield Row(name, "words_recognized", 1 - word_errors(heard, texts), len(texts))
    opinions = [_opinion(sound) for sound in sounds if len(sound) >= RATE]
    for metric in opinions[0] if opinions else ():
        yield Row(name, metric, float(np.mean([one[metric] for one in opinions])), len(opinions))


def _varied(tally: Tally, contender: Contender, bench: Bench, text: str, usual: Samples) -> None:
    """How far tempo and pitch are from what is asked for."""
    for speed in SPEEDS:
        said = _said(contender, bench, text, speed=speed)
        tally.add(contender.name, "speed_error", abs(len(usual) / max(1, len(said)) / speed - 1))
    for pitch in PITCHES:
        moved = 12 * (_octave(_said(contender, bench, text, pitch=pitch)) - _octave(usual))
        tally.add(contender.name, "pitch_error_st", abs(moved - pitch))


def _octave(sound: Samples) -> float:
    """The median pitch of what is voiced, in octaves."""
    found = pitch_track(sound)
    voiced = found[~np.isnan(found)]
    return float(np.median(voiced)) if len(voiced) else float("nan")


def _opinion(sound: Samples) -> dict[str, float]:
    """What DNSMOS thinks of a sound at 16 kHz; nothing where it is not here."""
    try:
        from assistant.bench.voice_quality import opinion
    except ImportError:
        return {}
    found = opinion(sound, RATE)
    return {"dnsmos_ovrl": found.overall, "dnsmos_sig": found.signal}


def _recognizer() -> Callable[[Samples], str]:
    """The conversation's own."""
    from asr.moonshine import Moonshine

    recognizer = Moonshine()
    return lambda sound: recognizer.transcribe(sound).text
