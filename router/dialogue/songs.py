"""A song that is wished for without the word "sing": "give me a song about rain", "I would love a lullaby"."""

import re

from models.music.naming import wish_in
from router.dialogue.base import Call

_WANTS = re.compile(
    r"(?i)^(?:give|let (?:me|us) hear|let's hear|let us have|let's have|i (?:want|need|wish for)(?: to hear)?|"
    r"i(?: would|'d|’d) (?:like|love|enjoy)(?: to hear)?|how about|what about|(?:can|could|may) (?:i|we) (?:hear|have)"
    r"|perform|(?:make|compose|write|create|come up with)(?=\b.*\b(?:lullab|carol|hymn|shant|serenade|madrigal|aria)))"
    r"\s+(?:(?:me|us)\s+)?(?P<what>.+)$"
)
_SUNG = re.compile(r"(?i)\b(?:song|lullab|carol|anthem|hymn|shant|nursery rhyme|ballad|aria|serenade|madrigal)")
"""What is sung and not played."""
_RENDITION = re.compile(r"(?i)^(?:an?|your|the) (?:[\w-]+ )?(?:rendition|performance|interpretation) of (?P<what>.+)$")


def song_asked_for(text: str) -> Call | None:
    """The song that a turn without courtesies wishes for; None where it does not."""
    found = _WANTS.match(text.strip(" .!?"))
    if found is None:
        return None
    if rendition := _RENDITION.match(found["what"]):
        return Call("sing", {"text": rendition["what"]})
    wished = _SUNG.search(found["what"]) and wish_in(found["what"])
    return Call("sing", {"text": found["what"]}) if wished else None
