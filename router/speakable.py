"""Text as a voice can say it: language models write markup even when told not to."""

import re
import unicodedata

_LEADING = re.compile(r"[#>*•+\-–]+|\|")
"""What stands before a line that is a heading, a quotation, a list item or a row."""
_LINK = re.compile(r"\]\([^)]*\)")
_MARKS = re.compile(r"\*+|`+|~~|[\[\]|]|(?<!\w)_+|_+(?!\w)")
_RULE = re.compile(r"[-=_|:*]{3,}")
_PAUSING = tuple(".!?:;,…")


class Speakable:
    """Takes the markup out of a stream of text, a whole word at a time.

    push:  "**Two" | " things:**\\n- mi" | "lk\\n- eggs"      the last word waits until it is whole
    yield: ""      | "Two things: "      | "milk. "           and flush: "eggs"
    """

    def __init__(self) -> None:
        self._rest = ""
        self._line_begins = True
        self._last = " "

    def push(self, piece: str) -> str:
        """What can be said by now; may be empty."""
        text = self._rest + piece
        cut = max(text.rfind(" "), text.rfind("\n"), text.rfind("\t")) + 1
        self._rest = text[cut:]
        return self._cleaned(text[:cut])

    def flush(self) -> str:
        """The last word."""
        rest, self._rest = self._rest, ""
        return self._cleaned(rest)

    def _cleaned(self, text: str) -> str:
        return "".join(self._token(token) for token in re.findall(r"\n|[^\S\n]+|\S+", text))

    def _token(self, token: str) -> str:
        if token == "\n":
            return self._line_end()
        if token.isspace():
            return self._spaced(" ")
        if token.startswith("```") or _RULE.fullmatch(token) or (self._line_begins and _LEADING.fullmatch(token)):
            return ""
        self._line_begins = False
        return self._spoken(_plain(token))

    def _line_end(self) -> str:
        """A new line is a pause, so it becomes a full stop where nothing else closes it."""
        begun, self._line_begins = not self._line_begins, True
        return self._spaced(". " if begun and not self._last.endswith(_PAUSING) else " ")

    def _spaced(self, gap: str) -> str:
        """A gap, unless there is one already."""
        return "" if self._last.endswith(" ") else self._spoken(gap)

    def _spoken(self, text: str) -> str:
        self._last = text or self._last
        return text


def _plain(word: str) -> str:
    """A word without emphasis, code marks, the target of a link, or pictures."""
    word = "times" if word == "*" else _MARKS.sub("", _LINK.sub("", word))
    return "".join(c for c in word if unicodedata.category(c) not in ("So", "Cs", "Co") and c not in "\ufe0f\u200d")
