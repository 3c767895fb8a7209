"""Speech separation as a job: two people who talk at once become two recordings, named by their voices.

file ─ pieces of 6 s, half of each shared ─┬─ 8 kHz ─▶ Network ─▶ voices ─▶ lifted ─┐
                                           └─ 16 kHz ─▶ probability of speech       ├─▶ Stitcher ─▶ two files
                                                                Census: how many? ◀─┘
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np

from assistant import media
from assistant.audio import Samples
from assistant.resample import resample
from models.attended import attended
from models.base import Card, Job, Json, Made, MadeFile, Report
from models.borrowed import SpeechIn
from models.pieces import Peak, Writer, pieces
from models.speech.census import Census
from models.speech.separation_lifting import lifted
from models.speech.separation_network import RATE, Network
from models.speech.sides import on_sides
from models.speech.stitching import Stitcher
from models.speech.voice_print import VoicePrint, prints_of, semitones

HOP_S = 3.0
"""How far apart pieces begin, half their length."""
APART = 2.5
"""Semitones from which one voice is called the lower and the other the higher one."""
ORDINALS = ("first", "second")
ASIDE = "Each of them has a channel, and I took these as they are."

Prints: TypeAlias = tuple[VoicePrint, VoicePrint]
NOT_HEARD: Prints = (VoicePrint(), VoicePrint())


class Separator(Protocol):
    """A `Separate` that another thread may stop."""

    def __call__(self, mixture: Samples) -> Samples: ...
    def stop(self) -> None: ...


class Separation:
    """An `Engine` around a network that parts two voices."""

    def __init__(self, card: Card, speech_in: SpeechIn, network: Callable[[], Separator] = Network) -> None:
        self.card = card
        self._speech_in = speech_in
        self._network = network
        self._separate: Separator | None = None

    def load(self) -> None:
        """Load the network, and part a second of noise, so that the first job is as quick as the others.

        Raises:
            EngineMissing: its weights are not here.
        """
        self._separate = self._network()
        self._separate(np.random.default_rng(0).standard_normal(RATE, np.float32))

    def drop(self) -> None:
        """Let the network go."""
        self._separate = None

    def run(self, job: Job, report: Report) -> Made:
        """Part the two voices of `audio`: two mono files at its rate, whose sum it is, or is but for one factor where
        it would clip; who speaks first is the first. Where two people have a channel each, these are the two files.

        Raises:
            EngineError: nobody speaks in it, or only one person.
            DataError: the file cannot be read or written.
            JobCancelled: it is no longer wanted.
        """
        path = job.files["audio"]
        source = media.probe(path)
        rate = max(RATE, source.rate)
        report(0.0)
        aside = source.channels == 2 and on_sides(path, self._speech_in)
        census, prints, peak = Census(self._speech_in), NOT_HEARD, Peak()
        paths = [job.folder / f"voice-{k}.wav" for k in (1, 2)]
        with ExitStack() as files:
            writers = [files.enter_context(Writer(each, rate, 1, peak=peak)) for each in paths]
            for voices, known in (_sides if aside else self._parted)(path, rate, report):
                census.push(voices, rate)
                prints = known
                for writer, voice in zip(writers, voices, strict=True):
                    writer.write(voice)
            notice = census.verdict(None if aside else prints)
        found: dict[str, Json] = {"input_rate": source.rate, "input_channels": source.channels, "rate": rate}
        return _made(paths, census.first, prints, notice or (ASIDE if aside else ""), found)

    def _parted(self, path: Path, rate: int, report: Report) -> Iterator[tuple[Samples, Prints]]:
        """The two voices, (2, n), a part after the other, and what is known of them by now."""
        stitcher = Stitcher(round(HOP_S * rate))
        for mixture, done in _overlapping(path, rate):
            report(done)
            voices = self._voices(resample(mixture, rate, RATE), partial(report, done))
            yield stitcher.push(lifted(voices, mixture, rate), prints_of(voices)), stitcher.prints
        yield stitcher.finish(), stitcher.prints
        report(1.0)

    def _voices(self, mixture: Samples, alive: Callable[[], None]) -> Samples:
        separate = self._separate
        assert separate is not None, "loaded before it is run"
        return attended(lambda: separate(mixture), alive, separate.stop)


def _overlapping(path: Path, rate: int) -> Iterator[tuple[Samples, float]]:
    """Pieces of a recording, mono, each with the half of the one before, and how much of it lies before their ends."""
    before, done = np.zeros(0, np.float32), 0.0
    for part in pieces(path, HOP_S, rate, mono=True):
        fresh = part.samples[:, 0]
        if len(before) or part.last:
            yield np.concatenate((before, fresh)), done
        before, done = fresh, part.share


def _sides(path: Path, rate: int, report: Report) -> Iterator[tuple[Samples, Prints]]:
    """Two channels as two voices, as `Separation._parted` has them."""
    known = NOT_HEARD
    for part in pieces(path, HOP_S, rate):
        voices = np.ascontiguousarray(part.samples.T)
        first, second = prints_of(np.stack([resample(voice, rate, RATE) for voice in voices]))
        known = (known[0] + first, known[1] + second)
        yield voices, known
        report(part.share)


def _made(paths: Sequence[Path], first: int, prints: Prints, notice: str, facts: Mapping[str, Json]) -> Made:
    """The files in the order in which the voices are heard, named by it and by how high they are."""
    order = (first, 1 - first)
    pitches = [round(prints[k].pitch_hz, 1) for k in order]
    voices = heights(*pitches)
    files = tuple(_named(paths[k], ordinal, voice) for k, ordinal, voice in zip(order, ORDINALS, voices, strict=True))
    told: dict[str, Json] = {"channels": 1, "pitch_hz": list[Json](pitches), "voices": list[Json](voices)}
    return Made(files=files, facts={**facts, **told, "speakers": 2}, notice=notice)


def _named(path: Path, ordinal: str, voice: str) -> MadeFile:
    made = path.replace(path.with_name(f"{ordinal}-speaker.wav"))
    return MadeFile(made, f"{ordinal} speaker, {voice} voice" if voice else f"{ordinal} speaker")


def heights(first_hz: float, second_hz: float) -> tuple[str, str]:
    """What two voices are called by their pitch: lower and higher, or nothing where they are about as high, or one of
    them has none (0)."""
    if not (first_hz and second_hz) or abs(apart := semitones(first_hz, second_hz)) < APART:
        return "", ""
    return ("lower", "higher") if apart > 0 else ("higher", "lower")
