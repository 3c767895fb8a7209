"""The dialogue engine behind a chat-completions server: OpenAI's, or any compatible one (llama.cpp, Ollama, vLLM …).

Request ──▶ body ──▶ server ──events──▶ Reading ──▶ text, then calls
             ▲          └─Trouble─▶ learn its manners, or wait a little ─┐      as long as nothing came of it
             └───────────────────────────────────────────────────────────┘
"""

import asyncio
import json
import logging
import random
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx2
import openai

from assistant.errors import EngineError, EngineMissing
from assistant.stream import Stream
from router.dialogue.base import Call, Piece, Request
from router.dialogue.chunks import Chunk, read_chunk
from router.dialogue.content import Content
from router.dialogue.key import find_key
from router.dialogue.messages import Message, Toolbox, messages
from router.dialogue.options import OpenAIOptions
from router.dialogue.reading import Reading
from router.dialogue.seeing import with_picture
from router.dialogue.server import Manners, learnt
from router.dialogue.summary import INSTRUCTION, SUMMARY_TOKENS, Recall
from router.dialogue.trouble import FOREIGN, Trouble, trouble
from router.dialogue.usage import Spending, Usage
from router.dialogue.wire import DONE, Allowance, Patience, events
from router.families import narrowed
from router.prompts import Brief, system_prompt
from router.task import Task

CONNECT_S = 3.0
"""How long a connection may take to come about."""
PROBE_S = 2.0
"""How long it may take to find out whether a server is there."""
SUMMARY_S = 20.0
"""How long a summary may take."""
DRAIN_S = 0.1
"""How long a server may take to close a reply that is over; then its connection is not used again."""
BACK_OFF_S = 0.25
"""The first pause before trying again; the next is twice as long."""
TURNS = 8
"""How many turns may be on their way at once."""
TOO_MANY = "That is more than may be done in one turn, so this was not done."

_log = logging.getLogger(__name__)


class OpenAI:
    """Streams replies and calls from a language model. Runs on a real loop only: it uses sockets."""

    name = "openai"
    explains = True

    def __init__(self, options: OpenAIOptions | None = None) -> None:
        """Make ready to talk to the server; nothing is sent yet.

        Raises:
            EngineMissing: there is no key where one is needed, or it cannot be read, or base_url is no address.
        """
        self.options = options or OpenAIOptions()
        self.manners = Manners.of(self.options)
        """How the server wants to be asked, as far as it is known."""
        self.spent = Spending()
        self._recall, self._toolbox = Recall(self._condensed), Toolbox()
        self._turns: dict[tuple[str, int], Allowance] = {}
        key = find_key(self.options)
        try:
            # The waits within a reply are ours to watch, and so is whether to try again.
            self._client = openai.AsyncOpenAI(
                api_key=key,
                base_url=self.options.base_url or None,
                timeout=openai.Timeout(None, connect=CONNECT_S),
                max_retries=0,
            )
        except httpx2.InvalidURL:
            raise EngineMissing("base_url is no address such as http://localhost:8000/v1.") from None

    async def reply(self, request: Request) -> Stream[Piece]:
        """Yield text as it is generated, then the calls.

        Raises:
            EngineError: the server cannot be reached, refuses, falls silent or breaks off.
        """
        await self._recall.pause()
        allowance, tries = self._allowance(request), _Tries(self.options, self.manners)
        begun = called = False
        while True:
            try:
                async with aclosing(self._attempt(request, allowance)) as pieces:
                    async for piece in pieces:
                        begun, called = True, isinstance(piece, Call)
                        yield piece
                break
            except (Trouble, *FOREIGN) as error:
                problem = trouble(error, self.options)
                if begun or not await self._another(problem, tries, allowance):
                    raise EngineError(self._sentence(problem)) from None
        if self.options.summarize and not called:
            self._recall.consider(request.history, self._history_tokens)

    async def reachable(self) -> str:
        """Ask the server whether it is there; empty if it is, else a sentence why not."""
        try:
            async with asyncio.timeout(PROBE_S):
                response = await self._client.models.with_raw_response.list()
            if "html" in response.headers.get("content-type", ""):
                return self._sentence(Trouble("is not at that address: a page is there; check base_url"))
        except TimeoutError:
            return self._sentence(Trouble(f"did not answer within {PROBE_S:g} seconds"))
        except openai.NotFoundError:
            return ""  # it is there, and does not list its models
        except FOREIGN as error:
            return self._sentence(trouble(error, self.options))
        return ""

    async def close(self) -> None:
        """Let go of the connections."""
        await self._recall.pause()
        await self._client.close()

    # ------------------------------------------------------------------ a turn, and its tries

    def _allowance(self, request: Request) -> Allowance:
        """What is left for the turn; a turn begins with a request of which nothing came yet."""
        turn = (request.text, len(request.history))
        if turn not in self._turns or not (request.done or request.said):
            options = self.options
            self._turns.pop(turn, None)
            self._turns[turn] = Allowance(options.turn_budget_s, options.turn_tokens, options.turn_calls)
            self._turns = dict(list(self._turns.items())[-TURNS:])
            self.spent.begin_turn()
        return self._turns[turn]

    async def _another(self, problem: Trouble, tries: "_Tries", allowance: Allowance) -> bool:
        """Whether to ask once more: differently, if something was learnt, or after a pause."""
        if manners := tries.learnt(problem, self.manners):
            _log.info("The language model's server is asked differently from now on: %s.", manners)
            self.manners = manners
            return True
        pause = tries.pause(problem)
        if pause is None or pause >= allowance.seconds:
            return False
        allowance.seconds -= pause
        await asyncio.sleep(pause)
        return True

    async def _attempt(self, request: Request, allowance: Allowance) -> Stream[Piece]:
        """Ask once.

        Raises:
            Trouble: and much else; see `FOREIGN`.
        """
        if allowance.tokens <= 0:
            raise Trouble("has used up the tokens that one turn may cost")
        body = self._body(request)
        reading = Reading({task.name for task in request.tasks}, self._longest)
        gap = " " if request.said and not request.said[-1].isspace() else ""
        answered = False
        try:
            async with aclosing(self._chunks(body, allowance)) as chunks:
                async for chunk in chunks:
                    answered = True
                    if text := reading.push(chunk):
                        yield gap + text
                        gap = ""
        finally:
            if answered:
                cost = reading.cost(json.dumps(body, ensure_ascii=False))
                allowance.tokens -= cost.total
                self.spent.add(cost)
        text, calls = reading.end()
        _check(reading, request)
        if text:
            yield gap + text
        for call in calls:
            allowance.calls -= 1
            yield call if allowance.calls >= 0 else replace(call, fault=TOO_MANY)

    async def _chunks(self, body: dict[str, Any], allowance: Allowance) -> Stream[Chunk]:
        """What the server answers, piece by piece; the last says why it is over, or it broke off."""
        patience = Patience(self.options, allowance)
        async with AsyncExitStack() as stack:
            asked = self._client.chat.completions.with_streaming_response.create(**body)
            response = await patience.wait(stack.enter_async_context(asked))
            source = await stack.enter_async_context(aclosing(events(response.http_response)))
            while (data := await patience.wait(anext(source, None))) is not None:
                patience.begun = True
                if data.strip() == DONE:
                    yield Chunk(finish="stop")
                    with suppress(TimeoutError, *FOREIGN):
                        await asyncio.wait_for(anext(source, None), DRAIN_S)
                    return
                yield read_chunk(data)

    # ------------------------------------------------------------------ what is sent

    def _body(self, request: Request) -> dict[str, Any]:
        manners = self.manners
        offered = _offered(request)
        schemas = self._toolbox.of(offered)
        history = self._recall.recent(request.history)
        brief = Brief(offered, () if manners.tools else schemas, self._recall.summary, datetime.now())
        written = messages(request, system_prompt(request, brief), history, self._history_tokens, manners)
        if self.options.sees:
            written = with_picture(written, request)
        native = manners.tools and schemas
        return {
            **self._asked(written, self._longest),
            "stream": True,
            **({"stream_options": {"include_usage": True}} if manners.usage else {}),
            **({"tools": schemas} if native else {}),
            **({"parallel_tool_calls": False} if native and manners.forbidding else {}),
        }

    def _asked(self, written: list[Message], longest: int) -> dict[str, Any]:
        temperature = {"temperature": self.options.temperature} if self.manners.temperature else {}
        return {"model": self.options.model, "messages": written, self.manners.limit: longest, **temperature}

    @property
    def _history_tokens(self) -> int:
        return int(self.options.history_tokens * self.manners.room)

    @property
    def _longest(self) -> int:
        """The longest reply, in tokens; a small context is shared between what is read and what is written."""
        return max(1, int(self.options.max_tokens * max(0.125, self.manners.room)))

    async def _condensed(self, before: str, text: str) -> str:
        """A summary, asked for beside the conversation; empty where none comes."""
        told = f"The memory so far:\n{before or 'nothing'}\n\nWhat was said then:\n{text}"
        role = "system" if self.manners.system else "user"
        written = [{"role": role, "content": INSTRUCTION}, {"role": "user", "content": told}]
        try:
            async with asyncio.timeout(SUMMARY_S):
                body = self._asked(written, 2 * SUMMARY_TOKENS)
                response = await self._client.chat.completions.with_raw_response.create(**body)
            chunk = read_chunk(response.text)
        except (Trouble, TimeoutError, *FOREIGN) as error:
            _log.info("The dialogue could not be condensed (%s); its oldest turns are left out.", type(error).__name__)
            return ""
        self.spent.add(chunk.usage or Usage(len(told) // 4, len(chunk.text) // 4, 1, True), background=True)
        thoughtless = Content(())
        return (thoughtless.push(chunk.text) + thoughtless.flush()).strip()

    def _sentence(self, problem: Trouble) -> str:
        """What went wrong and what to do, fit to be spoken and free of the server's words."""
        url = self._client.base_url
        host = url.host if url.port is None else f"{url.host}:{url.port}"
        return f"The language model at {host} {problem}."


async def reachable(options: OpenAIOptions) -> str:
    """Whether a language model can be asked, within two seconds; empty if so, else a sentence why not."""
    try:
        engine = OpenAI(options)
    except EngineMissing as error:
        return str(error)
    try:
        return await engine.reachable()
    finally:
        await engine.close()


class _Tries:
    """How often a request was made, and in which manners."""

    def __init__(self, options: OpenAIOptions, manners: Manners) -> None:
        self._options = options
        self._used = {manners}
        self._pauses = 0

    def learnt(self, problem: Trouble, manners: Manners) -> Manners | None:
        """Other manners to try, if the problem teaches any that were not tried."""
        other = learnt(manners, problem.told)
        if other is None or other in self._used:
            return None
        self._used.add(other)
        return other

    def pause(self, problem: Trouble) -> float | None:
        """Seconds until the same is tried again; None: it is not."""
        if not problem.again or self._pauses >= self._options.retries:
            return None
        backed_off = BACK_OFF_S * 2**self._pauses * random.uniform(0.8, 1.2)
        pause = backed_off if problem.after_s is None else problem.after_s
        self._pauses += 1
        return pause if pause <= self._options.retry_wait_s else None


def _offered(request: Request) -> tuple[Task, ...]:
    """The tasks that are in question, and those that this turn is about already."""
    there = {task.name for task in narrowed(request.tasks, request.kinds, request.text)}
    there |= {done.call.task for done in request.done} | {request.pending.task if request.pending else ""}
    return tuple(task for task in request.tasks if task.name in there)


def _check(reading: Reading, request: Request) -> None:
    """Whether a reply that is over is one."""
    if not reading.finish:
        raise Trouble("broke off in the middle of its answer", again=True)
    last = request.done[-1].outcome if request.done else None
    if reading.empty and reading.finish == "content_filter":
        raise Trouble("declines to answer that")
    if reading.empty and not (last and (last.verbatim or not last.text)):
        raise Trouble("gave an empty answer", again=True)
