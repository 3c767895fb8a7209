"""Speech enhancement by a model that was pulled: sound of any length, rate and channels through a network of its own.

file ─ pieces of 6 s, half of each shared ─▶ the network's rate ─▶ Network ─▶ speech, noise ─▶ lifted ─▶ faded ─▶ file

What is left is the recording less the noise, so that nothing is lost above what the network knows: there, noise is
what belongs to it by how loud it is just below.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from assistant import media
from assistant.audio import Samples
from assistant.errors import EngineError
from assistant.resample import resample
from models.attended import attended
from models.base import Card, Job, Made, MadeFile, Report
from models.pieces import Writer, pieces
from models.speech.separation_lifting import lifted

HOP_S = 3.0
"""How far apart pieces begin, half their length."""
HARDLY = 0.01
"""Of the power, that speech has at least."""
NO_SPEECH = "Hardly any speech was left; there may be none in it."


class Enhancer(Protocol):
    """A network that finds speech. Another thread may stop it."""

    rate: int
    """Hertz."""

    def __call__(self, sound: Samples, /) -> Samples:
        """Mono float32 (n,) at its rate → speech (1, n), as loud as it is in it."""

    def stop(self) -> None:
        """End the call that runs."""


class FoundationEnhancement:
    """An `Engine` around such a network."""

    def __init__(self, card: Card, network: Callable[[], Enhancer]) -> None:
        self.card = card
        self._make = network
        self._network: Enhancer | None = None

    def load(self) -> None:
        """Load the network, and call it once, so that the first job is as quick as the others.

        Raises:
            EngineError: it cannot be loaded.
        """
        self._network = self._make()
        self._network(0.1 * np.random.default_rng(0).standard_normal(self._network.rate, np.float32))

    def drop(self) -> None:
        """Let go of it."""
        self._network = None

    def run(self, job: Job, report: Report) -> Made:
        """Take noise out of `audio`; `strength`, 0 to 1, is how much of it (left out, all). The file has its rate, its
        channels and its length.

        Raises:
            EngineError: the strength is none.
            DataError: the file cannot be read or written.
            JobCancelled: it is no longer wanted.
        """
        path, strength = job.files["audio"], _strength(job)
        found = media.probe(path)
        file = MadeFile(job.folder / "clean.wav", "clean speech")
        before, after = 0.0, 0.0
        report(0.0)
        with Writer(file.path, found.rate, found.channels) as writer:
            for sound, noise in self._parted(path, found.rate, report):
                before, after = before + _energy(sound), after + _energy(sound - noise)
                writer.write(sound - np.float32(strength) * noise)
        report(1.0)
        facts = {"rate": found.rate, "channels": found.channels, "strength": strength}
        return Made(files=(file,), facts=facts, notice=NO_SPEECH if after < HARDLY * before else "")

    def _parted(self, path: Path, rate: int, report: Report) -> Iterator[tuple[Samples, Samples]]:
        """The recording, (n, channels), and the noise in it, a part after the other."""
        held: tuple[Samples, Samples] | None = None
        for mixture, fresh, done in _overlapping(path, rate):
            alive = partial(report, done)
            noise = np.stack([self._noise(channel, rate, alive) for channel in mixture.T], axis=1)
            if held:
                yield held[0], _faded(held[1], noise[: len(held[1])])
            held = mixture[len(mixture) - fresh :], noise[len(noise) - fresh :]
        if held:
            yield held

    def _noise(self, mixture: Samples, rate: int, alive: Callable[[], None]) -> Samples:
        """What of a channel is no speech, (n,) → (n,)."""
        network = self._network
        assert network is not None, "loaded before it is run"
        low = resample(np.ascontiguousarray(mixture), rate, network.rate)
        speech: Samples = attended(lambda: network(low), alive, network.stop)[0]
        if rate >= network.rate:
            return np.asarray(lifted(np.stack((speech, low - speech)), mixture, rate, network.rate)[1], np.float32)
        noise = resample(low - speech, network.rate, rate)[: len(mixture)]
        return np.asarray(np.pad(noise, (0, len(mixture) - len(noise))), np.float32)


def _overlapping(path: Path, rate: int) -> Iterator[tuple[Samples, int, float]]:
    """Pieces of a recording, each with the one before; how many samples are new, and how much of it lies before."""
    before, done = None, 0.0
    for part in pieces(path, HOP_S, rate):
        if len(part.samples):
            joined = part.samples if before is None else np.concatenate((before, part.samples))
            yield joined, len(part.samples), done
        before, done = part.samples, part.share


def _faded(before: Samples, after: Samples) -> Samples:
    """From one to the other, both (n, channels)."""
    rising = ((np.arange(len(before)) + 0.5) / len(before)).astype(np.float32)[:, None]
    return before + (after - before) * rising


def _energy(sound: Samples) -> float:
    return float(np.sum(np.square(sound, dtype=np.float64)))


def _strength(job: Job) -> float:
    given = job.arguments.get("strength", 1.0)
    if not isinstance(given, int | float) or not 0 <= given <= 1:
        raise EngineError("How much noise to take out is a number from zero, for none, to one, for all of it.")
    return float(given)
