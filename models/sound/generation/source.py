"""A kind of sound that can be made: how it is called, and what makes it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from numpy.random import Generator

from models.sound.generation.grain import Grain, One, Stream, Style
from models.sound.generation.streams import again

COUNTED_S = (0.3, 0.4)
"""The silence between parts of what usually comes in a row."""


@dataclass(frozen=True)
class Source:
    """A kind of sound."""

    name: str
    """Unique, such as "dog"."""
    said: str
    """As it is told within a sentence where it goes on: "a dog barking"."""
    words: str
    """A pattern of how people call it, in lower case."""
    stream: Stream | None = None
    """Gives it without end, where it is one that goes on."""
    one: One | None = None
    """Gives it once, where it is one that happens."""
    gap_s: tuple[float, float] = (0.5, 2.0)
    """The silence between two of them."""
    noun: str = ""
    """What is counted: "dog bark"; an "s" makes it several."""
    single: bool = False
    """Whether it happens once where nothing else is said."""
    style: Style = Style()
    """How it is where nothing is said."""
    counted: One | None = None
    """Gives it where it is counted, if that is less than `one` gives: one bark, and not two in a row."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds it in a text."""
        return re.compile(rf"\b(?:{self.words})\b")

    @property
    def goes_on(self) -> bool:
        """Whether it is never silent for long."""
        return self.stream is not None

    def grains(self, style: Style, rng: Generator, count: int = 0) -> Iterator[Grain]:
        """It, so many times, or without end."""
        if self.one is not None and (count or self.stream is None):
            one = self.counted if count and self.counted is not None else self.one
            gap_s = COUNTED_S if one is self.counted else self.gap_s
            return again(one, gap_s, style, rng, count)
        assert self.stream is not None, "a source goes on or happens"
        return self.stream(style, rng)

    def told(self, count: int) -> str:
        """It, so many times; 0 where it goes on."""
        noun = self.noun or self.name
        if not count:
            return self.said
        if count == 1:
            return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
        return f"{NUMBERS[count] if count < len(NUMBERS) else count} {_several(noun)}"


def _several(noun: str) -> str:
    """Of "stroke of a bell": "strokes of a bell"; of "cry": "cries"."""
    head, of, rest = noun.partition(" of ")
    if head.startswith("breaking"):
        return f"times {noun}"
    plural = (
        head[:-1] + "ies"
        if head.endswith("y") and head[-2] not in "aeiou"
        else head + ("es" if head[-2:] in ("sh", "ch") else "s")
    )
    return plural + of + rest


NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
