"""Work that takes its time: it is announced, goes on beside the conversation, and its results wait for the floor.

answer   Working ······ 0.8 s ▶ "One moment, I am separating them."
Job         └─ task ────────────────────── task ──┴──▶ Unasked ──▶ Context.outbox
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass

from assistant.errors import JobCancelled
from assistant.events import Reply, Working
from assistant.stream import Stream, cancelled

PATIENCE_S = 0.8
"""How long a task may keep the user waiting before it is said that it takes a moment."""
PROGRESS_S = 0.5
"""How often it is told how far a task is, at most."""


@dataclass(slots=True, eq=False)
class Step:
    """A task of a job."""

    name: str
    doing: str
    """What it does, as part of a sentence."""
    share: float | None = None
    """How much of it is done, where it has told."""
    over: bool = False


class Job:
    """The work of one turn: the tasks that were called for, and what is said of their results.

    Until it is announced it belongs to the answer, and ends with it. From then on it goes on by itself.
    """

    def __init__(self, certain: asyncio.Event, progress: Callable[[Working], None]) -> None:
        self.steps: list[Step] = []
        self.replies: deque[Reply] = deque()
        """What came of it and was not fetched yet."""
        self.place: int | None = None
        """How many turns there were when it was announced; None: it was not."""
        self.since: list[str] = []
        """What it was at then and came to afterwards, in words for each."""
        self.tasks: list[str] = []
        """The tasks that were begun."""
        self.told: set[str] = set()
        """Those of which that was told."""
        self.work: asyncio.Task[None] | None = None
        self.cancelled = self.over = False
        self.began = self._now()
        """Loop time at which the present steps began."""
        self._certain, self._progress = certain, progress
        self._news = asyncio.Event()
        self._waiting_since: float | None = None
        self._told_at = 0.0
        self._busy = 0
        self._jobs: list[Job] = []

    # --------------------------------------------------------------- what is to be known of it

    @property
    def step(self) -> Step:
        """What it is at, or was at last."""
        return next((step for step in self.steps if not step.over), self.steps[-1])

    @property
    def name(self) -> str:
        """The task that it is at."""
        return self.step.name

    @property
    def share(self) -> float | None:
        """How much of its steps is done, 0 to 1; None where nothing was told."""
        if all(step.share is None and not step.over for step in self.steps):
            return None
        return sum(1.0 if step.over else step.share or 0.0 for step in self.steps) / len(self.steps)

    @property
    def elapsed_s(self) -> float:
        """For how long it has been at its steps."""
        return self._now() - self.began

    # ------------------------------------------------------------------------- the work

    def start(self, replies: Stream[Reply], over: Callable[[], None]) -> None:
        """Begin; `over` is called when everything is done after it was announced, and it was not cancelled."""
        self.work = asyncio.create_task(self._run(replies, over))

    def plan(self, steps: Sequence[Step]) -> None:
        """The steps that come next."""
        self.steps, self.began = [*steps], self._now()
        if self.place is not None:
            self.since += [step.doing for step in steps]

    @contextmanager
    def at(self, step: Step) -> Iterator[None]:
        """Be at a step meanwhile."""
        self._busy += 1
        self._told_at = self._now()
        self.tasks.append(step.name)
        if self._waiting_since is None:
            self._waiting_since = self._now()
            self._news.set()
        try:
            yield
        finally:
            step.over = True
            self._busy -= 1

    def rest(self) -> None:
        """No task is at work: who is waited for now is somebody else."""
        self._waiting_since = None

    def report(self, step: Step, share: float) -> None:
        """Take note of how far a step is.

        Raises:
            JobCancelled: it is no longer wanted.
        """
        if self.cancelled:
            raise JobCancelled("This is no longer wanted.")
        step.share = min(1.0, max(0.0, share))
        if self._certain.is_set() and self._now() - self._told_at >= PROGRESS_S:
            self._told_at = self._now()
            self._give(Working(step.name, step.share))

    # ------------------------------------------------------------------------ the answer

    async def given(self) -> Stream[Reply]:
        """What comes of it, as it comes, until it is over or has kept the user waiting for too long.

        Before the turn is certain nobody is kept waiting.
        """
        doubt = None if self._certain.is_set() else asyncio.create_task(self._until_certain())
        try:
            while True:
                while self.replies:
                    yield self.replies.popleft()
                if self.over:
                    await self.check()
                    return
                if self._too_long():
                    return
                await self._until_news()
        finally:
            if doubt is not None:
                await cancelled(doubt)

    def announce(self, jobs: "list[Job]", place: int) -> None:
        """It goes on by itself, among the other jobs."""
        self.place, self._jobs = place, jobs
        self.since = [step.doing for step in self.steps[self.steps.index(self.step) :]]
        jobs.append(self)

    def overtaken(self, turns: int) -> bool:
        """Whether other things were said since it was announced, `turns` being how many turns there are now."""
        return self.place is not None and turns > self.place + 1

    async def check(self) -> None:
        """After it is over: raise what it broke with, if it did."""
        if self.work is not None and not self.cancelled:
            await self.work

    # ------------------------------------------------------------------------- its end

    def cancel(self) -> None:
        """It is no longer wanted, nor what came of it."""
        self.cancelled = True
        self.leave()
        if self.work is not None:
            self.work.cancel()

    def leave(self) -> None:
        """Be among the jobs no longer."""
        if self in self._jobs:
            self._jobs.remove(self)

    async def ended(self) -> None:
        """Wait until everything is put away."""
        if self.work is not None:
            await asyncio.wait([self.work])
            if not self.work.cancelled():
                self.work.exception()  # whoever waits for the end alone wants to hear of nothing

    async def _run(self, replies: Stream[Reply], over: Callable[[], None]) -> None:
        try:
            async with aclosing(replies):
                async for reply in replies:
                    self._give(reply)
        finally:
            self.over = True
            self._news.set()
            if self.place is not None and not self.cancelled:
                over()

    def _give(self, reply: Reply) -> None:
        if isinstance(reply, Working):
            self.told.add(reply.task)
            if self.place is not None:
                self._progress(reply)
                return
        self.replies.append(reply)
        if not isinstance(reply, Working):
            self._waiting_since = self._now() if self._busy else None
        self._news.set()

    def _too_long(self) -> bool:
        since = self._waiting_since
        return self._certain.is_set() and since is not None and self._now() >= since + PATIENCE_S

    async def _until_news(self) -> None:
        self._news.clear()
        loop, since = asyncio.get_running_loop(), self._waiting_since
        due = since is not None and self._certain.is_set()
        timer = loop.call_at((since or 0.0) + PATIENCE_S, self._news.set) if due else None
        try:
            await self._news.wait()
        finally:
            if timer is not None:
                timer.cancel()

    async def _until_certain(self) -> None:
        await self._certain.wait()
        self._news.set()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
