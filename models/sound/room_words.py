"""Rooms in words: "in a large church" is one of `models.sound.room.ROOMS`, and the rest of the sentence says where."""

import re
from collections.abc import Sequence

_ADJECTIVES = (
    "very|really|large|big|great|huge|vast|small|tiny|little|empty|old|long|dark|stone|echoing|echoey|wide|open|quiet|busy"
    "|narrow|underground|tiled|crowded"
)
_BEFORE = (
    r"\b(?:as (?:if|though) (?:it were |it was )?|like )?"
    r"(?:in the (?:middle|cent(?:er|re)|heart) of|in|inside|within|into)(?: (?:a|an|the|my|some))?"
    rf"(?: (?:{_ADJECTIVES}))*"
)
_KINDS: Sequence[tuple[str, str]] = (
    ("cathedral", r"cathedrals?|minster|basilica"),
    ("church", r"church|chapel|abbey|monastery|mosque|synagogue"),
    ("concert hall", r"concert halls?|opera(?: house)?|theat(?:re|er)|auditorium"),
    ("tunnel", r"tunnel|subway|underpass|corridor|hallway|pipe|sewer"),
    ("hall", r"halls?|gym(?:nasium)?|warehouse|factory|hangar|arena|stadium|(?:train )?station|ballroom|swimming pool"),
    ("cave", r"cave|cavern|dungeon|crypt|mine"),
    ("bathroom", r"bath ?room|shower|toilet|washroom"),
    ("stairwell", r"stair ?(?:case|well|way)"),
    ("large room", r"class ?room|restaurant|garage|lobby|museum|canteen|lecture room"),
    ("small room", r"bed ?room|office|closet|cupboard|booth|kitchen|study|nursery|car|studio"),
    ("room", r"(?:living |sitting |dining )?room|parlou?r|house|flat|apartment|cellar|lounge"),
    (
        "outdoors",
        r"fields?|forest|woods?|park|garden|street|meadow|desert|beach|mountains|nature|open(?: air)?|yard|valley",
    ),
)
_OUTSIDE = re.compile(r"\b(?:out ?doors|outside|out in the open|in the open(?: air)?)\b")
_DRY = re.compile(r"\b(?:without (?:any )?(?:reverb\w*|echo\w*|room)|no (?:reverb\w*|echo\w*|room)|anechoic|dry)\b")
_ROOMS = tuple((name, re.compile(rf"{_BEFORE} (?:{kind})\b")) for name, kind in _KINDS)
_LARGE = re.compile(r"\b(?:large|big|great|huge|vast)\b")
_SMALL = re.compile(r"\b(?:small|tiny|little|narrow)\b")


def room_in(text: str) -> tuple[str, str]:
    """The room that the words name, or nothing, and what they say besides."""
    text = _DRY.sub(" ", text)
    for name, pattern in _ROOMS:
        if found := pattern.search(text):
            return _sized(name, found[0]), _without(text, found)
    if found := _OUTSIDE.search(text):
        return "outdoors", _without(text, found)
    return "", text


def _sized(name: str, words: str) -> str:
    if name == "room" and _LARGE.search(words):
        return "large room"
    return "small room" if name == "room" and _SMALL.search(words) else name


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
