import asyncio
from contextlib import aclosing

import pytest

from assistant.clock import run_virtually
from assistant.stream import Stream, Worker, ahead, produced


async def numbers(count: int, made: list[int], closed: list[bool], fail_at: int | None = None) -> Stream[int]:
    try:
        for i in range(count):
            if i == fail_at:
                raise ValueError(i)
            await asyncio.sleep(0.1)
            made.append(i)
            yield i
    finally:
        closed.append(True)


def test_items_come_in_order_and_ahead_of_need() -> None:
    made, closed = [], []

    async def use() -> list[int]:
        taken = []
        async with aclosing(ahead(numbers(6, made, closed), 2)) as items:
            async for item in items:
                taken.append(item)
                await asyncio.sleep(1)
                if item == 0:
                    assert made == [0, 1, 2, 3]  # two wait in the queue, and one for a place in it
        return taken

    assert run_virtually(use()) == [0, 1, 2, 3, 4, 5]
    assert closed == [True]


def test_an_error_comes_after_the_items_before_it() -> None:
    made, closed = [], []

    async def use() -> None:
        taken = []
        items = ahead(numbers(6, made, closed, fail_at=2), 5)
        taken += [await anext(items), await anext(items)]
        with pytest.raises(ValueError):
            await anext(items)
        assert taken == [0, 1]

    run_virtually(use())
    assert closed == [True]


@pytest.mark.parametrize("after", [0.05, 0.15, 0.5])
def test_closing_closes_the_source(after: float) -> None:
    made, closed = [], []

    async def use() -> None:
        async with aclosing(ahead(numbers(9, made, closed), 1)) as items:
            task = asyncio.ensure_future(anext(items))
            await asyncio.sleep(after)
            task.cancel()
            await asyncio.wait([task])
        assert closed == [True]

    run_virtually(use())


def test_nothing_is_lost_when_putting_and_getting_race() -> None:
    async def produce(queue: "asyncio.Queue[int]") -> None:
        for i in range(100):
            await asyncio.sleep(0 if i % 3 else 0.01)
            queue.put_nowait(i)

    async def use() -> list[int]:
        return [i async for i in produced(produce)]

    assert run_virtually(use()) == list(range(100))


def test_a_worker_never_overlaps_its_calls() -> None:
    async def use() -> list[str]:
        worker, log = Worker("test"), []

        def work(name: str) -> None:
            log.append(f"{name} begins")
            import time

            time.sleep(0.02)
            log.append(f"{name} ends")

        await asyncio.gather(worker.run(work, "a"), worker.run(work, "b"))
        worker.close()
        return log

    assert asyncio.run(use()) == ["a begins", "a ends", "b begins", "b ends"]
