"""Work that cannot be interrupted from within, such as a network's call: it is told of, and stopped, from without."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

EVERY_S = 0.2
"""How often is asked whether it is still wanted."""

T = TypeVar("T")


def attended(work: Callable[[], T], alive: Callable[[], None], stop: Callable[[], None]) -> T:
    """What `work` gives, done on a thread of its own; while it goes on `alive` is called again and again, and where
    that raises, `stop` is, until the work has ended, and then the error is raised."""
    with ThreadPoolExecutor(1) as thread:
        going = thread.submit(work)
        try:
            while not wait((going,), EVERY_S).done:
                alive()
        except BaseException:
            while not going.done():  # what consists of several calls begins another one
                stop()
                wait((going,), EVERY_S)
            raise
        return going.result()
