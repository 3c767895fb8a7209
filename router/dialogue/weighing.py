"""How likely tasks are with what is at hand in mind, and what is asked where two are as likely."""

import re
from collections.abc import Mapping
from dataclasses import replace

from router.dialogue.understanding.reader import Reading
from router.task import Task

TORN = 0.3
"""From this probability on for each of two tasks, it is asked which of them is meant."""
OUT_OF_PLACE = 0.25
"""By how much a task is less likely that takes what is not there, such as a picture."""

NAMED_OUTRIGHT = {"spell": re.compile(r"(?i)\b(?:spell\w*|spelt|letters|letter by letter|writ(?:ten|es?|ing))\b")}
"""Tasks of which it must be said what they do: a file called letter is not to be spelled."""


def at_hand(reading: Reading, known: Mapping[str, Task], kinds: frozenset[str]) -> Reading:
    """The reading with what is at hand in mind: the task handler of the paper, section 3.3."""
    likely = {
        name: chance * (OUT_OF_PLACE if name in known and not kinds.issuperset(known[name].takes) else 1.0)
        for name, chance in reading.chances.items()
        if (name in known or not name) and _is_said(name, reading.text)
    }
    best, total = max(likely, key=likely.__getitem__), sum(likely.values())
    return replace(reading, task=best, sure=likely[best] / total, chances=likely)


def _is_said(name: str, text: str) -> bool:
    return name not in NAMED_OUTRIGHT or NAMED_OUTRIGHT[name].search(text) is not None


def which(reading: Reading, known: Mapping[str, Task]) -> str | None:
    """A question where two tasks are as likely."""
    torn = [name for name, chance in reading.chances.items() if chance >= TORN]
    if len(torn) != 2 or "" in torn:
        return None
    first, second = torn
    return f"Shall I {_summary(known[first])}, or {_summary(known[second])}?"


def _summary(task: Task) -> str:
    """The first line of what it does, as part of a sentence."""
    line = task.about.splitlines()[0].rstrip(".")
    return line[:1].lower() + line[1:]
