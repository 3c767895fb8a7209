"""The dialogue engine behind a chat-completions server: OpenAI's, or any compatible one (llama.cpp, Ollama, vLLM …)."""

import asyncio
import json
import os
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, TypeVar

import openai
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import ChoiceDelta, ChoiceDeltaToolCall

from assistant.errors import EngineError, EngineMissing
from assistant.stream import Stream
from router.dialogue.base import Call, Piece, Request
from router.dialogue.messages import messages, tools
from router.dialogue.options import OpenAIOptions

T = TypeVar("T")

NO_KEY = "not-needed"
"""Sent to a server of one's own where no key is set; the SDK insists on one."""


class OpenAI:
    """Streams replies and calls from a language model. Runs on a real loop only: it uses sockets."""

    name = "openai"
    explains = True

    def __init__(self, options: OpenAIOptions | None = None) -> None:
        """Make ready to talk to the server; nothing is sent yet.

        Raises:
            EngineMissing: OpenAI's own server wants a key and none is set.
        """
        self.options = options or OpenAIOptions()
        key = os.environ.get(self.options.api_key_env, "")
        if not key and not self.options.base_url:
            raise EngineMissing(
                f"The language model needs a key: set {self.options.api_key_env}, or set base_url to a server of yours."
            )
        # A late answer is worse than one from the fallback, so nothing is tried twice.
        self._client = openai.AsyncOpenAI(
            api_key=key or NO_KEY,
            base_url=self.options.base_url or None,
            timeout=self.options.timeout_s,
            max_retries=0,
        )

    async def reply(self, request: Request) -> Stream[Piece]:
        """Yield text as it is generated, then the calls.

        Raises:
            EngineError: the server cannot be reached, refuses, falls silent or breaks off.
        """
        calls, finished = Fragments(), False
        try:
            stream = await self._in_time(self._client.chat.completions.create(**self._body(request)))
            async with stream:
                while chunk := await self._in_time(anext(stream, None)):
                    finished = finished or _finished(chunk)
                    calls.push(chunk)
                    if text := _text(chunk):
                        yield text
        except (openai.OpenAIError, TimeoutError, ValueError) as error:
            # The server's own words stay out: they may repeat the key, or what the user said.
            raise EngineError(self._sentence(error)) from None
        if not finished:
            raise EngineError(f"The language model at {self._host} broke off in the middle of its answer.")
        for call in calls.whole():
            yield call

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    def _body(self, request: Request) -> dict[str, Any]:
        options = self.options
        # OpenAI's newer models know the one name for the limit, most other servers the other.
        limit = "max_tokens" if options.base_url else "max_completion_tokens"
        return {
            "model": options.model,
            "messages": messages(request, options.history_tokens),
            "stream": True,
            limit: options.max_tokens,
            **({} if options.temperature is None else {"temperature": options.temperature}),
            **({"tools": tools(request.tasks)} if request.tasks else {}),
        }

    async def _in_time(self, work: Awaitable[T]) -> T:
        """Await it, but not longer than the server may be silent; comments to keep a connection alive do not count."""
        async with asyncio.timeout(self.options.timeout_s):
            return await work

    @property
    def _host(self) -> str:
        url = self._client.base_url
        return url.host if url.port is None else f"{url.host}:{url.port}"

    def _sentence(self, error: Exception) -> str:
        """What went wrong and what to do, fit to be spoken and free of the server's words."""
        model = f"The language model at {self._host}"
        match error:
            case openai.APITimeoutError() | TimeoutError():
                return f"{model} did not answer within {self.options.timeout_s:g} seconds."
            case openai.APIConnectionError():
                return f"{model} cannot be reached, or broke off; check that it runs and that the network is up."
            case openai.APIStatusError():
                return f"{model} {_refusal(error.status_code, self.options)}."
            case _:
                return f"{model} gave an answer that I cannot read."


@dataclass(slots=True)
class _Fragment:
    """A call, as far as it has arrived."""

    id: str = ""
    name: str = ""
    arguments: str = ""


class Fragments:
    """Puts calls together from the pieces a server streams.

    Servers differ: some send a call whole, some leave out its id or index, some give every call the index 0.
    """

    def __init__(self) -> None:
        self._calls: list[tuple[int | None, _Fragment]] = []

    def push(self, chunk: ChatCompletionChunk) -> None:
        """Take in what a chunk holds of calls."""
        for piece in (delta.tool_calls or ()) if (delta := _delta(chunk)) else ():
            call, function = self._of(piece), piece.function
            call.id = call.id or piece.id or ""
            if function is not None:
                call.name = call.name or function.name or ""
                call.arguments += function.arguments or ""

    def whole(self) -> list[Call]:
        """The calls, once the stream is over."""
        return [_call(fragment) for _, fragment in self._calls]

    def _of(self, piece: ChoiceDeltaToolCall) -> _Fragment:
        """The call a piece belongs to: the last with its index, unless the piece names another."""
        last = next((f for index, f in reversed(self._calls) if piece.index in (None, index)), None)
        named = bool(piece.function and piece.function.name)
        if last and not (named and last.name and (piece.index is None or (piece.id or "") != last.id)):
            return last
        self._calls.append((piece.index, fragment := _Fragment()))
        return fragment


def _call(fragment: _Fragment) -> Call:
    """A call with its arguments read; one whose arguments cannot be read says so."""
    try:
        arguments = json.loads(fragment.arguments or "{}")
    except ValueError:
        arguments = None
    if isinstance(arguments, dict):
        return Call(fragment.name, arguments, fragment.id)
    return Call(
        fragment.name, {}, fragment.id, "The arguments were not a JSON object, so nothing was done; call again."
    )


def _delta(chunk: ChatCompletionChunk) -> ChoiceDelta | None:
    """What is new in a chunk; None for one without a choice, such as the count of tokens at the end."""
    return chunk.choices[0].delta if chunk.choices else None


def _text(chunk: ChatCompletionChunk) -> str:
    delta = _delta(chunk)
    return (delta.content or "") if delta else ""


def _finished(chunk: ChatCompletionChunk) -> bool:
    return bool(chunk.choices and chunk.choices[0].finish_reason)


def _refusal(status: int, options: OpenAIOptions) -> str:
    """What a status of HTTP means here."""
    match status:
        case 401 | 403:
            return f"refuses the key; check {options.api_key_env}"
        case 404:
            return f"does not know the model {options.model}; choose another"
        case 429:
            return "has had too many requests, or the account is used up; try again later"
        case 400 | 413 | 422:
            return f"refuses the request, with status {status}; it may not know tools or one of the settings"
        case _:
            return f"is in trouble itself, with status {status}; try again later"
