"""How something is to be spoken, in words: "slowly", "twice as fast", "in a deep voice", "in French", "as a child".

good morning slowly in a deep voice  ─▶  "good morning", Directions(speed ×0.8, pitch −3)

Each way of saying it is a phrase of its own; a text may end, or begin, with as many of them as one likes.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from router.delivery_words import MAN, NO_CHILD, NO_MAN, RULES, WOMAN, Change
from router.numerals import words
from router.speech import Directions

__all__ = ["MAN", "NO_CHILD", "NO_MAN", "WOMAN", "directed", "is_directions", "parted"]

_BEGIN = tuple((re.compile(rf"(?i)(?:{rule})(?=$|[\s,.!?;:])"), change) for rule, change in RULES)
_END = tuple((re.compile(rf"(?i)(?:^|(?<=[\s,]))(?:{rule})$"), change) for rule, change in RULES)
_JOINS_BEFORE = re.compile(r"(?i)^(?:[\s,.!?;:]+|(?:and|but|please|then|also|only|now)\b)+")
_JOINS_BEHIND = re.compile(r"(?i)(?:[\s,;]+|\b(?:and|but|please|also|nice and)(?=[\s,;]*$))+$")
_STOPS = " \t\n,.!?;:"
_OPEN = frozenset(
    words(
        "is are am was were be been being a an the and or to of in on at with very so too not she he it they we "
        "you i as "
        "than by for from drives drove runs ran walks walked goes went speaks spoke talks talked sings breathe "
        "breathes "
        "move moves moved looks sounds feels turn turned think thinks"
    )
)
"""What leaves a sentence open: an adverb behind it is no direction but belongs to it."""


_POINTS = re.compile(
    r"(?i)\W*(?:it|this|that|them|these|those|all|everything)"
    r"(?: (?:all|to me|for me|to us|out|aloud|out loud|now|again))*"
)
"""What is pointed at and not said: an adverb behind it is a direction."""
_PARTICLES, _LEADS = frozenset(("in", "on", "by")), frozenset(("with", "in", "at", "using", "as", "like"))
Found: TypeAlias = tuple[re.Match[str], Change]


def directed(text: str, so: Directions) -> tuple[str, Directions]:
    """A text without the directions at its end and its beginning, and they; the text is none where it has no more.

    Raises:
        TaskError: it is to be in a language that no voice speaks, or at a speed at which nobody speaks.
    """
    text, found = parted(text)
    for match, change in found:
        so = change(so, match)
    return text, so


def parted(text: str) -> tuple[str, Sequence[Found]]:
    """A text without the directions at its end and its beginning, and they, in the order in which they are found."""
    text, found = _from_end(text)
    while text:
        first = _longest((match, change) for rule, change in _BEGIN if (match := rule.match(text)))
        if first is None:
            break
        behind = text[first[0].end() :]
        rest = _JOINS_BEFORE.sub("", behind)
        if rest and not _is_lead(first[0].group(), behind):
            break
        found.append(first)
        text = rest
    return text, found


def _longest(found: Iterable[Found]) -> Found | None:
    """Of what fits, the longest; the first of those that are as long."""
    return max(found, key=lambda one: len(one[0].group()), default=None)


def _from_end(text: str) -> tuple[str, list[Found]]:
    directions = list[Found]()
    while True:
        body = _JOINS_BEHIND.sub("", text.rstrip(_STOPS))
        found = _longest((match, change) for rule, change in _END if (match := rule.search(body)))
        if found is None:
            return text, directions
        before = body[: found[0].start()]
        last = re.findall(r"[\w']+", before)[-1:]
        if last and _leaves_open(last[0].lower(), found[0].group()) and not _POINTS.fullmatch(before.rstrip(_STOPS)):
            return text, directions
        directions.append(found)
        text = _JOINS_BEHIND.sub("", before.rstrip(_STOPS) if not last else before)


def _leaves_open(word: str, direction: str) -> bool:
    """Whether a direction belongs to the sentence that ends in a word; "come in with an echo" is none such."""
    if word in _PARTICLES and direction.split()[0].lower() in _LEADS:
        return False
    return word in _OPEN and word not in ("and", "but")


def _is_lead(direction: str, rest: str) -> bool:
    """Whether a direction leads a text: "slowly: good morning", "in French bonjour", not "fast food"."""
    first = direction.split()[0].lower()
    return rest.lstrip(" ").startswith((",", ":")) or first in ("in", "with", "using", "at")


def is_directions(text: str) -> bool:
    """Whether a text is nothing but directions."""
    rest, found = parted(text)
    return not rest.strip(_STOPS) and bool(found)
