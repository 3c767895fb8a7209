"""What of a long dialogue is sent along: the latest turns word for word, those before them condensed.

    turns   1 2 3 4 5 6 7 8 9 10 11 12 …
            └─ summary ─┘└─── sent ───┘        when what is sent is nearly too long, its older half is condensed
            └──── summary ────┘└─ sent ─ …     beside the conversation; until that is done, it is sent as it is

If no summary comes, the oldest turns are left out.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from assistant.history import Turn
from assistant.stream import cancelled
from router.dialogue.messages import Message, as_message, cut, tokens

Condense: TypeAlias = Callable[[str, str], Awaitable[str]]
"""Makes one summary of the one before and of the turns after it, both as text; empty where it cannot."""

NEARLY = 0.75
"""The share of what may be sent at which condensing begins."""
KEPT = 0.4
"""The share that is sent word for word afterwards."""
PAUSE = 8
"""Turns until it is tried again, where no summary came."""
SUMMARY_TOKENS = 300
"""The longest summary; a longer one is cut."""

INSTRUCTION = """\
You keep the memory of a voice assistant called Earshot. Condense the conversation into at most 120 words of plain \
sentences for the assistant to go on from: what the user wants and likes, names, numbers, facts, decisions, what was \
made and what it is called, and what is still open. Leave out greetings. Write nothing but the summary."""


class Recall:
    """The memory of one conversation; another one, told by its first turn, begins anew."""

    def __init__(self, condense: Condense) -> None:
        self.summary = ""
        """What was said in the turns that are no longer sent."""
        self._condense = condense
        self._condensed: tuple[Turn, ...] = ()
        self._not_before = 0
        """How long the history must be for another try."""
        self._work: asyncio.Task[None] | None = None

    def recent(self, history: Sequence[Turn]) -> Sequence[Turn]:
        """The turns that are not in the summary."""
        if not self._continues(history):
            self.summary, self._condensed, self._not_before = "", (), 0
        return history[len(self._condensed) :]

    async def pause(self) -> None:
        """Stop condensing: the server is wanted for something else. It is begun again later."""
        if self._work is not None:
            await cancelled(self._work)
            self._work, self._not_before = None, 0

    def consider(self, history: Sequence[Turn], limit: int) -> None:
        """Begin to condense, beside the conversation, if the turns take nearly `limit` tokens."""
        turns = self.recent(history)
        if self._work is not None or len(history) < self._not_before:
            return
        written = [as_message(turn) for turn in turns]
        if sum(map(tokens, written)) > NEARLY * limit and (fall := _falling(written, limit)):
            self._not_before = len(history) + PAUSE
            self._work = asyncio.create_task(self._condense_turns(turns[:fall], written[:fall]))
            self._work.add_done_callback(self._forget)

    async def _condense_turns(self, turns: Sequence[Turn], written: Sequence[Message]) -> None:
        names = {"user": "User", "assistant": "Earshot"}
        text = "\n".join(f"{names[m['role']]}: {m['content']}" for m in written)
        before = self._condensed
        summary = await self._condense(self.summary, text)
        if summary and self._condensed is before:
            self.summary, self._condensed = cut(summary, SUMMARY_TOKENS), (*before, *turns)
            self._not_before = 0

    def _continues(self, history: Sequence[Turn]) -> bool:
        """Whether the history begins with what was condensed."""
        known = self._condensed
        return tuple(history[: len(known)]) == known

    def _forget(self, work: "asyncio.Task[None]") -> None:
        if self._work is work:
            self._work = None
        if not work.cancelled():
            work.exception()


def _falling(written: Sequence[Message], limit: int) -> int:
    """How many of the turns are condensed, so that what is left begins with one of the user's."""
    spent = fall = 0
    for number in range(len(written) - 1, -1, -1):
        spent += tokens(written[number])
        if spent > KEPT * limit:
            fall = number + 1
            break
    while fall < len(written) and written[fall]["role"] != "user":
        fall += 1
    return fall
