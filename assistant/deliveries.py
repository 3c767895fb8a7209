"""What the assistant says of its own accord, when the floor is free: a result that took its time, an alarm.

somebody speaks ▔▔▔▔▔▔▔▔▔▔▔╲        ╱▔▔ an answer ▔▔╲
outbox          ───── Unasked ──────────────────────── 0.3 s ─▶ deliver
"""

import asyncio
from collections.abc import Callable

from assistant.answer import Answer
from assistant.events import Stages
from router.task import Context, Unasked

PAUSE_S = 0.3
"""The floor is free once it has been so for this long."""
WOKEN_S = 2.0
"""The same after the wake phrase, or the key: who has called is about to speak."""
ASKED_S = 5.0
"""So much longer it is waited where the user was asked for something, or is recorded."""
LOOK_S = 0.1
"""How often it is looked whether that is over."""


class Deliveries:
    """Takes what is in the outbox, one thing after the other."""

    def __init__(self, context: Context, begin: Callable[[Answer], Answer]) -> None:
        """`begin` gives an answer: its task ends when the answer is over."""
        self.context = context
        self._begin = begin
        self._free = asyncio.Event()
        self._free.set()
        self._free_from = float("-inf")
        self._in_hand = False

    @property
    def due(self) -> bool:
        """Whether work goes on of which something will be said, or something is to be said already."""
        return bool(self.context.jobs) or self._in_hand or not self.context.outbox.empty()

    def floor(self, free: bool) -> None:
        """Take note of whether anybody speaks, or an answer is due."""
        if free and not self._free.is_set():
            self._not_before(PAUSE_S)
            self._free.set()
        elif not free:
            self._free.clear()

    def put_off(self) -> None:
        """Somebody is about to speak."""
        self._not_before(WOKEN_S)

    async def run(self) -> None:
        """Deliver, until cancelled. What was cut off before it began to sound is said once more."""
        outbox = self.context.outbox
        while True:
            unasked = await outbox.get()
            self._in_hand = True
            said = False
            while not said:
                await self._until_free()
                said = await self._deliver(unasked)
            self._in_hand = False
            outbox.task_done()

    async def settled(self) -> None:
        """Wait until no work goes on and everything is said."""
        while running := [job.work for job in self.context.jobs if job.work and not job.over]:
            await asyncio.wait(running)
        await self.context.outbox.join()

    async def _deliver(self, unasked: Unasked) -> bool:
        """Say something; whether it has begun to sound, or there was nothing to say."""
        answer = Answer(unasked.heard, Stages(asyncio.get_running_loop().time()), unasked=unasked)
        answer.tasks += unasked.tasks
        answer.certain.set()
        self._begin(answer)
        assert answer.task is not None
        await asyncio.wait([answer.task])
        return answer.speaking or not answer.cut_off

    async def _until_free(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._free.wait()
            asked = self.context.pending or self.context.next_turn
            left_s = self._free_from + (ASKED_S if asked else 0.0) - loop.time()
            if left_s <= 0:
                return
            await asyncio.sleep(min(left_s, LOOK_S) if asked else left_s)

    def _not_before(self, seconds: float) -> None:
        self._free_from = max(self._free_from, asyncio.get_running_loop().time() + seconds)
