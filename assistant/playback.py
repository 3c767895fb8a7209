"""From sound in hand to sound heard: the buffer a loudspeaker pulls from, and who knows what left it.

Player ──push──▶ PlaybackBuffer ◀──pull── loudspeaker (an audio callback, or a paced file)
                      │      └──tap──▶ echo canceller: exactly what is written
                 played, began_at
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeAlias

import numpy as np

from assistant.audio import Samples
from assistant.errors import EarshotError
from assistant.events import Spoken, Word
from assistant.resample import resample
from assistant.stream import Stream

FADE_S = 0.005
"""Seconds over which sound that is cut off fades, so that it does not click."""
RAMP_S = 0.01
"""Seconds over which sound that is held, let go or ducked changes its level."""
KEPT_S = 4.0
"""How much of what was played can be played again."""
DUCKED = 0.15
"""What is left of the amplitude of a sound that goes on while somebody speaks: -16 dB."""

ASKED_S = 1.5
"""Who speaks this long before the end of a question answers it."""

Tap: TypeAlias = Callable[[Samples, int, float], None]
"""Told every block that leaves, zeros included: mono float32 of shape (n,), its rate in hertz, and the loop time at
which its first sample sounds. Called by whoever pulls, so it must return at once."""


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
        self.held = False
        """Whether what waits is kept back; zeros come out meanwhile."""
        self.tap: Tap | None = None
        self._waiting: deque[Samples] = deque()
        self._kept: deque[Samples] = deque()
        self._tail: Samples = np.zeros(0, np.float32)
        self._gain = self._level = 1.0
        self._lock = Lock()

    @property
    def pending(self) -> int:
        """Samples pushed and not pulled yet."""
        return self.pushed - self.played

    @property
    def sounding(self) -> bool:
        """Whether something is heard as long as somebody pulls."""
        return self.pending > 0 and not self.held

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
            if not self.held:
                if self._waiting and self.began_at is None:
                    self.began_at = sounds_at + filled / self.rate
                taken = self._take(count - filled)
                block[filled : filled + len(taken)] = self._ramped(taken)
        if self.tap:
            self.tap(block, self.rate, sounds_at)
        return block

    def start_over(self) -> None:
        """Forget when the sound began, so that the next sample pulled marks a new beginning."""
        with self._lock:
            self.began_at = None

    def discard(self) -> None:
        """Drop what waits; what comes out next fades within `FADE_S` instead of stopping dead."""
        with self._lock:
            if not self.held:
                self._fade(FADE_S)
            self._waiting.clear()
            self._kept.clear()
            self.pushed = self.played
            self.held = False
            self._gain = self._level = 1.0

    def hold(self) -> None:
        """Fade within `RAMP_S` and keep back what waits; the fade counts as not played."""
        with self._lock:
            if not self.held:
                self._fade(RAMP_S)
                self.held = True

    def let_go(self, position: int) -> None:
        """Go on, from a position that was played no longer than `KEPT_S` ago; rising within `RAMP_S` if held."""
        with self._lock:
            while self.played > position and self._kept:
                self._put_back(self.played - position)
            if self.held:
                self._gain = 0.0
            self.held = False
            self._level = 1.0

    def duck(self) -> None:
        """Go on softly, at `DUCKED` of the amplitude, until `let_go`."""
        self._level = DUCKED

    def _take(self, count: int) -> Samples:
        """Up to `count` of what waits, shape (n,); it counts as played."""
        pieces = []
        while self._waiting and count:
            head = self._waiting.popleft()
            if len(head) > count:
                self._waiting.appendleft(head[count:])
                head = head[:count]
            pieces.append(head)
            count -= len(head)
        taken = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        self._keep(taken)
        return taken

    def _keep(self, taken: Samples) -> None:
        self.played += len(taken)
        if len(taken):
            self._kept.append(taken)
        while self._kept and sum(map(len, self._kept)) - len(self._kept[0]) > KEPT_S * self.rate:
            self._kept.popleft()

    def _put_back(self, count: int) -> None:
        last = self._kept.pop()
        if len(last) > count:
            self._kept.append(last[:-count])
            last = last[-count:]
        self._waiting.appendleft(last)
        self.played -= len(last)

    def _ramped(self, samples: Samples) -> Samples:
        """At the gain there is, on its way to the level there is to be."""
        if self._gain == self._level:
            return samples * np.float32(self._gain) if self._gain != 1.0 else samples
        step = np.sign(self._level - self._gain) / (RAMP_S * self.rate)
        gains = self._gain + step * np.arange(1, len(samples) + 1)
        gains = np.minimum(gains, self._level) if step > 0 else np.maximum(gains, self._level)
        self._gain = float(gains[-1]) if len(gains) else self._gain
        return np.asarray(samples * gains, np.float32)

    def _fade(self, seconds: float) -> None:
        """What comes next, fading: a copy that is nobody's."""
        if self._waiting:
            head = np.concatenate([*self._waiting][:4])[: round(seconds * self.rate)]
            self._tail = head * np.linspace(self._gain, 0, len(head), dtype=np.float32)

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

    def at(self, played: int) -> str:
        """The artifact that sounds at `played`; empty for words, or nothing."""
        begun = [(start, name) for name, start in self.sources.items() if start <= played]
        words = [start for _, start, _ in self.words if start <= played]
        start, name = max(begun, default=(-1, ""))
        return name if start > max(words, default=-1) else ""

    def again(self, played: int) -> int:
        """Where to go on after an interruption at `played`: the beginning of the word that was cut off."""
        starts = [start for _, start, end in self.words if start <= played < end]
        return starts[0] if starts else played

    def around(self, first: int, last: int) -> list[str]:
        """The words that sound, in part or whole, between two positions."""
        return [word.text for word, start, end in self.words if end > first and start < last]

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

    def give_way(self) -> bool:
        """Let somebody speak: words are held, and a sound that was made goes on softly. Whether it was ducked."""
        if self.playing.at(self.buffer.played):
            self.buffer.duck()
            return True
        self.buffer.hold()
        return False

    def go_on(self) -> None:
        """After `give_way`: louder again, or from the beginning of the word that was cut off."""
        held = self.buffer.held
        self.buffer.let_go(self.playing.again(self.buffer.played) if held else self.buffer.played)

    def around(self, before_s: float, after_s: float) -> list[str]:
        """The words that sounded in the last `before_s` seconds, or will in the next `after_s`."""
        at, rate = self.buffer.played, self.buffer.rate
        return self.playing.around(at - round(before_s * rate), at + round(after_s * rate))

    def making_sound(self) -> bool:
        """Whether what sounds now is a sound that was made, and no words."""
        return bool(self.playing.at(self.buffer.played)) and self.buffer.pending > 0

    def asking(self) -> bool:
        """Whether what was made so far ends in a question that is about to be over."""
        words = self.playing.words
        if not words or not words[-1][0].text.endswith("?"):
            return False
        return self.buffer.pending < ASKED_S * self.buffer.rate

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
