"""Virtual time: a loop that never waits.

For whatever runs on files "as fast as it goes", and for tests: timers fire in order, the clock jumps to them, and
blocking work takes no time. A conversation of an hour takes as long as its computing.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that, instead of waiting for the next timer, moves its clock to it.

    Work given to an executor is done on the spot, so virtual time stands still meanwhile. Sockets and other threads
    are not for this loop: the clock would jump while they work.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        poll = self._selector.select  # type: ignore[attr-defined]  # private, there from 3.11 to 3.14

        def select(timeout: float | None = None) -> Any:
            self._now += timeout or 0.0
            return poll(timeout and 0.0)

        self._selector.select = select  # type: ignore[attr-defined]

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        """Do the work now and hand back its finished future."""
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # handed to whoever awaits, as an executor does
            future.set_exception(error)
        return future


def run_virtually(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` on virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
