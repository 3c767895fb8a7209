"""Work that cannot be interrupted from within, such as a network's call: it is told of, and stopped, from without."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

EVERY_S = 0.2
"""How often is asked whether it is still wanted."""

T = TypeVar("T")


def attended(work: Callable[[], T], alive: Callable[[], None], stop: Callable[[], None]) -> T:
    """What `work` gives, done on a thread of its own; while it goes on `alive` is called again and again, and where
    that raises, `stop` is, and the error is raised once the work has ended."""
    with ThreadPoolExecutor(1) as thread:
        going = thread.submit(work)
        try:
            while not wait((going,), EVERY_S).done:
                alive()
        except BaseException:
            stop()
            raise
        return going.result()
