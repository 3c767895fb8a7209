"""Runs of letters: words, initialisms, and names that hold capitals inside.

GPU  → G P U     NASA → nasa     ChatGPT → Chat G P T     GPUs → G P U's     McDonald → McDonald

A capital that stands alone is the letter's name; the article and the pronoun are "a" and "I".
"""

import re

from tts.normalize.characters import LATIN
from tts.normalize.clause import Clause, Said, said
from tts.normalize.initialisms import ACRONYMS, NAMES, ORDINARY, SPELLED, SPELLED_SMALL, is_sayable
from tts.normalize.tables import words_of

PLAIN = re.compile(rf"[{LATIN}][{LATIN}]*(?:[-'][{LATIN}]+)*")
_HUMP = re.compile(r"[A-ZÀ-ÖØ-Þ]+(?![a-zß-ž])|[A-ZÀ-ÖØ-Þ]?[a-zß-öø-ž]+|[A-ZÀ-ÖØ-Þ]|.")
_KEPT = re.compile(r"(?:Mc|Mac|De|Di|Du|La|Le|Van|Fitz)[A-Z][a-z]+")
"""Names with a capital inside that are one word."""
_INFLECTED = re.compile(r"(.*[A-Z0-9])('?s)")
_AMBIGUOUS = frozenset({"IT", "US"})
"""Initials that are also words, which somebody may stress."""
_LABELS = words_of("vitamin plan grade hepatitis type class letter option group team section appendix the an")
"""Words behind which a capital A is a letter."""


def spelled(letters: str) -> str:
    """Letter by letter."""
    return " ".join(c for c in letters.upper() if c.isalpha())


def word(run: str, *, is_shouted: bool = False) -> str:
    """A run of letters, with apostrophes inside or without, as it is said."""
    if run in NAMES:
        return NAMES[run]
    if run.islower():
        return _small(run)
    if inflected := _INFLECTED.fullmatch(run):
        return _with_s(word(inflected[1], is_shouted=is_shouted), inflected[2])
    if "'" in run:
        return run.lower().replace("i'", "I'") if run.isupper() else run
    if run.isupper():
        return _capitals(run, is_shouted)
    return run if _KEPT.fullmatch(run) else _humps(run, is_shouted)


def _small(run: str) -> str:
    if run.upper() in NAMES:
        return NAMES[run.upper()]
    if run in SPELLED_SMALL:
        return spelled(run)
    return f"{spelled(run[:-1])}'s" if run[-1:] == "s" and run[:-1] in SPELLED_SMALL else run


def _with_s(words: str, ending: str) -> str:
    """In the plural or the genitive; behind a letter's name both are written alike."""
    return words + ("'s" if ending == "'s" or words[-1:].isupper() else "s")


def _capitals(run: str, is_shouted: bool) -> str:
    """A run of nothing but capitals."""
    if len(run) == 1:
        return run
    if run in SPELLED:
        return spelled(run)
    if is_shouted:
        return _small(run.lower())
    if run in ORDINARY or run in ACRONYMS or (len(run) > 3 and is_sayable(run.lower())):
        return run.lower()
    return spelled(run) if len(run) < 12 or not is_sayable(run[:4].lower()) else run.lower()


def _humps(run: str, is_shouted: bool) -> str:
    """A name with capitals inside, hump by hump; as it is when it has none."""
    humps = _HUMP.findall(run)
    if len(humps) == 1:
        return run
    return " ".join(h.upper() if len(h) == 1 else word(h, is_shouted=is_shouted) for h in humps)


def plain_word(clause: Clause, index: int) -> Said | None:
    """Words as a dictionary has them, also with hyphens, stay as they are."""
    body = clause.body(index)
    if not PLAIN.fullmatch(body):
        return None
    if len(body) == 1:
        return said(_single(clause, index))
    is_shouted = clause.is_shouted or (body in _AMBIGUOUS and _is_stressed(clause, index))
    parts = body.split("-")
    words = [p if len(p) == 1 else word(p, is_shouted=is_shouted) for p in parts]
    return said(body if words == parts else " ".join(words))


def _is_stressed(clause: Clause, index: int) -> bool:
    """Whether a neighbour is an ordinary word in capitals."""
    return any(len(b) > 1 and b in ORDINARY for b in (clause.body(index - 1), clause.body(index + 1)))


def _is_variable(clause: Clause, index: int) -> bool:
    """Whether a letter stands beside a sign of a formula."""
    around = [p.text for p in clause.pieces[max(0, index - 1) : index + 2] if p.text]
    return any(text in "+-=<>*/×÷≤≥≠≈→" for text in around)


def _single(clause: Clause, index: int) -> str:
    """A letter on its own."""
    body = clause.body(index)
    if body == "i":
        return "I"
    following = clause.body(index + 1)
    if body in "xX" and following[:1].isdigit() and clause.before(index)[-1:].isdigit():
        return "times"
    if body not in "aA" or _is_variable(clause, index):
        return body.upper() if body.isascii() else body
    is_title = following[:1].isupper() and clause.before(index) not in _LABELS
    is_article = len(following) > 1 and (following[0].isdigit() or clause.opens_sentence(index) or is_title)
    return "a" if body == "a" or is_article and not clause.pieces[index].tail else "A"
