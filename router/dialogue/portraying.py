"""What a face is to say or sing, where a turn holds the very words: "let her say hello", "an avatar saying hello".

"make this picture sing happy birthday"                    face, "sing", words
"create a talking head that says I am late"                head, "says", words
"say hello world and make a talking head of it"            words, head
"animate this photo"                                       face alone: what it says is found, or asked for
"""

import re
from collections.abc import Sequence

from assistant.events import Artifact
from router.delivery import is_directions
from router.dialogue.base import Call

TASK = "make_talking_head"
_PICTURE = r"picture|photo|photograph|image|portrait|painting|drawing|selfie|mugshot|snapshot|pic|statue|mona lisa"
_FACE = r"face|head|avatar|mouth|lips"
_PERSON = r"person|man|woman|lady|guy|girl|boy|child|kid|baby|gentleman|somebody|someone|character|people|face"
_SOUND = re.compile(
    r"(?i)\b(?:voice|recording|sound|audio|clip|speaker|note|memo|timer|alarm|ear|headphones?|song|file|track)s?\b"
)
"""Of what is heard and not seen."""
_HEAD = re.compile(
    rf"(?i)\b(?:(?:talking|speaking|singing|animated|lip.?synced)[\s-]+(?:human )?"
    rf"(?:{_FACE}|{_PICTURE}|{_PERSON}|video)|avatar|(?:video|film|clip|movie)\b.*\b(?:{_FACE}|{_PICTURE}|{_PERSON}|her|him|you|yourself|yours)|face|{_PICTURE})\b"
)
_SAYS = (
    r"say|saying|says|speak|speaking|speaks|utter|utters|uttering|recite|recites|reciting|announce|announces|announcing"
    r"|tell us|tell me|telling us|tells us|pronounce|pronouncing|read out|reads out|reading out"
    r"|read|reads|reading|speak out"
)
_SINGS = r"sing|sings|singing|hum|hums|humming|croon|crooning"
_WORDS = r"[\s:,]*(?:out loud|aloud)?[\s:,]*(?P<text>.+)$"
_DID = rf"(?P<does>{_SAYS}|{_SINGS})\b{_WORDS}"
_MAKE = r"make|create|generate|produce|film|render|build|show me|give me|do|record|i want|i need|i would like|i'd like"
_LET = r"let|make|have|get|i want|i would like|i'd like|i wish"
_SUBJECT = r"(?P<who>(?:[\w'’.-]+\s+){1,9}?)"
_LETS = re.compile(rf"(?i)^(?:{_LET})\s+{_SUBJECT}(?:to\s+)?{_DID}")
_MAKES = re.compile(
    rf"(?i)^(?:{_MAKE}|animate|turn)\s+(?P<who>.{{3,90}}?)[\s,]+(?:(?:that|who|which|and|to|in which \w+|where \w+|"
    rf"so that \w+|so \w+|and let \w+|and have \w+|and make \w+)\s+)?{_DID}"
)
_WITH_WORDS = re.compile(
    rf"(?i)^(?:{_MAKE}|animate|turn)\s+(?P<who>.{{3,90}}?)"
    r"(?:\s*:\s*|\s+(?:with|from|for|of) the (?:words|word|text|sentence|line)\s*:?\s*)"
    r"(?P<text>.+)$"
)
_SAID_FIRST = re.compile(
    rf"(?i)^(?P<does>say|speak|read aloud|read out|sing)\b[\s:,]*(?P<text>.+?)"
    rf"(?:[\s,.;]+(?:and then|and|then)|[,.;])\s+(?:also\s+)?(?:{_MAKE}|turn|put|animate|let|have)\b(?P<who>.+)$"
)
_BACK = re.compile(r"(?i)\b(?:it|that|this|them|those words)\b|^\s*an?\s+[\w -]+$")
"""A head made of what was said before."""
_ALIVE = re.compile(
    rf"(?i)^(?:(?:{_LET})\s+{_SUBJECT}(?:to\s+)?"
    rf"(?:talk|speak|come alive|come to life|move (?:its|her|his|the) (?:lips|mouth))"
    rf"|animate\s+(?P<whom>[^,.;:]+)|bring\s+(?P<what>[^,.;:]+) to life"
    rf"|turn\s+(?P<this>[^,.;:]+?)\s+into\s+an?\s+(?:talking|speaking)\s+"
    rf"(?:video|film|clip|head|face|portrait|avatar))[\s.!?]*$"
)
_QUOTED = re.compile(r"^\s*[\"“](?P<words>[^\"“”]+)[\"”][\s,.!?]*(?P<manner>.*?)[\s.!?]*$")
_LED = re.compile(
    r"(?i)^(?P<manner>(?:in|with|as|like) [\w' -]{2,40}?)\s*[:,]?\s*[\"“](?P<words>[^\"“”]+)[\"”][\s.!?]*$"
)
_LEAD = re.compile(r"(?i)^(?:that\s+(?=\S+\s+\S)|(?:these|the(?: following)?) words\s*:\s*)")
"""What leads to words that are not quoted: "announce that dinner is ready"."""
_SHOWN = re.compile(r"(?i)(?:the|this|that|my|our)\s+[\w'’-]+(?:\s+[\w'’-]+)?")
"""Whoever a picture may show: "the cat", "my old teacher"."""
_ARTICLES = frozenset(("the", "a", "an", "my", "this", "that", "our"))
_POINTING = frozenset(("her", "him", "them", "she", "he", "it", "this", "that", "this one", "that one"))


def face_asked_for(text: str, artifacts: Sequence[Artifact]) -> Call | None:
    """The call that a turn without courtesies asks for, where a face is to say or sing words; None elsewhere.

    Words that are the name of a recording mean that: "let the cat say the speech".
    """
    call = _face(text, artifacts)
    said = re.sub(r"(?i)^(?:the|this|that|my)\s+|[.!?]+$", "", str(call.arguments.get("text", ""))) if call else ""
    for artifact in artifacts:
        if call and said and artifact.kind == "audio" and artifact.name.lower() == said.lower():
            others = {name: value for name, value in call.arguments.items() if name not in ("text", "sung")}
            return Call(TASK, {"audio": artifact.name, **others})
    return call


def _face(text: str, artifacts: Sequence[Artifact]) -> Call | None:
    if found := _SAID_FIRST.match(text):
        if _HEAD.search(found["who"]) and _BACK.search(found["who"]):
            return _call(found["text"], found["does"], "")
        return None
    if (found := _LETS.match(text)) and is_directions(found["text"]):
        return None
    if found and _is_face(found["who"].strip(), artifacts):
        return _call(found["text"], found["does"], _named(found["who"], artifacts))
    if called := _alive(text, artifacts):
        return called
    if (found := _MAKES.match(text)) and _HEAD.search(found["who"]) and not _SOUND.search(found["who"]):
        return _call(found["text"], found["does"], _named(found["who"], artifacts))
    if (found := _WITH_WORDS.match(text)) and _HEAD.search(found["who"]) and not _SOUND.search(found["who"]):
        return _call(found["text"], "say", _named(found["who"], artifacts))
    return None


def _alive(text: str, artifacts: Sequence[Artifact]) -> Call | None:
    """A face that is to speak whatever there is: "animate the photo"."""
    found = _ALIVE.match(text)
    if found is None:
        return None
    who = next(part for part in (found["who"], found["whom"], found["what"], found["this"]) if part).strip()
    named = _named(who, artifacts)
    return Call(TASK, {"image": named} if named else {}) if _is_face(who, artifacts) else None


def _call(text: str, does: str, image: str) -> Call:
    manner = ""
    if quoted := _QUOTED.match(text) or _LED.match(text):
        said, manner = quoted["words"].strip(), quoted["manner"].strip()
    else:
        said = _LEAD.sub("", text.strip().strip('"“”').strip())
    sung = bool(re.fullmatch(_SINGS, does, re.IGNORECASE))
    more = {"sung": sung, "manner": manner, "image": image}
    return Call(TASK, {"text": said, **{name: value for name, value in more.items() if value}})


def _is_face(who: str, artifacts: Sequence[Artifact]) -> bool:
    """Whether words for who speaks mean a face; those that may mean anybody do so where there is a picture."""
    if _SOUND.search(who):
        return False
    if re.search(rf"(?i)\b(?:{_PICTURE}|{_FACE})s?\b", who) or _named(who, artifacts):
        return True
    pictured = any(artifact.kind == "image" for artifact in artifacts)
    if not pictured or any(artifact.name.lower() in who.lower() for artifact in artifacts):
        return False
    return who.lower() in _POINTING or bool(_SHOWN.fullmatch(who) or re.search(rf"(?i)\b(?:{_PERSON})\b", who))


def _named(who: str, artifacts: Sequence[Artifact]) -> str:
    """The picture that is meant by its name, or by a part of the name that no other picture has."""
    heard = f" {' '.join(re.findall(r'[a-z0-9]+', who.lower()))} "
    for artifact in reversed(artifacts):
        name = " ".join(re.findall(r"[a-z0-9]+", artifact.name.lower()))
        if artifact.kind == "image" and name and f" {name} " in heard:
            return artifact.name
    said = set(heard.split()) - _ARTICLES
    parts = [a.name for a in artifacts if a.kind == "image" and said <= set(re.findall(r"[a-z0-9]+", a.name.lower()))]
    return parts[0] if said and len(parts) == 1 else ""
