"""A reply, as it is read off the stream."""

from collections.abc import Container

from router.dialogue.base import Call
from router.dialogue.calls import Fragments
from router.dialogue.chunks import Chunk
from router.dialogue.content import Content
from router.dialogue.trouble import Trouble
from router.dialogue.usage import Usage, text_tokens

BYTES_PER_TOKEN = 12
"""More than most tokens have: a reply beyond this many for each token it may have takes no notice of the limit."""


class Reading:
    """Gathers a reply from its chunks."""

    def __init__(self, known: Container[str], max_tokens: int) -> None:
        """`known`: the names of tasks; `max_tokens`: the longest reply that was asked for."""
        self.finish = ""
        """Why the reply is over; empty: it is not."""
        self.usage: Usage | None = None
        """What the server says it cost."""
        self.empty = True
        """Whether there was nothing to say and nothing to call."""
        self._content, self._fragments = Content(known), Fragments()
        self._written, self._most = 0, max_tokens * BYTES_PER_TOKEN

    def push(self, chunk: Chunk) -> str:
        """Take in a chunk; what of it is to be spoken.

        Raises:
            Trouble: the reply does not come to an end.
        """
        self.finish = self.finish or chunk.finish
        self.usage = chunk.usage or self.usage
        for piece in chunk.calls:
            self._fragments.push(piece)
        self._written += len(chunk.text) + sum(len(piece.arguments) for piece in chunk.calls)
        if self._written > self._most:
            raise Trouble("did not come to an end, so I stopped listening to it")
        return self._noted(self._content.push(chunk.text))

    def end(self) -> tuple[str, list[Call]]:
        """What is still to be spoken, and the calls."""
        text = self._noted(self._content.flush())
        calls = [*self._fragments.whole(), *self._content.calls]
        self.empty = self.empty and not calls
        return text, calls

    def cost(self, asked: str) -> Usage:
        """What the server says it cost, or about what it did; `asked` is the request as text."""
        return self.usage or Usage(text_tokens(asked), self._written // 4 + 1, 1, estimated=True)

    def _noted(self, text: str) -> str:
        self.empty = self.empty and not text.strip()
        return text
