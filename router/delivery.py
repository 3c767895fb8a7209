"""How something is to be spoken, in words: "slowly", "twice as fast", "in a deep voice", "in French", "as a child".

good morning slowly in a deep voice  ─▶  "good morning", Directions(speed ×0.8, pitch −3)

Each way of saying it is a phrase of its own; a text may end, or begin, with as many of them as one likes.
"""

import re

from assistant.errors import TaskError
from assistant.events import Manner
from router.delivery_words import MAN, NO_CHILD, NO_MAN, RULES, WOMAN
from router.numerals import words
from router.speech import Directions

__all__ = ["MAN", "NO_CHILD", "NO_MAN", "WOMAN", "directed", "is_directions"]

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


def directed(text: str, so: Directions) -> tuple[str, Directions]:
    """A text without the directions at its end and its beginning, and they; the text is none where it has no more.

    Raises:
        TaskError: it is to be in a language that no voice speaks.
    """
    text, so = _from_end(text, so)
    while text:
        found = next(((m, change) for rule, change in _BEGIN if (m := rule.match(text))), None)
        rest = _JOINS_BEFORE.sub("", text[found[0].end() :]) if found else ""
        if found is None or (rest and not _is_lead(found[0].group(), text[found[0].end() :])):
            return text, so
        so, text = found[1](so, found[0]), rest
    return text, so


def _from_end(text: str, so: Directions) -> tuple[str, Directions]:
    while True:
        body = text.rstrip(_STOPS)
        body = _JOINS_BEHIND.sub("", body)
        found = [(m, change) for rule, change in _END if (m := rule.search(body))]
        if not found:
            return text, so
        longest = max(len(m.group()) for m, _ in found)
        match, change = next((m, change) for m, change in found if len(m.group()) == longest)
        before = body[: match.start()]
        last = re.findall(r"[\w']+", before)[-1:]
        joined = _JOINS_BEHIND.sub("", before.rstrip(_STOPS) if not last else before)
        if last and last[0].lower() in _OPEN and last[0].lower() not in ("and", "but"):
            return text, so
        so, text = change(so, match), joined


def _is_lead(direction: str, rest: str) -> bool:
    """Whether a direction leads a text: "slowly: good morning", "in French bonjour", not "fast food"."""
    return rest.lstrip(" ").startswith((",", ":")) or direction.split()[0].lower() in ("in", "with", "using")


def is_directions(text: str) -> bool:
    """Whether a text is nothing but directions."""
    try:
        rest, so = directed(text, Directions(Manner()))
    except TaskError:
        return True
    return not rest.strip(_STOPS) and so != Directions(Manner())
