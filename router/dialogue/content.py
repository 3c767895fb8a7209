"""What a model writes, parted into what is to be spoken, its thoughts, and calls that it wrote as text.

Small local models write `<tool_call>{"name": …}</tool_call>`, or the JSON alone, where others use the protocol.

    "<think>hm</think>Well. <tool_call>{"name": "stop"}</tool_call>"   ──▶   "Well. "   and Call("stop")
"""

import re
from collections.abc import Container

from router.dialogue.base import Call
from router.dialogue.calls import UNREADABLE, made_call, written_calls

CLOSERS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<tool_call>": "</tool_call>",
    "<function=": "</function>",
    "[TOOL_CALLS]": "",
    "<|python_tag|>": "",
}
"""What opens something that is not spoken, and what closes it; "": the end of the reply."""
THOUGHTS = ("<think>", "<thinking>")

_OPENER = re.compile("|".join(re.escape(opener) for opener in CLOSERS))
_PERHAPS_CALL = re.compile(r"\s*(`{1,2}$|```(\w*$|\w*\s+|(?=[\[{])))?(\[\s*)?(\{\s*(\"|$)|$)")
"""A text that is a call in JSON so far, whole or not."""


class Content:
    """Takes a reply's text as it streams and gives what is to be spoken."""

    def __init__(self, known: Container[str]) -> None:
        """`known`: the names of tasks; JSON that names none of them is text."""
        self.calls: list[Call] = []
        """The calls that were written as text."""
        self._known = known
        self._held = ""
        self._opener = ""
        """What has opened the part that is being held."""
        self._beginning = True
        """Whether nothing was spoken yet, so that JSON may be a call."""

    def push(self, text: str) -> str:
        """Take in a piece; what can be spoken now."""
        self._held += text
        spoken = ""
        while self._held:
            before = self._held
            spoken += self._inside() if self._opener else self._outside()
            if self._held in ("", before):
                break
        return spoken

    def flush(self) -> str:
        """The rest, once the reply is over."""
        held, self._held = self._held, ""
        if self._opener:
            self._take(held)
            return ""
        if self._beginning and (calls := written_calls(held, self._known)):
            self.calls += calls
            return ""
        return "" if self.calls else held.lstrip() if self._beginning else held

    def _outside(self) -> str:
        """Up to where something opens, or may open once more has come."""
        if self._beginning and _PERHAPS_CALL.match(self._held):
            return ""
        if found := _OPENER.search(self._held):
            text, self._opener = self._held[: found.start()], found.group()
            self._held = self._held[found.end() :]
        else:
            safe = _safe(self._held)
            text, self._held = self._held[:safe], self._held[safe:]
        if self._beginning:
            text = text.lstrip()
        self._beginning = self._beginning and not text.strip()
        # What comes after a call was written without knowing what comes of it.
        return "" if self.calls else text

    def _inside(self) -> str:
        closer = CLOSERS[self._opener]
        inner, closed, rest = self._held.partition(closer) if closer else (self._held, "", "")
        if closed:
            self._take(inner)
            self._held, self._opener = rest.lstrip(), ""
        return ""

    def _take(self, inner: str) -> None:
        """Make calls of what was written between an opener and its closer."""
        if self._opener in THOUGHTS:
            return
        if self._opener == "<function=":
            name, _, arguments = inner.partition(">")
            self.calls.append(made_call(name, arguments.removesuffix("</function>")))
        else:
            self.calls += written_calls(inner) or [Call("", {}, "", UNREADABLE)]


def _safe(text: str) -> int:
    """How much of a text cannot be the beginning of an opener."""
    longest = max(map(len, CLOSERS))
    tails = range(max(0, len(text) - longest), len(text))
    return next((at for at in tails if any(opener.startswith(text[at:]) for opener in CLOSERS)), len(text))
