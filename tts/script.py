"""What a voice that reads text by itself is given to read, and the way back from there to the written words.

clause:  Mail me@example.com         now.
text:    Mail me at example dot com  now.
              └──── all of it begins at the 5th character of the clause
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tts.normalize import readings
from tts.timing import written

_LETTER_A = re.compile(r"(?<![\w'-])A(?![\w'-])")
"""The letter by its name; voices take it for the article."""


@dataclass(frozen=True, slots=True)
class Script:
    """The text, with the place of each of its words in the clause."""

    text: str
    starts: Sequence[int] = ()
    """Characters of the text at which the words begin that are said for a written word; none if text is as written."""
    origins: Sequence[int] = ()
    """Where those written words begin in the clause."""

    def origin(self, position: int) -> int:
        """The index into the clause that belongs to an index into the text."""
        return self.origins[max(0, bisect_right(self.starts, position) - 1)] if self.starts else position


def script_of(clause: str) -> Script:
    """The script of an English clause."""
    said = [_LETTER_A.sub("eigh", reading.spoken) for reading in readings(clause)]
    starts, origins, length = [], [], 0
    for token, words in zip(written(clause), said, strict=True):
        if words:
            starts.append(length)
            origins.append(token.start)
            length += len(words) + 1
    return Script(" ".join(filter(None, said)), starts, origins)
