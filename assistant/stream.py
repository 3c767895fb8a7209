"""Async streams, and blocking work beside the loop."""

import asyncio
from collections.abc import AsyncGenerator, Callable
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


async def ahead(items: Stream[T], size: int) -> Stream[T]:
    """Generate up to `size` items before they are asked for, so that making overlaps with using.

    Errors of the source arrive in order, after the items before them.
    """
    queue: asyncio.Queue[T] = asyncio.Queue(size)

    async def fill() -> None:
        async with aclosing(items):
            async for item in items:
                await queue.put(item)

    task = asyncio.create_task(fill())
    try:
        while True:
            get = asyncio.ensure_future(queue.get())
            try:
                await asyncio.wait([get, task], return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not get.done():
                    get.cancel()
            if not get.cancelled() and get.done():
                yield get.result()
            elif task.done() and queue.empty():
                break
        await task
    finally:
        if not task.done():
            await cancelled(task)
