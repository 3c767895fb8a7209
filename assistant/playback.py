"""From sound in hand to sound heard: the buffer a loudspeaker pulls from, and who knows what left it.

Player ──push──▶ PlaybackBuffer ◀──pull── loudspeaker (an audio callback, or a paced file)
                      │
                 played, began_at
"""

import asyncio
from collections import deque
from contextlib import aclosing
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from assistant.audio import Samples
from assistant.errors import EarshotError
from assistant.events import Spoken, Word
from assistant.resample import resample
from assistant.stream import Stream

FADE_S = 0.005
"""Seconds over which sound that is cut off fades, so that it does not click."""


class PlaybackBuffer:
    """Sound waiting to be played. One thread pushes, another may pull.

    Whoever owns a loudspeaker pulls a block at a time and says when its first sample will sound; where nothing waits,
    zeros come out. Positions count the samples pushed, zeros left out.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        """Hertz."""
        self.played = 0
        """How many of the samples pushed have been pulled."""
        self.pushed = 0
        """How many samples were pushed; those discarded are not counted."""
        self.began_at: float | None = None
        """Loop time at which the first sample sounded after the buffer had last run empty."""
        self._waiting: deque[Samples] = deque()
        self._tail: Samples = np.zeros(0, np.float32)
        self._lock = Lock()

    @property
    def pending(self) -> int:
        """Samples pushed and not pulled yet."""
        return self.pushed - self.played

    def push(self, samples: Samples) -> None:
        """Append mono float32 at `rate`, shape (n,)."""
        if len(samples):
            with self._lock:
                self._waiting.append(samples)
                self.pushed += len(samples)

    def pull(self, count: int, sounds_at: float) -> Samples:
        """The next `count` samples, shape (count,); the first of them sounds at loop time `sounds_at`."""
        block = np.zeros(count, np.float32)
        with self._lock:
            filled = self._take_tail(block)
            if self._waiting and self.began_at is None:
                self.began_at = sounds_at + filled / self.rate
            while self._waiting and filled < count:
                head = self._waiting.popleft()
                taken = head[: count - filled]
                block[filled : filled + len(taken)] = taken
                filled += len(taken)
                self.played += len(taken)
                if len(taken) < len(head):
                    self._waiting.appendleft(head[len(taken) :])
        return block

    def start_over(self) -> None:
        """Forget when the sound began, so that the next sample pulled marks a new beginning."""
        with self._lock:
            self.began_at = None

    def discard(self) -> None:
        """Drop what waits; what comes out next fades within `FADE_S` instead of stopping dead."""
        with self._lock:
            if self._waiting:
                head = self._waiting[0][: round(FADE_S * self.rate)]
                self._tail = head * np.linspace(1, 0, len(head), dtype=np.float32)
            self._waiting.clear()
            self.pushed = self.played

    def _take_tail(self, block: Samples) -> int:
        """Play the fade of a discarded sound; it counts as nobody's."""
        tail, self._tail = self._tail[: len(block)], self._tail[len(block) :]
        block[: len(tail)] = tail
        return len(tail)


@dataclass(slots=True)
class Playing:
    """What the player knows of the sound it was given: where each word ends, and so what was heard."""

    began: int
    """The buffer's position at which this sound begins."""
    words: list[tuple[Word, int, int]] = field(default_factory=list)
    """Each word with the buffer positions of its first sample and of the one after its last."""
    sources: dict[str, int] = field(default_factory=dict)
    """Each artifact with the position at which its sound begins."""

    def heard(self, played: int) -> list[Word]:
        """The words that were played to their end, `played` being the buffer's position."""
        return [word for word, _, end in self.words if end <= played]

    def speaking(self, played: int) -> int | None:
        """Index of the word that sounds at `played`, or None before the first and between words."""
        return next((i for i, (_, start, end) in enumerate(self.words) if start <= played < end), None)


class Player:
    """Plays streams of sound through a loudspeaker, one at a time.

    Played to its end, or as far as it could be made, a sound is drained; cancelled, what has not sounded is dropped at
    once.
    """

    def __init__(self, buffer: PlaybackBuffer, ahead_s: float = 0.4) -> None:
        self.buffer = buffer
        self.ahead_s = ahead_s
        """How much sound is kept waiting in the buffer before more is made."""
        self.playing = Playing(0)

    async def play(self, sounds: Stream[Spoken]) -> None:
        """Play everything the stream yields, and return when the last of it has left the buffer."""
        self.buffer.start_over()
        self.playing = Playing(self.buffer.pushed)
        try:
            async with aclosing(sounds):
                async for sound in sounds:
                    self._push(sound)
                    await self._until_pending(round(self.ahead_s * self.buffer.rate))
            await self._until_pending(0)
        except EarshotError:
            await self._until_pending(0)  # what was made before the failure is heard
            raise
        finally:
            self.buffer.discard()

    def heard(self) -> list[Word]:
        """The words of the present or last sound that were played to their end."""
        return self.playing.heard(self.buffer.played)

    def speaking(self) -> int | None:
        """Index of the word that sounds now."""
        return self.playing.speaking(self.buffer.played)

    def played(self) -> list[str]:
        """The artifacts of the present or last sound of which something was played."""
        return [name for name, start in self.playing.sources.items() if start < self.buffer.played]

    def _push(self, sound: Spoken) -> None:
        at, rate = self.buffer.pushed, self.buffer.rate
        if sound.source:
            self.playing.sources.setdefault(sound.source, at)
        samples = resample(sound.samples, sound.rate, rate)
        self.playing.words += [
            (w, at + round(w.start_s * rate), at + min(round(w.end_s * rate), len(samples))) for w in sound.words
        ]
        self.buffer.push(samples)

    async def _until_pending(self, count: int) -> None:
        """Wait until at most `count` samples wait; a device that stopped pulling keeps us here, cancellable."""
        # Polled, because the puller may be an audio callback, which should wake nobody.
        while (more := self.buffer.pending - count) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(max(more / self.buffer.rate, 0.005), 0.02))
