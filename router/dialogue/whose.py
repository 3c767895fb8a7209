"""Whose manner of speaking is meant: "like her", "in the style of this recording", "the way the man in the clip talks".

A recording that is named or pointed at is told elsewhere; here is what is left:

    "like this person", "this recording"    ─▶ "this one"
    anything else, with one recording there ─▶ that one
    the name of somebody                    ─▶ that name, to be looked for
"""

import re
from collections.abc import Sequence

from assistant.events import Artifact
from router.dialogue.base import Call

_PERSON = "person|speaker|man|woman|guy|lady|boy|girl|voice|one|recording|clip|file|sound|audio|sample|example"
_THIS = re.compile(rf"(?i)\b(?:this|that)\s+(?:{_PERSON})\b")
_SOMEBODY = re.compile(
    r"\b(?:like|(?:voice|style|manner|tone|way|accent) of|as if (?:it were|you were))\s+"
    r"(?P<name>(?!I\b)[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)*)(?:\s+(?:does|would|speaks|talks|says))?\s*[.?!,:]*(?:\s|$)"
)
"""A name in capitals, as recognizers and people write it."""
_AGREES = re.compile(
    r"(?i)[\s,;.]*\b(?:(?:and\s+)?(?:she|he|they) (?:agrees?|consents?|agreed)|"
    r"with (?:her|his|their|my) (?:consent|permission))[.!\s]*$"
)
_LIKE_THIS = re.compile(rf"(?i)[\s,]+like (?:this|that) (?:{_PERSON})[.!\s]*$")
_AS_THEY_DO = re.compile(
    r"(?i)\W*(?:(?:now|and|then|please|earshot|(?:can|could|would|will) you)[\s,]+)*(?:say|speak|read|pronounce)\s+"
    r"(?P<text>.+?)[\s,]+(?:(?:just|exactly|much|a bit|the same)\s+)?(?:as|like|(?:in )?the way(?: that)?|how)\s+"
    r"(?:he|she|they|it|(?:this|that|the) (?:person|speaker|man|woman|guy|lady|boy|girl)s?)\s+"
    r"(?:does|do|did|would|speaks?|talks?|sounds?|says?|said|would (?:say|speak|talk))(?:\s+(?:it|so|that))?[.!?\s]*"
)
_POINTING = frozenset(("it", "that", "this", "something", "so"))
_OWN = ("synthesize_speech", "sing", "transfer_style", "generate_audio")
"""What these made is no recording of anybody."""


def whose(text: str, said: str, artifacts: Sequence[Artifact]) -> str:
    """The recording whose manner is meant where it is not named; empty where it may be any.

    Args:
        text: the turn.
        said: what of it is to be spoken, which tells nothing of who is meant.
        artifacts: the sounds there are.
    """
    around = text.replace(said, " ", 1) if said else text
    if found := _SOMEBODY.search(around):
        return found["name"]
    if _THIS.search(around):
        return "this one"
    given = [one for one in artifacts if one.made_by not in _OWN]
    return given[0].name if len(given) == 1 else ""


def said_as(text: str, artifacts: Sequence[Artifact]) -> Call | None:
    """Words that are to be said as the person in a recording does: "say we are closed as they do"; None elsewhere."""
    found = _AS_THEY_DO.fullmatch(text)
    sounds = [one for one in artifacts if one.kind in ("audio", "video")]
    if not found or not sounds or found["text"].lower().strip() in _POINTING:
        return None
    words = found["text"].strip(' ,.:"“”')
    name = whose(text, found["text"], sounds)
    return Call("transfer_style", {"text": words, **({"reference": name} if name else {})})


def without_consent(said: str) -> str:
    """What is to be spoken, without whose manner it is and that they agree at its end."""
    return _LIKE_THIS.sub("", _AGREES.sub("", said)).strip() or said
