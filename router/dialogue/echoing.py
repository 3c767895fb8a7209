"""A room that what is asked for is to sound in, said behind it: "… and make it echo like a church"."""

import re
from collections.abc import Sequence

from router.dialogue.base import Call, Piece
from router.whereabouts import is_place, moved

TASK = "make_binaural"
_AND = r"(?:^|[\s,.;]+(?:and then|and|then|but|with)\s+|\s*[,;]\s*)"
_ECHO = r"(?:echo|echoes|echoing|reverberate|reverb|resound|ring|sound|boom|resonate)(?:ing|s|ed)?"
_WITH = r"(?:add|give (?:it|that|this)|with|put on)?\s*(?:the |an? |some )?(?:long |strong )?"
_IT = r"(?:it|that|this|them|the (?:song|sound|voice|recording|result))"
_ROOMED = re.compile(
    rf"(?i){_AND}(?:please\s+)?(?:(?:(?:make|let|have)\s+{_IT}\s+(?:to\s+)?{_ECHO}|{_WITH}"
    r"(?:echo(?:es)?|reverb|acoustics?|reverberation))"
    r"(?:\s+(?:as|like|of|from|in|if|it|were|was|is|would|came|comes|inside|you|within|that)\b)*\s+"
    r"(?P<room>(?:an?|the|my|some)\s+(?:[\w-]+\s+){0,2}?[\w-]+))[\s.!?]*$"
)


def without_room(text: str) -> tuple[str, str]:
    """A request without the room it is to sound in, and that as a place: "in a church"; the text and nothing where no
    room is said behind it."""
    found = _ROOMED.search(text)
    if found is None or not is_place(f"in {found['room']}"):
        return text, ""
    return text[: found.start()].strip(" ,;"), f"in {found['room'].strip()}"


def in_room(pieces: Sequence[Piece], room: str) -> list[Piece]:
    """What a request comes to, its last place in a room; put there where it has no place of its own."""
    last = pieces[-1] if pieces else None
    if isinstance(last, Call) and last.task == TASK:
        place = moved(str(last.arguments.get("position") or ""), room)
        return [*pieces[:-1], Call(TASK, {**last.arguments, "position": place})]
    return [*pieces, Call(TASK, {"position": room})]
