"""What sounds while a wake word is said: noise, or our own voice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeAlias

import numpy as np

from asr.echo.canceller import Canceller
from asr.vad import WINDOW, GatedSilero
from assistant.audio import RATE, AudioChunk, Framer, Samples, dbfs
from assistant.bench.manifest import read_manifests
from assistant.events import Manner
from assistant.resample import resample
from config.settings import Settings
from tts.ensemble import Ensemble

NOISE_BELOW_DB = 10.0
"""How far the noise lies below the speech."""
VOICE_BELOW_DB = 0.0
"""How far our own voice does at the microphone, before it is cancelled: as loud as the speech."""
WARM_S = 4
"""How long our voice speaks before the recording; the canceller learns the room meanwhile."""
ECHO_S, DELAY_S = 0.2, 0.02
"""How long the room rings, and how late the echo comes."""
BLOCK = RATE // 50
TEXTS = (
    "The sun is about four and a half billion years old, and it will shine for another five billion years.",
    "I have set a timer for twenty minutes, and I will tell you when the time is up.",
    "In the recording there are birds, a car that passes slowly, and somebody who laughs in the distance.",
    "It will be cloudy in the morning, with some rain in the afternoon and a light wind from the west.",
)
"""What our voice is saying."""


Heard: TypeAlias = Iterator[tuple[Samples, float]]
"""Windows as the ears hear them, each with the voice detector's probability."""


def plainly(sound: Samples) -> Heard:
    """A sound through the voice detector."""
    activity = GatedSilero()
    return ((window, activity.push(window)) for window in Framer(activity.window).push(sound))


@dataclass(frozen=True, slots=True)
class Background:
    """A kind of sound under the recordings, another stretch of it under each."""

    name: str
    stretches: Iterator[Samples]
    """At 16 kHz, without end."""
    below_db: float
    heard: Callable[[Samples, Samples], Heard] = lambda near, played: plainly(near + played)
    """What the ears hear of a near sound and what is played, both of shape (n,)."""

    def under(self, sound: Samples, speech_dbfs: float) -> Heard:
        """A sound of shape (n,), with speech at a level, and this under it."""
        stretch = np.resize(next(self.stretches), len(sound))
        gain = 10 ** ((speech_dbfs - self.below_db - dbfs(stretch)) / 20)
        return self.heard(sound, np.asarray(stretch * gain, np.float32))


def without_echo(near: Samples, played: Samples) -> Heard:
    """What the ears hear of a near sound while we play something, behind the echo canceller, which has warmed up."""
    lead = np.resize(played, WARM_S * RATE)
    played, near = np.concatenate((lead, played)), np.concatenate((np.zeros_like(lead), near))
    canceller = Canceller()
    activity, framer = canceller.watch(GatedSilero()), Framer(WINDOW)
    microphone = near + _echo(played)
    for start in range(0, len(near) - BLOCK + 1, BLOCK):
        canceller.played(played[start : start + BLOCK], RATE, start / RATE)
        chunk = AudioChunk(microphone[start : start + BLOCK], RATE, start)
        for window in framer.push(canceller.push(chunk, lambda at: at).samples):
            speech = activity.push(window)
            if start >= len(lead):
                yield window, speech


def _echo(played: Samples) -> Samples:
    """What comes back at a microphone beside a small loudspeaker in a room, as loud as what is played, shape kept."""
    size = round(ECHO_S * RATE)
    decay = np.random.default_rng(0).normal(size=size) * 10 ** (-3 * np.arange(size) / size)
    response = np.concatenate((np.zeros(round(DELAY_S * RATE)), [1.0], 0.1 * decay))
    length = len(played) + len(response) - 1
    spectrum = np.fft.rfft(played, length) * np.fft.rfft(response, length)
    echo = np.asarray(np.fft.irfft(spectrum, length)[: len(played)], np.float32)
    return np.asarray(echo * 10 ** ((dbfs(played) - dbfs(echo)) / 20), np.float32)


def backgrounds(settings: Settings, negatives: Path | None) -> list[Background]:
    """Noise at 10 dB, recorded where there is a manifest noise.jsonl and pink otherwise, and our own voice."""
    return [
        Background("noise_10_db", _noises(negatives), NOISE_BELOW_DB),
        Background("own_voice", _spoken(settings), VOICE_BELOW_DB, without_echo),
    ]


def _noises(negatives: Path | None) -> Iterator[Samples]:
    manifest = None if negatives is None else (negatives if negatives.is_dir() else negatives.parent) / "noise.jsonl"
    if manifest is None or not manifest.exists():
        yield from (pink(5 * RATE, seed) for seed in count())
        return
    beds = [row.recording() for row in read_manifests(manifest)]
    sounds = [resample(bed.samples, bed.rate, RATE) for bed in beds]
    random = np.random.default_rng(0)
    for number in count():
        sound = sounds[number % len(sounds)]
        yield np.roll(sound, -int(random.integers(len(sound))))


def _spoken(settings: Settings) -> Iterator[Samples]:
    voice = Ensemble.open(settings.voice, settings.voice_options)
    spoken = [voice.speak(text, Manner()) for text in TEXTS]
    sounds = [resample(s.samples, s.rate, RATE) for s in spoken]
    for number in count():
        yield sounds[number % len(sounds)]


def pink(size: int, seed: int) -> Samples:
    """Noise whose power falls by 3 dB an octave, shape (size,)."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=size))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    noise = np.fft.irfft(spectrum, size)
    return np.asarray(0.1 * noise / np.abs(noise).max(), np.float32)
