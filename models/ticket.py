"""A job on its way: who waits for it, and whether anybody still does."""

import asyncio
import time
from threading import Event

from assistant.errors import EarshotError, JobCancelled
from models.base import Job, JobDone, Report

TELL_S = 0.05
"""How often progress is told at most."""


class Ticket:
    """Made and answered on the loop; `report` alone is called on the engine's thread."""

    def __init__(self, job: Job, report: Report | None) -> None:
        self.job = job
        self.begun = False
        """Whether the engine was given the job."""
        self._loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[JobDone] = self._loop.create_future()
        self._tell = report
        self._unwanted = Event()
        self._told_at = 0.0

    def report(self, share: float) -> None:
        """What the engine is given to tell its progress.

        Raises:
            JobCancelled: nobody wants the job any more.
        """
        if self._unwanted.is_set():
            raise JobCancelled("The job is no longer wanted.")
        now = time.monotonic()
        if self._tell is None or (now - self._told_at < TELL_S and share < 1):
            return
        self._told_at = now
        try:
            self._loop.call_soon_threadsafe(self._deliver, min(1.0, max(0.0, share)))
        except RuntimeError as error:  # the loop is closed: the program ends
            raise JobCancelled("The job is no longer wanted.") from error

    def give_up(self) -> None:
        """Let the engine know, when it next reports, that nobody wants the job any more."""
        self._unwanted.set()

    def succeed(self, done: JobDone) -> None:
        """Answer whoever still waits."""
        if not self.answer.done():
            self.answer.set_result(done)

    def fail(self, error: EarshotError) -> None:
        """Tell whoever still waits why there is no answer."""
        if not self.answer.done():
            self.answer.set_exception(error)

    def _deliver(self, share: float) -> None:
        if self._tell and not self.answer.done():
            self._tell(share)
