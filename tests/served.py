"""A chat-completions server on a thread of its own, for what runs a loop itself."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from tests.chat_server import Answer, ChatServer


@contextmanager
def served(*answers: Answer) -> Iterator[ChatServer]:
    """The server, for as long as the context lasts."""
    server, ready, loop = ChatServer(*answers), Event(), asyncio.new_event_loop()
    done = asyncio.Event()

    async def serve() -> None:
        async with server:
            ready.set()
            await done.wait()

    thread = Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()
