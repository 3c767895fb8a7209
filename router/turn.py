"""A turn that is being answered, and what has come of it so far."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.events import Heard, Play, Reply, Say
from assistant.history import Turn as Before
from assistant.history import UserSaid
from router.announcing import lasts_s
from router.dialogue.base import Call, Dialogue, Done
from router.task import NextTurn, Outcome, Pending


@dataclass(slots=True, eq=False)
class Turn:
    """An answer on its way."""

    heard: Heard
    certain: asyncio.Event
    engine: Dialogue
    history: Sequence[Before] = ()
    """The turns before it."""
    pending: Pending | None = None
    """What was asked back in the turn before."""
    content_of: NextTurn | None = None
    """Where the turn goes if it is content and no request."""
    calls: list[Call] = field(default_factory=list)
    """What the engine called for and was not carried out yet."""
    done: list[Done] = field(default_factory=list)
    unexplained: list[Outcome] = field(default_factory=list)
    """What came of the latest calls, while the engine has not put it into words."""
    play: list[Play] = field(default_factory=list)
    """Sounds that wait for the words about them."""
    said: str = ""
    begun: bool = False
    """Whether anything of the answer was given out."""
    listens_until: float = float("-inf")
    """Loop time until which the user has something to listen to, about."""
    asks: Pending | None = None
    """What is asked back in this turn."""
    left: tuple[Call, ...] = ()
    """The links of a chain that wait for the answer to it."""
    failed: bool = False
    """Whether something that was called for was not done."""
    latest: tuple[str, Mapping[str, Any]] | None = None
    """The last task that was done in it, and its arguments."""
    done_before: tuple[str, Mapping[str, Any]] | None = None
    """The same, in the turns before it."""
    there_before: int | None = None
    """The number up to which things were there when the turn before it was over; None: there was none."""
    there: int | None = None
    """The same, when it was over."""

    def gives(self, reply: Reply) -> Reply:
        """Take note of a reply that is given out."""
        self.begun = True
        now = asyncio.get_running_loop().time()
        self.listens_until = max(now, self.listens_until) + lasts_s(reply)
        return reply

    def say(self, outcome: Outcome) -> list[Say]:
        """An outcome's own words, parted from what was said before."""
        if not outcome.text:
            return []
        gap = " " if self.said and not self.said[-1].isspace() else ""
        self.said += gap + outcome.text
        first, *rest = outcome.parts or (Say(outcome.text, outcome.manner),)
        return [Say(gap + first.text, first.manner), *(Say(f" {part.text}", part.manner) for part in rest)]

    def outcome(self, outcome: Outcome, explains: bool) -> list[Reply]:
        """An outcome as it is given out; an engine that explains puts the words of most into its own."""
        self.failed |= outcome.failed
        replies: list[Reply] = []
        if explains and not outcome.verbatim:
            self.unexplained.append(outcome)
        else:
            replies += self.say(outcome)
        replies += outcome.show
        plays = [Play(artifact) for artifact in outcome.play]
        if explains:
            self.play += plays
            return replies
        return replies + plays

    def owed(self, failure: str) -> list[Reply]:
        """What is left to say when the engine fails midway: results in their own words, else the reason."""
        words = [say for outcome in self.unexplained for say in self.say(outcome)]
        return [*(words or self.say(Outcome(failure)))]


def before(turns: Sequence[Before], heard: Heard) -> Sequence[Before]:
    """The turns before the present one, which may be among them already, whole or as far as it was said at first."""
    last = turns[-1] if turns else None
    begun = isinstance(last, UserSaid) and f"{heard.text} ".startswith(f"{last.text} ")
    return tuple(turns[:-1] if begun else turns)
