"""The examples that the acoustic model learns from: phones, how long, how high and how loud each is, and the mel."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from scripts.voice.align import Aligned, Aligner, aligned, read_segments
from scripts.voice.corpus import READER, Recording, recordings
from scripts.voice.features import HOP, Features, Floats, load, measured
from scripts.voice.teacher import VOICE
from tts.phonemes import PAUSES, Phonemizer

log = logging.getLogger("voice.dataset")

LONGEST_PAUSE = 26
"""Frames, 0.3 s; what a pause lasts beyond that is cut out."""


@dataclass(frozen=True, slots=True)
class Example:
    """An utterance of n phones and T frames."""

    name: str
    speaker: str
    symbols: tuple[str, ...]
    words: tuple[int, ...]
    durations: NDArray[np.int64]
    """Frames, shape (n,), their sum is T."""
    pitch: Floats
    """Mean log F0 of each phone, unvoiced stretches bridged, shape (n,)."""
    energy: Floats
    """Mean log energy of each phone, shape (n,)."""
    mel: NDArray[np.float16]
    """Shape (T, MELS)."""
    log_f0: Floats
    """Log F0 with unvoiced stretches bridged, shape (T,)."""
    voiced: NDArray[np.bool_]
    audio: NDArray[np.float16]
    """Shape (T * HOP,), for the reader alone; empty for others."""
    held_out: bool


def bridged(f0: Floats) -> Floats:
    """Log F0 with straight lines over what is unvoiced; shape (T,) → (T,). A sound without voice is taken as 150 Hz."""
    voiced = np.flatnonzero(f0 > 0)
    if not len(voiced):
        return np.full(len(f0), np.log(150.0), np.float32)
    return np.interp(np.arange(len(f0)), voiced, np.log(f0[voiced])).astype(np.float32)


def example(name: str, speaker: str, features: Features, said: Aligned, held_out: bool = False) -> Example:
    """One utterance, cut to its phones, long pauses shortened."""
    keep, durations = _kept(said, len(features.f0))
    log_f0, energy = bridged(features.f0)[keep], features.energy[keep]
    ends = np.cumsum(durations)
    samples = (keep[:, None] * HOP + np.arange(HOP)).ravel()
    return Example(
        name,
        speaker,
        said.phones,
        said.words,
        durations,
        _means(log_f0, ends),
        _means(energy, ends),
        features.mel[keep].astype(np.float16),
        log_f0,
        features.f0[keep] > 0,
        (features.audio[samples] if speaker == READER else np.zeros(0)).astype(np.float16),
        held_out,
    )


def _kept(said: Aligned, frames: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which frames of the recording are kept, and how many for each phone."""
    kept, durations = [], []
    at = said.first
    for symbol, duration in zip(said.phones, said.durations, strict=True):
        last = min(at + duration, frames)
        use = np.arange(min(at, frames - 1), last)
        if symbol in PAUSES and len(use) > LONGEST_PAUSE:
            half = LONGEST_PAUSE // 2
            use = np.concatenate((use[:half], use[-half:]))
        kept.append(use)
        durations.append(len(use))
        at += duration
    return np.concatenate(kept), np.array(durations)


def _means(values: Floats, ends: NDArray[np.int64]) -> Floats:
    """The mean over each phone; for one of no frames, the value where it stands."""
    starts = np.concatenate(([0], ends[:-1]))
    last = len(values) - 1
    return np.array(
        [values[min(a, last) : max(b, min(a, last) + 1)].mean() for a, b in zip(starts, ends, strict=True)], np.float32
    )


def taught(lines: Iterable[str], folder: Path) -> list[Example]:
    """The teacher's utterances."""
    phonemizer, examples = Phonemizer(), []
    for i, line in enumerate(lines):
        path = folder / f"{i:05d}.wav"
        try:
            said = aligned(phonemizer.phones(line.split()), read_segments(path.with_suffix(".segs")))
            examples.append(example(path.stem, VOICE, measured(load(path)), said, i % 100 == 99))
        except (ValueError, KeyError, IndexError) as error:
            log.info("%s is left out: %s", path.stem, error)
    return examples


def read_aloud(data: Path) -> list[Example]:
    """What people read, in English, with their words known."""
    phonemizer, aligner, examples = Phonemizer(), Aligner(), []
    for recording in recordings(data, ("ljspeech", "speech")):
        if recording.text and recording.language == "en":
            try:
                examples.append(_read(recording, phonemizer, aligner))
            except (ValueError, KeyError, IndexError, RuntimeError) as error:
                log.info("%s is left out: %s", recording.name, error)
    return examples


def _read(recording: Recording, phonemizer: Phonemizer, aligner: Aligner) -> Example:
    audio = load(recording.path)
    phones = phonemizer.phones(_words(recording.text))
    segments = aligner.segments(audio, phones)
    if not segments:
        raise ValueError("the words were not found in the sound")
    return example(recording.name, recording.speaker, measured(audio), aligned(phones, segments), recording.held_out)


def _words(text: str) -> list[str]:
    """The words of a transcript, some of which are all in capitals."""
    text = text.lower() if text.isupper() else text
    words = "".join(c if c.isalnum() or c in "'-,.;:?!" else " " for c in text.replace("--", ", ")).split()
    return [*words[:-1], words[-1] if words[-1][-1] in PAUSES else words[-1] + "."]


def prepared(data: Path, work: Path, lines: list[str]) -> list[Example]:
    """All examples, made once and kept in `work`."""
    cache = work / "examples.pt"
    if not cache.exists():
        torch.save([*read_aloud(data), *taught(lines, work / "teacher")], cache)
    return torch.load(cache, weights_only=False)  # type: ignore[no-any-return]


def unwanted(data: Path) -> set[str]:
    """Sentences of which there are recordings, so that what is held out is heard from nobody."""
    rows = (json.loads(line) for kind in ("ljspeech", "speech") for line in (data / f"{kind}.jsonl").open())
    return {row["text"] for row in rows}
