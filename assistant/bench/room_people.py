"""Who speaks and what sounds in the room: recordings cut to what matters, and backchannels made if none are recorded.

recording    ▁▁▁▁▁▁▁▁okay stop reading▁▁▁▁▁▁▁
utterance           ▁okay stop reading▁
                     onset           end
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from faster_whisper.vad import get_speech_timestamps

from assistant.audio import RATE, Samples, silence
from assistant.bench.room_acoustics import active_dbfs
from assistant.bench.room_data import PEOPLE, Clip
from assistant.bench.synthesizers import PROGRAMS, OwnVoice, Synthesizer, named
from assistant.bench.truth import OFFLINE
from assistant.errors import EngineError
from assistant.resample import resample
from config.settings import Settings
from tts.loader import FALLBACK, load_voice

LEAD_S = 0.1
"""How much of what precedes speech is kept."""
TAIL_S = 0.2
LONGEST_S = 8.0
"""Who speaks longer is cut in a pause if the words are unknown, and else left out."""
SHORTEST_S = 0.25
BURST_S = 1.5
"""How long a cough or knock lasts at most."""
SAID = ("right", "okay", "yeah", "I see", "sure")
"""What is synthesized for want of recordings; synthesizers spell what is only hummed."""
HUMS_HZ = (90.0, 97.0, 105.0, 112.0, 120.0)
"""Pitch of those who hum "mm-hmm"."""


class Kind(StrEnum):
    """What somebody in the room does."""

    TURN = "turn"
    """Says something to the assistant while it is silent."""
    INTERRUPTION = "interruption"
    BACKCHANNEL = "backchannel"
    BURST = "burst"
    """A cough, a knock."""


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """What is said or sounds, near the one who makes it."""

    kind: Kind
    name: str
    samples: Samples
    """At `RATE`, shape (n,)."""
    onset_s: float
    """Where it begins in `samples`, by offline Silero, or for sounds by their level."""
    end_s: float
    text: str = ""
    """The words; empty where unknown."""

    def heard(self, response: Samples, level_dbfs: float) -> Samples:
        """As it reaches the microphone, at an active level, shape (n + len(response) - 1,)."""
        size = len(self.samples) + len(response) - 1
        fast = 1 << (size - 1).bit_length()
        there = np.fft.irfft(np.fft.rfft(self.samples, fast) * np.fft.rfft(response, fast), fast)[:size]
        gain = 10 ** ((level_dbfs - active_dbfs(there.astype(np.float32), RATE)) / 20)
        return np.asarray(there * gain, np.float32)


def interruptions(clips: Sequence[Clip], voice: str) -> Iterator[Utterance]:
    """People who say something in English; not those with the assistant's own voice, whose name is `voice`.

    Raises:
        DataError: a recording cannot be read.
    """
    for clip in clips:
        words = clip.kind in PEOPLE and clip.language == "en" and not clip.backchannel
        if words and clip.speaker.lower() != voice and (found := speech(clip, Kind.INTERRUPTION)):
            yield found


def backchannels(clips: Sequence[Clip]) -> list[Utterance]:
    """Those that are recorded.

    Raises:
        DataError: a recording cannot be read.
    """
    return [found for clip in clips if clip.backchannel and (found := speech(clip, Kind.BACKCHANNEL))]


def bursts(clips: Sequence[Clip]) -> list[Utterance]:
    """Coughs, knocks and the like, the first of each recording.

    Raises:
        DataError: a recording cannot be read.
    """
    return [found for clip in clips if clip.burst and (found := burst(clip.sound(), clip.path.stem))]


def speech(clip: Clip, kind: Kind) -> Utterance | None:
    """The speech of a recording; None where there is none, too little or too much."""
    return spoken(clip.sound(), kind, clip.path.stem, clip.text)


def spoken(samples: Samples, kind: Kind, name: str, text: str) -> Utterance | None:
    """What is said in a sound at `RATE`, shape (n,); None where there is no speech, too little or too much."""
    padded = np.concatenate((silence(LEAD_S, RATE), samples, silence(1.0, RATE)))
    spans = [(s["start"] / RATE, s["end"] / RATE) for s in get_speech_timestamps(padded, OFFLINE)]
    if spans and not text:
        spans = [span for span in spans if span[1] - spans[0][0] <= LONGEST_S] or spans
    if not spans or not SHORTEST_S <= spans[-1][1] - spans[0][0] <= LONGEST_S:
        return None
    return _cut(padded, spans[0][0], spans[-1][1], kind, name, text)


def burst(samples: Samples, name: str) -> Utterance | None:
    """The first sound in a recording at `RATE`: from where it rises within 25 dB of the loudest, until it is quiet."""
    size = RATE // 100
    frames = samples[: len(samples) - len(samples) % size].reshape(-1, size)
    power = np.square(frames, dtype=np.float64).mean(axis=1)
    loud = np.flatnonzero(power > 10**-2.5 * power.max()) if len(power) and power.max() > 0 else np.zeros(0, np.int64)
    if not len(loud):
        return None
    first, last = int(loud[0]), int(loud[0])
    for frame in loud:
        if frame - last > 30 or frame - first > BURST_S * 100:
            break
        last = int(frame)
    padded = np.concatenate((silence(LEAD_S, RATE), samples))
    return _cut(padded, LEAD_S + first / 100, LEAD_S + (last + 1) / 100, Kind.BURST, name, "")


def _cut(padded: Samples, onset: float, end: float, kind: Kind, name: str, text: str) -> Utterance:
    """From a little before the onset to a little after the end, faded at both ends."""
    first = max(0, round((onset - LEAD_S) * RATE))
    kept = padded[first : round((end + TAIL_S) * RATE)].copy()
    fade = np.linspace(0, 1, RATE // 100, dtype=np.float32)
    kept[: len(fade)] *= fade
    kept[-len(fade) :] *= fade[::-1]
    began = first / RATE
    return Utterance(kind, name, kept, onset - began, end - began, text)


def synthesized(settings: Settings) -> list[Utterance]:
    """Backchannels hummed, and by whatever synthesizers are installed besides the assistant's voice; espeak always is.

    Raises:
        EngineError: not even espeak can be loaded.
    """
    said = (_said(synthesizer, text) for synthesizer in _synthesizers(settings) for text in SAID)
    hums = (spoken(hum(pitch), Kind.BACKCHANNEL, f"hum {pitch:.0f}", "mm-hmm") for pitch in HUMS_HZ)
    return [utterance for utterance in (*hums, *said) if utterance is not None]


def hum(pitch: float) -> Samples:
    """Two syllables through a closed mouth, "mm-hmm", the second higher, at `RATE`: harmonics below a nasal formant."""
    time = np.arange(round(0.6 * RATE)) / RATE
    rise = 1 / (1 + np.exp(-(time - 0.27) / 0.03))
    phase = 2 * np.pi * np.cumsum(pitch * (0.95 + 0.25 * rise)) / RATE
    loud = np.sin(np.pi * np.clip(time / 0.2, 0, 1)) ** 0.5 + np.sin(np.pi * np.clip((time - 0.26) / 0.34, 0, 1)) ** 0.5
    harmonics = range(1, int(3000 / pitch))
    voice = sum(np.sin(k * phase) / (1 + (k * pitch / 300) ** 2) for k in harmonics)
    return np.asarray(0.1 * loud * voice, np.float32)


def _synthesizers(settings: Settings) -> Iterator[Synthesizer]:
    yield OwnVoice(load_voice(FALLBACK, settings.voice_options), FALLBACK)
    for name in (name for names in PROGRAMS.values() for name in names):
        try:
            synthesizer = named(name)
        except EngineError:
            continue  # it is not installed
        yield synthesizer
        synthesizer.close()


def _said(synthesizer: Synthesizer, text: str) -> Utterance | None:
    sound = synthesizer.clause(text)
    samples = resample(sound.samples, sound.rate, RATE)
    return spoken(samples, Kind.BACKCHANNEL, f"{synthesizer.name} {text}", text)
