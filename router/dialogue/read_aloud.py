"""Turns about texts that are spoken: "read this letter to me", "make an audio book of it", "now with a man's voice".

Each is told by its words alone: a verb, what it is about, and how it is to be spoken; nothing else may be in it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.events import Artifact
from assistant.media import is_score
from router.delivery import is_directions, parted
from router.dialogue.base import Call
from router.portion_words import portion_in
from router.reading_out import CALLED, DOCUMENTS, LITTLE

TASK = "synthesize_speech"
SPEAKING = (TASK, "again")
"""Tasks after which a mere direction means what was spoken."""
_BEFORE = (
    r"(?:(?:hey|okay|ok|now|and|then|also|so|please|just|earshot|(?:can|could|would|will) you|i want you to|"
    r"i(?:'d| would) like you to|i want to hear|let me hear|let(?:'s| us)|go and)\b[\s,]*)*"
)
_BOOK = (
    r"(?:(?:a|an|the|one|into|as|some)\s+)*(?:long\s+|spoken\s+)?(?:audio ?-?books?|"
    r"(?:audio|spoken) version|recording|"
    r"narration|voice-?over|(?:sound|audio|wav|mp3)(?: ?file| recording)?|podcast|speech|spoken words)"
)
NOTES = frozenset(("note", "notes", "memo", "memos"))
"""What is told and not read: it says of which note it is."""
READ = re.compile(rf"(?i)\W*{_BEFORE}(?:read|narrate|recite|open)\b(?: out)?(?P<rest>.*)", re.DOTALL)
STARTING = re.compile(
    rf"(?i)\W*{_BEFORE}(?P<rest>(?:start|begin|go on|continue|skip|leave|omit|from)\b.*\bread(?:ing)?\b.*)", re.DOTALL
)
SAY = re.compile(rf"(?i)\W*{_BEFORE}(?:speak|say|voice)\b(?P<rest>.*)", re.DOTALL)
MAKE = re.compile(
    rf"(?i)\W*{_BEFORE}(?:make|create|produce|generate|give|build|get)\b(?: me)?\s+{_BOOK}(?: (?:of|"
    rf"from|out of|for|with))\b(?P<rest>.*)",
    re.DOTALL,
)
TURN = re.compile(
    rf"(?i)\W*{_BEFORE}(?:turn|convert|transform|make|change|record|save|speak|read)"
    rf"\b(?P<rest>.+?)\s(?:in)?(?:to|as|into)\s+{_BOOK}(?P<more>.*)",
    re.DOTALL,
)
LISTEN = re.compile(
    rf"(?i)\W*{_BEFORE}(?:i(?:'d| would)? (?:love|like|want) to|let me|can i|may i|could i|i want to)\s+"
    rf"(?:hear|listen to|get|have)\b(?P<rest>.+?)(?:(?P<book>\s(?:as|in) {_BOOK})(?P<more>\b.*?))?[\s,]*(?:please)?\W*"
)
HAVE = re.compile(r"(?i)(?:have|let) (?P<who>.+?) (?:do|say|read|speak) (?:it|that|this)(?: for me)?")
_STARTED = frozenset(("start", "begin", "reading", "of", "from", "in", "at", "on", "go", "continue", "part", "parts"))
"""Words around a part of a text."""
_AGAIN = re.compile(
    r"(?i)^\W*(?:(?:now|and|then|again|but|okay|ok|no|please|the same|same|once more|"
    r"one more time|this time|instead|"
    r"(?:can|could|would|will) you|do|make|try|say|read|speak|repeat|let me hear|i want|"
    r"give me|what about|how about|"
    r"it|that|this|thing|text|sentence|words|with it)\b[\s,.]*)+"
)
_BEFORE_ALL = re.compile(rf"(?i)^\W*{_BEFORE}")
_TAIL = re.compile(r"(?i)[\s,]*\b(?:now|again|please|instead|this time|then|once more|for me|it|that)[\s.!?]*$")


def read_aloud(text: str, artifacts: Sequence[Artifact]) -> Call | None:
    """The wish to have a text read that there is a file of; None for any other turn.

    Args:
        text: the turn as it was said.
        artifacts: what there is to work on.
    """
    texts = [one for one in artifacts if one.kind == "text" and not is_score(one.path)]
    if not texts:
        return _of_nothing(text)
    made, pointed = MAKE.fullmatch(text) or TURN.fullmatch(text), READ.fullmatch(text) or STARTING.fullmatch(text)
    heard = LISTEN.fullmatch(text) if artifacts[-1].kind == "text" else None
    made, pointed = made or (heard if heard and heard["book"] else None), pointed or heard
    found = made or pointed or SAY.fullmatch(text)
    if found is None:
        return None
    rest = " ".join(part.strip() for name, part in found.groupdict().items() if part and name != "book").strip(" .!?,")
    called = {word for one in texts for word in _words(f"{one.name} {one.path.name}")}
    words, directions = parted(rest)
    portion = portion_in(words) if made or pointed else None
    about = set(_words(portion.rest if portion else words))
    plain = about <= LITTLE | DOCUMENTS | called | _STARTED and not about & NOTES
    named = about & (DOCUMENTS | called) or ((made or pointed) and about & {"it", "this", "that", ""} or not about)
    if not plain or not (named or portion):
        return None
    save = {"save": True} if made else {}
    if portion is None:
        return Call(TASK, {"text": rest or "it", **save})
    manner = {"manner": ", ".join(match.group() for match, _ in directions)} if directions else {}
    named_so = " ".join(word for word in _words(portion.rest) if word not in _STARTED)
    whole = named_so if about & (DOCUMENTS | called) else "the file"
    return Call(TASK, {"text": whole, "part": words, **manner, **save})


def _of_nothing(text: str) -> Call | None:
    """The wish to have a text read where there is none: whoever reads it says so."""
    found = READ.fullmatch(text)
    rest = found["rest"].strip(" .!?,") if found else ""
    words = parted(rest)[0]
    portion = portion_in(words)
    about = set(_words(portion.rest if portion else words))
    meant = (about & DOCUMENTS or portion) and about <= LITTLE | DOCUMENTS | _STARTED
    return Call(TASK, {"text": rest}) if rest and ":" not in text and (meant or CALLED.search(words)) else None


def spoken_otherwise(text: str, last: tuple[str, Mapping[str, Any]] | None) -> Call | None:
    """What was spoken last to be spoken in another way; None for a turn that says more than in which."""
    if last is None or last[0] not in SPEAKING:
        return None
    rest = text.strip(" .!?")
    if who := HAVE.fullmatch(_BEFORE_ALL.sub("", rest)):
        rest = f"by {who['who']}"
    if not is_directions(rest):
        rest = _TAIL.sub("", _AGAIN.sub("", rest)).strip(" .!?,")
        rest = rest if is_directions(rest) else f"with {rest}"
    if rest and is_directions(rest):
        return Call(TASK, {"text": "it", "manner": rest})
    before = set(_words(parted(str(last[1].get("text", "")))[0]))
    portion = portion_in(text) if last[1].get("part") or before <= LITTLE | DOCUMENTS else None
    part = portion and not set(_words(_AGAIN.sub("", portion.rest))) - LITTLE - _STARTED
    return Call(TASK, {"text": "the file", "part": text}) if part else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.lower().replace("’", "'"))
