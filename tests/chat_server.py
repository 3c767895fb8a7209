"""A chat-completions server for tests: real HTTP over a socket, with the words and the faults it is told to have.

async with ChatServer(Reply("Hello ", "there."), Status(429)) as server:
    engine = OpenAI(OpenAIOptions(base_url=server.url))
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Reply:
    """A streamed reply: strings are text, mappings are pieces of tool calls as the protocol has them."""

    pieces: tuple[str | dict[str, Any], ...]
    ending: str = "whole"
    """whole | dropped (the connection breaks) | closed (early, but in good order) | stalled | kept (only comments)
    | lingering (whole, but the connection stays open) | endless (text without end)"""
    pause_s: float = 0.0
    """Before each piece."""

    @classmethod
    def of(cls, *pieces: str | dict[str, Any], ending: str = "whole", pause_s: float = 0.0) -> "Reply":
        """A reply of these pieces."""
        return cls(pieces, ending, pause_s)


@dataclass(frozen=True)
class Status:
    """A refusal."""

    code: int
    body: str = '{"error": {"message": "no"}}'
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Raw:
    """An answer byte by byte as it is here, in the protocol or not."""

    data: str
    kind: str = "text/event-stream"
    """Its content type."""
    cut: bool = False
    """Whether the connection breaks before all that was announced is sent."""


@dataclass(frozen=True)
class Silence:
    """The request is taken and never answered."""


@dataclass(frozen=True)
class HangUp:
    """The connection is closed without a word."""


Answer: TypeAlias = Reply | Status | Raw | Silence | HangUp


def said(text: str, **others: Any) -> dict[str, Any]:
    """An event that brings text, and perhaps other fields of the delta."""
    return {"choices": [{"index": 0, "delta": {"content": text, **others}}]}


def stream(*events: Any, done: bool = True) -> Raw:
    """A stream of events as they are given here; strings are not turned into JSON."""
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    return Raw("".join(f"data: {line}\n\n" for line in [*lines, *(["[DONE]"] if done else [])]))


def call(index: int | None, id: str | None, name: str | None, arguments: str) -> dict[str, Any]:
    """A piece of a tool call; what is None is left out."""
    piece: dict[str, Any] = {"type": "function", "function": {"arguments": arguments}}
    piece |= {} if index is None else {"index": index}
    piece |= {} if id is None else {"id": id}
    if name is not None:
        piece["function"]["name"] = name
    return piece


class ChatServer:
    """Gives its answers in order, the last one again and again, and keeps what it was asked."""

    def __init__(self, *answers: Answer, models: Answer | None = None, tls: ssl.SSLContext | None = None) -> None:
        """`models`: the answer to who asks which models there are."""
        self.answers = list(answers)
        self.models = models or Raw('{"object": "list", "data": []}', "application/json")
        self.tls = tls
        self.requests: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self.hung_up = asyncio.Event()
        """Set when a client goes away while it is being answered."""
        self._connections: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def __aenter__(self) -> "ChatServer":
        self._server = await asyncio.start_server(self._converse, "127.0.0.1", 0, ssl=self.tls)
        scheme = "https" if self.tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        open_ = dict(self._connections)
        for writer in open_:
            writer.close()
        await asyncio.gather(*(task for task in open_.values() if task))
        await self._server.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections[writer] = asyncio.current_task()
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._serve(reader, writer):
                pass
        del self._connections[writer]
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lengths = [int(h.split(":")[1]) for h in head.split("\r\n") if h.lower().startswith("content-length")]
        self.headers.append(head)
        body = await reader.readexactly(sum(lengths))
        if head.startswith("GET"):
            return await self._give(self.models, reader, writer)
        self.requests.append(json.loads(body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await self._give(answer, reader, writer)

    async def _give(self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        match answer:
            case Status(code, body, headers):
                more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
                _write(writer, f"HTTP/1.1 {code} No\r\nContent-Type: application/json\r\n{more}", body.encode())
                await writer.drain()
                return True
            case Raw(data, kind, cut):
                _write(writer, f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n", data.encode(), 99 if cut else 0)
                await writer.drain()
                return not cut
            case HangUp():
                return False
            case Silence():
                await self._until_gone(reader)
                return False
            case Reply():
                return await self._stream(answer, reader, writer)

    async def _stream(self, reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for event in _events(reply):
            await asyncio.sleep(reply.pause_s)
            _chunk(writer, f"data: {event}\n\n")
            await writer.drain()
        match reply.ending:
            case "dropped":
                return False
            case "endless":
                while not reader.at_eof():
                    _chunk(writer, f"data: {json.dumps(said('and so on ' * 50))}\n\n")
                    await writer.drain()
                    await asyncio.sleep(0)
                return False
            case "stalled" | "lingering":
                await self._until_gone(reader)
                return False
            case "kept":
                async for _ in _ticks():
                    if reader.at_eof():
                        break
                    _chunk(writer, ": still here\n\n")
                    await writer.drain()
                return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _until_gone(self, reader: asyncio.StreamReader) -> None:
        await reader.read()
        self.hung_up.set()


def _events(reply: Reply) -> Sequence[str]:
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": p} if isinstance(p, str) else {"tool_calls": [p]} for p in reply.pieces]
    events = [json.dumps(_completion({"index": 0, "delta": delta, "finish_reason": None})) for delta in deltas]
    if reply.ending not in ("whole", "lingering"):
        return events
    reason = "tool_calls" if any(isinstance(p, dict) for p in reply.pieces) else "stop"
    end = _completion({"index": 0, "delta": {}, "finish_reason": reason})
    usage = {**_completion(None), "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}
    return [*events, json.dumps(end), json.dumps(usage), "[DONE]"]


def _completion(choice: dict[str, Any] | None) -> dict[str, Any]:
    choices = [choice] if choice else []
    return {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": choices}


def _chunk(writer: asyncio.StreamWriter, data: str) -> None:
    writer.write(f"{len(data.encode()):x}\r\n{data}\r\n".encode())


def _write(writer: asyncio.StreamWriter, head: str, body: bytes, withheld: int = 0) -> None:
    writer.write(f"{head}Content-Length: {len(body) + withheld}\r\n\r\n".encode() + body)


async def _ticks() -> AsyncIterator[None]:
    while True:
        await asyncio.sleep(0.02)
        yield
