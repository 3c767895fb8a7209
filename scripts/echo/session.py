"""Sessions: the loudspeaker plays, somebody speaks every now and then, other things sound.

played ─▶ distortion ─▶ room ─▶ drift ─▶ delay ─▶ echo ──┐
people ──────────────▶ room ──────────────────▶ speech ──┼─▶ microphone
sounds, hiss, beds of noise ──────────────────▶ other ───┘
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.audio import RATE, Samples
from assistant.bench.room_data import Clip
from scripts.echo.acoustics import convolved, distorted, drifted, hiss, leveled, made_up, normalized, trimmed
from scripts.echo.recordings import Recordings

PEOPLE_DBFS = -26.0
"""Active level of people at the microphone, on the average."""
PLAYED_DBFS = -23.0
ECHO_DB = (-16.0, 13.0)
"""How far the echo lies above that level, at least and at most."""
NOBODY = 0.15
"""Share of the sessions in which there are sounds, and nobody speaks."""
SOUNDS = 0.28
"""Share of sounds among what happens in the others."""
SESSION_DB = (-8.0, 6.0)
"""How far everything does."""


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """What was played, and the parts of what the microphone heard, each of shape (n,) at `RATE`."""

    played: Samples
    echo: Samples
    speech: Samples
    other: Samples
    """What is neither echo nor speech."""
    own_voice: bool = True
    """Whether what was played are the program's own voices, rather than other people or sounds."""

    @property
    def near(self) -> Samples:
        """Everything but the echo."""
        return self.speech + self.other


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Draws sessions from recordings."""

    recordings: Recordings
    draw: np.random.Generator

    def session(self, seconds: float) -> Session:
        """The next one."""
        count = round(seconds * RATE)
        clips, longest_s = self._programme()
        played = self._played(count, clips, longest_s)
        echo = leveled(self._echo(played), PEOPLE_DBFS + self.draw.uniform(*ECHO_DB))
        speech, other = self._near(count)
        other = other + self._noise(count)
        gain = np.float32(10 ** (self.draw.uniform(*SESSION_DB) / 20))
        return Session(played, echo * gain, speech * gain, other * gain, clips is self.recordings.far)

    def _played(self, count: int, clips: Sequence[Clip], longest_s: float) -> Samples:
        """One clip after another, with pauses, shape (count,)."""
        out = np.zeros(count, np.float32)
        at = self._samples(0.2, 3)
        while at < count:
            sound = self._sound(clips)[: round(longest_s * RATE)]
            sound = leveled(sound, PLAYED_DBFS + self.draw.uniform(-6, 3))[: count - at]
            out[at : at + len(sound)] += sound
            pause = RATE // 50 if self.draw.random() < 0.6 else self._samples(0.3, 3.5)
            at += len(sound) + pause
        return np.clip(out, -1, 1)

    def _programme(self) -> tuple[Sequence[Clip], float]:
        """What is played, sentences mostly, else other people or sounds; and how many seconds of each."""
        kind = self.draw.random()
        if kind > 0.9 and self.recordings.sounds:
            return self.recordings.sounds, 8.0
        if kind > 0.75 and self.recordings.voices:
            return self.recordings.voices, 10.0
        return self.recordings.far, 60.0

    def _echo(self, played: Samples) -> Samples:
        """What is heard of it, delayed by up to 0.1 s, shape kept; sometimes something is moved in between."""
        sound, draw = distorted(played, self.draw), self.draw
        echo = convolved(sound, self._response())
        if draw.random() < 0.15:
            moved = draw.integers(len(echo) // 3, len(echo))
            after = convolved(sound, self._response()) * np.float32(10 ** (draw.uniform(-6, 6) / 20))
            echo = np.concatenate((echo[:moved], after[moved:]))
        if draw.random() < 0.4:
            echo = drifted(echo, draw.uniform(-80, 80) * 1e-6)
        delay = self._samples(0.005, 0.1)
        return np.concatenate((np.zeros(delay, np.float32), echo))[: len(echo)]

    def _near(self, count: int) -> tuple[Samples, Samples]:
        """Speech and other sounds, both of shape (count,)."""
        speech, other = np.zeros((2, count), np.float32)
        at = self._samples(1, 8)
        response = self._response() if self.draw.random() < 0.5 else None
        sounds = 0.0 if not self.recordings.sounds else 1.0 if self.draw.random() < NOBODY else SOUNDS
        while at < count:
            is_sound = self.draw.random() < sounds
            level = self.draw.uniform(-15, 7) if is_sound else self.draw.uniform(-10, 6)
            sound = leveled(self._burst() if is_sound else self._utterance(), PEOPLE_DBFS + level)
            if response is not None and not is_sound:
                sound = convolved(np.pad(sound, (0, len(response) - 1)), response)
            sound = sound[: count - at]
            (other if is_sound else speech)[at : at + len(sound)] += sound
            at += len(sound) + self._samples(0.3, 7)
        return speech, other

    def _burst(self) -> Samples:
        return self._sound(self.recordings.sounds)[: self._samples(0.3, 3)]

    def _utterance(self) -> Samples:
        who = self.draw.choice(len(self.recordings.people), p=self.recordings.shares)
        return self.recordings.people[who].sound()[: 9 * RATE]

    def _noise(self, count: int) -> Samples:
        noise = leveled(hiss(count, self.draw), self.draw.uniform(-72, -42))
        beds = [some for some in (self.recordings.noise, self.recordings.sounds) if some]
        if self.draw.random() < 0.6 and beds:
            bed = np.resize(self._sound(beds[int(self.draw.integers(len(beds)))]), count)
            noise = noise + leveled(bed, self.draw.uniform(-64, -34))
        return noise

    def _response(self) -> Samples:
        if self.draw.random() < 0.5 or not self.recordings.rooms:
            return normalized(made_up(self.draw))
        channels = self._one(self.recordings.rooms).channels()
        return normalized(trimmed(channels[int(self.draw.integers(len(channels)))]))

    def _sound(self, clips: Sequence[Clip]) -> Samples:
        return self._one(clips).sound()

    def _one(self, clips: Sequence[Clip]) -> Clip:
        return clips[int(self.draw.integers(len(clips)))]

    def _samples(self, least_s: float, most_s: float) -> int:
        return round(self.draw.uniform(least_s, most_s) * RATE)
