"""`assistant chat`: a conversation that is typed. No microphone is needed, and no loudspeaker.

the keyboard  main thread ── input() ──▶ a line ─────────────┐            ▲ printed
the loop      its own thread              Written.answer ◀───┘ ───────────┤
                                          Written.unasked: work that went on, an alarm ─┘

Ctrl-C stops what goes on, an answer or work in the background; Ctrl-D leaves. Where lines come from a pipe, each is
answered to its end before the next is read.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, TextIO, TypeVar

from assistant.alarms import Alarms
from assistant.carried import put_down, take_up, workspace_of
from assistant.cli.ask import aloud, as_json, on_record, readable, sounds
from assistant.errors import DeviceError
from assistant.parts import Parts
from assistant.screen.wording import detailed, path_text
from assistant.stream import cancelled
from assistant.workspace import Workspace
from assistant.written import Answered, Written, why_not
from config.settings import Settings
from router import ringing
from router.router import stepped_in

T = TypeVar("T")

PROMPT = "> "
WELCOME = "Type what you want; give files by their paths. Ctrl-C stops work, Ctrl-D leaves."
STOPPED = "Stopped."
LEAVING = "Ctrl-D leaves."


@dataclass(frozen=True, slots=True)
class Chatting:
    """What is asked of a conversation that is typed."""

    files: tuple[Path, ...] = ()
    """What is given along with it."""
    speak: bool = False
    """Whether answers are spoken and played too."""
    json: bool = False
    go_on: bool = False
    """Whether it goes on with the newest session."""
    session: str = ""
    """The same with the newest of which the name has this in it."""


def chat(settings: Settings, wanted: Chatting, source: TextIO, out: TextIO) -> int:
    """Converse until the lines end; the exit code, 0.

    Raises:
        EarshotError: a file cannot be read, an engine is not here, or the session cannot be kept.
    """
    workspace = workspace_of(settings.sessions, wanted.go_on, wanted.session)
    for file in wanted.files:
        workspace.add_file(file)
    typed = source.isatty() and not wanted.json
    page = Page(out, wanted.json, typed)
    with running() as loop, holding(loop, conversation(settings, workspace, wanted, page)) as talk:
        if typed:
            _begin(page, workspace)
        for line in page.lines(source, lambda: loop.run(talk.written.stop())):
            loop.interruptible(talk.turn(line), page)
    if typed and workspace.folder.exists():
        page.tell(f"This session is in\n{path_text(workspace.folder)}")
    return 0


def _begin(page: "Page", workspace: Workspace) -> None:
    page.tell("\n".join([WELCOME, *(f"    {detailed(artifact)}" for artifact in workspace.artifacts)]))
    with suppress(ImportError):
        import readline

        for turn in workspace.said_by("you"):
            readline.add_history(turn)


class Page:
    """Where lines are typed and answers printed."""

    def __init__(self, out: TextIO, json: bool, typed: bool) -> None:
        self.out, self.json, self.typed = out, json, typed
        self._prompted = False

    def lines(self, source: TextIO, stop: Callable[[], bool]) -> Iterator[str]:
        """What is typed, a line at a time, until it ends; Ctrl-C at the prompt calls `stop`, which tells whether
        anything went on."""
        while True:
            try:
                line = self._line(source)
            except KeyboardInterrupt:
                if not self.typed:
                    raise
                self.tell(f"\n{STOPPED if stop() else LEAVING}")
                continue
            if line is None:
                return
            if line.strip():
                yield line.strip()

    def tell(self, text: str) -> None:
        """Print a text; above the prompt and what is being typed, where there is one."""
        if self._prompted and not text.startswith("\n"):
            text = f"\r\x1b[K{text}\n{PROMPT}{_being_typed()}"
            self.out.write(text)
        else:
            self.out.write(f"{text}\n")
        self.out.flush()

    def answered(self, answered: Answered) -> None:
        """Print an answer."""
        shown = readable(answered, brief=self.typed)
        self.tell(json.dumps(as_json(answered), ensure_ascii=False) if self.json else shown)

    def _line(self, source: TextIO) -> str | None:
        if not self.typed or source is not sys.stdin:
            return source.readline() or None
        self._prompted = True
        try:
            return input(PROMPT)
        except EOFError:
            self.out.write("\n")
            return None
        finally:
            self._prompted = False


class Talk:
    """The conversation: one turn, or one thing that is said without being asked, at a time."""

    def __init__(self, written: Written, parts: Parts, wanted: Chatting, page: Page) -> None:
        self.written, self.parts, self.page = written, parts, page
        self._speak = wanted.speak
        self._one = asyncio.Lock()

    async def turn(self, text: str) -> None:
        """Answer a line."""
        async with self._one:
            await self._given(text, await self.written.answer(text, wait=not self.page.typed))

    async def listen(self) -> None:
        """Print what is said without being asked, until cancelled."""
        while True:
            answered = await self.written.unasked()
            async with self._one:
                if answered.replies:
                    await self._given("", answered)

    async def _given(self, text: str, answered: Answered) -> None:
        context = self.written.context
        on_record(context.workspace, text, answered)
        put_down(context)
        self.page.answered(answered)
        if self._speak:
            try:
                await aloud(sounds(answered.replies, self.parts.voice, context.manner), self.parts.settings.devices)
            except DeviceError as error:
                self._speak = False
                self.page.tell(f"{error} So I write only.")


@asynccontextmanager
async def conversation(settings: Settings, workspace: Workspace, wanted: Chatting, page: Page) -> AsyncIterator[Talk]:
    """A conversation, with what goes on beside it."""
    parts = Parts(settings)
    context = parts.context(workspace)
    context.alarms = Alarms(settings.alarms)
    context.attendants.append(ringing.attend)
    take_up(context)
    async with AsyncExitStack() as stack:
        engines = await stack.enter_async_context(parts.answering())
        context.models = await stack.enter_async_context(parts.models())
        talk = Talk(Written(context, *engines), parts, wanted, page)
        if (reason := why_not(engines[0])) and not wanted.json:
            page.tell(stepped_in(reason))
        beside = [talk.written.attend()] + ([talk.listen()] if page.typed else [])
        tasks = [asyncio.create_task(work) for work in beside]
        try:
            yield talk
        finally:
            for task in tasks:
                await cancelled(task)
            await talk.written.stop()


# ------------------------------------------------------------------------- the two threads


class LoopThread:
    """An event loop in a thread of its own, so that the main thread can wait for the keyboard."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    def begin(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Have it done."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Have it done, and wait."""
        return self.begin(work).result()

    def interruptible(self, work: Coroutine[Any, Any, None], page: Page) -> None:
        """Have it done, and wait; Ctrl-C cancels it."""
        done = self.begin(work)
        try:
            done.result()
        except KeyboardInterrupt:
            done.cancel()
            page.tell(f"\n{STOPPED}")


@contextmanager
def running() -> Iterator[LoopThread]:
    """An event loop that runs meanwhile."""
    own = LoopThread()
    thread = Thread(target=own.loop.run_forever, name="conversation", daemon=True)
    thread.start()
    try:
        yield own
    finally:
        own.loop.call_soon_threadsafe(own.loop.stop)
        thread.join()
        own.loop.close()


@contextmanager
def holding(loop: LoopThread, context: Any) -> Iterator[Talk]:
    """Be in an asynchronous context meanwhile; one task of the loop enters and leaves it."""
    leave, ready = asyncio.Event(), Future[Talk]()

    async def hold() -> None:
        async with context as talk:
            ready.set_result(talk)
            await leave.wait()

    def failed(done: Future[None]) -> None:
        if not ready.done():
            ready.set_exception(done.exception() or RuntimeError("the conversation ended before it began"))

    held = loop.begin(hold())
    held.add_done_callback(failed)
    talk = ready.result()
    try:
        yield talk
    finally:
        loop.loop.call_soon_threadsafe(leave.set)
        held.result()


def _being_typed() -> str:
    try:
        import readline
    except ImportError:
        return ""
    return readline.get_line_buffer()
