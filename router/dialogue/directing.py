"""Words to be said and how, in one breath: "say good morning in a very high voice, half as fast".

    say <words> <directions>         "say get out of here as if you were angry"
    <directions> say <words>         "in an excited tone, say we have won"
    <directions>: <words>            "twice as loud: hello"

What asks for other work too, or for somebody's own voice, is left to others.
"""

import re
from collections.abc import Sequence

from router.delivery import Found, is_directions, parted
from router.delivery_words import OTHERS
from router.dialogue.base import Call
from router.portion_words import portion_in
from router.reading_out import AGAIN, DOCUMENTS, LITTLE

TASK = "synthesize_speech"
_BEFORE = (
    r"(?:(?:hey|okay|ok|now|and|then|also|so|please|just|earshot|(?:can|could|would|will) you|i want you to|"
    r"i(?:'d| would) like you to|go and)\b[\s,]*)*"
)
_VERB = r"(?:say|speak|pronounce|announce|repeat after me|read(?: out| aloud| out loud)?)"
_SAY = re.compile(rf"(?is)\W*{_BEFORE}{_VERB}\b[\s,:]*(?P<rest>.+)")
_LED = re.compile(rf"(?is)\W*{_BEFORE}(?P<how>.+?)[\s,:]+(?:please )?{_VERB}\b[\s,:]+(?P<rest>.+)")
_COLON = re.compile(r"(?s)\W*(?P<how>[^:]+):\s+(?P<rest>.+)")
_WHAT = re.compile(
    r"(?i)(?:(?:aloud|out loud)[\s,:]+|"
    r"(?:the |this |these |following )*(?:words?|sentence|text|phrase|following)[\s,:]+)+"
)
_SOMEBODY = re.compile(
    r"(?i)\b(?:like (?:him|her|them|this|that)|(?:in|with|using|as) (?:the|her|his|their|this|that|my) (?:\w+ )?"
    r"(?:style|manner|voice|tone|way|recording|clip)\b|(?:style|manner|voice|tone) of)\b"
)
"""Somebody's own manner, which another task takes on."""


def said_so(text: str) -> Call | None:
    """Words to be spoken with directions how; None where there are none, or where there is more to a turn."""
    found = _COLON.fullmatch(text)
    if found is None or not is_directions(found["how"]):
        found = _LED.fullmatch(text)
    if found and is_directions(found["how"]):
        words, directions = parted(found["rest"])
        return _call(words, [*parted(found["how"])[1], *directions])
    if not (plain := _SAY.fullmatch(text)):
        return None
    words, directions = parted(plain["rest"])
    return _call(words, directions)


def _call(words: str, directions: Sequence[Found]) -> Call | None:
    words = _WHAT.sub("", words, count=1) if _WHAT.match(words) else words
    manner = ", ".join(match.group() for match, _ in directions)
    said = set(re.findall(r"\w+", words.lower()))
    others = all(change in OTHERS for _, change in directions)
    if not said or others or said <= AGAIN | LITTLE | DOCUMENTS or portion_in(words) or _SOMEBODY.search(words):
        return None
    return Call(TASK, {"text": words.strip(), "manner": manner}) if len(manner.split()) > 1 else None
