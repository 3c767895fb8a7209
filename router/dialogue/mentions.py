"""Names of recordings in a request, and what to do where there is none of that name.

    "what is said in the cellar?"        ─▶ about "the cellar": found, or it is asked which one is meant
    "is there a bell in the distance?"   ─▶ no name: a part or a place within what is heard
    "translate the garage into German"   ─▶ read as "translate it into German", about "the garage"

With a single recording there is nothing to mistake it for, and it is taken whatever it is called.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.events import Artifact
from router.dialogue.base import Call
from router.dialogue.understanding.languages import language
from router.naming import nearly
from router.numerals import words
from router.references import reference
from router.task import Task

TASKS = (
    *("transcribe_speech", "translate_speech", "caption_audio", "detect_sounds", "detect_target_sound"),
    *("extract_sound", "separate_speech", "enhance_speech", "measure_sound"),
)
"""Those that are about a recording, and take no words that could be such a name."""
_NAME = r"(?:the|my|our|your)\s+(?P<name>[\w'-]+(?:\s+[\w'-]+)?)"
_KIND = r"(?:\s+(?:recording|file|clip|track|audio|wave?|one))?"
_END = r"\s*(?:,?\s*(?:please|for me|now|too|as well|again))*[.?!\s]*$"
_ABOUT = re.compile(rf"(?i)\b(?:in|inside|within|out of|from)\s+{_NAME}{_KIND}{_END}")
_WHOLE = re.compile(rf"(?i)(?P<thing>{_NAME}{_KIND})(?=\s*(?:[.?!,;]|$|\b(?:and|in|into|to|for|please|with|then)\b))")
_WORKED_ON = re.compile(
    r"(?i)(?:.*\b)?(?:transcribe|translate|clean(?: up)?|denoise|enhance|caption|describe|separate|split|write down|"
    r"write out|type out|measure|(?:words|transcript|translation|description|length) of)\s+$"
)
"""What is done with a whole recording."""
_TOLD = re.compile(
    r"(?i)\s*(?:(?:and|but|so|well|yes|no|okay|oh)\b[\s,]*)*"
    r"(?:i|he|she|we|they|it|you|my|the|his|her|our|their|a|an|some|there|here|somebody|someone|everybody|nobody)\b"
)
"""How what is told begins, and not what is asked for."""
_LIKE_A_NAME = re.compile(rf"(?i){_NAME}{_KIND}")
_WITHIN = frozenset(
    words(
        "beginning start end middle center centre background foreground distance front back left right first "
        "last second rest whole mix mixture dark meantime morning evening night day moment way room air sky "
        "scene noise music speech voice voices words sound sounds mixed minute minutes seconds half part "
        "parts silence pause pauses noises crowd world house home street text picture image photo video song "
        "note notes language talk signal stereo sentence sentences phrase message conversation dialogue "
        "discussion lyrics"
    )
)
"""Words for a part of what is heard, a place in it, or what is no recording."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing that a text may name."""

    text: str
    """The text with "it" in its place."""
    name: str
    """As it was said: "the cellar"."""


def aimed(call: Call, text: str, artifacts: Sequence[Artifact], known: Mapping[str, Task]) -> Call:
    """A call that says which recording it is about, where the text does and the call does not yet."""
    takes: Mapping[str, object] = known[call.task].schema.get("properties", {}) if call.task in known else {}
    argument = "audio" if "audio" in takes else "name"
    if call.task not in TASKS or call.arguments.get(argument) or len(_sounds(artifacts)) < 2:
        return call
    found = _ABOUT.search(text) or _object(text)
    others = " ".join(str(value) for value in call.arguments.values()).lower()
    if not found or not _may_name(found["name"]) or found["name"].lower() in others:
        return call
    return Call(call.task, {**call.arguments, argument: f"the {found['name']}"})


def _object(text: str) -> re.Match[str] | None:
    """What is worked on as a whole: "translate the cellar"."""
    things = (found for found in _WHOLE.finditer(text) if _WORKED_ON.match(text[: found.start("thing")]))
    return next(things, None)


def mentions(text: str, artifacts: Sequence[Artifact]) -> Iterator[Mention]:
    """What in a text may be the name of a recording, the last first; nothing where there is none to be meant."""
    if not _sounds(artifacts) or _TOLD.match(text):
        return
    within = _ABOUT.search(text)
    for found in reversed([*_WHOLE.finditer(text)]):
        inside = within is not None and within.start("name") == found.start("name")
        if _may_name(found["name"]) and (inside or _WORKED_ON.match(text[: found.start("thing")])):
            yield Mention(f"{text[: found.start('thing')]}it{text[found.end('thing') :]}", f"the {found['name']}")


def is_name(said: str, artifacts: Sequence[Artifact]) -> bool:
    """Whether words name a recording, or may do so: not "Germany", nor "the beginning"."""
    if nearly(said, [(one.name, one) for one in _sounds(artifacts)]):
        return True
    found = _LIKE_A_NAME.fullmatch(said.strip(" .?!"))
    return found is not None and _may_name(found["name"])


def only_one(name: str, artifacts: Sequence[Artifact]) -> str:
    """The name as it is; nothing where there is a single recording and nothing else can be meant."""
    sounds = _sounds(artifacts)
    return "" if len(sounds) == 1 and not nearly(name, [(one.name, one) for one in sounds]) else name


def _may_name(name: str) -> bool:
    telling = reference(name).words
    return bool(telling) and _WITHIN.isdisjoint(telling) and language(name) is None


def _sounds(artifacts: Sequence[Artifact]) -> list[Artifact]:
    return [one for one in artifacts if one.kind == "audio" or (one.kind == "video" and one.rate)]
