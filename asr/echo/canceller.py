"""The echo canceller between microphone and ears.

 loudspeaker ─tap─▶ Reference ──at the microphone's time, drift followed──┐
                                                                          ▼
 microphone ─▶ 16 kHz ─▶ hops ─────────────────────────────────────▶ Kalman ─▶ rest ──▶ recognizer
                                                                          │
                                                       rest, echo, reference ─▶ Suppressor ─▶ voice activity

What is recognized is what the linear filter leaves: it harms the words of whoever speaks over the assistant least. What
decides whether anybody speaks goes through the suppressor, which leaves nothing of the assistant.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from asr.base import VoiceActivity
from asr.echo.drift import Drift
from asr.echo.fractional import AFTER
from asr.echo.kalman import HOP, PARTITIONS, Kalman
from asr.echo.reference import Reference
from asr.echo.suppressor import Suppressor
from assistant.audio import RATE, AudioChunk, Framer, Samples
from assistant.resample import Resampler

logger = logging.getLogger(__name__)

EARLY = 512
"""Samples by which the reference is taken before its time, if it is there by then: clocks err, and an echo must not
come before its cause."""
SPARE = 320
"""Samples of the reference that should be there beyond those that are read: it comes in pieces."""
SHORT_HOPS = 5
"""Hops, more than a twentieth of all, for which too little of it may be there."""
STRAY = 1600
"""Samples by which the reference may stray from the clocks before it is taken for a jump: 0.1 s. The clocks that sound
libraries tell wander by tens of milliseconds, and sound itself does not."""
STRAY_HOPS = 250
"""Hops for which it must have strayed: two seconds."""
TAIL = PARTITIONS * HOP + EARLY
"""Samples after the last sound of the loudspeaker in which there still is an echo."""
STEADY, FOLLOWING = 0.9998, 0.999
"""How much of the path is kept from hop to hop, as a rule and while its drift is not known yet."""
KNOWN_DRIFT = 5e-6
SIGNS = 3
"""Frames of 16 ms in a row in which somebody seems to speak, for a first sign of it."""
LIKELY = 0.1
"""What the voice detector must have made of the latest window by then; it is slower to be sure than the network."""
WARM_HOPS = 250
"""Hops of echo after which the path is known well enough: two seconds."""


@dataclass(slots=True)
class _Cursor:
    """Where the microphone is in the reference."""

    position: float
    early: float
    jumps: int
    strayed: int = 0
    """Hops for which it has been elsewhere than the clocks say."""
    short: float = 0.0
    """Hops lately for which there was not enough of the reference."""


class Canceller:
    """An `EchoCanceller` and, by `watch`, what tells the voice detector whom to listen to."""

    name = "kalman"

    def __init__(self) -> None:
        self.unneeded: Callable[[], bool] = lambda: False
        self.reference = Reference()
        self.kalman = Kalman()
        self.drift = Drift()
        self.suppressor = Suppressor()
        self._resampler = Resampler(RATE)
        self._framer = Framer(HOP)
        self._cursor: _Cursor | None = None
        self._expected = 0
        self._made = 0
        self._warm = 0
        self._watching: _Watching | None = None

    @property
    def trusted(self) -> bool:
        """Whether the path from loudspeaker to microphone has been heard for long enough."""
        return self._warm >= WARM_HOPS

    @property
    def present(self) -> bool:
        """Whether somebody speaks over the loudspeaker at this moment; see `asr.base.EchoCanceller`."""
        likely = self._watching is None or self._watching.latest > LIKELY
        return self.trusted and likely and self.suppressor.signs >= SIGNS

    def played(self, samples: Samples, rate: int, sounds_at: float) -> None:
        """What is written to the loudspeaker; see `asr.base.EchoCanceller`."""
        self.reference.note(samples, rate, sounds_at)

    def push(self, chunk: AudioChunk, captured_at: Callable[[float], float]) -> AudioChunk:
        """The microphone without the echo; see `asr.base.EchoCanceller`."""
        self.reference.fetch()
        converted = self._resampler.push(_sound(chunk))
        if converted.start != self._expected and len(converted.samples):
            self._skip_to(converted.start)
        self._expected = converted.start + len(converted.samples)
        start = self._made
        hops = [self._hop(hop, captured_at) for hop in self._framer.push(converted.samples)]
        rest = np.concatenate(hops) if hops else np.zeros(0, np.float32)
        return AudioChunk(rest, RATE, start)

    def watch(self, activity: VoiceActivity) -> VoiceActivity:
        """The voice detector, hearing this canceller's suppressed sound in place of what it is given."""
        self._watching = _Watching(activity, self.suppressor)
        return self._watching

    def _skip_to(self, start: int) -> None:
        """Sound is missing in the microphone: the rest of a hop goes, and the reference is missing as much."""
        self._framer = Framer(HOP)
        if self._cursor:
            self._cursor.position += (start - self._made) * self.drift.rate
        self._made = start

    def _hop(self, hop: Samples, captured_at: Callable[[float], float]) -> Samples:
        time = captured_at(self._made / RATE)
        self._made += HOP
        at = self._follow(time)
        if at is None or at - TAIL > self.reference.loud_until or self.unneeded():
            self.suppressor.pass_by(hop)
            return hop
        reference = self.reference.read(at + np.arange(HOP, dtype=np.float64) * self.drift.rate)
        done = self.kalman.step(reference, hop)
        self.kalman.keep = STEADY if self.drift.seen < KNOWN_DRIFT else FOLLOWING
        self.drift.push(self.kalman.weights[0])
        self._warm += bool(np.any(reference))
        self.suppressor.push(hop, done.rest, done.echo, reference)
        return done.rest

    def _follow(self, time: float) -> float | None:
        """The position in the reference for a hop captured at a loop time; None before anything was played."""
        told = self.reference.position_at(time)
        if told is None:
            return None
        cursor = self._cursor
        if cursor is None or self._is_lost(cursor, told):
            early = float(np.clip(self.reference.ends - told - HOP - SPARE, 0, EARLY))
            if cursor:
                early = min(early, cursor.early / 2) if cursor.short > SHORT_HOPS else early
                self._forget()
                logger.info("The loudspeaker's stream jumped; the echo is learned anew.")
            self._cursor = cursor = _Cursor(told + early, early, self.reference.jumps)
        at = cursor.position
        cursor.position += HOP * self.drift.rate
        return at

    def _forget(self) -> None:
        """What was learned of the path holds no longer; what was learned of the clocks does."""
        self.kalman.reset()
        self.drift.reset()
        self._warm = 0

    def _is_lost(self, cursor: _Cursor, told: float) -> bool:
        """Whether the microphone must be found anew in the reference."""
        cursor.strayed = cursor.strayed + 1 if abs(cursor.position - told - cursor.early) > STRAY else 0
        missing = cursor.position + HOP + AFTER > self.reference.ends
        cursor.short = max(0.0, cursor.short + missing - 0.05)
        too_short = cursor.short > SHORT_HOPS and cursor.early > 0
        return cursor.strayed > STRAY_HOPS or too_short or cursor.jumps != self.reference.jumps


def _sound(chunk: AudioChunk) -> AudioChunk:
    """Without what is no number: a driver that gives such a sample once must not spoil what was learned."""
    if np.isfinite(chunk.samples).all():
        return chunk
    return AudioChunk(np.nan_to_num(chunk.samples, posinf=0.0, neginf=0.0), chunk.rate, chunk.start)


class _Watching:
    """A `VoiceActivity` that hears what the suppressor leaves."""

    def __init__(self, activity: VoiceActivity, suppressor: Suppressor) -> None:
        self.window = activity.window
        self._activity = activity
        self._suppressor = suppressor
        self.latest = 0.0
        """What the voice detector itself made of the latest window."""

    def push(self, window: Samples) -> float:
        """Probability that somebody else than the assistant speaks in the next window, shape (window,)."""
        heard, presence = self._suppressor.take(self.window)
        if not np.any(window):  # the ears are deaf at the moment
            heard = window
        self.latest = self._activity.push(heard)
        return min(self.latest, presence)
