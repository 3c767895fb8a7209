"""What a loudspeaker pulls: the sound of its buffer at the device's rate, and once more what a dying device swallowed.

PlaybackBuffer ──▶ Feed ──▶ device                     said by the device, at the last callback
     rate          │ to the device's rate              ┌──────────┴──────────┐
                   └ remembers ▶  ████████████████████│▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│
                                  has sounded          pulled, not sounded: pulled again by the next device
"""

from collections import deque
from collections.abc import Callable
from threading import Lock

import numpy as np

from assistant.audio import Samples
from assistant.devices.convert import Converter
from assistant.playback import PlaybackBuffer

REMEMBERED_S = 1.0
"""How much that was pulled is remembered; no device buffers more."""

HUSH = 0.003
"""Sound that stays below this amplitude for a block is a pause."""


class Feed:
    """Stands between a buffer and one device after another; `pull` is for the library's thread."""

    def __init__(self, buffer: PlaybackBuffer, now: Callable[[], float]) -> None:
        self.buffer = buffer
        self.paused = True
        """Whether the last block was quiet, as between words."""
        self.sounds_until = 0.0
        """Loop time at which all that was pulled so far has sounded."""
        self._now = now
        self._held = False
        self._converter = Converter(buffer.rate, buffer.rate)
        self._ready: Samples = np.zeros(0, np.float32)
        self._pulled: deque[tuple[float, int, int]] = deque()
        """When a block sounds, and the buffer's positions before and after it."""
        self._called_at = 0.0
        self._lock = Lock()

    def begin(self, rate: int) -> None:
        """A device at `rate` hertz pulls from now on."""
        with self._lock:
            if self._held:
                self._rewind(self.sounds_until)  # what the conversion had begun with
            self._converter = Converter(self.buffer.rate, rate)
            self._ready = np.zeros(0, np.float32)
            self._held = False

    def hold(self) -> None:
        """Give zeros until the next device begins; what waits goes on waiting."""
        self._held = True

    def pull(self, count: int, sounds_at: float) -> Samples:
        """The next `count` samples at the device's rate, shape (count,); the first sounds at loop time `sounds_at`."""
        with self._lock:
            self._called_at = self._now()
            if self._held:
                return np.zeros(count, np.float32)
            block = self._made(count, sounds_at)
            self.paused = bool(np.abs(block).max(initial=0.0) < HUSH)
            self.sounds_until = sounds_at + count / self._converter.target
            return block

    def give_back(self) -> None:
        """The device is gone: what it did not sound is played again, unless it was dropped meanwhile."""
        with self._lock:
            self._rewind(self._called_at)

    def _rewind(self, heard_until: float) -> None:
        """Let the buffer go on with what was to sound at a loop time. One that is held is rewound by its holder."""
        for sounds_at, before, after in self._pulled:
            sounded = round((heard_until - sounds_at) * self.buffer.rate)
            if sounded < after - before and not self.buffer.held:
                self.buffer.let_go(before + max(0, sounded))
                break
        self._pulled.clear()

    def _made(self, count: int, sounds_at: float) -> Samples:
        source, target = self._converter.source, self._converter.target
        if source == target:
            return self._fetched(count, sounds_at)
        while (lacking := count - len(self._ready)) > 0:
            later_s = len(self._ready) / target + self._converter.behind_s
            fetched = self._fetched(-(-lacking * source // target), sounds_at + later_s)
            self._ready = np.concatenate((self._ready, self._converter.push(fetched)))
        block, self._ready = self._ready[:count], self._ready[count:]
        return block

    def _fetched(self, count: int, sounds_at: float) -> Samples:
        """From the buffer, at its rate."""
        before = self.buffer.played
        block = self.buffer.pull(count, sounds_at)
        self._pulled.append((sounds_at, before, self.buffer.played))
        while self._pulled[0][0] < sounds_at - REMEMBERED_S:
            self._pulled.popleft()
        return block
