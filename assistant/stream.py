"""Async streams, and blocking work beside the loop."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any, ParamSpec, TypeAlias, TypeVar

T = TypeVar("T")
P = ParamSpec("P")

Stream: TypeAlias = AsyncGenerator[T, None]
"""An async generator; whoever opens it closes it, with `contextlib.aclosing`."""


class Worker:
    """A thread of its own for one blocking engine: calls queue up and never overlap."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Await `work(*args, **kwargs)` done on the thread. Cancelled, it returns at once and the call runs out."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: work(*args, **kwargs))

    def close(self) -> None:
        """Let the thread end after the call it is in; drop what was queued."""
        self._thread.shutdown(wait=False, cancel_futures=True)


async def cancelled(task: "asyncio.Task[Any]") -> None:
    """Cancel a task and wait until it has put everything away."""
    task.cancel()
    await asyncio.wait([task])


async def produced(produce: "Callable[[asyncio.Queue[T]], Coroutine[Any, Any, None]]", size: int = 0) -> Stream[T]:
    """Yield what `produce`, run as a task beside the consumer, puts into its queue of `size` (0: no limit).

    Ends when `produce` returns and the queue is empty; what it raises is raised here, after the items before it.
    """
    queue: asyncio.Queue[T] = asyncio.Queue(size)
    task = asyncio.create_task(produce(queue))
    try:
        while True:
            while not queue.empty():
                yield queue.get_nowait()
            if task.done():
                break
            get = asyncio.ensure_future(queue.get())
            try:
                await asyncio.wait((get, task), return_when=asyncio.FIRST_COMPLETED)
            finally:
                arrived = not get.cancel()  # False where the item was there already
            if arrived:
                yield get.result()
        await task
    finally:
        await cancelled(task)


def ahead(items: Stream[T], size: int) -> Stream[T]:
    """Generate up to `size` items before they are asked for, so that making overlaps with using."""

    async def fill(queue: "asyncio.Queue[T]") -> None:
        async with aclosing(items):
            async for item in items:
                await queue.put(item)

    return produced(fill, size)
