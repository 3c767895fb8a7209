"""From the pieces of a reply to the things to be sounded, in order."""

from dataclasses import dataclass
from typing import TypeAlias

from assistant.events import Manner, Play, Reply, Say, Show, Working
from tts.clauses import Clauses


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of text that is spoken in one go."""

    text: str
    manner: Manner | None


Item: TypeAlias = Clause | Play | Show | Working


class Phrasing:
    """Gathers text into clauses. What is played waits for the text before it; what is shown does not.

    push:  Say("I made it ") Say("louder. Here") Show Say(" it is.") Play
    gives:                   "I made it louder." Show               "Here it is." Play
    """

    def __init__(self) -> None:
        self._clauses = Clauses()
        self._manner: Manner | None = None

    def push(self, reply: Reply) -> list[Item]:
        """What can be sounded by now."""
        match reply:
            case Say(text, manner):
                before = self.flush() if manner != self._manner else []
                self._manner = manner
                return [*before, *(Clause(c, manner) for c in self._clauses.push(text))]
            case Play():
                return [*self.flush(), reply]
            case _:
                return [reply]

    def flush(self) -> list[Item]:
        """The text that is left."""
        return [Clause(text, self._manner) for text in self._clauses.flush()]
