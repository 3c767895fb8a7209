"""Rules that put something else in the place of words."""

import re
from collections.abc import Callable
from typing import TypeAlias

Better: TypeAlias = str | Callable[[re.Match[str]], str]
Rules: TypeAlias = tuple[tuple[re.Pattern[str], Better], ...]


def rules(*pairs: tuple[str, Better]) -> Rules:
    """Patterns, large and small letters alike, and what takes the place of what they match."""
    return tuple((re.compile(pattern, re.IGNORECASE), better) for pattern, better in pairs)


def replaced(text: str, by: Rules) -> str:
    """A text after all rules, in their order."""
    for pattern, better in by:
        text = pattern.sub(better, text)
    return text
