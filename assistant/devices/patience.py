"""A call into a C library that may never return."""

from collections.abc import Callable
from threading import Thread


def within(seconds: float, call: Callable[[], None], name: str) -> None:
    """Call it on a thread of its own, and leave that thread to itself if the call takes longer.

    Raises:
        TimeoutError: it has not returned in time; it may still do, or never.
    """
    failures: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001  # handed to who waits
            failures.append(error)

    thread = Thread(target=run, name=name, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"{name} took longer than {seconds:g} seconds")
    if failures:
        raise failures[0]
