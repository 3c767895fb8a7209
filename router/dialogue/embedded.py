"""The dialogue engine that needs no model: it knows every task's phrases, and says so when it knows no more.

It keeps nothing between turns. That an answer belongs to a question of its own ("Spell something." "What should I
spell?" "Banana.") it reads off the history.
"""

import re
from collections.abc import Sequence

from assistant.history import AssistantSaid
from assistant.stream import Stream
from router.dialogue.base import Call, Piece, Request
from router.dialogue.phrases import QUESTION, Grammar, Match, pattern
from router.task import Task, Unfinished

CANNOT_SERVE = "I cannot make or order things; ask me what I can do with speech and sound."
CANNOT_DO = "I cannot do that; ask me what I can do with speech and sound."
CANNOT_ANSWER = "I cannot answer that without a language model; ask me what I can do by myself."
CANNOT_CHAT = "I heard you, but without a language model I only follow requests about speech and sound."

SERVING = re.compile(
    pattern(
        "(can|could|may) (i|we) (have|get|please)|i (want|need|would (like|love)|will (have|take))|"
        "order|bring|buy|book|(make|get|give|fetch|pour|brew) [me|us]"
    )
)
DOING = re.compile(
    pattern(
        "call|open|stop|close|turn|switch|set|start|play|find|search|show|send|write|read|sing|draw|go|put|add|remove|delete|"
        "create|generate|translate|remind|wake|tell|take|check|help|change|record|say|do not|lock|dim"
    )
)
ASKING = re.compile(
    pattern(
        "who|what|when|where|why|how|which|whose|is|are|was|were|am|do|does|did|has|have|had|should|shall|may|might|can|"
        "could"
    )
)
COURTESIES = (
    ("(thanks|thank you) [very much|so much|a lot] [earshot]", "You are welcome."),
    ("(bye|goodbye|good bye|good night|see you [later]) [earshot]", "Goodbye."),
    ("(hey|hello|hi|good (morning|afternoon|evening)) [there] [earshot]", "Hello."),
    ("[hello|hey|hi] [earshot] (can you hear me|do you hear me|are you there|are you listening)", "Yes, I hear you."),
)
"""What needs no task, and what is answered."""


class Embedded:
    """Understands requests by the tasks' phrases."""

    name = "embedded"
    explains = False

    def __init__(self, tasks: Sequence[Task] = ()) -> None:
        self._grammar = Grammar(tasks)
        self._courtesies = [(re.compile(pattern(template)), answer) for template, answer in COURTESIES]

    async def reply(self, request: Request) -> Stream[Piece]:
        """Yield one call or one sentence."""
        if self._grammar.tasks is not request.tasks:
            self._grammar = Grammar(request.tasks)
        yield self._piece(request)

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _piece(self, request: Request) -> Piece:
        match = self._answered(request) or self._grammar.match(request.text)
        if match is None:
            return self._courtesy(request.text) or self._refusal(request.text)
        if isinstance(match.phrase, Unfinished):
            return match.phrase.question
        return Call(match.task.name, match.arguments)

    def _answered(self, request: Request) -> Match | None:
        """The request made whole by an answer to what was asked back; None where it is none, or a request itself."""
        last = request.history[-1] if request.history else None
        if not isinstance(last, AssistantSaid):
            return None
        phrases = (p for t in request.tasks for p in t.phrases if isinstance(p, Unfinished))
        asked = next((p for p in phrases if p.question == last.text), None)
        if asked is None:
            return None
        completed, other = (
            self._grammar.match(asked.then.format(answer=request.text)),
            self._grammar.match(request.text),
        )
        return other if other and not other.free and (completed is None or completed.free) else completed

    def _courtesy(self, text: str) -> str | None:
        words = "".join(f"{word} " for word in re.findall(r"[\w']+", text.lower()))
        return next((answer for regex, answer in self._courtesies if regex.fullmatch(words)), None)

    def _refusal(self, text: str) -> str:
        """One honest sentence, by what kind of turn it was."""
        bare = self._grammar.bare(text)
        if not bare.words:
            return "Yes?"
        if SERVING.match(str(bare)):
            return CANNOT_SERVE
        if DOING.match(str(bare)) or QUESTION.match(text[: bare.spans[0][0]]):
            return CANNOT_DO
        return CANNOT_ANSWER if ASKING.match(str(bare)) or text.rstrip().endswith("?") else CANNOT_CHAT
