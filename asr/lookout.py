"""Listening for a phrase while nobody is listened to: what is worth a look is verified beside the loop."""

import asyncio
from collections import deque
from collections.abc import Callable

from asr.base import Candidate, Spotted, Spotter
from assistant.audio import RATE, Samples
from assistant.stream import Worker

WAITING = 4
"""Looks that may wait."""

Found = Callable[[Spotted, float], None]
"""Told of a phrase that was said, and where, in seconds into the stream, the sound begins that it was found in."""


class Lookout:
    """Watches one stream with one spotter. Looks are taken one after another; where they pile up, the oldest go."""

    def __init__(self, spotter: Spotter, found: Found) -> None:
        self.spotter = spotter
        self._found = found
        self._worker = Worker("spotter")
        self._waiting: deque[tuple[Candidate, float]] = deque(maxlen=WAITING)
        self._task: asyncio.Task[None] | None = None
        self._watching = False

    def push(self, window: Samples, speech: float, now: float) -> None:
        """Take the next 512 samples, the voice detector's probability, and where in the stream they end."""
        self._watching = True
        candidate = self.spotter.push(window, speech)
        if candidate is None:
            return
        self._waiting.append((candidate, now - len(candidate.sound) / RATE))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._verify())

    def rest(self) -> None:
        """Nothing is to be looked out for at present; what is being looked at does not count."""
        if self._watching:
            self._watching = False
            self._waiting.clear()
            self.spotter.reset()

    def close(self) -> None:
        """Give up."""
        if self._task:
            self._task.cancel()
        self._worker.close()

    async def _verify(self) -> None:
        while self._waiting:
            candidate, began = self._waiting.popleft()
            spotted = await self._worker.run(self.spotter.verify, candidate)
            if spotted is not None and self._watching:
                self._waiting.clear()
                self.spotter.reset()
                self._found(spotted, began)
